"""The national rounds as they were held, and random records for the properties of lines and verdicts."""

import datetime
from itertools import product

from hypothesis import strategies as st

from honors.lines import CONTESTED, Line, Mark, RoundFacts
from honors.phrases import cycle_names

TODAY = datetime.date(2026, 1, 1)
LONG_AGO = datetime.date(2000, 1, 1)
LATER = datetime.date(2030, 1, 1)

# round → (cycle, year): the first three rounds named different places and together are cycle 1
NATIONAL = {
    1: (1, 1991), 2: (1, 1992), 3: (1, 1993), 4: (2, 1994), 5: (3, 1997), 6: (4, 2000), 7: (5, 2004), 8: (6, 2008),
    9: (7, 2012), 10: (8, 2016), 11: (9, 2020), 12: (10, 2025),
}  # fmt: skip
NAMES = cycle_names((cycle, ordinal, year) for ordinal, (cycle, year) in NATIONAL.items())


def national(*named: int, absent: tuple[int, ...] = ()) -> list[RoundFacts]:
    """The facts of a place that these national rounds named, with identified sources."""
    return [
        RoundFacts(cycle, named=ordinal in named, identified=ordinal in named, absent=ordinal in absent)
        for ordinal, (cycle, _) in NATIONAL.items()
    ]


def round_facts(cycle: int) -> st.SearchStrategy[RoundFacts]:
    return st.builds(
        RoundFacts,
        cycle=st.just(cycle),
        named=st.booleans(),
        identified=st.booleans(),
        proposed=st.booleans(),
        # A conflict in every fourth cell would drown everything else.
        absent=st.integers(0, 3).map(lambda number: number == 0),
        revoked_on=st.sampled_from([None, None, None, LONG_AGO, LATER]),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[RoundFacts]:
    """The rounds of one to eight cycles, mostly one in a cycle and at most three."""
    counts = draw(st.lists(st.sampled_from([1, 1, 1, 2, 3]), min_size=1, max_size=8))
    return [draw(round_facts(cycle)) for cycle, count in enumerate(counts, start=1) for _ in range(count)]


lines = st.text(alphabet=[*(mark.value for mark in Mark), CONTESTED], min_size=1, max_size=8).map(Line.parse)


def worlds(line: Line) -> list[list[bool]]:
    """Every history that the line allows: was the place named (and is not revoked), cycle by cycle."""
    choices = {Mark.NAMED: [True], Mark.NOT_NAMED: [False], Mark.REVOKED: [False]}
    return [list(world) for world in product(*(choices.get(cell.mark, [True, False]) for cell in line.cells))]


def run_up_to(world: list[bool], end: int) -> int:
    """How many cycles in a row end with the cycle `end`."""
    length = 0
    while length < end and world[end - 1 - length]:
        length += 1
    return length
