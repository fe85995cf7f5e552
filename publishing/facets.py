"""Facets: what else a list can be narrowed to, how many rows that would leave, and what is chosen.

Each facet counts under the other active filters. One grouped query can serve several facets (``tally``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet

from publishing.filters import SORT, KnownFilterSet


@dataclass(frozen=True)
class Choice:
    """A value of a facet: the link turns it on, or off where it is on."""

    word: str
    count: int
    href: str
    is_on: bool


@dataclass(frozen=True)
class Facet:
    """`is_long`: the words are long, so that the page gives each more room."""

    name: str
    label: str
    choices: list[Choice]
    is_long: bool = False

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.is_on), None)


@dataclass(frozen=True)
class Active:
    """A filter in force, with the link that removes it."""

    label: str
    word: str
    href: str


@dataclass(frozen=True)
class Head:
    """A column that sorts: where its link leads, and how the table is sorted now, for ``aria-sort`` ("" if not)."""

    label: str
    href: str
    sorted: str


@dataclass(frozen=True)
class Tally:
    """Counts of several facets out of one grouped query; `groups` and `rows` stand under all filters."""

    counts: dict[str, Counter[str]]
    groups: int
    rows: int


# --- addresses --------------------------------------------------------------------------------------------


def address(chosen: KnownFilterSet, **changes: str | None) -> str:
    """The address with some parameters set or (None) removed; always of the first page."""
    wanted = {name: chosen.data.get(name) for name in ("q", *chosen.facet_names, SORT)} | changes
    return f"?{urlencode({name: value for name, value in wanted.items() if value})}"


def active(chosen: KnownFilterSet) -> list[Active]:
    """The filters in force, right or wrong, in the order of the facets."""
    return [
        Active(str(chosen.filters[name].label), chosen.word(name, value), address(chosen, **{name: None}))
        for name in ("q", *chosen.facet_names)
        if (value := chosen.data.get(name, "").strip())
    ]


def heads(
    chosen: KnownFilterSet, labels: Mapping[str, str], *, rising: Collection[str] = ()
) -> dict[str, Head]:
    """The columns that sort, by the name of their order: from the greatest first, those `rising` from the least."""
    now = chosen.order
    told = {}
    for name, label in labels.items():
        first, second = (name, f"-{name}") if name in rising else (f"-{name}", name)
        told[name] = Head(
            label,
            address(chosen, sort=second if now == first else first),
            "" if now.lstrip("-") != name else "descending" if now.startswith("-") else "ascending",
        )
    return told


# --- counts -----------------------------------------------------------------------------------------------


def facet(
    chosen: KnownFilterSet, name: str, counts: Counter[str], values: Iterable[str], *, is_long: bool = False
) -> Facet:
    """Those of the ordered values that leave something, and the chosen one. The filters must be right."""
    wanted = str(chosen.form.cleaned_data[name] or "")
    return Facet(
        name,
        str(chosen.filters[name].label),
        [
            Choice(
                chosen.word(name, value),
                counts[value],
                address(chosen, **{name: None if value == wanted else value}),
                value == wanted,
            )
            for value in values
            if counts[value] or value == wanted
        ],
        is_long,
    )


class Counting:
    """Counts of several facets, each of which leaves out its own filter and heeds the others."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in wanted}
        self.heeded = [(name, value) for name, value in wanted.items() if value]

    def add(self, values: Mapping[str, Collection[str]], number: int = 1) -> bool:
        """Count rows by all that they are under each facet; whether they stand under all filters."""
        misses = [name for name, value in self.heeded if value not in values[name]]
        for name in self.counts if not misses else misses if len(misses) == 1 else ():
            for value in values[name]:
                self.counts[name][value] += number
        return not misses


def tally(
    groups: Iterable[tuple[Any, int]], wanted: dict[str, str], values: Callable[[Any], dict[str, str]]
) -> Tally:
    """Sum up groups that have one value under each facet."""
    counting, held, rows = Counting(wanted), 0, 0
    for group, count in groups:
        if counting.add({name: (value,) for name, value in values(group).items()}, count):
            held, rows = held + 1, rows + count
    return Tally(counting.counts, held, rows)


def grouped(rows: QuerySet[Any], name: str) -> Counter[Any]:
    """How many rows there are per value of a column."""
    return Counter(dict(rows.order_by().values_list(name).annotate(number=Count("pk")).iterator()))
