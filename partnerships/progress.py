"""What the dual list adds up to: done rate (办结率), on-time rate (按期率), and which totals may be told.

Pure functions over what is public. A total that is larger than what is shown by one or two says, by subtraction,
that so few items are withheld, and with a rate beside it how they stand: such a total is withheld too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

# Statistics calls a difference below this a small number: it points at single items.
SMALL = 3


class Item(Protocol):
    """What of an item is counted: ``DualListItem``, or a row with its columns."""

    @property
    def stage(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def done_on(self) -> date | None: ...


@dataclass(frozen=True)
class Progress:
    """Counts of public items on a day.

    `due` are those whose outcome is known: done, or past their due date at whatever stage; `on_time` are done by
    their due date.
    """

    total: int = 0
    done: int = 0
    running: int = 0
    planned: int = 0
    dropped: int = 0
    overdue: int = 0
    due: int = 0
    on_time: int = 0

    @property
    def done_rate(self) -> int | None:
        """Per cent of all items that are done; None where there are none."""
        return per_cent(self.done, self.total)

    @property
    def on_time_rate(self) -> int | None:
        """Per cent of the items with an outcome that were done by their due date; None where there are none."""
        return per_cent(self.on_time, self.due)


def progress(items: Iterable[Item], today: date) -> Progress:
    """Count items. `today` is the office's day: an item is overdue from the midnight after its due date."""
    counts = dict.fromkeys(Progress.__dataclass_fields__, 0)
    for item in items:
        is_done, is_past = item.stage == "done", item.due_on is not None and item.due_on < today
        counts["total"] += 1
        counts[item.stage] += 1
        counts["overdue"] += is_past and item.stage in ("planned", "running")
        counts["due"] += is_done or is_past
        counts["on_time"] += is_done and is_on_time(item)
    return Progress(**counts)


def is_on_time(item: Item) -> bool:
    """Whether a done item was done by its due date."""
    return item.done_on is not None and item.due_on is not None and item.done_on <= item.due_on


def per_cent(part: int, whole: int) -> int | None:
    """Rounded half up, but never to 100 while something is missing, nor to 0 while there is something."""
    if whole == 0:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return rounded


def reveals(larger: int, shown: int) -> bool:
    """Whether a total beside what is shown would point at single withheld items."""
    return 0 < larger - shown < SMALL


def numbers_tell(numbers: Iterable[int], known_gaps: Iterable[int] = ()) -> bool:
    """Whether the numbers of the shown items may be printed: gaps in them would point at withheld items.

    `known_gaps` are numbers that the page itself explains (withdrawn with a notice).
    """
    told = {*numbers, *known_gaps}
    return not reveals(max(told, default=0), len(told))
