"""The directory of partnerships and the dual list: a first page of many records against that of few. By ``make bench``."""

import gc
from collections.abc import Callable
from statistics import median
from time import process_time

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from honors.models import Place
from honors.places import load_places
from partnerships.models import Agreement, DualListItem, Partner
from partnerships.views.directory import directory
from partnerships.views.dual_list import dual_list
from tests.partnerships.needs import make_needs
from tests.partnerships.pacts import make_counterpart, make_pacts

FEW, MANY = 30, 3_000
NEEDS = 600  # of one year; a city publishes some dozen
TIMES = 15
# Numbers and facets count every record, so the page cannot cost the same; a query for each record would be far above.
ALLOWED_RATIO = 6


@pytest.mark.django_db
def test_the_first_page_of_3000_records_costs_a_few_times_that_of_30() -> None:
    load_places()
    cities = list(Place.objects.filter(level="prefecture").order_by("code"))
    addresses = ["/partnerships/", "/partnerships/?q=演示", "/partnerships/?kind=shop&verified=no"]
    fill(FEW, cities)
    few = milliseconds(directory, addresses)
    fill(MANY - FEW, cities)
    assert Agreement.objects.published().count() == MANY
    compare(few, milliseconds(directory, addresses), MANY)


@pytest.mark.django_db
def test_the_first_page_of_600_needs_costs_a_few_times_that_of_30() -> None:
    addresses = ["/partnerships/dual-list/", "/partnerships/dual-list/?q=演示&side=military"]
    make_needs(FEW, year=2024)
    few = milliseconds(dual_list, addresses)
    DualListItem.objects.all().delete()
    make_needs(NEEDS, year=2024)
    compare(few, milliseconds(dual_list, addresses), NEEDS)


def fill(number: int, cities: list[Place]) -> None:
    """So many more public agreements, each of a partner of its own, spread over the cities."""
    known = Partner.objects.count()
    counterpart = make_counterpart()
    for index in range(known, known + number):
        city = cities[index % len(cities)]
        partner = Partner.objects.create(name=f"演示单位{index}号", kind="enterprise", place=city)
        make_pacts(1, partner, place=city, counterpart=counterpart)


def milliseconds(view: Callable[[HttpRequest], HttpResponse], addresses: list[str]) -> dict[str, float]:
    """The median of this process's own time for each address, which other work of the machine does not lengthen.

    At the view: the test client itself would add the copies that it takes of every context.
    """
    # As portal/wsgi.py does once the application is loaded.
    gc.collect()
    gc.freeze()
    return {address: median(measured(view, address) for _ in range(TIMES)) for address in addresses}


def measured(view: Callable[[HttpRequest], HttpResponse], address: str) -> float:
    request = RequestFactory().get(address)
    start = process_time()
    assert view(request).status_code == 200
    return (process_time() - start) * 1000


def compare(few: dict[str, float], many: dict[str, float], number: int) -> None:
    for address in few:
        ratio = many[address] / few[address]
        print(  # noqa: T201 -- a benchmark tells its figures
            f"\n{address}: {FEW} records {few[address]:.1f} ms, {number} {many[address]:.1f} ms, ratio {ratio:.1f}"
        )
        assert ratio <= ALLOWED_RATIO
