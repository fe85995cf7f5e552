"""What the rows of a file say, judged against the record: places, titles, rounds and sources by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from honors import partial_dates
from honors.exports import LABELS
from honors.models import (
    NAMING,
    AwardState,
    Evidence,
    Place,
    PlaceName,
    Round,
    Source,
    Title,
)
from honors.places import resolve
from honors.spelling import plain

UNIDENTIFIED = Source(identified=False).public_name
# What an office types, to the code that is stored.
CODES: dict[str, dict[str, str]] = {
    name: {**{label: code for code, label in words.items()}, **{code: code for code in words}}
    for name, words in LABELS.items()
}
CODES["status"] |= {str(label): code for code, label in AwardState.choices if code in LABELS["status"]}


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
