from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from honors.models import Place, Source
from partnerships.models import DualListItem, ProgressNote, ReportedTotal
from publishing import generation, workflow
from tests.makers import release

WHOLE = {"public_content": "演示：修缮一处拥军服务站", "office": "演示单位", "due_on": date(2026, 10, 31)}


def item(number: int = 1, **fields: Any) -> DualListItem:
    return DualListItem.objects.create(year=2026, side="military", number=number, **{**WHOLE, **fields})


def test_a_number_stands_once_in_a_year_and_side(db: None) -> None:
    item()
    with pytest.raises(ValidationError, match="已有这个编号"):
        DualListItem(year=2026, side="military", number=1).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        item()
    DualListItem.objects.create(year=2026, side="locality", number=1)
    DualListItem.objects.create(year=2025, side="military", number=1)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"stage": "done", "done_on": None}, "done_has_day"),
        ({"stage": "running", "done_on": date(2026, 1, 1)}, "done_has_day"),
        ({"number": 0}, "year_and_number"),
        ({"year": 1999}, "year_and_number"),
        ({"year": 2101}, "year_and_number"),
        ({"public_content": ""}, "public_is_whole"),
        ({"office": ""}, "public_is_whole"),
        ({"due_on": None}, "public_is_whole"),
    ],
)
def test_the_database_refuses(db: None, values: dict[str, Any], constraint: str) -> None:
    one = item()
    release(one)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DualListItem.objects.filter(pk=one.pk).update(**values)


def test_a_draft_may_lack_what_the_public_needs(db: None) -> None:
    draft = DualListItem.objects.create(year=2026, side="military", number=1, content="内部")
    with pytest.raises(workflow.Refused) as refusal:
        release(draft)
    assert refusal.value.reasons == ["请填写公开内容。", "请填写责任单位。", "请填写完成时限。"]


@pytest.mark.parametrize("name", ["12345部队", "１２３４５部队", "1 2 3 4 5部队", "第三团", "第 ３ 团"])
@pytest.mark.parametrize("field", ["public_content", "office", "standard"])
def test_no_public_text_tells_of_a_unit(db: None, field: str, name: str) -> None:
    with pytest.raises(ValidationError, match="不得出现部队"):
        DualListItem(year=2026, side="military", number=1, **{**WHOLE, field: f"为{name}修路"}).full_clean()
    # Not through the form: then publishing refuses it.
    with pytest.raises(workflow.Refused, match="不得出现部队"):
        release(item(**{field: f"为{name}修路"}))


def test_a_public_note_tells_of_no_unit_and_an_internal_one_is_the_offices(db: None) -> None:
    one = item()
    with pytest.raises(ValidationError, match="不得出现部队番号"):
        ProgressNote(item=one, date=date(2026, 5, 1), text="第三团来函", public=True).full_clean()
    ProgressNote(item=one, date=date(2026, 5, 1), text="第三团来函", public=False).full_clean()
    with pytest.raises(ValidationError, match="不能在将来"):
        ProgressNote(item=one, date=timezone.localdate() + timedelta(days=1), text="来函").full_clean()
    with pytest.raises(IntegrityError, match="has_text"), transaction.atomic():
        ProgressNote.objects.create(item=one, date=date(2026, 5, 1), text="")


def test_an_item_is_done_on_a_day_that_was(db: None) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="办结日期不能在将来"):
        DualListItem(year=2026, side="military", number=1, stage="done", done_on=tomorrow).full_clean()


@pytest.mark.parametrize(
    ("now", "overdue"),
    [
        (datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), False),  # 23:59:59 in the office
        (datetime(2026, 10, 31, 16, 0, 0, tzinfo=UTC), True),  # midnight
    ],
)
def test_an_item_is_overdue_from_midnight_in_the_office(
    db: None, monkeypatch: pytest.MonkeyPatch, now: datetime, overdue: bool
) -> None:
    one = item()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert one.is_overdue() is overdue
    assert DualListItem.objects.overdue().exists() is overdue


@pytest.mark.parametrize(
    ("state", "overdue"), [("planned", True), ("running", True), ("done", False), ("dropped", False)]
)
def test_only_an_open_item_is_overdue(db: None, state: str, overdue: bool) -> None:
    one = item(stage=state, done_on=date(2026, 12, 1) if state == "done" else None)
    after = date(2026, 11, 1)
    assert one.is_overdue(after) is overdue
    assert DualListItem.objects.overdue(after).exists() is overdue


def test_the_internal_text_is_not_even_read_for_visitors(db: None) -> None:
    release(item(content="内部"))
    assert "content" in DualListItem.objects.public().get().get_deferred_fields()
    assert str(DualListItem.objects.get()) == "2026年部队需求第1项"


def test_notes_and_totals_count_as_public_changes(db: None) -> None:
    one = item()
    release(one)
    before = generation.current()
    note = ProgressNote.objects.create(item=one, date=date(2026, 5, 1), text="开工", public=True)
    assert generation.current() > before
    before = generation.current()
    ProgressNote.objects.filter(pk=note.pk).update(text="完工")
    assert generation.current() > before


def test_a_reported_total_has_its_source_and_date(db: None) -> None:
    place = Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )
    source = Source.objects.create(name="某报", kind="media")
    about: dict[str, Any] = {
        "place": place,
        "measure": "listed",
        "value": 7,
        "quote": "“双清单”7项工作",
        "source": source,
    }
    total = ReportedTotal.objects.create(**about, as_of=date(2024, 3, 15), as_of_precision="month")
    assert (total.as_of, total.as_of_text) == (date(2024, 3, 1), "2024年3月")
    with pytest.raises(ValidationError, match="番号"):
        ReportedTotal(**about, unit="个第三团").full_clean()
    for wrong, constraint in (
        ({"value": 0}, "counts_something"),
        ({"as_of": date(2024, 3, 1)}, "as_of_has_precision"),
        ({"is_own": True}, "own_has_year"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ReportedTotal.objects.create(**{**about, **wrong})
