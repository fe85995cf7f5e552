"""Publishing one article among 20 and among 20,000 takes the same time. Run by ``make bench``."""

from time import perf_counter

import pytest

from publishing import workflow
from tests.makers import approve, chief, make_articles, make_draft

FEW, MANY = 20, 20_000
ROUNDS = 15
ALLOWED_RATIO = 1.5


def milliseconds(rounds: int) -> float:
    """The least time of publishing an approved article: other work on the machine only adds to it."""
    times, by = [], chief()
    for number in range(rounds):
        article = approve(make_draft(f"新稿 {number}"))
        start = perf_counter()
        workflow.publish(article, by=by)
        times.append((perf_counter() - start) * 1000)
    return min(times)


@pytest.mark.django_db
def test_publishing_among_20_000_costs_what_it_costs_among_20() -> None:
    make_articles(FEW)
    milliseconds(3)
    few = milliseconds(ROUNDS)
    make_articles(MANY - FEW)
    many = milliseconds(ROUNDS)
    print(f"\npublishing among {FEW}: {few:.1f} ms, among {MANY}: {many:.1f} ms, ratio {many / few:.2f}")  # noqa: T201
    assert many / few <= ALLOWED_RATIO
