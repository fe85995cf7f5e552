"""Agreements and items of the dual list to take away: what each row says, and how its columns are told.

An agreement of several partners is one row. Its cells ``partners``, ``partner_kind``, ``group_size`` and
``partner_place`` have one value for each partner in the same order, joined by 、 (``cells``); in the last three, what
holds for all of them stands once. A group of unknown size has 不详 for its size, a single body nothing; a partner
without a place has 不详 for it. ``importers`` reads all this again. In JSON these are lists, one entry a partner.

The internal text of the dual list has no column anywhere and is not read from the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from honors import partial_dates
from partnerships import cells
from partnerships.models import (
    Agreement,
    AgreementKind,
    AgreementStatus,
    Counterpart,
    DualListItem,
    Partner,
    PartnerKind,
    ProgressNote,
    Side,
    Stage,
)
from partnerships.progress import is_on_time
from partnerships.validity import is_fresh
from publishing.exports import AT_ONCE, Layout, Named

UNKNOWN = "unknown"
YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True)
class Words(Layout):
    """A layout whose cells may hold several values (tuples), yes or no, and nothing in place of a code."""

    def words(self, row: Named) -> list[Any]:
        return [self._cell(name, value) for name, value in row._asdict().items()]

    def _cell(self, name: str, value: Any) -> Any:
        if isinstance(value, bool):
            return YES_NO[value]
        labels = self.labels.get(name, {})
        if not isinstance(value, tuple):
            return labels.get(value, value)
        told = ["" if one is None else str(labels.get(one, one)) for one in value]
        if name == "notes":
            return "\n".join(told)
        if name != "partners":
            told = cells.once(told)
        # A kind alone stands as it is read, though a 、 may be in it.
        return told[0] if name == "partner_kind" and len(told) == 1 else cells.joined(told)


# --- Agreements --------------------------------------------------------------------------------------------


class AgreementRecord(NamedTuple):
    """A row of every export of agreements; days cut to what is known, amounts in yuan and as printed."""

    partners: tuple[str, ...]
    partner_kind: tuple[str, ...]
    group_size: tuple[int | str | None, ...]
    partner_place: tuple[str, ...]
    counterpart: str
    counterpart_kind: str
    kind: str
    document: str
    status: str
    signed_on: str
    ends_on: str
    amount: str
    amount_yuan: int | float | None
    amount_exact: bool | None
    place: str
    code: str
    province: str
    summary: str
    verified: str
    verified_on: str
    source_name: str
    source_url: str


AGREEMENTS = Words(
    headings={
        "partners": "共建单位",
        "partner_kind": "单位类别",
        "group_size": "单位数目",
        "partner_place": "单位所在地",
        "counterpart": "军方对象",
        "counterpart_kind": "军方对象类别",
        "kind": "类别",
        "document": "协议",
        "status": "状态",
        "signed_on": "日期",  # of records without a document, too
        "ends_on": "到期日期",
        "amount": "金额",
        "amount_yuan": "金额（元）",
        "amount_exact": "金额确数",
        "place": "地方",
        "code": "区划代码",
        "province": "省份",
        "summary": "内容",
        "verified": "核实",
        "verified_on": "最近核实日期",
        "source_name": "来源",
        "source_url": "来源网址",
    },
    labels={
        "partner_kind": {code: str(label) for code, label in PartnerKind.choices},
        "group_size": {UNKNOWN: "不详"},
        "partner_place": {UNKNOWN: "不详"},
        "counterpart_kind": {code: str(label) for code, label in Counterpart.Kind.choices},
        "kind": {code: str(label) for code, label in AgreementKind.choices},
        "document": {"signed": "签有协议", "unseen": "未见协议"},
        "status": {code: str(label) for code, label in AgreementStatus.choices},
        "verified": {"verified": "已核实", "unverified": "待核实"},
    },
    widths=(32, 14, 10, 20, 24, 12, 18, 10, 12, 12, 12, 14, 16, 10, 16, 10, 18, 60, 10, 14, 32, 48),
    sheet="共建目录",
    file_name="军地共建目录",
)


def agreement_records(
    agreements: QuerySet[Agreement, Any], today: date | None = None
) -> Iterator[AgreementRecord]:
    """The rows of a query in its order, read in portions at a fixed number of queries each."""
    today = today or timezone.localdate()
    partners = Partner.objects.select_related("place__province", "place__prefecture").order_by("name", "pk")
    whole = agreements.select_related("place__province", "counterpart", "source").prefetch_related(
        None  # what a page prefetched for its own use would be asked for in vain
    )
    whole = whole.prefetch_related(Prefetch("partners", partners))
    for agreement in whole.iterator(chunk_size=AT_ONCE):
        yield agreement_record(agreement, today)


def agreement_record(agreement: Agreement, today: date) -> AgreementRecord:
    """One row. Reads partners with their places, place, counterpart and source."""
    partners, place = list(agreement.partners.all()), agreement.place
    counterpart, source = agreement.counterpart, agreement.source
    signed_on, verified_on = agreement.signed_on, agreement.last_verified_on
    return AgreementRecord(
        partners=tuple(partner.name for partner in partners),
        partner_kind=tuple(partner.kind for partner in partners),
        group_size=tuple(_size(partner) for partner in partners),
        partner_place=tuple(partner.place.full_name if partner.place else UNKNOWN for partner in partners),
        counterpart=counterpart.public_name if counterpart else "",
        counterpart_kind=counterpart.kind if counterpart else "",
        kind=agreement.kind,
        document="signed" if agreement.has_document else "unseen",
        status=agreement.status_on(today),
        signed_on=partial_dates.iso(signed_on, agreement.signed_on_precision) if signed_on else "",
        ends_on=_iso(agreement.ends_on),
        amount=agreement.amount_text,
        amount_yuan=_number(agreement.amount_yuan),
        amount_exact=agreement.amount_is_exact if agreement.amount_text else None,
        place=place.name,
        code=place.code,
        province=(place.province or place).name,  # a province lies in itself
        summary=agreement.summary,
        verified="verified" if is_fresh(verified_on, today) else "unverified",
        verified_on=_iso(verified_on),
        source_name=source.public_name if source else "",
        source_url=source.url if source else "",
    )


def _size(partner: Partner) -> int | str | None:
    return (partner.group_size or UNKNOWN) if partner.is_group else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(yuan: Decimal | None) -> int | float | None:
    """A number that every reader of JSON and every spreadsheet adds up."""
    if yuan is None:
        return None
    return int(yuan) if yuan == int(yuan) else float(yuan)


# --- The dual list -----------------------------------------------------------------------------------------


class DualListRecord(NamedTuple):
    """A row of every export of the dual list; ``on_time`` is None as long as the outcome is not known."""

    year: int
    side: str
    number: int | None
    public_content: str
    office: str
    standard: str
    due_on: str
    stage: str
    done_on: str
    overdue: bool
    on_time: bool | None
    notes: tuple[str, ...]


DUAL_LIST = Words(
    headings={
        "year": "年度",
        "side": "清单",
        "number": "编号",
        "public_content": "公开内容",
        "office": "责任单位",
        "standard": "质量要求",
        "due_on": "完成时限",
        "stage": "进度",
        "done_on": "办结日期",
        "overdue": "逾期",
        "on_time": "按期",
        "notes": "进展",
    },
    labels={
        "side": {code: str(label) for code, label in Side.choices},
        "stage": {code: str(label) for code, label in Stage.choices},
    },
    widths=(8, 12, 8, 60, 28, 32, 12, 10, 12, 8, 8, 60),
    sheet="双清单",
    file_name="双清单",
)


def dual_list_records(
    items: QuerySet[DualListItem, Any],
    *,
    prints_numbers: Callable[[int, str], bool],
    today: date | None = None,
) -> Iterator[DualListRecord]:
    """The rows of a query in its order, read in portions at a fixed number of queries each.

    ``prints_numbers`` tells for a year and a side whether their numbers may be printed (``progress.numbers_tell``).
    """
    today = today or timezone.localdate()
    notes = ProgressNote.objects.filter(public=True).order_by("date", "pk")
    # A queryset of columns of its own choosing must not bring the internal text back.
    whole = items.prefetch_related(None).prefetch_related(Prefetch("notes", notes, to_attr="public_notes"))
    for item in whole.defer("content").iterator(chunk_size=AT_ONCE):
        shown = item.number if prints_numbers(item.year, item.side) else None
        yield dual_list_record(item, shown, item.public_notes, today)  # type: ignore[attr-defined]


def dual_list_record(
    item: DualListItem, number: int | None, notes: list[ProgressNote], today: date
) -> DualListRecord:
    """One row with these notes, which are public."""
    return DualListRecord(
        year=item.year,
        side=item.side,
        number=number,
        public_content=item.public_content,
        office=item.office,
        standard=item.standard,
        due_on=_iso(item.due_on),
        stage=item.stage,
        done_on=_iso(item.done_on),
        overdue=item.is_overdue(today),
        on_time=_on_time(item, today),
        notes=tuple(f"{note.date.isoformat()} {note.text}" for note in notes),
    )


def _on_time(item: DualListItem, today: date) -> bool | None:
    """What ``progress`` counts: done by the due date; None before there is an outcome, or without a due date."""
    if item.due_on is None or not (item.stage == Stage.DONE or item.due_on < today):
        return None
    return item.stage == Stage.DONE and is_on_time(item)
