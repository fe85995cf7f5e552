"""What the roll can be narrowed to: the parameters of ``/honors/`` and of its exports.

What a parameter may be is read from the public record, once for a page.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict

from honors.models import Award, Basis, Place, RollSheet, Round, Standing, TitleLevel
from honors.phrases import CycleNames, cycle_names, numeral
from honors.querysets import Level
from publishing.filters import KnownFilter, KnownFilterSet, echo
from publishing.keywords import KeywordFilter

MOST_IN_A_ROW = 99
STREAK_MESSAGE = f"连冠数请填 1 到 {MOST_IN_A_ROW} 的整数。"


class Area(NamedTuple):
    """A province or a prefecture."""

    pk: int
    name: str
    level: str


@dataclass(frozen=True)
class Known:
    """What the public record can be asked for: its rounds, newest first, areas by code, and where places lie.

    `lies_in` tells for each facet of places the value of every place by its key. These are plain texts and no
    objects: three thousand places are read for every page, and as many objects would be the collector's work.
    """

    rounds: list[Round]
    areas: dict[str, Area]
    lies_in: dict[str, dict[int, str]]

    @classmethod
    def load(cls) -> Known:
        """Two queries. Each round says with ``listed`` whether its complete national list is held."""
        complete = RollSheet.objects.filter(
            round=OuterRef("pk"), complete=True, verified_by__isnull=False, scope__isnull=True
        )
        rounds = Round.objects.published().select_related("title").annotate(listed=Exists(complete))
        areas: dict[str, Area] = {}
        lies_in: dict[str, dict[int, str]] = {name: {} for name in OF_PLACE}
        columns = ("pk", "code", "name", "level", "kind", "province__code", "prefecture__code")
        for pk, code, name, level, kind, province, prefecture in (
            Place.objects.order_by("code").values_list(*columns).iterator()
        ):
            if level != Level.COUNTY:
                areas[code] = Area(pk, name, level)
            lies_in["province"][pk] = code if level == Level.PROVINCE else province
            lies_in["prefecture"][pk] = code if level == Level.PREFECTURE else prefecture or ""
            lies_in["kind"][pk] = kind
        return cls(list(rounds.order_by("-date", "-pk")), areas, lies_in)

    @cached_property
    def by_pk(self) -> dict[int, Round]:
        return {one.pk: one for one in self.rounds}

    @cached_property
    def cycles(self) -> dict[int, CycleNames]:
        """The names of the cycles of each title, by the title's key."""
        of_title: dict[int, list[Round]] = {}
        for one in self.rounds:
            of_title.setdefault(one.title_id, []).append(one)
        return {
            title: cycle_names((one.cycle, one.ordinal, one.year) for one in rounds if one.cycle)
            for title, rounds in of_title.items()
        }


# How each parameter that is about the round reads one.
OF_ROUND = {
    "title": lambda one: one.title.slug,
    "level": lambda one: one.title.level,
    "round": lambda one: one.slug,
    "year": lambda one: str(one.year),
}
OF_PLACE = ("province", "prefecture", "kind")


class StreakFilter(django_filters.NumberFilter):
    field_class = forms.IntegerField


