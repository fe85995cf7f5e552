"""The one rule of visibility: what a visitor may see at a moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Status(models.TextChoices):
    """Where an item stands; ``publishing.workflow.table`` says what leads from one to the next."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    APPROVED = "approved", "待发布"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"
    ARCHIVED = "archived", "已归档"


# Before an item is public: the desk may still change it.
OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.APPROVED)
# What visitors read once its moment has come; an archived page is read as such.
PUBLIC = (Status.PUBLISHED, Status.ARCHIVED)


def visible(at: datetime) -> Q:
    """The condition of visibility as a lookup; ``Publishable.is_published`` is its twin for one object."""
    return Q(status__in=PUBLIC, published_at__lte=at) & (Q(expires_at=None) | Q(expires_at__gt=at))


class PublishableQuerySet(models.QuerySet[Any]):
    def published(self, at: datetime | None = None) -> Self:
        """What a visitor sees at a moment (default: now). Every page, count, feed and export starts here."""
        return self.filter(visible(at or timezone.now()))

    def once_public(self, at: datetime | None = None) -> Self:
        """What has an address that visitors may know: published, expired or withdrawn, but never merely scheduled."""
        return self.exclude(status__in=OPEN).filter(published_at__lte=at or timezone.now())

    def roots(self) -> Self:
        """Everything but revisions of what stands already: what an import or a count of records means."""
        return self.filter(revision_of=None)

    def drafts(self) -> Self:
        return self.filter(status=Status.DRAFT)

    def in_review(self) -> Self:
        return self.filter(status=Status.IN_REVIEW)

    def approved(self) -> Self:
        return self.filter(status=Status.APPROVED)

    def live(self, at: datetime | None = None) -> Self:
        """What is public and of today: an archived page is read, but is no headline and no news."""
        return self.published(at).filter(status=Status.PUBLISHED)

    def archived(self, at: datetime | None = None) -> Self:
        return self.published(at).filter(status=Status.ARCHIVED)

    def scheduled(self, at: datetime | None = None) -> Self:
        return self.filter(status=Status.PUBLISHED, published_at__gt=at or timezone.now())

    def withdrawn(self) -> Self:
        return self.filter(status=Status.WITHDRAWN)

    def expired(self, at: datetime | None = None) -> Self:
        at = at or timezone.now()
        return self.filter(status__in=PUBLIC, published_at__lte=at, expires_at__lte=at)

    def in_state(self, state: str, at: datetime | None = None) -> Self:
        """What stands in one of ``publishing.models.State``; every item stands in exactly one. KeyError for others."""
        at = at or timezone.now()
        chosen: dict[str, Callable[[], Self]] = {
            "draft": self.drafts,
            "in_review": self.in_review,
            "approved": self.approved,
            "scheduled": lambda: self.scheduled(at),
            "live": lambda: self.live(at),
            "expired": lambda: self.expired(at),
            "archived": lambda: self.archived(at),
            "withdrawn": self.withdrawn,
        }
        return chosen[state]()

    def newest_first(self) -> Self:
        """A total order, so that a page of a list never repeats or loses a row."""
        return self.order_by("-published_at", "-pk")
