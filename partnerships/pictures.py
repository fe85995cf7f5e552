"""The picture of partnerships: partners in one column, their counterparts in the other, a line for each record.

Pure functions. Every page that shows the picture has a table or list with the same records. It is drawn twice, once
narrow for phones and once wide; the style sheet ``components/ties.css`` shows one of them and knows its classes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partnerships.models import Agreement

MOST_LINES = 100
NO_COUNTERPART = "没有具体对象"
HEADS = ("共建单位", "共建对象")  # not every counterpart of the record is military


class Party(NamedTuple):
    """One end of a line. Two parties are the same where their keys are, whatever their names."""

    key: int
    name: str
    is_group: bool = False
    size: int | None = None  # of a group, where it is known


class Tie(NamedTuple):
    """One partner of one record; without a counterpart the line leads to 没有具体对象."""

    partner: Party
    counterpart: Party | None
    signed: bool


@dataclass(frozen=True)
class Picture:
    """Both forms of the drawing, which of its marks the legend explains, and how many lines were too many."""

    narrow: SafeString
    wide: SafeString
    has_signed: bool
    has_unsigned: bool
    has_groups: bool
    drawn: int
    left_out: int = 0


def ties_of(agreements: Iterable[Agreement]) -> list[Tie]:
    """A line for every partner of every record, in their order. Reads partners and counterpart."""
    return [
        Tie(
            Party(partner.pk, partner.name, partner.is_group, partner.group_size),
            Party(one.counterpart.pk, one.counterpart.public_name) if one.counterpart else None,
            one.has_document,
        )
        for one in agreements
        for partner in one.partners.all()
    ]


def picture(ties: Sequence[Tie], label: str) -> Picture | None:
    """Both forms, with one label that says what the picture shows; None without a line.

    Only the first ``MOST_LINES`` are drawn: more make no picture that anybody follows, and a page of megabytes.
    """
    if not ties:
        return None
    ties, left_out = ties[:MOST_LINES], max(len(ties) - MOST_LINES, 0)
    if left_out:
        label += f"，只画前 {MOST_LINES} 条线"
    return Picture(
        draw(ties, label, NARROW),
        draw(ties, label, WIDE),
        has_signed=any(tie.signed for tie in ties),
        has_unsigned=not all(tie.signed for tie in ties),
        has_groups=any(tie.partner.is_group for tie in ties),
        drawn=len(ties),
        left_out=left_out,
    )


# --- Forms --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """Measures of a drawing in its own units; the narrow one is shown one to one on a screen 320 px wide.

    `letter` is the height of a character as the style sheet sets it, `columns` how many characters stand side by
    side left and right, `port` the distance of two lines that meet at one party.
    """

    name: str
    width: int
    letter: int
    columns: tuple[float, float]
    line: int
    port: int
    row_gap: int
    block_gap: int

    @property
    def left(self) -> float:
        """Where the bars of partners end and the lines begin."""
        return self.columns[0] * self.letter + MARGIN + BAR

    @property
    def right(self) -> float:
        """Where the lines end and the bars of counterparts begin."""
        return self.width - self.columns[1] * self.letter - MARGIN - BAR


BAR, MARGIN = 5, 7
GROUP_ROOM = 12  # the two further bars of a group stand before the first
NARROW = Form("narrow", 288, 18, (6.5, 5.5), line=25, port=7, row_gap=12, block_gap=24)
WIDE = Form("wide", 720, 18, (17, 11), line=26, port=8, row_gap=5, block_gap=16)


# --- Names in lines -----------------------------------------------------------------------------------------

# Numbers stay with what they count and Latin words whole; no line begins with a closing sign or ends with an opening one.
UNIT = re.compile(
    r"[（《“‘「【(]*(?:[0-9]+[\u4e00-\u9fff]|[!-'*-~]+|.)[）》”’」】)，。、；：！？·]*", re.DOTALL
)


def wrapped(name: str, width: float) -> list[str]:
    """The name in lines of at most so many characters, all of them about equally long."""
    units = [part for unit in UNIT.findall(name) for part in _fitting(unit, width)]
    lines = len(_filled(units, width))
    # The narrowest measure that needs no more lines leaves no single character on the last one.
    measures = (breadth(name) / lines + step / 2 for step in range(ceil(2 * width)))
    fitting = (measure for measure in measures if len(_filled(units, measure)) <= lines)
    return _without_orphan(_filled(units, min(next(fitting, width), width)), width)


def _without_orphan(lines: list[str], width: float) -> list[str]:
    """A single character on the last line gets company from the line above, where no measure avoided it."""
    if len(lines) < 2 or breadth(lines[-1]) > 1:
        return lines
    *before, above, last = lines
    unit = UNIT.findall(above)[-1]
    if len(unit) == len(above) or breadth(unit + last) > width:
        return lines
    return [*before, above.removesuffix(unit).rstrip(), unit + last]


def breadth(text: str) -> float:
    """In Chinese characters; Latin letters and digits take a little more than half of one."""
    return sum(0.6 if character.isascii() else 1.0 for character in text)


def _fitting(unit: str, width: float) -> list[str]:
    """A unit that is wider than a line has to be broken after all."""
    if breadth(unit) <= width:
        return [unit]
    at_once = max(1, int(width))
    return [unit[start : start + at_once] for start in range(0, len(unit), at_once)]


def _filled(units: Iterable[str], width: float) -> list[str]:
    lines = [""]
    for unit in units:
        if lines[-1] and breadth(lines[-1] + unit) > width:
            lines.append("")
        lines[-1] += unit
    return [line.strip() for line in lines]


# --- Where everything stands ------------------------------------------------------------------------------------


@dataclass
class Node:
    """A party in its column: its lines of text, how many lines of the picture meet there, and its upper edge."""

    party: Party | None
    text: list[str]
    note: str = ""
    ties: list[int] = field(default_factory=list)
    top: float = 0

    def height(self, form: Form) -> float:
        return max((len(self.text) + bool(self.note)) * form.line, self.bar(form))

    def bar(self, form: Form) -> float:
        return form.letter + (len(self.ties) - 1) * form.port

    def middle(self, form: Form) -> float:
        return self.top + self.height(form) / 2

    def port(self, tie: int, form: Form) -> float:
        """How high a line meets the bar."""
        return self.middle(form) + (self.ties.index(tie) - (len(self.ties) - 1) / 2) * form.port


@dataclass(frozen=True)
class Web:
    """Nodes of both columns by key, and the two nodes of each tie."""

    left: dict[object, Node]
    right: dict[object, Node]
    ends: list[tuple[object, object]]

    @classmethod
    def of(cls, ties: Sequence[Tie], form: Form) -> Web:
        web = cls({}, {}, [])
        for number, tie in enumerate(ties):
            # Two partners without a counterpart have nothing in common: each has its own place for it.
            ends = (tie.partner.key, tie.counterpart.key if tie.counterpart else f"none of {tie.partner.key}")
            web.ends.append(ends)
            for nodes, key, party, width in (
                (web.left, ends[0], tie.partner, form.columns[0]),
                (web.right, ends[1], tie.counterpart, form.columns[1]),
            ):
                if key not in nodes:
                    name, note = party.name if party else NO_COUNTERPART, note_of(party)
                    room = width - GROUP_ROOM / form.letter if note else width
                    nodes[key] = Node(party, wrapped(name, room), note)
                nodes[key].ties.append(number)
        return web

    def blocks(self) -> list[tuple[list[Node], list[Node]]]:
        """Parties that hang together, as the first tie of each comes; in each as few crossings as order can spare."""
        of_right: defaultdict[object, list[object]] = defaultdict(list)
        of_left: defaultdict[object, list[object]] = defaultdict(list)
        for left, right in self.ends:
            of_left[left].append(right)
            of_right[right].append(left)
        placed: set[object] = set()
        blocks = []
        for start in self.left:
            if start in placed:
                continue
            lefts, rights, waiting = {start: None}, dict[object, None](), [start]
            while waiting:
                for right in of_left[waiting.pop(0)]:
                    rights.setdefault(right)
                    new = [left for left in of_right[right] if left not in lefts]
                    lefts.update(dict.fromkeys(new))
                    waiting += dict.fromkeys(new)
            placed.update(lefts)
            blocks.append(([self.left[key] for key in lefts], [self.right[key] for key in rights]))
        return blocks


def note_of(party: Party | None) -> str:
    if party is None or not party.is_group:
        return ""
    told = party.size is None or str(party.size) in party.name  # 958家企业 says its number itself
    return "一批单位" if told else f"一批（{party.size}）"


def place(web: Web, form: Form, top: float) -> float:
    """Set the upper edge of every node, from `top` downwards; returns where the last one ends."""
    for lefts, rights in web.blocks():
        height = [sum(node.height(form) + form.row_gap for node in column) for column in (lefts, rights)]
        first, second = (lefts, rights) if height[0] >= height[1] else (rights, lefts)
        for node in first:
            node.top, top = top, top + node.height(form) + form.row_gap
        bottom = first[0].top
        by_tie = {tie: node for node in first for tie in node.ties}
        for node in second:
            wanted = [by_tie[tie].middle(form) for tie in node.ties]
            node.top = max(bottom, (min(wanted) + max(wanted)) / 2 - node.height(form) / 2)
            bottom = node.top + node.height(form) + form.row_gap
        top = max(top, bottom) - form.row_gap + form.block_gap
    _order_ports(web, form)
    return top - form.block_gap


def _order_ports(web: Web, form: Form) -> None:
    """Lines meet a bar in the order in which they come, so that those of one bar do not cross."""
    for nodes, others, side in ((web.left, web.right, 1), (web.right, web.left, 0)):
        heights = [others[ends[side]].middle(form) for ends in web.ends]
        for node in nodes.values():
            node.ties.sort(key=lambda tie: (heights[tie], tie))


# --- Drawing ------------------------------------------------------------------------------------------------

HEAD = 44  # room for the heads of the columns and the rule below them


def draw(ties: Sequence[Tie], label: str, form: Form) -> SafeString:
    """One form of the picture as SVG."""
    web = Web.of(ties, form)
    height = place(web, form, HEAD + form.block_gap) + form.row_gap
    parts = [_heads(form)]
    parts += [
        _line(web.left[left].port(number, form), web.right[right].port(number, form), ties[number], form)
        for number, (left, right) in enumerate(web.ends)
    ]
    parts += [_node(node, form, is_left=True) for node in web.left.values()]
    parts += [_node(node, form, is_left=False) for node in web.right.values()]
    return format_html(
        '<svg class="ties ties--{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        form.name,
        form.width,
        ceil(height),
        label,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _heads(form: Form) -> SafeString:
    return format_html(
        '<text class="ties__head" x="{}" y="{y}" text-anchor="end">{}</text><text class="ties__head" x="{}" y="{y}">{}</text>'
        '<path class="ties__rule" d="M0 {rule}H{}"/>',
        number(form.left - BAR - MARGIN),
        HEADS[0],
        number(form.right + BAR + MARGIN),
        HEADS[1],
        form.width,
        y=HEAD - 18,
        rule=HEAD,
    )


def _line(start: float, end: float, tie: Tie, form: Form) -> SafeString:
    middle = number((form.left + form.right) / 2)
    return format_html(
        '<path class="ties__line ties__line--{look}" d="M{} {start}C{m} {start} {m} {end} {} {end}"/>',
        number(form.left),
        number(form.right),
        look="signed" if tie.signed else "unsigned",
        start=number(start),
        end=number(end),
        m=middle,
    )


def _node(node: Node, form: Form, *, is_left: bool) -> SafeString:
    """A bar where the lines meet and the name beside it; a group has three bars, no counterpart an open one."""
    look = "none" if node.party is None else "group" if node.party.is_group else "one"
    bar = node.bar(form)
    x, top = (form.left - BAR if is_left else form.right), node.middle(form) - bar / 2
    bars = format_html(
        '<path class="ties__bar ties__bar--{}" d="{}"/>',
        look,
        _bars(x, top, bar, 3 if look == "group" else 1),
    )
    at = x - MARGIN - (GROUP_ROOM if look == "group" else 0) if is_left else x + BAR + MARGIN
    rows = len(node.text) + bool(node.note)
    first = node.middle(form) - (rows - 1) * form.line / 2 + form.letter * 0.36
    lines = [(line, "ties__name") for line in node.text] + ([(node.note, "ties__note")] if node.note else [])
    spans = format_html_join(
        "",
        '<tspan class="{}" x="{}" y="{}">{}</tspan>',
        (
            (css, number(at + _hang(line, form, is_left)), number(first + row * form.line), line)
            for row, (line, css) in enumerate(lines)
        ),
    )
    anchor = SafeString(' text-anchor="end"') if is_left else ""
    return format_html('{}<text class="ties__text ties__text--{}"{}>{}</text>', bars, look, anchor, spans)


def _hang(line: str, form: Form, is_left: bool) -> float:
    """The half of a closing bracket that is white stands out beyond the edge of its column."""
    return form.letter * 0.45 if is_left and line.endswith(("）", "》", "”")) else 0


def _bars(x: float, top: float, height: float, count: int) -> str:
    """Upright bars, each further one to the left and a little shorter, as sheets lie behind each other."""
    return "".join(
        f"M{number(x - index * 6)} {number(top + index * 2)}h{BAR if not index else 3}"
        f"v{number(height - index * 4)}h-{BAR if not index else 3}z"
        for index in range(count)
    )


def number(value: float) -> str:
    """A length with at most one decimal place."""
    return f"{value:.1f}".removesuffix(".0")
