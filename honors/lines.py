"""The line of a place under one title: one mark per cycle, and the streak that the marks allow.

Values in, values out: whoever calls gathers the records. Only what a second person verified and nobody
voided may be handed in. Cycles count from 1 and are what streaks run over; a cycle may have several rounds.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Self

from django.db.models import TextChoices


class Mark(TextChoices):
    """What is known of a place in one cycle."""

    NAMED = "Y", "已命名"
    REVOKED = "R", "命名已撤销"
    PROPOSED = "P", "仅有公示或申报"
    NOT_NAMED = "N", "未获命名"
    UNKNOWN = "?", "名单未收齐"


OPEN = frozenset({Mark.UNKNOWN, Mark.PROPOSED})  # a proposal is no naming, so it says as little
CLOSED = frozenset({Mark.NOT_NAMED, Mark.REVOKED})  # ends every streak
CONTESTED = "!"  # in the text of a line: unknown, because the sources contradict each other
CONTESTED_LABEL = "记载不一"


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What the verified records say of one place in one round. One per round, also where they say nothing.

    `cycle` is None where the rounds of the title are not all known. `named`: evidence with the basis list or
    report. `identified`: at least one such evidence has an identified source. `proposed`: evidence with the
    basis notice or application. `absent`: a complete sheet covers the place (nation, province or prefecture)
    and lacks it. `revoked_on`: the day on which the award was revoked; without `named` it says nothing.
    """

    cycle: int | None
    named: bool = False
    identified: bool = False
    proposed: bool = False
    absent: bool = False
    revoked_on: datetime.date | None = None

    @property
    def conflict(self) -> bool:
        """Named by one source and absent from a complete list: a finding for editors."""
        return self.named and self.absent

    def mark(self, on: datetime.date) -> Mark:
        """The mark of this round alone on the day `on`.

        A revoked award is revoked even where a list lacks the place: either way the place does not hold it.
        A place that was proposed and is absent from the complete list was not named.
        """
        if self.named and self.revoked_on is not None and self.revoked_on <= on:
            return Mark.REVOKED
        if self.conflict:
            return Mark.UNKNOWN
        if self.named:
            return Mark.NAMED
        if self.absent:
            return Mark.NOT_NAMED
        return Mark.PROPOSED if self.proposed else Mark.UNKNOWN


@dataclass(frozen=True, slots=True)
class Cell:
    """One cycle of a line. `conflict`: in one of its rounds the sources contradict each other.

    `identified` is False where the mark is NAMED and rests only on unidentified sources.
    """

    mark: Mark
    conflict: bool = False
    identified: bool = True

    @property
    def contested(self) -> bool:
        """Unknown because of a conflict, not for want of a list."""
        return self.conflict and self.mark == Mark.UNKNOWN

    @property
    def evidence(self) -> bool:
        """Whether a source says that the place was named, be it revoked or contested since.

        Proposals are not evidence: a 公示 must not move a streak. Revoked and contested namings are, since
        without them the streak before would come back to light, and a revocation would lengthen.
        """
        return self.mark in (Mark.NAMED, Mark.REVOKED) or self.contested

    @property
    def letter(self) -> str:
        return CONTESTED if self.contested else self.mark.value

    @property
    def label(self) -> str:
        return CONTESTED_LABEL if self.contested else str(self.mark.label)


