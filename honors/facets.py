"""The facets of the roll: what else it can be narrowed to, and how many rows that would leave.

Each facet counts under the other active filters. Three grouped queries serve all nine facets: what is said of
a round or of a place is summed up here, so the database counts every award once per query and joins little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import QueryDict

from honors.filters import OF_PLACE, OF_ROUND, RollFilter, with_standing
from honors.models import Basis, Place, TitleLevel

NAMES = ("title", "round", "year", "province", "prefecture", "kind", "min_streak", "basis", "level")
ACTIVE = ("q", *NAMES)


@dataclass(frozen=True)
class Choice:
    """A value of a facet: the link turns it on, or off where it is on."""

    word: str
    count: int
    href: str
    is_on: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.is_on), None)


@dataclass(frozen=True)
class Facets:
    """All facets that offer something, and what they add up to for the rows of the page."""

    facets: list[Facet]
    rows: int
    places: int
    proposals: int


@dataclass(frozen=True)
class Active:
    """A filter in force, with the link that removes it."""

    label: str
    word: str
    href: str


def address(data: QueryDict, **changes: str | None) -> str:
    """The address with some parameters set or (None) removed; always of the first page."""
    wanted = {name: data.get(name) for name in (*ACTIVE, "sort")} | changes
    return f"?{urlencode({name: value for name, value in wanted.items() if value})}"


def active(chosen: RollFilter) -> list[Active]:
    """The filters in force, right or wrong, in the order of the facets."""
    return [
        Active(
            str(chosen.filters[name].label), chosen.word(name, value), address(chosen.data, **{name: None})
        )
        for name in ACTIVE
        if (value := chosen.data.get(name, "").strip())
    ]


def facets(chosen: RollFilter) -> Facets:
    """Count everything, in three queries; nothing is offered where one of the filters is wrong."""
    if not chosen.is_valid():
        return Facets([], 0, 0, 0)
    of_round, of_place, of_streak = by_round_and_basis(chosen), by_place(chosen), by_streak(chosen)
    counts = {**of_round.counts, **of_place.counts, "min_streak": of_streak}
    of_basis = counts["basis"]
    wanted = chosen.form.cleaned_data["basis"]
    proposals = sum(
        of_basis[basis] for basis in (Basis.NOTICE, Basis.APPLICATION) if not wanted or basis == wanted
    )
    told = (facet(chosen, name, counts[name]) for name in NAMES if is_offered(chosen, name))
    return Facets([one for one in told if one.choices], of_round.rows, of_place.groups, proposals)


def is_offered(chosen: RollFilter, name: str) -> bool:
    """More than three hundred prefectures are no choice: they are offered within a province."""
    given = chosen.form.cleaned_data
    return name != "prefecture" or bool(given["province"] or given["prefecture"])


@dataclass(frozen=True)
class Tally:
    """Counts of several facets out of one grouped query; `groups` and `rows` stand under all filters."""

    counts: dict[str, Counter[str]]
    groups: int
    rows: int


def tally(
    groups: Iterable[tuple[Any, int]], wanted: dict[str, str], values: Callable[[Any], dict[str, str]]
) -> Tally:
    """Sum up groups for facets that each leave out their own filter and heed the others."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    held = rows = 0
    heeded = [(name, value) for name, value in wanted.items() if value]
    for group, count in groups:
        of_group = values(group)
        misses = [name for name, value in heeded if of_group[name] != value]
        if not misses:
            held, rows = held + 1, rows + count
        for name in wanted if not misses else misses if len(misses) == 1 else ():
            counts[name][of_group[name]] += count
    return Tally(counts, held, rows)


def grouped(rows: QuerySet[Any], name: str) -> Counter[Any]:
    """How many rows there are per value of a column."""
    return Counter(dict(rows.order_by().values_list(name).annotate(number=Count("pk")).iterator()))


def by_round_and_basis(chosen: RollFilter) -> Tally:
    rows = chosen.rows(without=[*OF_ROUND, "basis"]).order_by()
    groups = rows.values_list("round", "basis").annotate(number=Count("pk")).iterator()
    rounds = chosen.known.by_pk
    return tally(
        (((rounds[pk], basis), count) for pk, basis, count in groups if pk in rounds),
        {name: chosen.form.cleaned_data[name] for name in (*OF_ROUND, "basis")},
        lambda group: {**{name: read(group[0]) for name, read in OF_ROUND.items()}, "basis": group[1]},
    )


def by_place(chosen: RollFilter) -> Tally:
    lies_in = chosen.known.lies_in
    groups = grouped(chosen.rows(without=OF_PLACE), "place")
    return tally(
        ((pk, count) for pk, count in groups.items() if pk in lies_in["kind"]),
        {name: chosen.form.cleaned_data[name] for name in OF_PLACE},
        lambda pk: {name: lies_in[name][pk] for name in OF_PLACE},
    )


def by_streak(chosen: RollFilter) -> Counter[str]:
    """How many rows each least streak would leave, from two upwards."""
    exact = grouped(with_standing(chosen.rows(without=["min_streak"])), "place__standings__lower")
    return Counter(
        {
            str(least): sum(count for lower, count in exact.items() if lower >= least)
            for least in range(2, max(exact, default=0) + 1)
        }
    )


def facet(chosen: RollFilter, name: str, counts: Counter[str]) -> Facet:
    """The values that leave something, in the order in which readers look for them, and the chosen one."""
    wanted = str(chosen.form.cleaned_data[name] or "")
    offered = [value for value in order_of(chosen, name, counts) if counts[value] or value == wanted]
    return Facet(
        name,
        str(chosen.filters[name].label),
        [
            Choice(
                chosen.word(name, value),
                counts[value],
                address(chosen.data, **{name: None if value == wanted else value}),
                value == wanted,
            )
            for value in offered
        ],
    )


def order_of(chosen: RollFilter, name: str, counts: Counter[str]) -> Iterable[str]:
    """All values of a facet: newest first, then as the office orders them, then by code."""
    rounds = chosen.known.rounds
    if name == "title":
        titles = sorted({(one.title.order, one.title_id, one.title.slug) for one in rounds})
        return [slug for _, _, slug in titles]
    if name == "level":
        return list(TitleLevel.values)
    if name in OF_ROUND:
        return list(dict.fromkeys(OF_ROUND[name](one) for one in rounds))
    if name in ("province", "prefecture"):
        return list(chosen.known.areas)
    if name == "min_streak":
        wanted = chosen.form.cleaned_data[name]
        return [str(number) for number in sorted({*map(int, counts), *([int(wanted)] if wanted else [])})]
    return list({"kind": Place.Kind.values, "basis": Basis.values}[name])
