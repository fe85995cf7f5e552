"""What would point at single items that are not public is withheld: on the page, in files, in anchors, in the order."""

import csv
import io
import json
import re
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from partnerships.models import DualListItem, Measure
from tests.partnerships.needs import make_need, make_total, publish_need, withdraw_need

pytestmark = pytest.mark.django_db

PAGE = "/partnerships/dual-list/"


def served(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def printed(client: Client, query: str = "") -> list[str]:
    """The numbers that stand on the page."""
    return re.findall(r'class="need__numeral">(\d+)<', served(client, PAGE + query).decode())


def in_files(client: Client, query: str = "") -> list[list[Any]]:
    """The numbers in each kind of file."""
    table = csv.DictReader(
        io.StringIO(served(client, f"/partnerships/dual-list.csv{query}").decode("utf-8-sig"))
    )
    rows = json.loads(served(client, f"/partnerships/dual-list.json{query}"))["rows"]
    book = load_workbook(io.BytesIO(served(client, f"/partnerships/dual-list.xlsx{query}"))).active
    head, *cells = list(book.iter_rows(values_only=True))
    return [
        [row["编号"] for row in table],
        [row["number"] for row in rows],
        [row[head.index("编号")] for row in cells],
    ]


@pytest.mark.parametrize(
    ("numbers", "tells"),
    [
        ([1, 2, 3], True),
        ([1, 3], False),
        ([2, 3], False),
        ([3], False),
        ([1, 2, 5], False),
        ([1, 2, 6], True),
        ([4], True),
    ],
)
def test_numbers_stand_where_their_gaps_point_at_nobody(
    client: Client, numbers: list[int], tells: bool
) -> None:
    for number in numbers:
        publish_need(number)
    assert printed(client) == (list(map(str, numbers)) if tells else [])
    assert in_files(client) == (
        [list(map(str, numbers)), numbers, numbers]
        if tells
        else [[""] * len(numbers), [None] * len(numbers), [None] * len(numbers)]
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1", "2"]),
        ("?side=military", []),
        ("?side=locality", ["1", "2"]),
        ("?stage=planned", []),
        ("?q=演示", ["1", "2"]),
        ("?q=第3处", []),
        ("?office=演示单位甲", ["1", "2"]),
    ],
)
def test_no_filter_finds_out_a_withheld_number(client: Client, query: str, expected: list[str]) -> None:
    """The military's list has a gap, the locality's has none."""
    for number in (1, 3):
        publish_need(number)
        publish_need((number + 1) // 2, side="locality", stage="running")
    assert served(client, PAGE + query).count(b"need__text") > 0
    assert printed(client, query) == expected
    assert [number for number in in_files(client, query)[1] if number] == [int(one) for one in expected]


def test_a_list_is_judged_as_a_whole_whatever_is_filtered(client: Client) -> None:
    publish_need(1, stage="running")
    publish_need(2)
    assert printed(client, "?stage=planned") == ["2"]


def test_a_withdrawal_that_the_page_explains_is_no_gap(client: Client) -> None:
    publish_need(1)
    withdraw_need(2, reason="事项重复")
    publish_need(3)
    assert printed(client) == ["1", "3"] and in_files(client)[1] == [1, 3]
    assert "第 2 项已于" in served(client, PAGE).decode()
    publish_need(5)
    page = served(client, PAGE).decode()
    assert printed(client) == [] and in_files(client)[1] == [None] * 3
    assert "有一项已于" in page and "第 2 项" not in page


def test_a_gap_that_nothing_explains_stays_one(client: Client) -> None:
    publish_need(1)
    withdraw_need(2, mode="gone")
    publish_need(3)
    make_need(4)
    assert printed(client) == []


def test_where_numbers_are_withheld_nothing_at_all_follows_them(client: Client) -> None:
    """The same items under other numbers give the same bytes: page, files, order and anchors."""
    texts = [("丙", date(2024, 3, 1)), ("甲", date(2024, 9, 1)), ("乙", date(2024, 3, 1))]
    needs = [
        publish_need(10 + index, public_content=f"演示：{text}", due_on=due, stage="running")
        for index, (text, due) in enumerate(texts)
    ]
    addresses = [
        PAGE,
        f"{PAGE}?side=military",
        *(f"/partnerships/dual-list.{kind}" for kind in ("csv", "json")),
    ]
    seen = set()
    for numbers in permutations([1, 3, 4]):
        for need in needs:
            DualListItem.objects.filter(pk=need.pk).update(
                number=100 + need.pk
            )  # out of the way of the others
        for need, number in zip(needs, numbers, strict=True):
            DualListItem.objects.filter(pk=need.pk).update(number=number)
        seen.add(tuple(served(client, address) for address in addresses))
    assert len(seen) == 1
    assert re.findall("演示：(.)</h3>", seen.pop()[0].decode()) == ["丙", "乙", "甲"]


def test_an_anchor_is_neither_number_nor_key_and_stays(client: Client) -> None:
    needs = [publish_need(number) for number in (1, 2)]
    pattern = r'<li class="need[^"]*" id="([^"]*)"'
    before = re.findall(pattern, served(client, PAGE).decode())
    assert before == [need.anchor for need in needs] and len(set(before)) == 2
    assert all(re.fullmatch(r"item-[0-9a-f]{10}", anchor) for anchor in before)
    DualListItem.objects.filter(pk=needs[1].pk).update(number=3)
    assert printed(client) == []
    assert sorted(re.findall(pattern, served(client, PAGE).decode())) == sorted(before)


@pytest.mark.parametrize(
    ("value", "own", "told"),
    [(2, True, True), (3, True, False), (4, True, False), (5, True, True), (1, True, True), (3, False, True)],
)
def test_a_total_of_this_list_stands_where_it_points_at_nobody(
    client: Client, value: int, own: bool, told: bool
) -> None:
    publish_need(1)
    publish_need(1, side="locality")
    make_total(value, is_own=own)
    page = served(client, PAGE).decode()
    for word in (f"双清单{value}项工作", "某报", "内蒙古自治区", "来源报道的数目"):
        assert (word in page) is told, word


@pytest.mark.parametrize(("value", "told"), [(1, True), (2, False), (3, False), (4, True)])
def test_a_total_of_what_is_done_is_held_against_what_is_done(client: Client, value: int, told: bool) -> None:
    publish_need(1, stage="done", done_on=date(2024, 5, 1))
    publish_need(2)
    make_total(value, measure=Measure.DONE, is_own=True)
    assert ("某报" in served(client, PAGE).decode()) is told


def test_a_total_is_held_against_its_own_year_whichever_year_is_shown(client: Client) -> None:
    publish_need(1, year=2023)
    publish_need(1)
    make_total(2, year=2023, is_own=True)
    for query in ("", "?year=2023", "?year=2024&q=无", "?year=1900"):
        assert "某报" not in served(client, PAGE + query).decode()
    publish_need(2, year=2023)
    assert "某报" in served(client, PAGE).decode()


@pytest.mark.parametrize(("value", "told"), [(4, False), (5, False), (6, False), (7, True)])
def test_a_total_is_held_against_withdrawals_that_the_page_explains(
    client: Client, value: int, told: bool
) -> None:
    """Two items stand, two are explained: of a total of five or six, one or two would be left."""
    publish_need(1)
    publish_need(2)
    withdraw_need(3)
    withdraw_need(4)
    make_total(value, is_own=True)
    assert ("某报" in served(client, PAGE).decode()) is told


@pytest.mark.parametrize(("value", "told"), [(6, True), (7, False), (8, False), (9, True)])
def test_a_total_is_held_against_gaps_in_printed_numbers(client: Client, value: int, told: bool) -> None:
    """Three numbers are missing in sight; a total one or two beyond them would point at a fourth."""
    for number in (1, 2, 6):
        publish_need(number)
    assert printed(client) == ["1", "2", "6"]
    make_total(value, is_own=True)
    assert ("某报" in served(client, PAGE).decode()) is told


def test_hiding_a_total_hides_no_other(client: Client) -> None:
    publish_need(1)
    make_total(2, is_own=True)
    make_total(3)
    page = served(client, PAGE).decode()
    assert "双清单2项工作" not in page and "双清单3项工作" in page
