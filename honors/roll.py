"""The rows of the roll as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from honors import lines, partial_dates
from honors.filters import Known
from honors.models import Award, Standing
from honors.phrases import streak_phrase


@dataclass(frozen=True)
class Row:
    """An award beside what the record says of its place under its title.

    `streak` 至少三连冠, `as_of` 第十二届: a streak is always said as of a round; "" where there is none.
    """

    award: Award
    streak: str
    as_of: str
    title_href: str
    round_href: str

    @property
    def printed(self) -> str:
        """The name on the source, where it is not today's."""
        shown, place = self.award.shown, self.award.place
        return shown.name_printed if shown and place and shown.name_printed != place.name else ""

    @property
    def date(self) -> str:
        """The day of the naming, cut to what is known."""
        return partial_dates.iso(self.award.round.date, self.award.round.date_precision)


ON_PAGE = ("round__title", "place__province", "place__prefecture", "shown__sheet__source")


class Listed:
    """The awards of a query for a pager, when the facets have told how many there are.

    Only keys are sorted, and the few rows of a page are read by them: sorting whole rows costs several times as much.
    """

    def __init__(self, awards: QuerySet[Any], number: int) -> None:
        self.awards, self.number = awards, number

    def count(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[Award]:
        keys = list(self.awards.values_list("pk", flat=True)[part])
        found = Award.objects.select_related(*ON_PAGE).in_bulk(keys)
        return [found[key] for key in keys]


def rows(awards: Iterable[Award], known: Known) -> list[Row]:
    """One query, for the standings."""
    awards = list(awards)
    standings: dict[tuple[int | None, int], Standing] = {
        (one.place_id, one.title_id): one
        for one in Standing.objects.filter(place__in={award.place_id for award in awards})
    }
    # Fifty rows stand in a few rounds: their addresses are made once.
    href = cache(lambda name, slug: reverse(f"honors:{name}", args=[slug]))
    return [
        Row(
            award,
            *_told(award, known, standings),
            title_href=href("title", award.round.title.slug),
            round_href=href("round", award.round.slug),
        )
        for award in awards
    ]


def _told(
    award: Award, known: Known, standings: Mapping[tuple[int | None, int], Standing]
) -> tuple[str, str]:
    title = award.round.title
    stored = standings.get((award.place_id, title.pk))
    if stored is None:
        return "", ""
    told = derived(stored, rounds_known=title.rounds_known)
    as_of = known.cycles.get(title.pk, {}).get(told.as_of or 0)
    return streak_phrase(told), as_of.short if as_of else ""


def derived(stored: Standing, *, rounds_known: bool) -> lines.Standing:
    """What a stored standing says, for the phrases."""
    if not rounds_known:
        return lines.Standing(total=stored.total, rounds_known=False)
    return lines.standing(lines.Line.parse(stored.line))
