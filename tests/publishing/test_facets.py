"""A list narrowed by known values: rows, reasons, counts and addresses, shown with the list of moved addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from typing import ClassVar

import pytest
from django.http import QueryDict

from publishing.facets import active, address, facet, grouped, heads, tally
from publishing.filters import KnownFilter, KnownFilterSet, echo
from publishing.keywords import KeywordFilter
from publishing.models import Redirect

pytestmark = pytest.mark.django_db


class Moved(KnownFilterSet):
    facet_names = ("to",)
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"from": ("old_path",), "-from": ("-old_path",)}
    default_order = "-from"

    q = KeywordFilter(label="旧地址", field_name="old_path", lookup_expr="contains")
    to = KnownFilter(label="新地址", field_name="new_path")
    sort = KnownFilter(label="排序", method="in_order")

    class Meta:
        model = Redirect
        fields: list[str] = []

    def known_values(self) -> Mapping[str, Container[str]]:
        return {"to": {"/one/", "/two/", "/three/"}}

    def word(self, name: str, value: str) -> str:
        return f"“{echo(value)}”"


@pytest.fixture(autouse=True)
def moved() -> None:
    for old, new in [("/a/", "/one/"), ("/b/", "/one/"), ("/c/", "/two/")]:
        Redirect.objects.create(old_path=old, new_path=new)


def listed(query: str) -> list[str]:
    return [one.old_path for one in Moved(QueryDict(query)).ordered()]


class TestRows:
    def test_filters_and_orders(self) -> None:
        assert listed("") == ["/c/", "/b/", "/a/"]
        assert listed("sort=from") == ["/a/", "/b/", "/c/"]
        assert listed("to=/one/&sort=from") == ["/a/", "/b/"]
        assert listed("to=/three/") == []

    def test_some_filters_can_be_left_out(self) -> None:
        chosen = Moved(QueryDict("to=/two/&q=a"))
        assert [one.old_path for one in chosen.rows(without=["to"])] == ["/a/"]
        assert list(chosen.rows()) == []

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("to=/four/", "新地址：记录里没有“/four/”。"),
            ("to=" + "x" * 40, f"新地址：记录里没有“{'x' * 20}…”。"),
            ("to=%00y", "新地址：记录里没有“y”。"),
            ("sort=pk", "排序：记录里没有“pk”。"),
        ],
    )
    def test_one_wrong_filter_lists_nothing_and_says_why(self, query: str, reason: str) -> None:
        chosen = Moved(QueryDict(f"q=a&{query}"))
        assert list(chosen.ordered()) == [] == list(chosen.rows(without=["to"]))
        assert chosen.reasons() == [reason]
        assert chosen.order == "-from"

    def test_right_filters_give_no_reason(self) -> None:
        assert Moved(QueryDict("to= /one/ &sort=from")).reasons() == []


class TestAddresses:
    def test_keeps_what_is_chosen_and_forgets_the_page_and_the_unknown(self) -> None:
        chosen = Moved(QueryDict("to=/one/&page=3&utm=x&sort=from"))
        assert address(chosen) == "?to=%2Fone%2F&sort=from"
        assert address(chosen, to=None, q="甲") == "?q=%E7%94%B2&sort=from"

    def test_what_is_in_force_can_be_taken_away_right_or_wrong(self) -> None:
        told = active(Moved(QueryDict("to=/four/&q=a&sort=from")))
        assert [(one.label, one.word, one.href) for one in told] == [
            ("旧地址", "“a”", "?to=%2Ffour%2F&sort=from"),
            ("新地址", "“/four/”", "?q=a&sort=from"),
        ]

    def test_heads_begin_from_the_greatest_or_the_least(self) -> None:
        falling = heads(Moved(QueryDict("")), {"from": "旧地址"})["from"]
        assert (falling.href, falling.sorted) == ("?sort=from", "descending")
        rising = heads(Moved(QueryDict("")), {"from": "旧地址"}, rising=["from"])["from"]
        assert (rising.href, rising.sorted) == ("?sort=from", "descending")
        now = heads(Moved(QueryDict("sort=from")), {"from": "旧地址", "to": "新地址"}, rising=["from"])
        assert (now["from"].href, now["from"].sorted) == ("?sort=-from", "ascending")
        assert (now["to"].href, now["to"].sorted) == ("?sort=-to", "")

    def test_a_new_word_keeps_the_other_parameters(self) -> None:
        assert Moved(QueryDict("q=a&to=/one/&page=2")).kept == [("to", "/one/")]


class TestCounts:
    def test_offers_what_leaves_something_and_what_is_chosen(self) -> None:
        chosen = Moved(QueryDict("to=/three/"))
        counts = grouped(chosen.rows(without=["to"]), "new_path")
        told = facet(chosen, "to", counts, ["/one/", "/two/", "/three/", "/none/"], is_long=True)
        assert [(one.word, one.count, one.is_on) for one in told.choices] == [
            ("“/one/”", 2, False),
            ("“/two/”", 1, False),
            ("“/three/”", 0, True),
        ]
        assert [one.href for one in told.choices] == ["?to=%2Fone%2F", "?to=%2Ftwo%2F", "?"]
        assert told.chosen is told.choices[2] and told.is_long and told.label == "新地址"

    def test_each_facet_counts_under_the_others(self) -> None:
        groups = [(("red", "big"), 3), (("red", "small"), 2), (("blue", "big"), 1), (("blue", "small"), 5)]
        told = tally(groups, {"colour": "red", "size": "big"}, lambda one: {"colour": one[0], "size": one[1]})
        assert told.counts == {
            "colour": Counter(red=3, blue=1),
            "size": Counter(big=3, small=2),
        }
        assert (told.groups, told.rows) == (1, 3)
