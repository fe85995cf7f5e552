"""What the dual list can be narrowed to: the parameters of ``/partnerships/dual-list/`` and of its exports.

A page is about one year: the one asked for, else the newest with a public item. Words are looked for in public
texts only, never in numbers: a search must not find out what the page does not print.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone

from honors.spelling import plain, simplified
from partnerships.models import DualListItem, Side, Stage
from partnerships.progress import numbers_tell
from partnerships.querysets import DualListQuerySet
from publishing.facets import Counting, Facet, facet
from publishing.filters import KnownFilter, KnownFilterSet, echo
from publishing.keywords import KeywordFilter
from publishing.models import WithdrawalMode

OVERDUE = "overdue"
STAGES = {**{value: str(label) for value, label in Stage.choices}, OVERDUE: "逾期"}
SIDES = {value: str(label) for value, label in Side.choices}
COUNTED = ("year", "side", "number", "stage", "due_on", "done_on", "office")
FACETS = ("side", "stage", "office")


@dataclass(frozen=True)
class Known:
    """The public items of all years with what is counted of them, and the withdrawn ones that the page explains."""

    items: list[DualListItem]
    withdrawn: list[DualListItem]

    @classmethod
    def load(cls) -> Known:
        """Two queries, of which none reads a text but the office's name and the reasons of withdrawals."""
        explained = (
            DualListItem.objects.once_public().withdrawn().filter(withdrawal_mode=WithdrawalMode.NOTICE)
        )
        columns = ("year", "side", "number", "withdrawn_at", "withdrawal_reason")
        return cls(
            list(DualListItem.objects.public().only(*COUNTED).order_by("-year", "pk")),
            list(explained.only(*columns).order_by("-withdrawn_at", "-pk")),
        )

    @property
    def years(self) -> list[int]:
        """Years with a public item, newest first."""
        return list(dict.fromkeys(item.year for item in self.items))

    def of(self, year: int, side: str = "") -> list[DualListItem]:
        return [item for item in self.items if item.year == year and side in ("", item.side)]

    def withdrawn_of(self, year: int, side: str) -> list[DualListItem]:
        """Withdrawn items that the page explains, the last one first."""
        return [item for item in self.withdrawn if (item.year, item.side) == (year, side)]

    def prints_numbers(self, year: int, side: str) -> bool:
        """Whether the numbers of a year and side may be told at all, whatever is filtered."""
        return (year, side) in self._numbered

    def printed_gaps(self, year: int, side: str) -> int:
        """How many numbers are missing, and not explained, among those that the page prints; 0 where it prints none."""
        if not self.prints_numbers(year, side):
            return 0
        told = {item.number for item in (*self.of(year, side), *self.withdrawn_of(year, side))}
        return max(told, default=0) - len(told)

    @cached_property
    def _numbered(self) -> set[tuple[int, str]]:
        return {
            (year, side)
            for year in self.years
            for side in SIDES
            if numbers_tell(
                (item.number for item in self.of(year, side)),
                (item.number for item in self.withdrawn_of(year, side)),
            )
        }


class DualListFilter(KnownFilterSet):
    """The public items that the parameters ask for, always those of one year."""

    facet_names = ("year", *FACETS)

    q = KeywordFilter(label="关键词", method="by_text")
    year = KnownFilter(label="年度", field_name="year")
    side = KnownFilter(label="清单", field_name="side")
    stage = KnownFilter(label="进度", method="by_stage")
    office = KnownFilter(label="责任单位", field_name="office")

    class Meta:
        model = DualListItem
        fields: list[str] = []

    def __init__(self, data: QueryDict, known: Known | None = None) -> None:
        self.known = known or Known.load()
        self.today = timezone.localdate()
        given = data.copy()
        if not given.get("year", "").strip() and self.known.years:
            given["year"] = str(self.known.years[0])
        super().__init__(given, queryset=DualListItem.objects.public())

    def known_values(self) -> Mapping[str, Container[str]]:
        return {
            "year": {str(year) for year in self.known.years},
            "side": SIDES,
            "stage": STAGES,
            "office": {item.office for item in self.known.items},
        }

    @cached_property
    def chosen_year(self) -> int | None:
        """The year that the page is about; None where there is no such one."""
        given = self.data.get("year", "").strip()
        return next((year for year in self.known.years if str(year) == given), None)

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        found = Q()
        for spelling in {value, plain(value), simplified(plain(value))}:
            for field in ("public_content", "office", "standard"):
                found |= Q(**{f"{field}__icontains": spelling})
        return rows.filter(found)

    def by_stage(self, rows: DualListQuerySet, name: str, value: str) -> QuerySet[Any]:
        return rows.overdue(self.today) if value == OVERDUE else rows.filter(stage=value)

    def ordered(self) -> QuerySet[Any]:
        """What the military needs first; within a side by number.

        Where numbers are withheld, the order must not follow them: by due date, then by the text. The key only
        decides between items that read alike.
        """
        year = self.chosen_year
        told = [side for side in SIDES if year is not None and self.known.prints_numbers(year, side)]
        by_side = Case(When(side=Side.MILITARY, then=Value(0)), default=Value(1))
        by_number = [Case(When(side__in=told, then=F("number")))] if told else []
        return self.rows().order_by(by_side, *by_number, "due_on", "public_content", "pk")

    def word(self, name: str, value: str) -> str:
        if name == "q":
            return f"“{echo(value)}”"
        if name == "year":
            return f"{echo(value)}年"
        words = {"side": SIDES, "stage": STAGES}.get(name, {})
        return words.get(value, value if value in self.known_values()[name] else echo(value))


def facets(chosen: DualListFilter) -> list[Facet]:
    """How many of the year's items each value would leave, in one query: an item overdue counts at two stages."""
    if not chosen.is_valid():
        return []
    counting = Counting({name: chosen.form.cleaned_data[name] for name in FACETS})
    for item in chosen.rows(without=FACETS).order_by().only(*COUNTED):
        stages = [item.stage, OVERDUE] if item.is_overdue(chosen.today) else [item.stage]
        counting.add({"side": [item.side], "stage": stages, "office": [item.office]})
    counts, wanted = counting.counts, chosen.form.cleaned_data
    orders = {"side": SIDES, "stage": STAGES, "office": sorted({*counts["office"], wanted["office"]} - {""})}
    told = (facet(chosen, name, counts[name], orders[name], is_long=name == "office") for name in FACETS)
    return [one for one in told if one.choices]
