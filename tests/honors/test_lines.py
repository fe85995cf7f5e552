"""The table of marks, the arithmetic of bounds, and what is true of them whatever the records say."""

import datetime
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from honors.lines import Cell, Line, Mark, RoundFacts, bounds, cell, line, standing, tally
from tests.honors.line_strategies import (
    LATER,
    LONG_AGO,
    NAMES,
    TODAY,
    histories,
    lines,
    national,
    round_facts,
    run_up_to,
    worlds,
)

NAMED = RoundFacts(1, named=True, identified=True)
REVOKED = replace(NAMED, revoked_on=LONG_AGO)
PROPOSED = RoundFacts(1, proposed=True)
ABSENT = RoundFacts(1, absent=True)
CONFLICT = replace(NAMED, absent=True)
NOTHING = RoundFacts(1)


# The table: what is known per (place, cycle)


@pytest.mark.parametrize(
    ("rounds", "letter"),
    [
        # Y
        ([NAMED], "Y"),
        ([replace(NAMED, proposed=True)], "Y"),
        ([replace(NAMED, identified=False)], "Y"),
        ([replace(NAMED, revoked_on=LATER)], "Y"),
        ([NAMED, NOTHING, NOTHING], "Y"),
        ([NAMED, ABSENT, ABSENT], "Y"),
        ([NAMED, REVOKED], "Y"),
        ([NAMED, CONFLICT], "Y"),
        # R
        ([REVOKED], "R"),
        ([replace(NAMED, revoked_on=TODAY)], "R"),
        ([replace(REVOKED, absent=True)], "R"),
        ([REVOKED, NOTHING], "R"),
        ([REVOKED, ABSENT], "R"),
        ([REVOKED, CONFLICT], "R"),
        # P
        ([PROPOSED], "P"),
        ([replace(PROPOSED, revoked_on=LONG_AGO)], "P"),
        ([PROPOSED, NOTHING], "P"),
        ([PROPOSED, ABSENT], "P"),
        # N
        ([ABSENT], "N"),
        ([ABSENT, ABSENT, ABSENT], "N"),
        ([replace(PROPOSED, absent=True)], "N"),
        # ?
        ([NOTHING], "?"),
        ([], "?"),
        ([ABSENT, ABSENT, NOTHING], "?"),
        ([replace(NOTHING, revoked_on=LONG_AGO)], "?"),
        # conflict: unknown, and told apart
        ([CONFLICT], "!"),
        ([replace(CONFLICT, proposed=True)], "!"),
        ([replace(CONFLICT, revoked_on=LATER)], "!"),
        ([CONFLICT, ABSENT], "!"),
        ([CONFLICT, PROPOSED], "!"),
    ],
)
def test_every_row_of_the_table_of_marks(rounds: list[RoundFacts], letter: str) -> None:
    for order in permutations(rounds):
        assert cell(order, TODAY).letter == letter


def test_a_conflict_is_unknown_and_flagged_wherever_it_stands() -> None:
    assert cell([CONFLICT], TODAY) == Cell(Mark.UNKNOWN, conflict=True)
    assert cell([CONFLICT, NAMED], TODAY) == Cell(Mark.NAMED, conflict=True)
    assert cell([replace(REVOKED, absent=True)], TODAY) == Cell(Mark.REVOKED, conflict=True)
    assert not cell([NAMED, ABSENT], TODAY).conflict
    assert standing(line([CONFLICT, NAMED, replace(CONFLICT, cycle=3)], TODAY)).conflicts == (1, 3)


def test_an_award_is_revoked_from_the_day_on() -> None:
    day = datetime.date(2022, 5, 6)
    award = [replace(NAMED, revoked_on=day)]
    assert cell(award, day - datetime.timedelta(days=1)).mark == Mark.NAMED
    assert cell(award, day).mark == Mark.REVOKED


def test_one_identified_award_that_stands_identifies_the_cycle() -> None:
    unidentified = replace(NAMED, identified=False)
    assert cell([NAMED, unidentified], TODAY).identified
    assert not cell([unidentified], TODAY).identified
    assert not cell([unidentified, REVOKED], TODAY).identified


def test_a_line_reaches_to_the_last_cycle_and_knows_nothing_of_missing_ones() -> None:
    rounds = [RoundFacts(4, absent=True), RoundFacts(1, named=True), RoundFacts(2, proposed=True)]
    assert line(rounds, TODAY).text == "YP?N"
    assert line([], TODAY).text == ""