class RollFilter(KnownFilterSet):
    """The public awards of places that the parameters ask for."""

    facet_names = ("title", "round", "year", "province", "prefecture", "kind", "min_streak", "basis", "level")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "-date": ("-round__date", "place__code", "-pk"),
        "date": ("round__date", "place__code", "pk"),
        "place": ("place__code", "-round__date", "-pk"),
        "-place": ("-place__code", "-round__date", "-pk"),
        "-streak": ("-streak", "-round__date", "place__code", "-pk"),
        "streak": ("streak", "-round__date", "place__code", "pk"),
    }
    default_order = "-date"

    q = KeywordFilter(label="地名", method="by_name")
    title = KnownFilter(label="称号", method="by_round")
    level = KnownFilter(label="级别", method="by_round")
    round = KnownFilter(label="届次", method="by_round")
    year = KnownFilter(label="年份", method="by_round")
    province = KnownFilter(label="省份", method="by_area")
    prefecture = KnownFilter(label="地市", method="by_area")
    kind = KnownFilter(label="地方类别", method="by_kind")
    basis = KnownFilter(label="依据", field_name="basis")
    min_streak = StreakFilter(
        label="连冠", method="by_streak", min_value=1, max_value=MOST_IN_A_ROW,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], STREAK_MESSAGE),
    )  # fmt: skip
    sort = KnownFilter(label="排序", method="in_order")

    class Meta:
        model = Award
        fields: list[str] = []

    def __init__(self, data: QueryDict, known: Known | None = None) -> None:
        super().__init__(data, queryset=Award.objects.public().filter(place__isnull=False))
        self.known = known or Known.load()

    def known_values(self) -> Mapping[str, Container[str]]:
        values = {name: {read(one) for one in self.known.rounds} for name, read in OF_ROUND.items()}
        for level in (Level.PROVINCE, Level.PREFECTURE):
            values[level] = {code for code, one in self.known.areas.items() if one.level == level}
        return {**values, "kind": set(Place.Kind.values), "basis": set(Basis.values)}

    # --- one method per kind of parameter -------------------------------------------------------------

    def by_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return in_places(rows, Place.objects.matching(value))

    def by_round(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        read = OF_ROUND[name]
        return rows.filter(round__in=[one.pk for one in self.known.rounds if read(one) == value])

    def by_area(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The area itself and what lies in it."""
        area = self.known.areas[value].pk
        return in_places(rows, Place.objects.filter(Q(**{name: area}) | Q(pk=area)))

    def by_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return in_places(rows, Place.objects.filter(kind=value))

    def by_streak(self, rows: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        """Subqueries by title: a join with the standings would be walked once for every award."""
        long = Q(pk=None)
        for title in {one.title_id for one in self.known.rounds if one.title.rounds_known}:
            places = Standing.objects.filter(title=title, lower__gte=int(value)).values("place")
            long |= Q(
                round__in=[one.pk for one in self.known.rounds if one.title_id == title], place__in=places
            )
        return rows.filter(long)

    def in_order(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if "streak" in value:
            standing = Standing.objects.filter(place=OuterRef("place"), title=OuterRef("round__title"))
            rows = rows.annotate(streak=Coalesce(Subquery(standing.values("lower")), Value(0)))
        return super().in_order(rows, name, value)

    # --- words ----------------------------------------------------------------------------------------

    def word(self, name: str, value: str) -> str:
        if name == "q":
            return f"“{echo(value)}”"
        if name == "min_streak":
            return streak_word(int(value)) if value.isdecimal() and 0 < int(value[:9]) < 100 else echo(value)
        if name in OF_ROUND:
            return self._words_of_rounds[name].get(value, echo(value))
        if name in ("province", "prefecture"):
            area = self.known.areas.get(value)
            return area.name if area else echo(value)
        labels = {"kind": dict(Place.Kind.choices), "basis": dict(Basis.choices)}[name]
        return str(labels.get(value, echo(value)))

    @cached_property
    def _words_of_rounds(self) -> dict[str, dict[str, str]]:
        levels = dict(TitleLevel.choices)
        return {
            "title": {one.title.slug: one.title.name for one in self.known.rounds},
            "level": {one.title.level: str(levels[one.title.level]) for one in self.known.rounds},
            "round": {one.slug: str(one) for one in self.known.rounds},
            "year": {str(one.year): f"{one.year}年" for one in self.known.rounds},
        }


def streak_word(number: int) -> str:
    """至少三连冠: the filter asks for the least that is certain. Nobody says 一连冠."""
    return f"至少{numeral(number)}连冠" if number > 1 else "至少命名1次"


def in_places(rows: QuerySet[Any], places: QuerySet[Any]) -> QuerySet[Any]:
    """A subquery, not a join: a place that matches by two of its names would otherwise count twice."""
    return rows.filter(place__in=places.order_by().values("pk"))


def with_standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Join each award with the one standing of its place under its own title."""
    return rows.filter(place__standings__title=F("round__title"))
