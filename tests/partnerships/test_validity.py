import itertools
from datetime import date, timedelta
from typing import Any

import pytest

from honors.models import Place, Source
from partnerships.models import Agreement, AgreementStatus
from partnerships.validity import is_due, is_fresh, months_before


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-22", 12, "2025-11-22"),
        ("2026-11-22", 11, "2025-12-22"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-02-28", 12, "2024-02-28"),
        ("2026-01-31", 11, "2025-02-28"),
        ("2026-12-31", 1, "2026-11-30"),
    ],
)
def test_months_are_counted_in_the_calendar(day: str, months: int, before: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


@pytest.mark.parametrize(
    ("verified_on", "fresh", "due"),
    [
        ("2026-11-22", True, False),
        ("2025-12-22", True, False),  # eleven months to the day
        ("2025-12-21", True, True),
        ("2025-11-22", True, True),  # twelve months to the day
        ("2025-11-21", False, True),
        (None, False, True),
    ],
)
def test_a_record_is_trusted_for_a_year_and_asked_for_after_eleven_months(
    verified_on: str | None, fresh: bool, due: bool
) -> None:
    on, today = date.fromisoformat(verified_on) if verified_on else None, date(2026, 11, 22)
    assert (is_fresh(on, today), is_due(on, today)) == (fresh, due)


@pytest.fixture
def place(db: None) -> Place:
    return Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )


TODAY = date(2026, 11, 22)


def test_lists_and_single_agreements_say_the_same(place: Place) -> None:
    source = Source.objects.create(name="某报", kind="media")
    days: list[Any] = [
        None,
        TODAY,
        *(TODAY - timedelta(days=back) for back in (1, 334, 335, 336, 364, 365, 366, 367)),
    ]
    ends = [None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]
    for verified, end, document in itertools.product(days, ends, (True, False)):
        Agreement.objects.create(
            kind="other", summary="共建", place=place, source=source, last_verified_on=verified, ends_on=end,
            has_document=document, status="published", published_at="2020-01-01T00:00Z",
        )  # fmt: skip
    listed = {one.pk: one.standing for one in Agreement.objects.with_status(TODAY)}
    to_do = set(Agreement.objects.to_reverify(TODAY).values_list("pk", flat=True))
    seen = set()
    for one in Agreement.objects.all():
        assert listed[one.pk] == one.status_on(TODAY)
        ended = one.status_on(TODAY) == AgreementStatus.ENDED
        assert (one.pk in to_do) == (is_due(one.last_verified_on, TODAY) and not ended)
        seen.add(one.status_on(TODAY))
    assert seen == set(AgreementStatus)


def test_only_public_agreements_wait_for_verification(place: Place) -> None:
    draft = Agreement.objects.create(kind="other", summary="共建", place=place)
    assert not Agreement.objects.to_reverify().exists()
    draft.source = Source.objects.create(name="某报", kind="media")
    draft.save()
    Agreement.objects.filter(pk=draft.pk).update(status="published", published_at="2020-01-01T00:00Z")
    assert Agreement.objects.to_reverify().get() == draft
