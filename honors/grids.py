"""The grid: places that the record names against the cycles of the national title, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from honors import pictures
from honors.lines import Line
from honors.models import (
    Award,
    AwardState,
    Basis,
    Place,
    RecipientKind,
    Round,
    Standing,
    Title,
    TitleLevel,
)
from honors.phrases import CycleNames, cycle_names
from honors.pictures import Square


@dataclass(frozen=True)
class Row:
    standing: Standing
    squares: list[Square]


class Grid:
    """The grid of one province (its code) or of all (""). An unknown code leaves the grid empty."""

    PER_PAGE = 50

    def __init__(self, province: str) -> None:
        self.code = province

    @cached_property
    def title(self) -> Title | None:
        """The first national title of places whose rounds are all known."""
        national = Title.objects.filter(level=TitleLevel.NATIONAL, recipient_kind=RecipientKind.PLACE)
        return national.filter(rounds_known=True).first()

    @cached_property
    def rounds(self) -> list[Round]:
        if self.title is None:
            return []
        return list(Round.objects.published().filter(title=self.title, cycle__isnull=False).order_by("date"))

    @cached_property
    def provinces(self) -> list[Place]:
        """The provinces that have a row, for the choice."""
        areas = self._all().values(area=Coalesce("place__province", "place"))
        return list(Place.objects.provinces().filter(pk__in=areas))

    @property
    def province(self) -> Place | None:
        return next((one for one in self.provinces if one.code == self.code), None)

    @property
    def standings(self) -> QuerySet[Standing]:
        """The rows in the order of their codes, so that a province stays together."""
        chosen = self._all()
        if self.code:
            # Compared here and not in the database: what a visitor types may be anything.
            area = self.province
            chosen = chosen.filter(Q(place__province=area) | Q(place=area)) if area else chosen.none()
        return chosen.select_related("place__province", "place__prefecture").order_by("place__code")

    def _all(self) -> QuerySet[Standing]:
        return Standing.objects.filter(title=self.title).exclude(line="")

    @cached_property
    def names(self) -> CycleNames:
        return cycle_names((one.cycle, one.ordinal, one.year) for one in self.rounds if one.cycle)

    @cached_property
    def years(self) -> dict[int, str]:
        return pictures.cycle_years((one.cycle, one.year) for one in self.rounds if one.cycle)

    @property
    def heads(self) -> list[tuple[str, str]]:
        """The years of each cycle and its rounds, for the heads of the columns."""
        return [(self.years[cycle], self.names[cycle].short) for cycle in self.names]

    def rows(self, standings: Iterable[Standing]) -> list[Row]:
        """The squares of some standings."""
        chosen = list(standings)
        applied = self._applied({one.place_id for one in chosen})
        return [
            Row(one, pictures.squares(Line.parse(one.line), self.years, self.names, applied[one.place_id]))
            for one in chosen
        ]

    def _applied(self, places: set[int]) -> defaultdict[int, set[int]]:
        """By place the cycles of which only an application is held."""
        awards = Award.objects.public().filter(
            round__title=self.title, place__in=places, state=AwardState.PROPOSED, basis=Basis.APPLICATION
        )
        found: defaultdict[int, set[int]] = defaultdict(set)
        for place, cycle in awards.filter(round__cycle__isnull=False).values_list("place", "round__cycle"):
            found[place or 0].add(cycle or 0)
        return found
