import datetime
from itertools import permutations

import pytest
from hypothesis import given

from honors.lines import Line, RoundFacts, line, standing, tally
from honors.phrases import CycleName, as_of_phrase, cycle_names, numeral, streak_phrase, total_phrase
from tests.honors.line_strategies import NAMES, TODAY, lines, national


@pytest.mark.parametrize(
    ("number", "printed"),
    [(1, "一"), (2, "二"), (9, "九"), (10, "十"), (11, "十一"), (19, "十九"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)  # fmt: skip
def test_numerals(number: int, printed: str) -> None:
    assert numeral(number) == printed


def test_every_numeral_is_another() -> None:
    assert len({numeral(number) for number in range(1, 100)}) == 99


@pytest.mark.parametrize("number", [-1, 0, 100])
def test_there_are_no_other_numerals(number: int) -> None:
    with pytest.raises(ValueError):
        numeral(number)


@pytest.mark.parametrize(
    ("rounds", "short", "full"),
    [
        ([(11, 2020)], "第十一届", "第十一届（2020年）"),
        ([(None, 2012)], "2012年", "2012年"),
        ([(1, 1991), (2, 1992)], "第一届、第二届", "第一届、第二届（1991年、1992年）"),
        ([(1, 1991), (2, 1992), (3, 1993)], "第一至第三届", "第一至第三届（1991—1993年）"),
        (
            [(1, 1991), (2, 1992), (4, 1994)],
            "第一届、第二届、第四届",
            "第一届、第二届、第四届（1991—1994年）",
        ),
        ([(1, 1991), (2, 1991)], "第一届、第二届", "第一届、第二届（1991年）"),
        ([(1, 1991), (None, 1992)], "1991年、1992年", "1991年、1992年"),
    ],
)
def test_a_cycle_is_called_by_its_rounds(rounds: list[tuple[int | None, int]], short: str, full: str) -> None:
    for order in permutations(rounds):
        assert cycle_names((1, *each) for each in order) == {1: CycleName(short, full)}


def test_a_cycle_without_rounds_has_a_name_too() -> None:
    names = cycle_names([(3, 5, 1997), (1, 1, 1991)])
    assert [names[cycle].full for cycle in (1, 2, 3)] == ["第一届（1991年）", "第二轮", "第五届（1997年）"]
    assert cycle_names([]) == {}


@pytest.mark.parametrize(
    ("text", "streak", "total", "as_of"),
    [
        ("NYYY", "三连冠", "命名3次", "截至第六届（2000年）三连冠"),
        ("?YYY", "至少三连冠", "至少命名3次", "截至第六届（2000年）至少三连冠"),
        ("NYYN", "曾二连冠", "命名2次", "曾二连冠，截至第五届（1997年），第六届未获命名"),
        ("?YYN", "曾至少二连冠", "至少命名2次", "曾至少二连冠，截至第五届（1997年），第六届未获命名"),
        ("NYY?", "二连冠", "至少命名2次", "截至第五届（1997年）二连冠，第六届名单未收齐"),
        ("NYYP", "二连冠", "至少命名2次", "截至第五届（1997年）二连冠，第六届名单未收齐"),
        (
            "YYN??N",
            "曾二连冠",
            "至少命名2次",
            "曾二连冠，截至第四届（1994年），第五届、第八届未获命名，第六届、第七届名单未收齐",
        ),
        (
            "YY?N????",
            "曾二连冠",
            "至少命名2次",
            "曾二连冠，截至第四届（1994年），第六届未获命名，第五届、第七届至第十届名单未收齐",
        ),
        # a streak of one is told as a total, as of the same round
        ("NNNY", "命名1次", "命名1次", "截至第六届（2000年）命名1次"),
        ("???Y", "至少命名1次", "至少命名1次", "截至第六届（2000年）至少命名1次"),
        ("YYNY", "命名3次", "命名3次", "截至第六届（2000年）命名3次"),
        ("NNYN", "命名1次", "命名1次", "截至第五届（1997年）命名1次，第六届未获命名"),
        ("NNY?", "至少命名1次", "至少命名1次", "截至第五届（1997年）命名1次，第六届名单未收齐"),
        # revoked, contested, nothing
        ("YYR?", "命名已撤销", "至少命名2次", "第五届（1997年）命名已撤销，第六届名单未收齐"),
        ("NNR", "命名已撤销", "尚无有效命名记录", "第五届（1997年）命名已撤销"),
        ("YYY!", "命名记载不一", "至少命名3次", "第六届（2000年）命名记载不一"),
        ("?P?N", "尚无有效命名记录", "尚无有效命名记录", "尚无有效命名记录"),
        ("", "尚无有效命名记录", "尚无有效命名记录", "尚无有效命名记录"),
    ],
)
def test_what_is_said_of_a_line(text: str, streak: str, total: str, as_of: str) -> None:
    found = standing(Line.parse(text))
    assert (streak_phrase(found), total_phrase(found)) == (streak, total)
    assert as_of_phrase(found, NAMES) == as_of


def test_the_worked_facts_are_said_as_they_stand_in_the_design() -> None:
    xuzhou = standing(line(national(1, *range(4, 12)), TODAY))
    assert as_of_phrase(xuzhou, NAMES) == "截至第十一届（2020年）九连冠，第十二届名单未收齐"
    wuhai = standing(line(national(10, 11, 12), TODAY))
    assert streak_phrase(wuhai) == "至少三连冠"
    assert as_of_phrase(wuhai, NAMES) == "截至第十二届（2025年）至少三连冠"
    everywhere = standing(line(national(*range(1, 13)), TODAY))
    assert streak_phrase(everywhere) == "十连冠"


def test_unknown_rounds_say_no_streak() -> None:
    found = tally([RoundFacts(None, named=True)] * 3, TODAY)
    phrases = (streak_phrase(found), total_phrase(found), as_of_phrase(found, {}))
    assert phrases == ("已查得3次",) * 3
    revoked = RoundFacts(None, named=True, revoked_on=datetime.date(2000, 1, 1))
    assert streak_phrase(tally([revoked], TODAY)) == "尚无有效命名记录"


@given(lines)
def test_at_least_is_said_where_and_only_where_a_streak_may_be_longer(given_line: Line) -> None:
    found = standing(given_line)
    phrase = streak_phrase(found)
    assert ("连冠" in phrase) == (found.lower > 1)
    if found.lower > 1:
        assert ("至少" in phrase) == (found.upper > found.lower)
        assert ("曾" in phrase) == ("N" in given_line.text[found.as_of :])
