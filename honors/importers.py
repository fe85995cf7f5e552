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

from honors import records
from honors.exports import LAYOUT
from honors.import_facts import Fact, Known
from honors.models import RollSheet, Source
from publishing import imports
from publishing.imports import Judgement, State, TableResource, import_table
from publishing.tables import Columns

COLUMNS = Columns(LAYOUT.headings, required=["place", "title", "round", "basis", "source_name"])


@dataclass
class Report(imports.Report):
    """What a file would do, or did, with the sheets that now wait for verification."""

    sheets: list[RollSheet] = field(default_factory=list)


def import_roll(data: bytes, *, by: User, source: Source | None = None, dry_run: bool = False) -> Report:
    """Read a CSV or XLSX file; unless ``dry_run``, enter its new rows into sheets that wait for verification.

    ``source`` stands for rows that name none. Nothing is written when a row of the report is wrong. Raises
    ``Refused`` for a file that is no such table, and for rows that somebody else entered meanwhile.
    """
    resource = RollResource(by, source, writes=not dry_run)
    return Report(import_table(data, resource), resource.sheets)


class RollResource(TableResource):
    """The rows of one roll."""

    columns = COLUMNS

    def __init__(self, by: User, source: Source | None, *, writes: bool) -> None:
        super().__init__(writes=writes)
        self.by, self.default = by, source
        self.sheets: list[RollSheet] = []
        self.fresh: list[Fact] = []

    def open(self) -> None:
        self.record = Known(self.default)

    def judge(self, number: int, row: dict[str, str]) -> Judgement:
        fact = self.record.fact(row)
        self.refuse_twice(fact.key, number)
        if self.record.holds(fact):
            return Judgement.known()
        fact.refuse_as_new()
        self.fresh.append(fact)
        return Judgement(State.NEW, fact.said.remark)

    def enter(self) -> None:
        self.sheets = enter_facts(self.fresh, by=self.by)


def enter_facts(facts: list[Fact], *, by: User) -> list[RollSheet]:
    """Put new facts on sheets, one for each round, basis and source; they wait for another person."""
    groups: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.key[0], fact.basis, fact.key[3]].append(fact)
    return [_sheet(group, by) for group in groups.values()]


def _sheet(facts: list[Fact], by: User) -> RollSheet:
    first, provinces = facts[0], {(fact.place.province or fact.place).pk for fact in facts}
    about = {
        "round": first.round,
        "basis": first.basis,
        "source": first.said.stored(),
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
