"""Counting readers: once per reader and article within half an hour, without knowing who it was."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from news.models import Article, ArticleViews, ViewMark

WINDOW = timedelta(minutes=30)


def count_view(article: Article, reader: str) -> int:
    """Count a reading unless this reader was counted within the window; return the number of readings.

    ``reader`` is anything that tells readers apart. Only a digest under a key that changes daily is
    kept, and only for the window.
    """
    with transaction.atomic():
        if _is_new(article, reader):
            ArticleViews.objects.bulk_create([ArticleViews(article=article)], ignore_conflicts=True)
            ArticleViews.objects.filter(article=article).update(count=F("count") + 1)
    return ArticleViews.objects.filter(article=article).values_list("count", flat=True).first() or 0


def _is_new(article: Article, reader: str) -> bool:
    now = timezone.now()
    ViewMark.objects.filter(counted_at__lt=now - WINDOW).delete()
    # Shortly after midnight the mark may still lie under yesterday's key.
    if ViewMark.objects.filter(digest=_digest(article, reader, now - WINDOW)).exists():
        return False
    try:
        with transaction.atomic():
            ViewMark.objects.create(digest=_digest(article, reader, now), counted_at=now)
    except IntegrityError:
        return False
    return True


def _digest(article: Article, reader: str, at: datetime) -> str:
    key = f"{settings.SECRET_KEY}{timezone.localdate(at)}".encode()
    return hmac.new(key, f"{article.pk}\n{reader}".encode(), hashlib.sha256).hexdigest()


def reader_of(request: HttpRequest) -> str:
    """Tell readers apart by network address and browser, looking past the trusted proxies."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        passed = [
            part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
        ]
        address = passed[-min(settings.PROXIES, len(passed))] if passed else address
    return f"{address}\n{request.headers.get('User-Agent', '')}"


def comes_from_this_site(request: HttpRequest) -> bool:
    """Whether a browser says that one of our own pages sent a POST (public pages have no CSRF token)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
