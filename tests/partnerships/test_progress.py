from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.progress import Progress, numbers_tell, per_cent, progress, reveals

TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Thing:
    stage: str
    due_on: date | None
    done_on: date | None = None


DUE = date(2026, 10, 31)


def test_counts_and_rates() -> None:
    items = [
        Thing("done", DUE, date(2026, 10, 31)),  # on its last day: in time
        Thing("done", DUE, date(2026, 11, 1)),  # a day late
        Thing("done", date(2026, 12, 31), date(2026, 6, 1)),  # long before
        Thing("running", DUE),  # overdue
        Thing("planned", TODAY),  # due today: not overdue yet
        Thing("running", date(2026, 12, 31)),
        Thing("dropped", DUE),  # never overdue, but it was not done in time
        Thing("dropped", date(2026, 12, 31)),  # no outcome owed yet
    ]
    told = progress(items, TODAY)
    assert told == Progress(total=8, done=3, running=2, planned=1, dropped=2, overdue=1, due=5, on_time=2)
    assert (told.done_rate, told.on_time_rate) == (38, 40)


def test_nothing_has_no_rate() -> None:
    empty = progress([], TODAY)
    assert (empty.done_rate, empty.on_time_rate) == (None, None)
    assert progress([Thing("running", TODAY)], TODAY).on_time_rate is None


@pytest.mark.parametrize(
    ("part", "whole", "rate"), [(0, 7, 0), (7, 7, 100), (5, 7, 71), (1, 8, 13), (1, 1000, 1), (999, 1000, 99)]
)
def test_a_rate_is_rounded_but_never_to_all_or_nothing(part: int, whole: int, rate: int) -> None:
    assert per_cent(part, whole) == rate


states = st.sampled_from(["planned", "running", "done", "dropped"])
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.lists(st.builds(Thing, states, days, days)), days)
def test_parts_add_up(items: list[Thing], today: date) -> None:
    told = progress(items, today)
    assert told.planned + told.running + told.done + told.dropped == told.total == len(items)
    assert told.overdue <= told.planned + told.running
    assert told.on_time <= told.done <= told.due <= told.total


@pytest.mark.parametrize(
    ("larger", "shown", "points"),
    [(7, 7, False), (7, 6, True), (7, 5, True), (7, 4, False), (7, 0, False), (5, 7, False), (2, 0, True)],
)
def test_a_total_that_points_at_one_or_two_withheld_items(larger: int, shown: int, points: bool) -> None:
    assert reveals(larger, shown) is points


@pytest.mark.parametrize(
    ("numbers", "explained", "may_print"),
    [
        ([1, 2, 3], [], True),
        ([1, 2, 4], [], False),
        ([1, 2, 4], [3], True),
        ([2], [], False),
        ([1, 2, 6], [], True),  # three are missing: none of them is pointed at
        ([], [], True),
    ],
)
def test_gaps_in_the_numbers_point_at_items_too(
    numbers: list[int], explained: list[int], may_print: bool
) -> None:
    assert numbers_tell(numbers, explained) is may_print
