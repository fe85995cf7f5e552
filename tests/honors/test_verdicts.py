"""The table of verdicts, row by row, and what is true of every verdict."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honors.lines import Line, line
from honors.verdicts import ClaimFacts, ClaimKind, Verdict, VerdictKind, verdict
from tests.honors.line_strategies import LONG_AGO, NAMES, TODAY, lines, national, run_up_to, worlds

STREAK, TOTAL = ClaimKind.STREAK, ClaimKind.TOTAL
CONFIRMED, CONSISTENT = VerdictKind.CONFIRMED, VerdictKind.CONSISTENT
UNVERIFIABLE, CONTRADICTED = VerdictKind.UNVERIFIABLE, VerdictKind.CONTRADICTED


def judge(kind: ClaimKind, value: int, text: str, cycle: int | None = None) -> Verdict:
    """The verdict on a claim as of the last cycle of the line, unless another is given."""
    given_line = Line.parse(text)
    return verdict(ClaimFacts(kind, value, cycle or len(given_line.cells)), given_line, NAMES)


# The table: row 1


@pytest.mark.parametrize("kind", ClaimKind)
def test_an_unknown_round_or_unknown_rounds_cannot_be_judged(kind: ClaimKind) -> None:
    full = Line.parse("YYY")
    assert verdict(ClaimFacts(kind, 3, None), full, NAMES) == Verdict(UNVERIFIABLE, "未注明截至哪一届")
    assert verdict(ClaimFacts(kind, 3, 3), None, NAMES) == Verdict(UNVERIFIABLE, "该荣誉的历届名单尚未查全")
    assert verdict(ClaimFacts(kind, 3, None), None, {}) == Verdict(UNVERIFIABLE, "该荣誉的历届名单尚未查全")
    for cycle in (0, 4):
        assert verdict(ClaimFacts(kind, 3, cycle), full, NAMES) == Verdict(UNVERIFIABLE, "所指的一届尚未收录")


@pytest.mark.parametrize("kind", ClaimKind)
def test_the_first_row_goes_before_a_contradiction(kind: ClaimKind) -> None:
    assert verdict(ClaimFacts(kind, 9, 3), Line.parse("NNN"), NAMES).kind == CONTRADICTED
    assert verdict(ClaimFacts(kind, 9, None), Line.parse("NNN"), NAMES).kind == UNVERIFIABLE


# The table: streaks


@pytest.mark.parametrize(
    ("value", "text", "kind", "reason"),
    [
        # n > e
        (4, "YYY", CONTRADICTED, "截至第五届（1997年）至多三连冠"),
        (4, "NRN", CONTRADICTED, "截至第五届（1997年）至多三连冠"),
        # any N or R in W
        (2, "YNY", CONTRADICTED, "第四届（1994年）未获命名"),
        (2, "?NY", CONTRADICTED, "第四届（1994年）未获命名"),
        (3, "YRY", CONTRADICTED, "第四届（1994年）命名已撤销"),
        (2, "YYN", CONTRADICTED, "第五届（1997年）未获命名"),
        (4, "?NRN", CONTRADICTED, "第四届（1994年）、第六届（2000年）未获命名；第五届（1997年）命名已撤销"),
        (1, "??N", CONTRADICTED, "第五届（1997年）未获命名"),
        # v = Y
        (2, "YYY", CONTRADICTED, "更早一届第一至第三届（1991—1993年）也已命名"),
        (2, "Y?Y", CONTRADICTED, "更早一届第一至第三届（1991—1993年）也已命名"),
        (1, "Y?", CONTRADICTED, "更早一届第一至第三届（1991—1993年）也已命名"),
        (1, "?YP", CONTRADICTED, "更早一届第四届（1994年）也已命名"),
        (2, "YN?", CONTRADICTED, "第四届（1994年）未获命名"),
        (2, "Y?N", CONTRADICTED, "第五届（1997年）未获命名"),
        # W all Y
        (3, "YYY", CONFIRMED, "第一至第三届（1991—1993年）、第四届（1994年）、第五届（1997年）有命名记录"),
        (2, "NYY", CONFIRMED, "第四届（1994年）、第五届（1997年）有命名记录"),
        (2, "RYY", CONFIRMED, "第四届（1994年）、第五届（1997年）有命名记录"),
        (2, "?YY", CONFIRMED, "第四届（1994年）、第五届（1997年）有命名记录；更早一届名单未收齐（第一至第三届）"),
        (2, "PYY", CONFIRMED, "第四届（1994年）、第五届（1997年）有命名记录；更早一届名单未收齐（第一至第三届）"),
        (1, "Y!Y", CONFIRMED, "第五届（1997年）有命名记录；更早一届记载不一（第四届）"),
        # W has Y and ?
        (3, "YY?", CONSISTENT, "第一至第三届（1991—1993年）、第四届（1994年）有命名记录；第五届（1997年）名单未收齐"),
        (3, "??Y", CONSISTENT, "第五届（1997年）有命名记录；第一至第三届（1991—1993年）、第四届（1994年）名单未收齐"),
        (2, "NPY", CONSISTENT, "第五届（1997年）有命名记录；第四届（1994年）仅有公示或申报"),
        (3, "P!Y", CONSISTENT, "第五届（1997年）有命名记录；第一至第三届（1991—1993年）仅有公示或申报；第四届（1994年）记载不一"),
        # W has no Y
        (2, "N??", UNVERIFIABLE, "第四届（1994年）、第五届（1997年）名单未收齐"),
        (1, "N?P", UNVERIFIABLE, "第五届（1997年）仅有公示或申报"),
        (1, "??!", UNVERIFIABLE, "第五届（1997年）记载不一"),
    ],
)  # fmt: skip
def test_every_row_on_streaks(value: int, text: str, kind: VerdictKind, reason: str) -> None:
    found = judge(STREAK, value, text)
    assert (found.kind, found.reason) == (kind, reason)
    assert found.public == (kind != CONTRADICTED)


def test_a_streak_is_judged_as_of_its_own_round() -> None:
    """What came later, or was named long before, does not touch it."""
    assert judge(STREAK, 2, "YNYYN", cycle=4).kind == CONFIRMED
    assert judge(STREAK, 2, "YNYYY", cycle=4).kind == CONFIRMED
    assert judge(STREAK, 2, "NYYNY", cycle=5).kind == CONTRADICTED


# The table: totals


@pytest.mark.parametrize(
    ("value", "text", "kind", "reason"),
    [
        # n < L
        (1, "NYY", CONTRADICTED, "已查得2次：第四届（1994年）、第五届（1997年）"),
        (1, "?Y?Y", CONTRADICTED, "已查得2次：第四届（1994年）、第六届（2000年）"),
        # n > L + unknown
        (3, "NYY", CONTRADICTED, "截至第五届（1997年）至多2次；第一至第三届（1991—1993年）未获命名"),
        (5, "?Y!RNP", CONTRADICTED, "截至第八届（2008年）至多4次；第六届（2000年）命名已撤销；第七届（2004年）未获命名"),
        (4, "YYY", CONTRADICTED, "截至第五届（1997年）至多3次"),
        (1, "NN", CONTRADICTED, "截至第四届（1994年）至多0次；第一至第三届（1991—1993年）、第四届（1994年）未获命名"),
        # n = L and nothing unknown
        (2, "YNY", CONFIRMED, "已查得2次：第一至第三届（1991—1993年）、第五届（1997年）；各届名单齐全"),
        (1, "RNY", CONFIRMED, "已查得1次：第五届（1997年）；各届名单齐全"),
        # L ≥ 1
        (2, "Y?Y", CONSISTENT, "已查得2次：第一至第三届（1991—1993年）、第五届（1997年）；第四届（1994年）名单未收齐"),
        (3, "YPY", CONSISTENT, "已查得2次：第一至第三届（1991—1993年）、第五届（1997年）；第四届（1994年）仅有公示或申报"),
        (3, "?Y!", CONSISTENT, "已查得1次：第四届（1994年）；第一至第三届（1991—1993年）名单未收齐；第五届（1997年）记载不一"),
        (2, "N!Y", CONSISTENT, "已查得1次：第五届（1997年）；第四届（1994年）记载不一"),
        # L = 0
        (1, "N?", UNVERIFIABLE, "已查得0次；第四届（1994年）名单未收齐"),
        (2, "P!", UNVERIFIABLE, "已查得0次；第一至第三届（1991—1993年）仅有公示或申报；第四届（1994年）记载不一"),
    ],
)  # fmt: skip
def test_every_row_on_totals(value: int, text: str, kind: VerdictKind, reason: str) -> None:
    found = judge(TOTAL, value, text)
    assert (found.kind, found.reason) == (kind, reason)
    assert found.public == (kind != CONTRADICTED)


def test_a_total_is_judged_as_of_its_own_round() -> None:
    assert judge(TOTAL, 2, "YYY?", cycle=2).kind == CONFIRMED
    assert judge(TOTAL, 3, "YYY?", cycle=2).kind == CONTRADICTED
    assert judge(TOTAL, 3, "YYN", cycle=2).reason == "截至第四届（1994年）至多2次"


# The table: the last row


def test_a_confirmation_on_an_unidentified_source_is_lowered() -> None:
    facts = [
        replace(each, identified=each.cycle != 9) if each.named else each
        for each in national(10, 11, 12, absent=(1, 2, 3, 4, 5, 6, 7, 8, 9))
    ]
    place = line(facts, TODAY)
    lowered = "第十届（2016年）、第十一届（2020年）、第十二届（2025年）有命名记录；第十一届（2020年）来源待补"
    assert verdict(ClaimFacts(STREAK, 3, 10), place, NAMES) == Verdict(CONSISTENT, lowered)
    assert verdict(ClaimFacts(TOTAL, 3, 10), place, NAMES).kind == CONSISTENT
    assert verdict(ClaimFacts(TOTAL, 3, 10), place, NAMES).reason.endswith("第十一届（2020年）来源待补")
    # an award that the claim does not need lowers nothing
    assert verdict(ClaimFacts(STREAK, 1, 8), place, NAMES).kind == CONFIRMED
    assert verdict(ClaimFacts(TOTAL, 1, 8), place, NAMES).kind == CONFIRMED


def test_an_earlier_award_outside_the_streak_lowers_nothing() -> None:
    facts = [replace(each, identified=(each.cycle or 0) > 8) for each in national(9, 11, 12, absent=(10,))]
    assert not line(facts, TODAY).at(7).identified
    assert verdict(ClaimFacts(STREAK, 2, 10), line(facts, TODAY), NAMES).kind == CONFIRMED


def test_lowering_touches_confirmations_only() -> None:
    doubtful = line([replace(each, identified=False) for each in national(11, 12, absent=(10,))], TODAY)
    assert verdict(ClaimFacts(STREAK, 3, 10), doubtful, NAMES).kind == CONTRADICTED
    assert verdict(ClaimFacts(TOTAL, 1, 10), doubtful, NAMES).kind == CONTRADICTED
    assert verdict(ClaimFacts(TOTAL, 3, 10), doubtful, NAMES).kind == CONSISTENT
    assert "来源待补" not in verdict(ClaimFacts(TOTAL, 3, 10), doubtful, NAMES).reason


def test_a_later_day_sees_a_revocation_that_an_earlier_does_not() -> None:
    facts = [
        replace(each, revoked_on=TODAY) if each.cycle == 10 else each
        for each in national(11, 12, absent=(10,))
    ]
    claim = ClaimFacts(STREAK, 2, 10)
    assert verdict(claim, line(facts, LONG_AGO), NAMES).kind == CONFIRMED
    assert verdict(claim, line(facts, TODAY), NAMES).kind == CONTRADICTED


# The worked facts


def test_xuzhou_is_right_about_nine_and_nobody_about_eleven() -> None:
    xuzhou = line(national(1, *range(4, 12)), TODAY)
    assert verdict(ClaimFacts(STREAK, 9, 9), xuzhou, NAMES).kind == CONFIRMED
    assert verdict(ClaimFacts(STREAK, 8, 9), xuzhou, NAMES).kind == CONTRADICTED
    assert verdict(ClaimFacts(STREAK, 10, 10), xuzhou, NAMES).kind == CONSISTENT
    always = line(national(*range(1, 13)), TODAY)
    assert verdict(ClaimFacts(STREAK, 10, 10), always, NAMES).kind == CONFIRMED
    eleven = verdict(ClaimFacts(STREAK, 11, 10), always, NAMES)
    assert (eleven.kind, eleven.reason) == (CONTRADICTED, "截至第十二届（2025年）至多十连冠")


def test_the_regional_claim_of_wuhai_cannot_be_judged() -> None:
    assert verdict(ClaimFacts(STREAK, 8, None), None, {}).kind == UNVERIFIABLE


@pytest.mark.parametrize("value", [0, -3])
def test_a_claim_of_nothing_is_refused(value: int) -> None:
    with pytest.raises(ValueError):
        ClaimFacts(STREAK, value, 1)


# Properties: a verdict against every history that the line allows


@given(lines, st.integers(1, 9), st.data())
def test_a_streak_is_contradicted_where_no_history_has_it_and_confirmed_where_all_reach_it(
    given_line: Line, value: int, data: st.DataObject
) -> None:
    end = data.draw(st.integers(1, len(given_line.cells)))
    found = verdict(ClaimFacts(STREAK, value, end), given_line, NAMES).kind
    streaks = {run_up_to(world, end) for world in worlds(given_line)}
    assert (found == CONTRADICTED) == (value not in streaks)
    assert (found == CONFIRMED) == (value == min(streaks))


@given(lines, st.integers(1, 9), st.data())
def test_a_total_is_contradicted_where_no_history_has_it_and_confirmed_where_all_have_it(
    given_line: Line, value: int, data: st.DataObject
) -> None:
    end = data.draw(st.integers(1, len(given_line.cells)))
    found = verdict(ClaimFacts(TOTAL, value, end), given_line, NAMES).kind
    totals = {sum(world[:end]) for world in worlds(given_line)}
    assert (found == CONTRADICTED) == (value not in totals)
    assert (found == CONFIRMED) == (totals == {value})


@given(lines, st.integers(1, 9), st.integers(1, 9), st.sampled_from(ClaimKind))
def test_every_verdict_has_a_reason_and_only_contradictions_are_kept_from_the_public(
    given_line: Line, value: int, cycle: int, kind: ClaimKind
) -> None:
    found = verdict(ClaimFacts(kind, value, cycle), given_line, NAMES)
    assert found.reason
    assert found.public == (found.kind != CONTRADICTED)
