"""The facets of the roll: how many awards each value of a parameter would leave.

Three grouped queries serve all nine facets: what is said of a round or of a place is summed up here, so the
database counts every award once per query and joins little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from honors.filters import OF_PLACE, OF_ROUND, RollFilter, with_standing
from honors.models import Basis, Place, TitleLevel
from publishing.facets import Facet, Tally, facet, grouped, tally

# Facets whose values are long words.
LONG = ("title", "round")


@dataclass(frozen=True)
class Facets:
    """All facets that offer something, and what they add up to for the rows of the page."""

    facets: list[Facet]
    rows: int
    places: int
    proposals: int


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
    told = (
        facet(chosen, name, counts[name], order_of(chosen, name, counts[name]), is_long=name in LONG)
        for name in chosen.facet_names
        if is_offered(chosen, name)
    )
    return Facets([one for one in told if one.choices], of_round.rows, of_place.groups, proposals)


def is_offered(chosen: RollFilter, name: str) -> bool:
    """More than three hundred prefectures are no choice: they are offered within a province."""
    given = chosen.form.cleaned_data
    return name != "prefecture" or bool(given["province"] or given["prefecture"])


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
