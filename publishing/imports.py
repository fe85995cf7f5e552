"""Bringing a table into the record: every row is judged, and what they bring is written together, or nothing is.

A package says with a ``TableResource`` how it judges a row; ``import_table`` reads the file and makes the report
that the admin's preview (``admin_imports``) and commands show. What an export writes can so be read again, and
changes nothing then. Nothing that visitors read is ever written: a row that differs from it goes into a revision
(``State.REVISES``), where the package knows revisions, and else is only told (``State.DIFFERS``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Result, RowResult
from tablib import Dataset

from audit.chain import record
from audit.models import Event
from publishing.tables import Columns, read_table

T = TypeVar("T")


class State(models.TextChoices):
    """What a row is to the record. What has to be looked at stands first."""

    WRONG = "wrong", "有错"
    DIFFERS = "differs", "不同"
    NEW = "new", "新的"
    REVISES = "revises", "修订稿"
    UPDATES = "updates", "改草稿"
    KNOWN = "known", "已有"


NUMBER = "#"  # the head of what the spreadsheet shows at its left; no column has such a code
KNOWN_WORDS = "已经在记录里，不改动"


@dataclass(frozen=True)
class Line:
    """A row of the file as its preview tells it: its texts by the codes of their columns, and the words for it."""

    number: int
    state: str
    cells: dict[str, str]
    words: str


@dataclass
class Report:
    """What a file would do, or did."""

    lines: list[Line]

    def having(self, state: str) -> list[Line]:
        return [line for line in self.lines if line.state == state]

    @property
    def new(self) -> list[Line]:
        return self.having(State.NEW)

    @property
    def revises(self) -> list[Line]:
        """Rows that differ from what is or was public: they go into a revision of it."""
        return self.having(State.REVISES)

    @property
    def updates(self) -> list[Line]:
        """Rows that differ from what was never public: they change it, and it is a draft then."""
        return self.having(State.UPDATES)

    @property
    def writes(self) -> int:
        """How many rows are written."""
        return len(self.new) + len(self.revises) + len(self.updates)

    def written(self, unit: str = "条") -> str:
        """What is written, in words: 新建 3 条，修订稿 1 条."""
        counted = (("新建", self.new), ("修订稿", self.revises), ("改草稿", self.updates))
        return "，".join(f"{words} {len(lines)} {unit}" for words, lines in counted if lines)

    @property
    def known(self) -> list[Line]:
        return self.having(State.KNOWN)

    @property
    def differs(self) -> list[Line]:
        """Rows that the record knows and that say something else than it: told, not written, in nobody's way."""
        return self.having(State.DIFFERS)

    @property
    def wrong(self) -> list[Line]:
        return self.having(State.WRONG)

    def sorted_lines(self) -> list[Line]:
        """What has to be mended first, each kind as in the file."""
        order = {state: place for place, state in enumerate(State.values)}
        return sorted(self.lines, key=lambda line: (order[line.state], line.number))


@dataclass(frozen=True)
class Judgement:
    """What a row that is not wrong is to the record, and why, in words for the editor."""

    state: State
    words: str = ""

    @classmethod
    def known(cls, differences: list[str] | None = None) -> Judgement:
        """A row whose natural key stands in the record; ``differences`` are sentences about what it says else."""
        if not differences:
            return cls(State.KNOWN, KNOWN_WORDS)
        return cls(State.DIFFERS, f"与记录不同，不改动：{' '.join(differences)}")


def audit(report: Report, *, name: str, by: Any) -> None:
    """Let the audit trail tell of an import, in the transaction that wrote it; `name` is what it is called."""
    record(Event.IMPORT, name=name, by=by, detail=report.written() or "没有新的内容")


class Problems:
    """Everything that is wrong with a row, gathered while its cells are read."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def read(self, reader: Callable[..., T], *given: Any) -> T:
        """What ``reader`` makes of a cell. Where it raises ``ValidationError``, None, which ``refuse`` lets nobody use."""
        try:
            return reader(*given)
        except ValidationError as error:
            self.found.extend(error.messages)
            return None  # type: ignore[return-value]

    def refuse(self) -> None:
        """Raises ``ValidationError`` with all of it, if there is any."""
        if self.found:
            raise ValidationError(self.found)


class TableResource(Resource):
    """The rows of one file. Rows are only judged, one by one; what they bring is written together at the end.

    A subclass names its ``columns`` and has the three verbs below.
    """

    columns: ClassVar[Columns]

    class Meta:
        instance_loader_class = BaseInstanceLoader  # rows are known by what ``open`` asked for

    def __init__(self, *, writes: bool) -> None:
        super().__init__()
        self.writes = writes
        self.lines: list[Line] = []
        self.seen: dict[Hashable, int] = {}

    def open(self) -> None:
        """Ask the record for what the judging needs, at a fixed number of queries, inside the transaction."""
        raise NotImplementedError

    def judge(self, number: int, row: dict[str, str]) -> Judgement:
        """Judge a row, and keep what ``enter`` will write. Raises ``ValidationError`` with all that is wrong."""
        raise NotImplementedError

    def enter(self) -> None:
        """Write what the rows bring; called once, and only when no row is wrong."""
        raise NotImplementedError

    def refuse_twice(self, key: Hashable, number: int) -> None:
        """Raises ``ValidationError`` for a natural key that an earlier row of the file has."""
        if (first := self.seen.setdefault(key, number)) != number:
            raise ValidationError(f"与第 {first} 行重复。")

    # --- What django-import-export calls ---------------------------------------------------------

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        self.open()

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        result, number = RowResult(), int(row[NUMBER])
        cells = {name: row[name] or "" for name in row if name != NUMBER}
        try:
            judged = self.judge(number, cells)
        except ValidationError as error:
            result.validation_error, judged = error, Judgement(State.WRONG, " ".join(error.messages))
        result.import_type = ROW_TYPES[judged.state]
        self.lines.append(Line(number, judged.state, cells, judged.words))
        return result

    def after_import(self, dataset: Dataset, result: Result, **kwargs: Any) -> None:
        if self.writes and not result.has_errors() and not result.has_validation_errors():
            self.enter()


ROW_TYPES = {
    State.WRONG: RowResult.IMPORT_TYPE_INVALID,
    State.DIFFERS: RowResult.IMPORT_TYPE_SKIP,
    State.NEW: RowResult.IMPORT_TYPE_NEW,
    State.REVISES: RowResult.IMPORT_TYPE_UPDATE,
    State.UPDATES: RowResult.IMPORT_TYPE_UPDATE,
    State.KNOWN: RowResult.IMPORT_TYPE_SKIP,
}


def import_table(data: bytes, resource: TableResource) -> list[Line]:
    """Read a CSV or XLSX file through a resource: all in one transaction, or, if it does not write, judged only.

    Nothing is written when a line is wrong. Raises ``Refused`` for a file that is no such table, and whatever
    ``open`` and ``enter`` raise.
    """
    rows = read_table(data, resource.columns)
    heads = [NUMBER, *rows[0].values]
    table = Dataset(*[[row.number, *row.values.values()] for row in rows], headers=heads)
    result = resource.import_data(
        table, use_transactions=resource.writes, rollback_on_validation_errors=resource.writes
    )
    for error in result.base_errors:
        raise error.error
    return resource.lines
