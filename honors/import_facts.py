"""What the rows of a roll say, judged against the record: places, titles, rounds and sources by their names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from honors import partial_dates
from honors.exports import LAYOUT
from honors.lookups import PlaceBook, SourceBook, SourceSaid
from honors.models import NAMING, AwardState, Evidence, Place, Round, Source, Title
from publishing.imports import Problems
from publishing.tables import Codes

# What an office types, to the code that is stored.
CODES = Codes(
    LAYOUT,
    also={
        "status": {str(label): code for code, label in AwardState.choices if code in LAYOUT.labels["status"]}
    },
)


@dataclass(frozen=True)
class Fact:
    """What a row says."""

    place: Place
    round: Round
    basis: str
    said: SourceSaid
    name_printed: str
    title_printed: str
    status: str

    @property
    def key(self) -> tuple[Any, ...]:
        return self.round.pk, self.place.pk, self.basis, self.said.key

    def refuse_as_new(self) -> None:
        """Raises ``ValidationError`` for what only a row that is in the record already may say."""
        self.said.refuse_as_new()
        if self.status == AwardState.REVOKED:
            raise ValidationError("撤销不能用表格登记，请在后台打开这项荣誉，用“登记撤销”。")
        if self.status and (self.status == AwardState.NAMED) != (self.basis in NAMING):
            raise ValidationError("状态与依据不符：名单和报道是命名，公示和拟申报不是。")


class Known:
    """What the record holds, asked for once for a whole file: places, titles, rounds, sources, evidence."""

    def __init__(self, default: Source | None) -> None:
        self.titles = {word: title for title in Title.objects.all() for word in (title.name, title.slug)}
        self.rounds = _rounds_by_words()
        self.sources = SourceBook(default)
        self.places = PlaceBook()
        self.evidence: dict[int, dict[tuple[int, str], set[tuple[int, bool]]]] = {}

    def fact(self, row: dict[str, str]) -> Fact:
        """Read a row. Raises ``ValidationError`` with everything that is wrong with it."""
        problems = Problems()
        place = problems.read(self._place, row)
        one = problems.read(self._round, row)
        basis = problems.read(CODES.code, "basis", row["basis"])
        said = problems.read(self.sources.source, row["source_name"], row.get("source_url", ""))
        status = problems.read(CODES.code, "status", row["status"]) if row.get("status") else ""
        if one is not None:
            problems.read(_check_round, one, row)
        problems.refuse()
        return Fact(place, one, basis, said, row["place"], row["title"], status)

    def holds(self, fact: Fact) -> bool:
        """Whether the natural key stands in the record, verified or waiting."""
        if fact.round.pk not in self.evidence:
            self.evidence[fact.round.pk] = _evidence(fact.round)
        told = self.evidence[fact.round.pk].get((fact.place.pk, fact.basis), set())
        return any(fact.said.means(source, identified=identified) for source, identified in told)

    def _place(self, row: dict[str, str]) -> Place:
        return self.places.place(row["place"], province=row.get("province", ""), code=row.get("code", ""))

    def _round(self, row: dict[str, str]) -> Round:
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


def _rounds_by_words() -> dict[tuple[int, str], Round]:
    """Rounds by title and every way to write them: 12, 第十二届, national-12; 2020, 2020年 without an ordinal."""
    found = {}
    for one in Round.objects.roots().select_related("title"):
        number = str(one.ordinal or one.year)
        for words in {number, one.label, one.slug, f"第{one.ordinal}届" if one.ordinal else f"{number}年"}:
            found[one.title_id, words] = one
    return found


def _evidence(one: Round) -> dict[tuple[int, str], set[tuple[int, bool]]]:
    found: dict[tuple[int, str], set[tuple[int, bool]]] = defaultdict(set)
    rows = Evidence.objects.filter(award__round=one, award__place__isnull=False, voided_at__isnull=True)
    for place, basis, source, identified in rows.values_list(
        "award__place", "sheet__basis", "sheet__source", "sheet__source__identified"
    ):
        found[place, basis].add((source, identified))
    return found


def _check_round(one: Round, row: dict[str, str]) -> None:
    """What a row says of its round must agree with it: else the row means another one."""
    problems = []
    if (word := row.get("level")) and CODES.get("level", word) != one.title.level:
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
