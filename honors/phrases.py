"""How standings are said in Chinese.

A streak is said as of a round (截至第十一届（2020年）九连冠，第十二届名单未收齐), a total with an Arabic number
(命名3次): the two are different numbers and look different. Nobody says 一连冠, so a streak of one is told as a total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from honors.lines import CONTESTED_LABEL, Mark, Standing

DIGITS = "零一二三四五六七八九"
NO_RECORD = "尚无有效命名记录"  # true also where a naming was revoked or is contested


def numeral(number: int) -> str:
    """一 to 九十九. ValueError beyond."""
    if not 1 <= number <= 99:
        raise ValueError(f"no numeral for {number}")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones else "")


@dataclass(frozen=True, slots=True)
class CycleName:
    """A cycle by the names of its rounds: `short` 第十一届, `full` 第十一届（2020年）."""

    short: str
    full: str


CycleNames = Mapping[int, CycleName]


def cycle_names(rounds: Iterable[tuple[int, int | None, int]]) -> dict[int, CycleName]:
    """The names of all cycles from the (cycle, ordinal or None, year) of their rounds, in any order.

    A cycle whose rounds are not recorded, between others that are, is called 第三轮.
    """
    by_cycle: defaultdict[int, list[tuple[int | None, int]]] = defaultdict(list)
    for cycle, ordinal, year in rounds:
        by_cycle[cycle].append((ordinal, year))
    return {cycle: _cycle_name(cycle, by_cycle[cycle]) for cycle in range(1, max(by_cycle, default=0) + 1)}


def _cycle_name(cycle: int, rounds: list[tuple[int | None, int]]) -> CycleName:
    if not rounds:
        return CycleName(f"第{numeral(cycle)}轮", f"第{numeral(cycle)}轮")
    years = sorted({year for _, year in rounds})
    dates = f"{years[0]}—{years[-1]}年" if len(years) > 2 else "、".join(f"{year}年" for year in years)
    ordinals = sorted(ordinal for ordinal, _ in rounds if ordinal is not None)
    if len(ordinals) < len(rounds):
        return CycleName(dates, dates)
    in_a_row = ordinals == list(range(ordinals[0], ordinals[-1] + 1))
    if len(ordinals) > 2 and in_a_row:
        short = f"第{numeral(ordinals[0])}至第{numeral(ordinals[-1])}届"
    else:
        short = "、".join(f"第{numeral(ordinal)}届" for ordinal in ordinals)
    return CycleName(short, f"{short}（{dates}）")


def total_phrase(standing: Standing) -> str:
    """命名3次, 至少命名3次 while a cycle is not known, 已查得3次 while the rounds themselves are not."""
    return _total(standing, open_cycles=standing.gaps + len(standing.open_after))


def streak_phrase(standing: Standing) -> str:
    """The streak without its round: 三连冠, 至少三连冠, 曾二连冠, 命名1次; a total where there is no streak."""
    return _streak(standing, open_cycles=standing.gaps + len(standing.open_after))


def as_of_phrase(standing: Standing, names: CycleNames) -> str:
    """The streak as of its round, and what is known of the cycles since."""
    if standing.as_of is None:
        return streak_phrase(standing)
    streak, as_of = _streak(standing, open_cycles=standing.gaps), names[standing.as_of].full
    if standing.end != Mark.NAMED:
        said = f"{as_of}{streak}"
    elif standing.former and standing.lower > 1:
        said = f"{streak}，截至{as_of}"
    else:
        said = f"截至{as_of}{streak}"
    since = [(standing.absent_after, Mark.NOT_NAMED.label), (standing.open_after, Mark.UNKNOWN.label)]
    later = [_short_list(cycles, names) + label for cycles, label in since if cycles]
    return "，".join([said, *later])


def _short_list(cycles: Sequence[int], names: CycleNames) -> str:
    """第六届、第八届至第十二届: three or more in a row are told by the first and the last."""
    runs: list[list[int]] = []
    for cycle in cycles:
        if runs and cycle == runs[-1][-1] + 1:
            runs[-1].append(cycle)
        else:
            runs.append([cycle])
    return "、".join(
        f"{names[run[0]].short}至{names[run[-1]].short}"
        if len(run) > 2
        else "、".join(names[cycle].short for cycle in run)
        for run in runs
    )


def _streak(standing: Standing, *, open_cycles: int) -> str:
    if standing.end == Mark.REVOKED:
        return str(Mark.REVOKED.label)
    if standing.end == Mark.UNKNOWN:
        return f"命名{CONTESTED_LABEL}"
    if standing.lower < 2:
        return _total(standing, open_cycles=open_cycles)
    former = "曾" if standing.former else ""
    at_least = "" if standing.exact else "至少"
    return f"{former}{at_least}{numeral(standing.lower)}连冠"


def _total(standing: Standing, *, open_cycles: int) -> str:
    if not standing.total:
        return NO_RECORD
    if not standing.rounds_known:
        return f"已查得{standing.total}次"
    return f"{'至少' if open_cycles else ''}命名{standing.total}次"