@pytest.mark.parametrize("cycle", [None, 0, -1])
def test_a_round_without_a_cycle_is_on_no_line(cycle: int | None) -> None:
    with pytest.raises(ValueError):
        line([NAMED, RoundFacts(cycle)], TODAY)


@given(lines)
def test_the_text_of_a_line_keeps_its_standing(given_line: Line) -> None:
    assert Line.parse(given_line.text) == given_line
    assert len(given_line.text) == len(given_line.cells)


@pytest.mark.parametrize("text", ["X", "y", "Y Y", "YＹ"])
def test_other_letters_are_no_line(text: str) -> None:
    with pytest.raises(ValueError):
        Line.parse(text)


@pytest.mark.parametrize("cycle", [0, -1, 4])
def test_a_line_has_no_other_cycles(cycle: int) -> None:
    assert Line.parse("YNP").at(3).mark == Mark.PROPOSED
    with pytest.raises(IndexError):
        Line.parse("YNP").at(cycle)


# The arithmetic


@pytest.mark.parametrize(
    ("text", "as_of", "lower", "upper", "total", "longest", "former"),
    [
        # no evidence: an empty line, and a line on which a proposal is all there is
        ("", None, 0, 0, 0, 0, False),
        ("????", None, 0, 0, 0, 0, False),
        ("NNNN", None, 0, 0, 0, 0, False),
        ("?PNP", None, 0, 0, 0, 0, False),
        # equal bounds
        ("YYY", 3, 3, 3, 3, 3, False),
        ("NYY", 3, 2, 2, 2, 2, False),
        ("YYNY", 4, 1, 1, 3, 2, False),
        # at least
        ("?YY", 3, 2, 3, 2, 2, False),
        ("Y?YY", 4, 2, 4, 3, 2, False),
        ("YNP?YY", 6, 2, 4, 3, 2, False),
        # a proposal is as unknown
        ("YPY", 3, 1, 3, 2, 1, False),
        ("YYP", 2, 2, 2, 2, 2, False),
        ("PYP", 2, 1, 2, 1, 1, False),
        # unknown since; a later N: former
        ("YYY??", 3, 3, 3, 3, 3, False),
        ("YYN", 2, 2, 2, 2, 2, True),
        ("?YYN?", 3, 2, 3, 2, 2, True),
        ("YY?N", 2, 2, 2, 2, 2, True),
        # a revocation ends a streak and is not in the total
        ("YYR", 3, 0, 0, 2, 2, False),
        ("YYRYY", 5, 2, 2, 4, 2, False),
        ("R", 1, 0, 0, 0, 0, False),
        ("YYRN", 3, 0, 0, 2, 2, True),
        ("?R?Y", 4, 1, 2, 1, 1, False),
        # a conflict stops the lower bound only, and is evidence
        ("Y!Y", 3, 1, 3, 2, 1, False),
        ("YYY!", 4, 0, 4, 3, 3, False),
        ("YYN!", 4, 0, 1, 2, 2, False),
        ("YY!?", 3, 0, 3, 2, 2, False),
    ],
)
def test_the_standing_of_a_line(
    text: str, as_of: int | None, lower: int, upper: int, total: int, longest: int, former: bool
) -> None:
    found = standing(Line.parse(text))
    assert (found.as_of, found.lower, found.upper) == (as_of, lower, upper)
    assert (found.total, found.longest, found.former) == (total, longest, former)
    assert found.exact == (lower == upper)
    assert found.rounds_known


def test_a_standing_tells_its_cycles() -> None:
    found = standing(Line.parse("RP?Y!YNP?N"))
    assert (found.first, found.last, found.end) == (4, 6, Mark.NAMED)
    assert (found.gaps, found.absent_after, found.open_after) == (3, (7, 10), (8, 9))
    assert found.conflicts == (5,)


@pytest.mark.parametrize(
    ("text", "end"), [("?", None), ("YR", Mark.REVOKED), ("Y!", Mark.UNKNOWN), ("YP", Mark.NAMED)]
)
def test_a_standing_tells_the_mark_in_which_its_streak_ends(text: str, end: Mark | None) -> None:
    assert standing(Line.parse(text)).end == end


