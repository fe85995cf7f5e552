"""Bringing rolls in from files: what the export writes can be read again, and changes nothing then.

A row says that a source speaks of a place in a round. It is known by its natural key: round, place, basis and
source. New rows become sheets that wait for a second person; nothing is written when any row fails.
``import_roll`` is called by the admin and by ``manage.py import_roll``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Result, RowResult
from tablib import Dataset

from honors import partial_dates, records
from honors.exports import HEADINGS, LABELS
from honors.models import (
    NAMING,
    AwardState,
    Evidence,
    Place,
    PlaceName,
    RollSheet,
    Round,
    Source,
    Title,
)
from honors.places import resolve
from honors.spelling import plain
from honors.tables import Columns, read_table

COLUMNS = Columns(HEADINGS, required=["place", "title", "round", "basis", "source_name"])
UNIDENTIFIED = Source(identified=False).public_name
# What an office types, to the code that is stored.
CODES: dict[str, dict[str, str]] = {
    name: {**{label: code for code, label in words.items()}, **{code: code for code in words}}
    for name, words in LABELS.items()
}
CODES["status"] |= {str(label): code for code, label in AwardState.choices if code in LABELS["status"]}


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


@dataclass(frozen=True)
class Fact:
    """What a row says. ``source`` may not be stored yet; ``candidates`` are stored sources that it may mean."""

    place: Place
    round: Round
    basis: str
    source: Source | None
    candidates: frozenset[int]
    name_printed: str
    title_printed: str
    status: str

    @property
    def key(self) -> tuple[Any, ...]:
        source = (self.source.name, self.source.url) if self.source else None
        return self.round.pk, self.place.pk, self.basis, source

    @property
    def remark(self) -> str:
        return "新来源，将一并建立" if self.source is not None and self.source.pk is None else ""

    def refuse_as_new(self) -> None:
        """Raises ``ValidationError`` for what only a row that is in the record already may say."""
        if self.source is None and len(self.candidates) > 1:
            raise ValidationError("有几个同名同网址的来源，分不清是哪一个。请在后台手工录入这一行。")
        if self.source is None:
            raise ValidationError(f"“{UNIDENTIFIED}”不是来源，新的行须写明来源名称。")
        if self.status == AwardState.REVOKED:
            raise ValidationError("撤销不能用表格登记，请在后台打开这项荣誉，用“登记撤销”。")
        if self.status and (self.status == AwardState.NAMED) != (self.basis in NAMING):
            raise ValidationError("状态与依据不符：名单和报道是命名，公示和拟申报不是。")


class Known:
    """What the record holds, asked for once for a whole file: places, titles, rounds, sources, evidence."""

    def __init__(self, default: Source | None) -> None:
        self.default = default
        self.titles = {word: title for title in Title.objects.all() for word in (title.name, title.slug)}
        self.rounds = _rounds_by_words()
        self.sources: dict[str, list[Source]] = defaultdict(list)
        for source in Source.objects.filter(identified=True):
            self.sources[source.name].append(source)
        self.by_code, self.bearers, self.names = _places()
        self.found: dict[tuple[str, str], Place | str] = {}
        self.evidence: dict[int, dict[tuple[int, str], set[tuple[int, bool]]]] = {}

    def fact(self, row: dict[str, Any]) -> Fact:
        """Read a row. Raises ``ValidationError`` with everything that is wrong with it."""
        problems: list[str] = []

        def read(reader: Callable[[dict[str, Any]], Any]) -> Any:
            try:
                return reader(row)
            except ValidationError as error:
                problems.extend(error.messages)
                return None

        place, one, basis = read(self._place), read(self._round), read(_basis)
        source, status = read(self._source), read(_status)
        if one is not None:
            read(lambda row: _check_round(one, row))
        if problems:
            raise ValidationError(problems)
        chosen, candidates = source
        return Fact(place, one, basis, chosen, candidates, row["place"], row["title"], status)

    def holds(self, fact: Fact) -> bool:
        """Whether the natural key stands in the record, verified or waiting."""
        if fact.round.pk not in self.evidence:
            self.evidence[fact.round.pk] = _evidence(fact.round)
        told = self.evidence[fact.round.pk].get((fact.place.pk, fact.basis), set())
        if fact.source is None and not fact.candidates:
            return any(not identified for _, identified in told)
        return any(source in fact.candidates for source, _ in told)

    def _place(self, row: dict[str, Any]) -> Place:
        name, code, province = plain(row["place"]), row.get("code") or "", plain(row.get("province") or "")
        if not name:
            raise ValidationError("没有填写地方。")
        if code:
            place = self.by_code.get(code)
            if place is None:
                raise ValidationError(f"没有区划代码为“{code}”的地方。")
            if name not in self.names[place.pk]:
                raise ValidationError(f"区划代码 {code} 是{place.full_name}，不是“{name}”。")
            if province and province not in ((place.province or place).name,):
                raise ValidationError(f"{place.full_name}不在{province}。")
            return place
        found = self.found.get((province, name)) or self._resolved(province, name)
        self.found[province, name] = found
        if isinstance(found, str):
            raise ValidationError(found)
        return found

    def _resolved(self, province: str, name: str) -> Place | str:
        """The place, or why there is none: at once where one place alone bears the name."""
        bearers = self.bearers.get((province, name), [])
        if len(bearers) == 1:
            return bearers[0]
        try:
            return resolve(province, name)
        except LookupError as error:
            return str(error)

    def _round(self, row: dict[str, Any]) -> Round:
        title = self.titles.get(row["title"])
        if title is None:
            raise ValidationError(f"没有名为“{row['title']}”的荣誉称号，请先在后台建立。")
        if title.recipient_kind != "place":
            raise ValidationError(f"“{title}”授予{title.get_recipient_kind_display()}，不能用这个表格导入。")
        # A round without an ordinal is known by its year, which then stands in the date.
        words = row["round"] or (row.get("date") or "")[:4]
        one = self.rounds.get((title.pk, words))
        if one is None:
            raise ValidationError(
                f"“{title}”没有届次“{words}”，请先在后台建立。" if words else "没有填写届次。"
            )
        return one

    def _source(self, row: dict[str, Any]) -> tuple[Source | None, frozenset[int]]:
        """The source to enter under, None where there is not one alone; and the stored ones that may be meant."""
        name, url = row["source_name"], row.get("source_url") or ""
        if name == UNIDENTIFIED:
            return None, frozenset()
        if not name and self.default is not None:
            return self.default, frozenset({self.default.pk})
        if not name:
            raise ValidationError("没有填写来源。")
        same = [source for source in self.sources[name] if source.url == url]
        if not same and not url:
            same = self.sources[name]
        if not same:
            same = [_new_source(name, url)]
            self.sources[name] += same
        return (same[0] if len(same) == 1 else None), frozenset(source.pk for source in same if source.pk)


def _new_source(name: str, url: str) -> Source:
    source = Source(name=name, url=url, kind=Source.Kind.OTHER)
    try:
        source.clean_fields()
    except ValidationError as error:
        raise ValidationError([f"来源：{message}" for message in error.messages]) from error
    return source


def _rounds_by_words() -> dict[tuple[int, str], Round]:
    """Rounds by title and every way to write them: 12, 第十二届, national-12; 2020, 2020年 without an ordinal."""
    found = {}
    for one in Round.objects.select_related("title"):
        number = str(one.ordinal or one.year)
        for words in {number, one.label, one.slug, f"第{one.ordinal}届" if one.ordinal else f"{number}年"}:
            found[one.title_id, words] = one
    return found


def _places() -> tuple[dict[str, Place], dict[tuple[str, str], list[Place]], dict[int, set[str]]]:
    """Places by code, by (province, name) and (anywhere, name), and every name that each bears or bore."""
    by_code: dict[str, Place] = {}
    names: dict[int, set[str]] = {}
    every = {place.pk: place for place in Place.objects.select_related("province", "prefecture")}
    for place in every.values():
        by_code[place.code] = place
        names[place.pk] = {place.name, place.full_name}
    for pk, name, code in PlaceName.objects.values_list("place", "name", "code"):
        names[pk].add(name)
        if code:
            by_code.setdefault(code, every[pk])
    bearers: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for pk, borne in names.items():
        for name in borne:
            bearers["", name].append(every[pk])
            bearers[(every[pk].province or every[pk]).name, name].append(every[pk])
    return by_code, bearers, names


def _evidence(one: Round) -> dict[tuple[int, str], set[tuple[int, bool]]]:
    found: dict[tuple[int, str], set[tuple[int, bool]]] = defaultdict(set)
    rows = Evidence.objects.filter(award__round=one, award__place__isnull=False, voided_at__isnull=True)
    for place, basis, source, identified in rows.values_list(
        "award__place", "sheet__basis", "sheet__source", "sheet__source__identified"
    ):
        found[place, basis].add((source, identified))
    return found


def _basis(row: dict[str, Any]) -> str:
    return _code("basis", row["basis"], "依据")


def _status(row: dict[str, Any]) -> str:
    return _code("status", row["status"], "状态") if row.get("status") else ""


def _code(name: str, word: str, label: str) -> str:
    if word not in CODES[name]:
        allowed = "、".join(LABELS[name].values())
        raise ValidationError(f"{label}“{word}”不认识，请填写：{allowed}。" if word else f"没有填写{label}。")
    return CODES[name][word]


def _check_round(one: Round, row: dict[str, Any]) -> None:
    """What a row says of its round must agree with it: else the row means another one."""
    problems = []
    if (word := row.get("level")) and CODES["level"].get(word) != one.title.level:
        problems.append(f"级别“{word}”与称号不符，“{one.title}”是{one.title.get_level_display()}。")
    if (word := row.get("cycle")) and word != str(one.cycle or ""):
        problems.append(f"命名周期“{word}”与{one.label}不符。")
    if text := row.get("date"):
        try:
            date, precision = partial_dates.parse(text)
        except ValueError:
            problems.append(f"命名日期“{text}”读不出，请写作 2025、2025-04 或 2025-04-23。")
        else:
            said, held = partial_dates.iso(date, precision), partial_dates.iso(one.date, one.date_precision)
            if not said.startswith(held) and not held.startswith(said):
                problems.append(f"命名日期“{said}”与{one.label}（{held}）不符。")
    if problems:
        raise ValidationError(problems)


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
