"""Pictures of the record drawn by code: a square per cycle, and a grid with one tile per province.

Pure functions. Squares are plain values that ``templates/components/squares.html`` prints as a list; the tile
grid is an SVG of its own layout, no map: every page that shows it has a table with the same numbers beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from honors.lines import CONTESTED, Line, Mark
from honors.phrases import CycleNames

# Mark -> (modifier of the class, word in the square). The word alone says it: colour and shape only repeat it.
LOOKS = {
    Mark.NAMED.value: ("named", "命名"),
    Mark.REVOKED.value: ("revoked", "撤销"),
    Mark.PROPOSED.value: ("proposed", "公示"),
    Mark.NOT_NAMED.value: ("absent", "未获"),
    Mark.UNKNOWN.value: ("unknown", "未收齐"),
    CONTESTED: ("unknown", "不一"),
}
APPLIED = ("proposed", "申报")  # only an application of the region itself, not yet a 公示


@dataclass(frozen=True, slots=True)
class Square:
    """One cycle of a line: `look` is a class, `word` stands in the square, `told` is the whole statement."""

    years: str
    look: str
    word: str
    told: str


def squares(
    line: Line, years: Mapping[int, str], names: CycleNames, applied: Collection[int] = ()
) -> list[Square]:
    """A square per cycle, the first cycle first. `applied`: cycles of which only an application is held."""
    drawn = []
    for cycle, cell in enumerate(line.cells, start=1):
        proposed = cell.mark == Mark.PROPOSED
        look, word = APPLIED if proposed and cycle in applied else LOOKS[cell.letter]
        label = "仅有" + word if proposed else cell.label
        drawn.append(Square(years[cycle], look, word, f"{names[cycle].full}：{label}"))
    return drawn


def cycle_years(rounds: Iterable[tuple[int, int]]) -> dict[int, str]:
    """Short heads of all cycles from the (cycle, year) of their rounds: `2016`, `1991–93`; `—` where none is recorded."""
    by_cycle: defaultdict[int, list[int]] = defaultdict(list)
    for cycle, year in rounds:
        by_cycle[cycle].append(year)
    return {cycle: _span(by_cycle[cycle]) for cycle in range(1, max(by_cycle, default=0) + 1)}


def _span(years: list[int]) -> str:
    if not years:
        return "—"
    first, last = min(years), max(years)
    if first == last:
        return str(first)
    return f"{first}–{last % 100:02}" if first // 100 == last // 100 else f"{first}–{last}"


# Code of the province -> (its one-character name, column, row). Neighbours lie side by side where they can.
TILES = {
    "230000": ("黑", 7, 0),
    "150000": ("蒙", 4, 1),
    "210000": ("辽", 6, 1),
    "220000": ("吉", 7, 1),
    "650000": ("新", 0, 2),
    "640000": ("宁", 2, 2),
    "140000": ("晋", 3, 2),
    "130000": ("冀", 4, 2),
    "110000": ("京", 5, 2),
    "120000": ("津", 6, 2),
    "630000": ("青", 0, 3),
    "620000": ("甘", 1, 3),
    "610000": ("陕", 2, 3),
    "410000": ("豫", 3, 3),
    "370000": ("鲁", 4, 3),
    "540000": ("藏", 0, 4),
    "510000": ("川", 1, 4),
    "500000": ("渝", 2, 4),
    "420000": ("鄂", 3, 4),
    "340000": ("皖", 4, 4),
    "320000": ("苏", 5, 4),
    "310000": ("沪", 6, 4),
    "530000": ("云", 1, 5),
    "520000": ("贵", 2, 5),
    "430000": ("湘", 3, 5),
    "360000": ("赣", 4, 5),
    "330000": ("浙", 5, 5),
    "450000": ("桂", 2, 6),
    "440000": ("粤", 3, 6),
    "350000": ("闽", 4, 6),
    "710000": ("台", 6, 6),
    "460000": ("琼", 2, 7),
    "820000": ("澳", 3, 7),
    "810000": ("港", 4, 7),
}
SIDE, HEIGHT, GAP = 60, 72, 4
WIDTH, TALL = 8 * (SIDE + GAP) - GAP, 8 * (HEIGHT + GAP) - GAP


@dataclass(frozen=True, slots=True)
class Tile:
    """What stands on a province's tile: the modifier of its class and a short text, mostly a number."""

    look: str
    text: str


NO_TILE = Tile("nothing", "—")


def tile_grid(tiles: Mapping[str, Tile], label: str) -> SafeString:
    """The grid of all 34 provincial units; one that `tiles` (by code) leaves out says that nothing is held."""
    drawn = [_tile(*TILES[code], tiles.get(code, NO_TILE)) for code in TILES]
    return format_html(
        '<svg class="tiles" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        TALL,
        label,
        format_html_join("", "{}", ((one,) for one in drawn)),
    )


def _tile(name: str, column: int, row: int, tile: Tile) -> SafeString:
    x, y = column * (SIDE + GAP), row * (HEIGHT + GAP)
    half = format_html(
        '<rect class="tile__half" x="{}" y="{}" width="{}" height="{}"/>', x, y + HEIGHT / 2, SIDE, HEIGHT / 2
    )
    return format_html(
        '<g class="tile tile--{look}"><rect class="tile__ground" x="{x}" y="{y}" width="{side}" height="{height}"/>{half}'
        '<text class="tile__name" x="{middle}" y="{upper}" text-anchor="middle">{name}</text>'
        '<text class="tile__text" x="{middle}" y="{lower}" text-anchor="middle">{text}</text></g>',
        look=tile.look,
        x=x + 1,
        y=y + 1,
        side=SIDE - 2,
        height=HEIGHT - 2,
        half=half if tile.look == "notice" else "",
        middle=x + SIDE // 2,
        upper=y + 31,
        lower=y + 63,
        name=name,
        text=tile.text,
    )
