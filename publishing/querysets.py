"""The one rule of visibility: what a visitor may see at a moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Status(models.TextChoices):
    """Where an item stands. Review states come between draft and published with the review desk."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


def visible(at: datetime) -> Q:
    """The condition of visibility as a lookup; ``Publishable.is_published`` is its twin for one object."""
    return Q(status=Status.PUBLISHED, published_at__lte=at) & (Q(expires_at=None) | Q(expires_at__gt=at))


class PublishableQuerySet(models.QuerySet[Any]):
    def published(self, at: datetime | None = None) -> Self:
        """What a visitor sees at a moment (default: now). Every page, count, feed and export starts here."""
        return self.filter(visible(at or timezone.now()))

    def once_public(self, at: datetime | None = None) -> Self:
        """What has an address that visitors may know: published, expired or withdrawn, but never merely scheduled."""
        return self.exclude(status=Status.DRAFT).filter(published_at__lte=at or timezone.now())

    def drafts(self) -> Self:
        return self.filter(status=Status.DRAFT)

    def scheduled(self, at: datetime | None = None) -> Self:
        return self.filter(status=Status.PUBLISHED, published_at__gt=at or timezone.now())

    def withdrawn(self) -> Self:
        return self.filter(status=Status.WITHDRAWN)

    def expired(self, at: datetime | None = None) -> Self:
        at = at or timezone.now()
        return self.filter(status=Status.PUBLISHED, published_at__lte=at, expires_at__lte=at)

    def in_state(self, state: str, at: datetime | None = None) -> Self:
        """What stands in one of ``publishing.models.State``; every item stands in exactly one. KeyError for others."""
        at = at or timezone.now()
        chosen: dict[str, Callable[[], Self]] = {
            "draft": self.drafts,
            "scheduled": lambda: self.scheduled(at),
            "live": lambda: self.published(at),
            "expired": lambda: self.expired(at),
            "withdrawn": self.withdrawn,
        }
        return chosen[state]()

    def newest_first(self) -> Self:
        """A total order, so that a page of a list never repeats or loses a row."""
        return self.order_by("-published_at", "-pk")
