"""Bringing rolls in from files: what the export writes can be read again, and changes nothing then.

A row says that a source speaks of a place in a round. It is known by its natural key: round, place, basis and
source. New rows become sheets that wait for a second person; nothing is written when any row fails.
``import_roll`` is called by the admin and by ``manage.py import_roll``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Result, RowResult
from tablib import Dataset

from honors import records
from honors.exports import HEADINGS
from honors.import_facts import Fact, Known
from honors.models import (
    RollSheet,
    Source,
)
from honors.tables import Columns, read_table

COLUMNS = Columns(HEADINGS, required=["place", "title", "round", "basis", "source_name"])


@dataclass(frozen=True)
class Line:
    """A row of the file as its preview tells it. ``state``: new, known or wrong."""

    number: int
    state: str
    place: str
    round: str
    basis: str
    source: str
    words: str


@dataclass
class Report:
    """What a file would do, or did: its rows, and the sheets that now wait for verification."""

    lines: list[Line]
    sheets: list[RollSheet] = field(default_factory=list)

    def having(self, state: str) -> list[Line]:
        return [line for line in self.lines if line.state == state]

    @property
    def new(self) -> list[Line]:
        return self.having("new")

    @property
    def known(self) -> list[Line]:
        return self.having("known")

    @property
    def wrong(self) -> list[Line]:
        return self.having("wrong")


def import_roll(data: bytes, *, by: User, source: Source | None = None, dry_run: bool = False) -> Report:
    """Read a CSV or XLSX file; unless ``dry_run``, enter its new rows into sheets that wait for verification.

    ``source`` stands for rows that name none. Nothing is written when a row of the report is wrong. Raises
    ``Refused`` for a file that is no such table, and for rows that somebody else entered meanwhile.
    """
    rows = read_table(data, COLUMNS)
    resource = RollResource(by, source, writes=not dry_run)
    heads = ["number", *rows[0].values]
    table = Dataset(*[[row.number, *row.values.values()] for row in rows], headers=heads)
    result = resource.import_data(
        table, use_transactions=not dry_run, rollback_on_validation_errors=not dry_run
    )
    for error in result.base_errors:
        raise error.error
    return Report(resource.lines, resource.sheets)


class RollResource(Resource):
    """The rows of one file. Rows are only read, one by one; the new ones are written together at the end."""

    class Meta:
        instance_loader_class = BaseInstanceLoader  # rows are known by ``Known``

    def __init__(self, by: User, source: Source | None, *, writes: bool) -> None:
        super().__init__()
        self.by, self.default, self.writes = by, source, writes
        self.lines: list[Line] = []
        self.sheets: list[RollSheet] = []
        self.fresh: list[Fact] = []
        self.seen: dict[tuple[Any, ...], int] = {}

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        # Asked for inside the transaction that writes.
        self.record = Known(self.default)

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        result, number = RowResult(), int(row["number"])
        state, words = "wrong", ""
        try:
            fact = self.record.fact(row)
            self._refuse_twice(fact, number)
            is_known = self.record.holds(fact)
            if not is_known:
                fact.refuse_as_new()
                self.fresh.append(fact)
            state, words = ("known", "已经在记录里，不改动") if is_known else ("new", fact.remark)
        except ValidationError as error:
            result.validation_error, words = error, " ".join(error.messages)
        types = {"new": RowResult.IMPORT_TYPE_NEW, "known": RowResult.IMPORT_TYPE_SKIP}
        result.import_type = types.get(state, RowResult.IMPORT_TYPE_INVALID)
        place, one, basis, source = (
            row.get(name) or "" for name in ("place", "round", "basis", "source_name")
        )
        self.lines.append(Line(number, state, place, one, basis, source, words))
        return result

    def _refuse_twice(self, fact: Fact, number: int) -> None:
        if (first := self.seen.setdefault(fact.key, number)) != number:
            raise ValidationError(f"与第 {first} 行重复。")

    def after_import(self, dataset: Dataset, result: Result, **kwargs: Any) -> None:
        if self.writes and not result.has_errors() and not result.has_validation_errors():
            self.sheets = enter_facts(self.fresh, by=self.by)


def enter_facts(facts: list[Fact], *, by: User) -> list[RollSheet]:
    """Put new facts on sheets, one for each round, basis and source; they wait for another person."""
    groups: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.key[0], fact.basis, fact.key[3]].append(fact)
    return [_sheet(group, by) for group in groups.values()]


def _sheet(facts: list[Fact], by: User) -> RollSheet:
    first, provinces = facts[0], {(fact.place.province or fact.place).pk for fact in facts}
    source = first.source
    assert source is not None  # refuse_as_new
    if source.pk is None:
        source.save()
    about = {
        "round": first.round,
        "basis": first.basis,
        "source": source,
        "scope_id": provinces.pop() if len(provinces) == 1 else None,
        "entered_by": by,
    }
    # A file that comes in parts fills one sheet as long as nobody verified it.
    sheet = RollSheet.objects.filter(**about, complete=False, verified_by=None).first()
    if sheet is None:
        sheet = RollSheet(**about, note="由表格导入")
        sheet._history_user, sheet._change_reason = by, "由表格导入"  # type: ignore[attr-defined]
        sheet.save()
    entries = [records.Entry(fact.place, fact.name_printed, fact.title_printed) for fact in facts]
    records.enter_all(sheet, entries, by=by)
    return sheet
