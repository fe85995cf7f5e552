from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from honors.models import Place
from honors.spelling import folded_pinyin, plain, simplified
from partnerships.spelling import key_of
from partnerships.validity import FRESH_MONTHS, REMIND_MONTHS, months_before
from publishing.querysets import PublishableQuerySet, Status

SOON_DAYS = 60  # so long before its end an agreement is worth a call about going on with it


class PartyQuerySet(models.QuerySet[Any]):
    """Rows of ``Named``: looked up by the key of a name, by parts of it, and by pinyin."""

    def spelt(self, text: str) -> Q:
        """The condition that a name says this; an empty text says nothing and is not asked."""
        if pinyin := folded_pinyin(text):
            return Q(pinyin__contains=pinyin) | Q(initials__contains=pinyin) | Q(key__contains=key_of(text))
        return Q(key__contains=key_of(text))


class PartnerQuerySet(PartyQuerySet):
    def bearing(self, key: str) -> Self:
        """Partners that a name means, by ``key_of`` of it: their own or another registered one."""
        return self.filter(Q(key=key) | Q(pk__in=_owners(Q(key=key))))

    def matching(self, text: str) -> Self:
        """Partners that somebody means who types this into a search box; all of them for an empty text."""
        if not key_of(text):
            return self
        asked = self.spelt(text)
        return self.filter(asked | Q(pk__in=_owners(asked)))

    def public(self) -> Self:
        """Partners of a published agreement: only they have a page."""
        from partnerships.models import Agreement  # noqa: PLC0415 -- the models are built from this module

        own = Agreement.objects.published().filter(partners=OuterRef("pk"))
        return self.filter(Exists(own))


class CounterpartQuerySet(PartyQuerySet):
    def matching(self, text: str) -> Self:
        return self.filter(self.spelt(text)) if key_of(text) else self


def _owners(condition: Q) -> QuerySet[Any, Any]:
    """Partners one of whose other names fulfils a condition. Not a join: it would name a partner twice."""
    from partnerships.models import PartnerName  # noqa: PLC0415 -- the models are built from this module

    return PartnerName.objects.filter(condition).order_by().values("partner")


def has_ended(today: date) -> Q:
    return Q(ends_on__lt=today)


def is_fresh(today: date) -> Q:
    """The twin of ``validity.is_fresh`` as a lookup."""
    return Q(last_verified_on__gte=months_before(today, FRESH_MONTHS))


def is_due(today: date) -> Q:
    """The twin of ``validity.is_due`` as a lookup."""
    return Q(last_verified_on=None) | Q(last_verified_on__lt=months_before(today, REMIND_MONTHS))


class AgreementQuerySet(PublishableQuerySet):
    def with_status(self, today: date | None = None) -> Self:
        """Annotate ``status_on``: the twin of ``Agreement.status_on`` for lists. Name: ``standing``."""
        from partnerships.models import AgreementStatus  # noqa: PLC0415 -- the models are built from this module

        today = today or timezone.localdate()
        return self.annotate(
            standing=Case(
                When(has_ended(today), then=Value(AgreementStatus.ENDED.value)),
                When(has_document=False, then=Value(AgreementStatus.REPORTED.value)),
                When(ends_on=None, then=Value(AgreementStatus.OPEN.value)),
                default=Value(AgreementStatus.IN_FORCE.value),
                output_field=models.CharField(),
            )
        )

    def to_reverify(self, today: date | None = None) -> Self:
        """Public agreements that have not ended and that nobody verified for eleven months: editors' work."""
        today = today or timezone.localdate()
        return self.published().filter(is_due(today)).exclude(has_ended(today))

    def ending_soon(self, today: date | None = None) -> Self:
        """What ends within ``SOON_DAYS``, today included; editors' work, so without revisions of what stands."""
        today = today or timezone.localdate()
        return self.roots().filter(ends_on__gte=today, ends_on__lte=today + timedelta(days=SOON_DAYS))

    def ended(self, today: date | None = None) -> Self:
        return self.filter(has_ended(today or timezone.localdate()))

    def without_source(self) -> Self:
        """Without a source, or only with one that is not identified (来源待补): editors' work, each record once."""
        return self.roots().filter(Q(source=None) | Q(source__identified=False))

    def matching(self, text: str) -> Self:
        """Agreements that somebody means who types this: parties, place or summary; pinyin for all but the last."""
        from partnerships.models import Counterpart, Partner  # noqa: PLC0415 -- the models are built from this module

        text = plain(text)
        if not text:
            return self
        partners = Partner.objects.matching(text).order_by().values("pk")
        through = self.model.partners.through.objects.filter(partner__in=partners).values("agreement")
        found = Q(counterpart__in=Counterpart.objects.matching(text).order_by().values("pk"))
        found |= Q(pk__in=through) | Q(place__in=Place.objects.matching(text).order_by().values("pk"))
        for spelling in {text, simplified(text)}:
            found |= Q(summary__icontains=spelling)
        return self.filter(found)

    def latest_first(self) -> Self:
        """By the day of signing, those without one last; a total order."""
        return self.order_by(F("signed_on").desc(nulls_last=True), "-pk")


class DualListQuerySet(PublishableQuerySet):
    def public(self) -> Self:
        """What visitors see of the list. The internal text is not even read from the database."""
        return self.published().defer("content")

    def overdue(self, today: date | None = None) -> Self:
        """Open items whose due date has passed: from midnight in the office's time zone."""
        from partnerships.models import Stage  # noqa: PLC0415 -- the models are built from this module

        return self.filter(stage__in=Stage.open(), due_on__lt=today or timezone.localdate())

    def to_chase(self, today: date | None = None) -> Self:
        """Overdue, and not withdrawn: editors' work, each item once."""
        return self.roots().overdue(today).exclude(status=Status.WITHDRAWN)

    def due_this_month(self, today: date | None = None) -> Self:
        """Open items, not withdrawn, whose due date lies in the month of a day (default: today)."""
        from partnerships.models import Stage  # noqa: PLC0415 -- the models are built from this module

        today = today or timezone.localdate()
        last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
        due = self.roots().filter(stage__in=Stage.open(), due_on__gte=today.replace(day=1), due_on__lte=last)
        return due.exclude(status=Status.WITHDRAWN)

    def next_number(self, year: int, side: str) -> int:
        """After the last number of a year's list, so that no number that a letter names is given twice.

        What a revision would like to be is no number yet.
        """
        last = self.roots().filter(year=year, side=side).aggregate(last=Max("number"))["last"]
        return int(last or 0) + 1

    def in_order(self) -> Self:
        """As offices read the list: newest year first, then by side and number."""
        return self.order_by("-year", "side", "number")
