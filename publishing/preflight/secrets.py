"""What must not be public in a text, and the text with all of it covered. Pure but for what the caller knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from publishing import designations
from publishing.preflight.content import Text
from publishing.preflight.numbers import Hit, find_numbers

# 军官证, 士兵证 and their kin: the word and then a number, or a number in the form of these cards.
_CARD_WORD = r"(?:军官|士兵|士官|军士|义务兵|文职干部|文职人员|学员|警官|军人|军队离休干部|退休军官|退休|残疾军人|伤残军人)证"
_SOLDIER_CARD = re.compile(
    rf"{_CARD_WORD}(?:件?(?:号码?|编号))?[^\w\u4e00-\u9fff]{{0,4}}"
    r"(?:[\u4e00-\u9fff]{1,3}字?)?[^\w\u4e00-\u9fff]{0,2}第?\s*[\d０-９](?:[ \-－]?[\d０-９]){4,11}"
    r"|[军士武文兵政后装海空南北沈兰济广成参院校总火](?:文|士|兵|官|退)?字\s*第?\s*[\d０-９](?:[ \-－]?[\d０-９]){5,8}\s*号?"
)
_NUMBER = r"[\d０-９]{1,5}(?:[-－][\d０-９]{1,4})?"
_ADDRESS = re.compile(
    rf"[\u4e00-\u9fff]{{2,12}}(?:路|街|巷|弄|大道|胡同|里)\s*{_NUMBER}\s*号(?!线|文|令|公告|公交|车)"
    rf"|[\u4e00-\u9fff]{{2,12}}(?:小区|花园|家园|公寓|新村|苑|社区|院|楼)?\s*{_NUMBER}\s*(?:号楼|栋|幢|座)"
    rf"\s*(?:{_NUMBER}\s*单元)?\s*{_NUMBER}\s*(?:室|号|户)?"
    rf"|[\u4e00-\u9fff]{{1,8}}(?:村|屯|组)\s*{_NUMBER}\s*号(?!文|令|公告|线)"
)
# How much of a secret still stands in an excerpt, so that an editor finds it in the text.
_KEPT = 3
AROUND = 14


@dataclass(frozen=True)
class Reading:
    """A text and what of it must not be public. `names` are places and whatever may be read over."""

    text: Text
    names: frozenset[str]

    @cached_property
    def hits(self) -> list[Hit]:
        content = self.text.content
        numbers = find_numbers(content)
        taken = [(hit.start, hit.end) for hit in numbers]
        cards = [Hit("pii.soldier-card", *found.span()) for found in _SOLDIER_CARD.finditer(content)]
        addresses = [
            Hit("pii.address", *found.span())
            for found in _ADDRESS.finditer(content)
            if all(found.end() <= start or found.start() >= end for start, end in taken)
        ]
        return sorted([*numbers, *cards, *addresses, *self._units()], key=lambda hit: hit.start)

    def _units(self) -> list[Hit]:
        # A zero-width sign keeps every place and joins what a page has parted.
        content = self.text.content.replace("\n", "\u200b") if self.text.wraps else self.text.content
        return [
            Hit(
                "military.cover-number" if hit.is_cover_number else "military.designation", hit.start, hit.end
            )
            for hit in designations.find(content, self.names)
        ]

    @cached_property
    def covered(self) -> str:
        """The text with all secrets covered but for their first characters; of the same length."""
        return _cover(self.text.content, self.hits)

    def excerpt(self, start: int, end: int) -> str:
        """What stands around a place, on one line, with every secret covered."""
        first, last = max(start - AROUND, 0), min(end + AROUND, len(self.covered))
        shown = " ".join(self.covered[first:last].split())
        return f"{'…' if first else ''}{shown}{'…' if last < len(self.covered) else ''}"


def _cover(content: str, hits: Iterable[Hit]) -> str:
    characters = list(content)
    for hit in hits:
        covered = range(hit.start + _kept(hit), hit.end)
        characters[covered.start : covered.stop] = "*" * len(covered)
    return "".join(characters)


def _kept(hit: Hit) -> int:
    return min(1 if hit.id.startswith("military") else _KEPT, hit.end - hit.start)


def covered(words: str, names: frozenset[str]) -> str:
    """A title or the name of a file as it may stand in a report: it can hold a secret itself."""
    return Reading(Text("", "", words), names).covered


def numbers_covered(words: str) -> str:
    """The same for the numbers of persons alone: it needs to know no names."""
    return _cover(words, find_numbers(words))
