"""Squares and tiles: every cell has a word, every province a tile."""

from xml.etree import ElementTree

import pytest

from honors.lines import Line
from honors.phrases import cycle_names
from honors.pictures import TILES, Tile, cycle_years, squares, tile_grid

ROUNDS = [(1, 1, 1991), (1, 2, 1992), (1, 3, 1993), (2, 4, 1994), (3, 5, 1997)]


def drawn(text: str, applied: frozenset[int] = frozenset()) -> list[tuple[str, str, str]]:
    rounds = [(cycle, cycle, 2000 + cycle) for cycle in range(1, len(text) + 1)]
    years = cycle_years((cycle, year) for cycle, _, year in rounds)
    made = squares(Line.parse(text), years, cycle_names(rounds), applied)
    return [(one.look, one.word, one.told) for one in made]


def test_every_mark_has_a_look_and_a_word_of_its_own() -> None:
    made = drawn("YRPN?!")
    assert [(look, word) for look, word, _ in made] == [
        ("named", "命名"),
        ("revoked", "撤销"),
        ("proposed", "公示"),
        ("absent", "未获"),
        ("unknown", "未收齐"),
        ("unknown", "不一"),
    ]
    assert made[0][2] == "第一届（2001年）：已命名"
    assert made[5][2] == "第六届（2006年）：记载不一"


def test_an_application_is_not_called_a_notice() -> None:
    assert drawn("PP", frozenset({2})) == [
        ("proposed", "公示", "第一届（2001年）：仅有公示"),
        ("proposed", "申报", "第二届（2002年）：仅有申报"),
    ]


def test_a_named_cycle_stays_named_whatever_was_applied_for() -> None:
    assert [word for _, word, _ in drawn("Y", frozenset({1}))] == ["命名"]


def test_years_of_a_cycle_with_several_rounds() -> None:
    heads = cycle_years((cycle, year) for cycle, _, year in ROUNDS)
    assert heads == {1: "1991–93", 2: "1994", 3: "1997"}
    assert cycle_years([(1, 1999), (1, 2001), (3, 2008)]) == {1: "1999–2001", 2: "—", 3: "2008"}
    assert cycle_years([]) == {}


def test_tiles_are_34_and_stand_apart() -> None:
    assert len(TILES) == 34
    assert len({(column, row) for _, column, row in TILES.values()}) == 34
    assert len({name for name, _, _ in TILES.values()}) == 34
    assert all(0 <= column < 8 and 0 <= row < 8 for _, column, row in TILES.values())


@pytest.mark.usefixtures("places")
def test_tiles_are_the_provincial_units_of_the_shipped_file() -> None:
    from honors.models import Place  # noqa: PLC0415 -- needs the database

    assert set(Place.objects.provinces().values_list("code", flat=True)) == set(TILES)


def test_a_province_without_a_tile_says_that_nothing_is_held() -> None:
    svg = ElementTree.fromstring(tile_grid({"150000": Tile("complete", "16")}, "各省命名数"))
    groups = svg.findall("g")
    texts = {group.findall("text")[0].text: group for group in groups}
    assert texts["蒙"].get("class") == "tile tile--complete"
    assert [each.text for each in texts["蒙"].findall("text")] == ["蒙", "16"]
    others = [group for name, group in texts.items() if name != "蒙"]
    assert {(group.get("class"), group.findall("text")[1].text) for group in others} == {
        ("tile tile--nothing", "—")
    }
    assert svg.get("role") == "img" and svg.get("aria-label") == "各省命名数"


def test_only_a_notice_is_half_filled() -> None:
    given = {"150000": Tile("notice", "9"), "110000": Tile("partial", "1")}
    svg = ElementTree.fromstring(tile_grid(given, "图"))
    halves = [group for group in svg.findall("g") if len(group.findall("rect")) == 2]
    assert [group.findall("text")[0].text for group in halves] == ["蒙"]


def test_nothing_is_written_unescaped_or_inline() -> None:
    svg = tile_grid({"150000": Tile("complete", "<b>")}, '"><script>')
    assert "<b>" not in svg and "<script>" not in svg and "style=" not in svg