def test_nothing_comes_after_no_evidence() -> None:
    found = standing(Line.parse("?PN"))
    assert (found.gaps, found.absent_after, found.open_after) == (0, (), ())


# The worked facts


def test_the_first_three_national_rounds_are_one_cycle() -> None:
    assert [line(national(ordinal), TODAY).text for ordinal in (1, 2, 3)] == ["Y?????????"] * 3
    assert line(national(absent=(1, 2)), TODAY).text == "??????????"
    assert line(national(absent=(1, 2, 3)), TODAY).text == "N?????????"
    assert NAMES[1].full == "第一至第三届（1991—1993年）"


def test_xuzhou_has_nine_in_a_row_by_round_eleven() -> None:
    found = standing(line(national(1, *range(4, 12)), TODAY))
    assert (found.lower, found.upper, found.as_of, found.total) == (9, 9, 9, 9)
    assert NAMES[9].full == "第十一届（2020年）"
    assert found.open_after == (10,)


def test_ten_in_a_row_is_the_most_anyone_can_have_in_2025() -> None:
    found = standing(line(national(*range(1, 13)), TODAY))
    assert (found.lower, found.upper, found.total) == (10, 10, 10)


def test_wuhai_has_at_least_three_in_a_row() -> None:
    found = standing(line(national(10, 11, 12), TODAY))
    assert (found.lower, found.upper, found.as_of, found.total) == (3, 10, 10, 3)


# A title whose rounds are not all known


def test_unknown_rounds_give_a_tally_and_no_streak() -> None:
    facts = [replace(each, cycle=None) for each in (NAMED, NAMED, REVOKED, PROPOSED, ABSENT, CONFLICT)]
    found = tally(facts, TODAY)
    assert (found.total, found.lower, found.upper, found.as_of) == (2, 0, 0, None)
    assert not found.rounds_known
    assert tally([], TODAY).total == 0


# Properties. MODEL says them in one line each; where the line is false as it stands, the test says what is true
# and a counterexample stands beside it.


@given(lines)
def test_the_bounds_are_the_least_and_the_greatest_that_any_possible_history_has(given_line: Line) -> None:
    found = standing(given_line)
    assume(found.as_of is not None)
    streaks = {run_up_to(world, found.as_of or 0) for world in worlds(given_line)}
    assert (min(streaks), max(streaks)) == (found.lower, found.upper)


@given(histories())
def test_bounds_total_and_longest_agree(facts: list[RoundFacts]) -> None:
    found = standing(line(facts, TODAY))
    assert 0 <= found.lower <= found.upper <= (found.as_of or 0)
    assert found.lower <= found.longest <= found.total
    assert (found.first is None) == (found.total == 0)


@given(histories(), st.randoms())
def test_order_never_matters(facts: list[RoundFacts], random: Random) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert line(shuffled, TODAY) == line(facts, TODAY)
    assert tally(shuffled, TODAY) == tally(facts, TODAY)


@given(histories(), st.data())
def test_a_complete_sheet_without_the_place_never_raises_the_upper_bound(
    facts: list[RoundFacts], data: st.DataObject
) -> None:
    """True as it stands; the lower bound falls by a conflict alone."""
    before = standing(line(facts, TODAY))
    index = data.draw(st.integers(0, len(facts) - 1))
    after = standing(line(_with(facts, index, absent=True), TODAY))
    assert after.upper <= before.upper
    assert after.as_of == before.as_of
    assert after.lower == before.lower or facts[index].named


@given(histories(), st.data())
def test_a_complete_sheet_with_the_place_never_raises_the_upper_bound_of_the_same_cycle(
    facts: list[RoundFacts], data: st.DataObject
) -> None:
    """A sheet that names the place may move the streak to a later cycle, so bounds are compared as of the same
    one; and it must not speak against a cycle that was closed: that is a conflict, or an award beside a revoked
    one.
    """
    before = line(facts, TODAY)
    index = data.draw(st.integers(0, len(facts) - 1))
    after = line(_with(facts, index, named=True), TODAY)
    assume(before.at(facts[index].cycle or 0).mark not in (Mark.NOT_NAMED, Mark.REVOKED))
    for end in range(1, len(before.cells) + 1):
        assert bounds(after, end)[1] <= bounds(before, end)[1]