def cell(rounds: Iterable[RoundFacts], on: datetime.date) -> Cell:
    """The cell of a cycle from its rounds, in any order, on the day `on`.

    One naming that stands is enough to be named; not named asks for absence from a complete list in every
    round. A cycle without rounds is unknown.
    """
    facts = list(rounds)
    marks = [each.mark(on) for each in facts]
    conflict = any(each.conflict for each in facts)
    if Mark.NAMED in marks:
        standing_awards = (each for each, mark in zip(facts, marks, strict=True) if mark == Mark.NAMED)
        return Cell(Mark.NAMED, conflict, any(each.identified for each in standing_awards))
    if Mark.REVOKED in marks:
        return Cell(Mark.REVOKED, conflict)
    if conflict:
        return Cell(Mark.UNKNOWN, conflict)
    if marks and all(mark == Mark.NOT_NAMED for mark in marks):
        return Cell(Mark.NOT_NAMED)
    return Cell(Mark.PROPOSED if Mark.PROPOSED in marks else Mark.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of cycle 1, 2, 3 … up to the last cycle of the title."""

    cells: tuple[Cell, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The line behind `text`. ValueError for a letter that is no mark.

        Bounds and standings are those of the line that was written; what the text does not carry is whether
        a named cell is identified, or has a conflict in another round of its cycle.
        """
        return cls(
            tuple(Cell(Mark.UNKNOWN, True) if each == CONTESTED else Cell(Mark(each)) for each in text)
        )

    @property
    def text(self) -> str:
        """One letter per cycle, such as `??NYP`: the marks, and `!` for a contested cell."""
        return "".join(each.letter for each in self.cells)

    def at(self, cycle: int) -> Cell:
        if not 1 <= cycle <= len(self.cells):
            raise IndexError(f"no cycle {cycle} in a line of {len(self.cells)}")
        return self.cells[cycle - 1]

    def cycles(self, *marks: Mark, until: int | None = None) -> tuple[int, ...]:
        """The cycles that bear one of the marks, in order, up to and including `until`."""
        return tuple(cycle for cycle, each in enumerate(self.cells[:until], start=1) if each.mark in marks)


def line(rounds: Iterable[RoundFacts], on: datetime.date) -> Line:
    """The line on the day `on` from all rounds of a title, in any order.

    Every published round of the title belongs in, also those of which nothing is known; a cycle that has
    none is unknown. ValueError where a round has no cycle: such a title has a tally and no line.
    """
    by_cycle: defaultdict[int, list[RoundFacts]] = defaultdict(list)
    for facts in rounds:
        if facts.cycle is None or facts.cycle < 1:
            raise ValueError(f"a round with cycle {facts.cycle} is on no line")
        by_cycle[facts.cycle].append(facts)
    length = max(by_cycle, default=0)
    return Line(tuple(cell(by_cycle.get(cycle, ()), on) for cycle in range(1, length + 1)))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a line says, to be stored, filtered and sorted on. Cycles are numbers, None where there is none.

    `as_of`: the last cycle with evidence, in which the streak ends, and `end` its mark (UNKNOWN: contested).
    `lower` and `upper` bound the streak. `total`: cycles named, revoked ones left out; `first`, `last` and
    `longest` (a run of cycles) are taken from the same cycles. `gaps`: how many cycles up to `as_of` are open.
    `absent_after` and `open_after`: the later cycles without the place, and those that are not known.
    `conflicts`: cycles in which sources contradict each other.
    """

    lower: int = 0
    upper: int = 0
    as_of: int | None = None
    end: Mark | None = None
    total: int = 0
    longest: int = 0
    first: int | None = None
    last: int | None = None
    gaps: int = 0
    absent_after: tuple[int, ...] = ()
    open_after: tuple[int, ...] = ()
    conflicts: tuple[int, ...] = ()
    rounds_known: bool = True

    @property
    def exact(self) -> bool:
        return self.lower == self.upper

    @property
    def former(self) -> bool:
        """The place is known to have missed a cycle since: its streak is over (曾N连冠)."""
        return bool(self.absent_after)


def bounds(of: Line, end: int) -> tuple[int, int]:
    """The least and the greatest streak that may end in the cycle `end`.

    A conflict or a gap stops the least and not the greatest; what is known to be missing stops both.
    """
    back = [each.mark for each in reversed(of.cells[:end])]
    lower = sum(1 for _ in takewhile(lambda mark: mark == Mark.NAMED, back))
    upper = sum(1 for _ in takewhile(lambda mark: mark not in CLOSED, back))
    return lower, upper


def standing(of: Line) -> Standing:
    """The standing of a place on this line; all zeros where no source says that it was ever named."""
    as_of = max((cycle for cycle, each in enumerate(of.cells, start=1) if each.evidence), default=0)
    lower, upper = bounds(of, as_of)
    named = of.cycles(Mark.NAMED)
    opened = of.cycles(*OPEN)
    return Standing(
        lower=lower,
        upper=upper,
        as_of=as_of or None,
        end=of.at(as_of).mark if as_of else None,
        total=len(named),
        longest=_longest_run(of.cells),
        first=min(named, default=None),
        last=max(named, default=None),
        gaps=sum(1 for cycle in opened if cycle <= as_of),
        # Before any evidence there is nothing to come after.
        absent_after=tuple(cycle for cycle in of.cycles(Mark.NOT_NAMED) if cycle > as_of > 0),
        open_after=tuple(cycle for cycle in opened if cycle > as_of > 0),
        conflicts=tuple(cycle for cycle, each in enumerate(of.cells, start=1) if each.conflict),
    )


def tally(rounds: Iterable[RoundFacts], on: datetime.date) -> Standing:
    """The standing under a title whose rounds are not all known: a number of namings found, no streak."""
    total = sum(1 for facts in rounds if facts.mark(on) == Mark.NAMED)
    return Standing(total=total, rounds_known=False)


def _longest_run(cells: Sequence[Cell]) -> int:
    runs = groupby(each.mark == Mark.NAMED for each in cells)
    return max((sum(1 for _ in run) for named, run in runs if named), default=0)
