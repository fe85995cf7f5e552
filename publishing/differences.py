"""What differs between two values of a field, as lines that a template marks with <del> and <ins>.

Pure functions: values in, lines out. Bodies are compared as the text a reader sees, paragraph by
paragraph and inside a changed paragraph word by word (a Chinese character is a word).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any, TypeGuard

from django.db import models
from django.utils import timezone

from publishing.fields import BodyField

# Pairs of words or lines compared for one field, about a second: what is beyond is marked passage by passage.
MAX_COMPARISONS = 15_000_000
# Unchanged lines kept before and after a change, so that its place is recognised.
CONTEXT_LINES = 1

WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.S)
BLOCKS = {"p", "h2", "h3", "li", "blockquote", "tr", "figure", "figcaption", "table", "ul", "ol", "br", "hr"}


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``changed`` where the other side reads differently."""

    text: str
    changed: bool = False


Line = list[Piece]


@dataclass(frozen=True)
class Difference:
    """One field on both sides. ``note`` says what the text alone cannot show."""

    label: str
    old: list[Line]
    new: list[Line]
    note: str = ""


def field_difference(field: models.Field[Any, Any], old: Any, new: Any) -> Difference | None:
    """Compare two values of a model field; None where a reader would see no difference.

    Values are what the model's attribute gives: related objects for relations, a list of them for
    many-to-many; raw text from a form is compared as it stands.
    """
    old_lines, new_lines = readable(field, old), readable(field, new)
    if old_lines == new_lines:
        if not isinstance(field, BodyField) or _without_sizes(old) == _without_sizes(new):
            return None
        return Difference(str(field.verbose_name), [], [], "只改了格式（如加粗、标题级别），文字没有变。")
    return Difference(str(field.verbose_name), *compare(old_lines, new_lines))


def readable(field: models.Field[Any, Any], value: Any) -> list[str]:
    """A field's value as the lines an editor reads; [] for an empty one."""
    if value is None or value == "":
        return []
    if isinstance(field, BodyField):
        return body_lines(str(value))
    if isinstance(value, bool):
        return ["是" if value else "否"]
    if isinstance(value, datetime):
        return [f"{timezone.localtime(value):%Y-%m-%d %H:%M}"]
    if choices := dict(getattr(field, "flatchoices", None) or []):
        return [str(choices.get(value, value))]
    if _is_many(value):
        names = sorted(str(one) for one in value)
        return ["、".join(names)] if names else []
    return str(value).splitlines() or []


def _is_many(value: Any) -> TypeGuard[Iterable[Any]]:
    return isinstance(value, (list, tuple, models.QuerySet))


def _without_sizes(body: Any) -> str:
    # The picture's own size is filled in at saving; it says nothing about what the editor did.
    return re.sub(r' (?:width|height)="\d*"', "", str(body))


class _Reader(HTMLParser):
    """Collects the lines of a body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.current = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self.end_line()
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "img":
            self.current += f"［图片：{given.get('alt') or '无替代文字'}］"
        if tag in {"td", "th"} and self.current:
            self.current += " │ "
        if tag == "hr":
            self.current = "———"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links and (address := self.links.pop()):
            self.current += f"〔{address}〕"
        if tag in BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        self.current += re.sub(r"\s+", " ", data)

    def end_line(self) -> None:
        if self.current.strip():
            self.lines.append(self.current.strip())
        self.current = ""


def body_lines(body: str) -> list[str]:
    """The text of a body, one line for each paragraph, list entry or table row; pictures and links named."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    reader.end_line()
    return reader.lines


def compare(old: list[str], new: list[str]) -> tuple[list[Line], list[Line]]:
    """Both sides with their changes marked; long unchanged passages are counted instead of repeated."""
    left: list[Line] = []
    right: list[Line] = []
    if len(old) * len(new) > MAX_COMPARISONS:
        return _whole(old), _whole(new)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    left_to_compare = MAX_COMPARISONS
    for position, (kind, i, j, k, m) in enumerate(steps):
        if kind == "equal":
            same = _shortened(old[i:j], first=position == 0, last=position == len(steps) - 1)
            left += same
            right += same
            continue
        for a, b in _pairs(old[i:j], new[k:m]):
            left_to_compare -= len(a) * len(b)
            before, after = _words(a, b) if left_to_compare > 0 else (_passage(a), _passage(b))
            left += [before] if before else []
            right += [after] if after else []
    return left, right


def _whole(lines: list[str]) -> list[Line]:
    return [_passage(line) for line in lines]


def _passage(text: str) -> Line:
    return [Piece(text, changed=True)] if text else []


def _pairs(old: list[str], new: list[str]) -> Iterable[tuple[str, str]]:
    for index in range(max(len(old), len(new))):
        yield old[index] if index < len(old) else "", new[index] if index < len(new) else ""


def _shortened(lines: list[str], *, first: bool, last: bool) -> list[Line]:
    head, tail = (0 if first else CONTEXT_LINES), (0 if last else CONTEXT_LINES)
    skipped = len(lines) - head - tail
    if skipped <= 1:
        return [[Piece(line)] for line in lines]
    kept = [[Piece(line)] for line in lines[:head]]
    kept.append([Piece(f"（{skipped} 段相同，未列出）")])
    return kept + [[Piece(line)] for line in lines[len(lines) - tail :]]


def _words(old: str, new: str) -> tuple[Line, Line]:
    a, b = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    # Where hardly anything is common, scattered marks are harder to read than two whole passages.
    if matcher.ratio() < 0.3:
        return _passage(old), _passage(new)
    before: Line = []
    after: Line = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if i < j:
            before.append(Piece("".join(a[i:j]), changed=kind != "equal"))
        if k < m:
            after.append(Piece("".join(b[k:m]), changed=kind != "equal"))
    return before, after
