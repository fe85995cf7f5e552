"""What the records say about a printed claim: 六连冠, 第九次.

A verdict is computed whenever it is shown and never feeds a line. The rows of the table are tried in order
and the first that matches decides; only then is a confirmation lowered that rests on an unidentified source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from honors.lines import CLOSED, CONTESTED_LABEL, OPEN, Line, Mark
from honors.phrases import CycleNames, numeral


class ClaimKind(TextChoices):
    STREAK = "streak", "连冠"
    TOTAL = "total", "累计次数"


class VerdictKind(TextChoices):
    CONFIRMED = "confirmed", "已证实"
    CONSISTENT = "consistent", "相符"
    UNVERIFIABLE = "unverifiable", "无法核实"
    CONTRADICTED = "contradicted", "不符"


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a source prints: `value` in a row, or in all, as of the round of `cycle` (None: it names none)."""

    kind: ClaimKind
    value: int
    cycle: int | None

    def __post_init__(self) -> None:
        if self.value < 1:
            raise ValueError(f"a claim of {self.value}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is Chinese without a full stop; of a verdict that is not public it is for editors only."""

    kind: VerdictKind
    reason: str

    @property
    def public(self) -> bool:
        """A contradiction may be our own gap or misreading, so it goes to editors and not to the page."""
        return self.kind != VerdictKind.CONTRADICTED


def verdict(claim: ClaimFacts, line: Line | None, names: CycleNames) -> Verdict:
    """Judge a claim by the line of its place and title; None where the title's rounds are not all known.

    Hand in the line of the day on which the claim is judged: a revocation later than that day is not seen.
    `names` holds every cycle of the line.
    """
    if line is None:
        return Verdict(VerdictKind.UNVERIFIABLE, "该荣誉的历届名单尚未查全")
    if claim.cycle is None:
        return Verdict(VerdictKind.UNVERIFIABLE, "未注明截至哪一届")
    if not 1 <= claim.cycle <= len(line.cells):
        return Verdict(VerdictKind.UNVERIFIABLE, "所指的一届尚未收录")
    judge = _Streak if claim.kind == ClaimKind.STREAK else _Total
    return judge(claim.value, claim.cycle, line, names).verdict()


@dataclass(frozen=True, slots=True)
class _Judge:
    """The claim of `value` as of the cycle `end`."""

    value: int
    end: int
    line: Line
    names: CycleNames

    def full(self, cycles: Iterable[int]) -> str:
        return "、".join(self.names[cycle].full for cycle in cycles)

    def told(self, cycles: Iterable[int]) -> list[str]:
        """The cycles that are not named, one clause for each thing that is known of them."""
        by_label: dict[str, list[int]] = {}
        for cycle in cycles:
            if self.line.at(cycle).mark != Mark.NAMED:
                by_label.setdefault(self.line.at(cycle).label, []).append(cycle)
        return [self.full(each) + label for label, each in by_label.items()]

    def confirmed(self, needed: Iterable[int], clauses: list[str]) -> Verdict:
        """Confirmed, or lowered to consistent where a needed award has no identified source."""
        doubtful = [cycle for cycle in needed if not self.line.at(cycle).identified]
        if doubtful:
            reasons = [*clauses, f"{self.full(doubtful)}来源待补"]
            return Verdict(VerdictKind.CONSISTENT, "；".join(reasons))
        return Verdict(VerdictKind.CONFIRMED, "；".join(clauses))


class _Streak(_Judge):
    """The window is the claimed cycles, the one before it must not be named too."""

    def verdict(self) -> Verdict:
        if self.value > self.end:
            most = f"截至{self.names[self.end].full}至多{numeral(self.end)}连冠"
            return Verdict(VerdictKind.CONTRADICTED, most)
        window = range(self.end - self.value + 1, self.end + 1)
        before = self.end - self.value
        broken = self.told(cycle for cycle in window if self.line.at(cycle).mark in CLOSED)
        if broken:
            return Verdict(VerdictKind.CONTRADICTED, "；".join(broken))
        if before and self.line.at(before).mark == Mark.NAMED:
            return Verdict(VerdictKind.CONTRADICTED, f"更早一届{self.names[before].full}也已命名")
        named = [cycle for cycle in window if self.line.at(cycle).mark == Mark.NAMED]
        if not named:
            return Verdict(VerdictKind.UNVERIFIABLE, "；".join(self.told(window)))
        found = f"{self.full(named)}有命名记录"
        if len(named) < self.value:
            return Verdict(VerdictKind.CONSISTENT, "；".join([found, *self.told(window)]))
        return self.confirmed(named, [found, *self._open_before(before)])

    def _open_before(self, before: int) -> list[str]:
        if not before or self.line.at(before).mark not in OPEN:
            return []
        contested = self.line.at(before).contested
        told = CONTESTED_LABEL if contested else Mark.UNKNOWN.label
        return [f"更早一届{told}（{self.names[before].short}）"]


class _Total(_Judge):
    """The claimed number lies between the namings found and those that the open cycles leave room for."""

    def verdict(self) -> Verdict:
        named = self.line.cycles(Mark.NAMED, until=self.end)
        opened = self.line.cycles(*OPEN, until=self.end)
        found = f"已查得{len(named)}次" + (f"：{self.full(named)}" if named else "")
        if self.value < len(named):
            return Verdict(VerdictKind.CONTRADICTED, found)
        if self.value > len(named) + len(opened):
            closed = self.told(self.line.cycles(*CLOSED, until=self.end))
            most = f"截至{self.names[self.end].full}至多{len(named) + len(opened)}次"
            return Verdict(VerdictKind.CONTRADICTED, "；".join([most, *closed]))
        if not opened:
            return self.confirmed(named, [found, "各届名单齐全"])
        kind = VerdictKind.CONSISTENT if named else VerdictKind.UNVERIFIABLE
        return Verdict(kind, "；".join([found, *self.told(opened)]))
