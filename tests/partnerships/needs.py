"""Items of the dual list for tests: made up, published through the verbs, many of them at once."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from honors.models import Place, Source
from partnerships.models import DualListItem, Measure, ProgressNote, ReportedTotal, Side
from publishing import workflow
from publishing.models import WithdrawalMode
from tests.makers import chief, release

STAGES = ("done", "running", "planned", "dropped")


def make_need(number: int = 1, *, side: str = Side.MILITARY, year: int = 2024, **fields: Any) -> DualListItem:
    """A draft with all that the public needs."""
    given = {
        "public_content": f"演示：修缮第{number}处拥军服务站",
        "office": "演示单位甲",
        "due_on": date(year, 10, 31),
        **fields,
    }
    return DualListItem.objects.create(year=year, side=side, number=number, **given)


def publish_need(number: int = 1, **fields: Any) -> DualListItem:
    need = make_need(number, **fields)
    release(need)
    return need


def withdraw_need(
    number: int, reason: str = "内容有误", mode: str = WithdrawalMode.NOTICE, **fields: Any
) -> DualListItem:
    need = publish_need(number, **fields)
    workflow.withdraw(need, by=chief(), reason=reason, mode=mode)
    return need


def make_note(
    need: DualListItem, text: str, day: date = date(2024, 5, 1), *, public: bool = True
) -> ProgressNote:
    return ProgressNote.objects.create(item=need, date=day, text=text, public=public)


def make_needs(count: int, year: int = 2024) -> None:
    """Public items on both sides, numbered without a gap, at every stage, each with a public and an internal note."""
    since = timezone.now() - timedelta(days=1)
    offices = ("演示单位甲", "演示单位乙", "演示单位丙")
    needs = DualListItem.objects.bulk_create(
        DualListItem(
            year=year,
            side=Side.values[index % 2],
            number=index // 2 + 1,
            public_content=f"演示：第{index + 1}件事，为军人家庭开一次咨询",
            office=offices[index % 3],
            due_on=date(year, 1 + index % 12, 15),
            stage=STAGES[index % 4],
            done_on=date(year, 6, 1) if STAGES[index % 4] == "done" else None,
            status="published",
            published_at=since,
        )
        for index in range(count)
    )
    ProgressNote.objects.bulk_create(
        ProgressNote(item=need, date=date(year, 3, 1), text=text, public=public)
        for need in needs
        for text, public in (("演示：已经对接。", True), ("内部：有待研究。", False))
    )


def make_total(
    value: int, *, year: int | None = 2024, measure: str = Measure.LISTED, **fields: Any
) -> ReportedTotal:
    """What a newspaper reports of a dual list."""
    place, _ = Place.objects.get_or_create(
        code="150000",
        defaults={"name": "内蒙古自治区", "kind": "autonomous_region", "level": "province"},
    )
    source, _ = Source.objects.get_or_create(name="某报", kind="media")
    given = {"quote": f"双清单{value}项工作", "place": place, "source": source, **fields}
    return ReportedTotal.objects.create(value=value, year=year, measure=measure, **given)