def test_a_complete_sheet_with_the_place_may_raise_the_upper_bound() -> None:
    """Why the property above is narrower than MODEL's: a new last cycle, a conflict, and a second award."""
    assert standing(Line.parse("YN???")).upper == 1
    assert standing(Line.parse("YN??Y")).upper == 3
    assert (bounds(Line.parse("YNY"), 3), bounds(Line.parse("Y!Y"), 3)) == ((1, 1), (1, 3))
    assert [cell(rounds, TODAY).letter for rounds in ([REVOKED, NOTHING], [REVOKED, NAMED])] == ["R", "Y"]


@given(histories(), st.data())
def test_new_evidence_never_lowers_the_lower_bound_of_the_same_cycle(
    facts: list[RoundFacts], data: st.DataObject
) -> None:
    """Whatever was said as of a round stays true, and so do total and longest."""
    before = line(facts, TODAY)
    index = data.draw(st.integers(0, len(facts) - 1))
    after = line(_with(facts, index, named=True), TODAY)
    for end in range(1, len(before.cells) + 1):
        assert bounds(after, end)[0] >= bounds(before, end)[0]
    assert standing(after).total >= standing(before).total
    assert standing(after).longest >= standing(before).longest


@given(histories(), st.data())
def test_new_evidence_without_a_gap_never_lowers_the_lower_bound(
    facts: list[RoundFacts], data: st.DataObject
) -> None:
    """Up to the cycle after the last: also the bound that is shown never falls, but by conflict or revocation."""
    before = standing(line(facts, TODAY))
    near = [i for i, each in enumerate(facts) if (each.cycle or 0) <= (before.as_of or 0) + 1]
    index = data.draw(st.sampled_from(near))
    changed = _with(facts, index, named=True)
    assume(changed[index].mark(TODAY) == Mark.NAMED)
    assert standing(line(changed, TODAY)).lower >= before.lower


def test_new_evidence_beyond_a_gap_lowers_the_bound_that_is_shown() -> None:
    """Why MODEL's line holds as of one cycle only: the streak is now told as of a later round."""
    assert standing(Line.parse("YYY??")).lower == 3
    after = Line.parse("YYY?Y")
    assert (standing(after).as_of, standing(after).lower, standing(after).upper) == (5, 1, 5)
    assert (bounds(after, 3), standing(after).longest, standing(after).total) == ((3, 3), 3, 4)


@given(histories(), st.data())
def test_a_proposal_never_counts(facts: list[RoundFacts], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(facts) - 1))
    before = line(facts, TODAY)
    after = line(_with(facts, index, proposed=True), TODAY)
    assert standing(after) == standing(before)


@given(histories(), st.data())
def test_a_revocation_never_lengthens(facts: list[RoundFacts], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(facts) - 1))
    before = standing(line(facts, TODAY))
    after = standing(line(_with(facts, index, revoked_on=TODAY), TODAY))
    assert after.as_of == before.as_of
    assert after.lower <= before.lower and after.upper <= before.upper
    assert after.total <= before.total and after.longest <= before.longest


@given(histories())
def test_time_alone_never_lengthens(facts: list[RoundFacts]) -> None:
    moments = [LONG_AGO - datetime.timedelta(days=1), LONG_AGO, TODAY, LATER]
    found = [standing(line(facts, moment)) for moment in moments]
    assert [each.upper for each in found] == sorted((each.upper for each in found), reverse=True)
    assert [each.lower for each in found] == sorted((each.lower for each in found), reverse=True)


@given(histories(), st.integers(1, 4), st.booleans())
def test_later_unknown_cycles_change_nothing(facts: list[RoundFacts], count: int, proposed: bool) -> None:
    before = line(facts, TODAY)
    last = len(before.cells)
    later = [RoundFacts(last + 1 + number, proposed=proposed) for number in range(count)]
    after = standing(line([*facts, *later], TODAY))
    new = tuple(range(last + 1, last + 1 + count)) if after.as_of else ()
    unchanged = standing(before)
    assert after == replace(unchanged, open_after=unchanged.open_after + new)


@given(st.lists(round_facts(1), max_size=4))
def test_a_cell_is_evidence_where_any_source_says_named(rounds: list[RoundFacts]) -> None:
    assert cell(rounds, TODAY).evidence == any(each.named for each in rounds)


def _with(facts: list[RoundFacts], index: int, **changes: object) -> list[RoundFacts]:
    return [replace(each, **changes) if i == index else each for i, each in enumerate(facts)]  # type: ignore[arg-type]
