"""A deep page of a long list costs what its first page costs. Run by ``make bench``."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

import pytest
from django.test import Client

from portal.demonstration import loader
from tests.benchmarks.filling import fill, middle_article

ARTICLES = 5_000
ROUNDS = 25
ALLOWED_RATIO = 1.3


def milliseconds(client: Client, addresses: list[str]) -> list[float]:
    """The median time of each page. They take turns, so that a busy moment of the machine hits all alike."""
    times: dict[str, list[float]] = {address: [] for address in addresses}
    for address in turns(addresses):
        start = perf_counter()
        response = client.get(address)
        times[address].append((perf_counter() - start) * 1000)
        assert response.status_code == 200
    return [median(times[address][1:]) for address in addresses]


def turns(addresses: list[str]) -> Iterator[str]:
    for _ in range(ROUNDS + 1):
        yield from addresses


@pytest.mark.django_db
@pytest.mark.parametrize("listing", ["/news/yaliceshi/", "/news/"])
def test_page_100_costs_no_more_than_page_1(client: Client, listing: str) -> None:
    fill(ARTICLES)
    first, middle, deep = milliseconds(client, [listing, f"{listing}?page=50", f"{listing}?page=100"])
    ratio = deep / first
    print(  # noqa: T201 -- a benchmark tells its figures
        f"\n{listing} of {ARTICLES}: page 1 {first:.1f} ms, page 50 {middle:.1f} ms, page 100 {deep:.1f} ms, "
        f"ratio {ratio:.2f}"
    )
    assert ratio <= ALLOWED_RATIO


@pytest.mark.django_db
def test_home_and_article_answer_quickly(client: Client) -> None:
    loader.load()
    article = middle_article(fill(ARTICLES))
    home, page, listing = milliseconds(client, ["/", article.get_absolute_url(), "/news/"])
    print(  # noqa: T201
        f"\nThe demonstration and {ARTICLES} more: home {home:.1f} ms, article {page:.1f} ms, listing {listing:.1f} ms"
    )
    # Far above what was measured: it catches a query that reads the whole table, not a slow machine.
    assert max(home, page, listing) < 500
