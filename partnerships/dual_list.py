"""What the page of the dual list (双清单) tells of a year: progress by side, its items, and what sources report.

What would point at single items that are not public is withheld (``progress``): a reported total that the public
items fall short of by one or two, and the numbers of a list with one or two gaps that nothing explains. Where
numbers are withheld, nothing says so and nothing follows them: neither order nor exports nor anchors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects

from partnerships.dual_list_filters import SIDES, Known
from partnerships.models import DualListItem, Measure, ProgressNote, ReportedTotal, Stage
from partnerships.progress import Progress, is_on_time, progress, reveals


@dataclass(frozen=True)
class Part:
    """A piece of the bar: it begins at `start` and is `count` items long."""

    stage: str
    word: str
    start: int
    count: int


@dataclass(frozen=True)
class SideStory:
    """One side of a year. `withdrawn` are (number or None where numbers are withheld, item)."""

    side: str
    label: str
    progress: Progress
    withdrawn: list[tuple[int | None, DualListItem]]

    @property
    def parts(self) -> list[Part]:
        """The bar from what is done to what was given up; together they are all items."""
        told, start = [], 0
        for stage in (Stage.DONE, Stage.RUNNING, Stage.PLANNED, Stage.DROPPED):
            count = getattr(self.progress, stage)
            told.append(Part(stage.value, str(stage.label), start, count))
            start += count
        return told


@dataclass(frozen=True)
class Row:
    """A public item as the page prints it; the page prints no other number than `number`."""

    item: DualListItem
    number: int | None
    is_overdue: bool
    outcome: str  # 按期办结, 逾期办结, "" before it is done

    @property
    def label(self) -> str:
        return SIDES[self.item.side]


def sides(known: Known, year: int, today: date) -> list[SideStory]:
    """Both sides of a year, also one without items."""
    told = []
    for side, label in SIDES.items():
        prints = known.prints_numbers(year, side)
        withdrawn = [(item.number if prints else None, item) for item in known.withdrawn_of(year, side)]
        told.append(SideStory(side, label, progress(known.of(year, side), today), withdrawn))
    return told


def rows(items: Iterable[DualListItem], known: Known, today: date) -> list[Row]:
    """Items with their public notes, newest first, as ``public_notes``: one query."""
    items = list(items)
    public = Prefetch("notes", ProgressNote.objects.filter(public=True), to_attr="public_notes")
    prefetch_related_objects(items, public)
    return [row(item, known, today) for item in items]


def row(item: DualListItem, known: Known, today: date) -> Row:
    outcome = ""
    if item.stage == Stage.DONE:
        outcome = "按期办结" if is_on_time(item) else "逾期办结"
    number = item.number if known.prints_numbers(item.year, item.side) else None
    return Row(item, number, item.is_overdue(today), outcome)


def reported_totals(known: Known) -> list[ReportedTotal]:
    """What sources report, without totals of this list that would point at items that are not public."""
    totals = ReportedTotal.objects.select_related("place", "source")
    return [total for total in totals if not (total.is_own and tells_of_withheld(total, known))]


def tells_of_withheld(total: ReportedTotal, known: Known) -> bool:
    """Whether the public items of its year fall short of a total of this list by so few that it points at them.

    The page also explains withdrawn items, which the source may have counted or not, and gaps in the numbers that it
    prints: what is left of the total beside them must not point at single items either.
    """
    if total.year is None:
        return False
    shown, explained, gaps = known.of(total.year), 0, 0
    for side in SIDES:
        explained += len(known.withdrawn_of(total.year, side))
        gaps += known.printed_gaps(total.year, side)
    if total.measure == Measure.DONE:
        shown, gaps = [item for item in shown if item.stage == Stage.DONE], 0
    told = {len(shown) + some + missing for some in range(explained + 1) for missing in (0, gaps)}
    return any(reveals(total.value, number) for number in told)
