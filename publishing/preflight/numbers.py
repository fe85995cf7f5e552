"""Numbers that belong to a person: identity cards, mobile telephones, bank cards. Pure: a text in, spans out.

A number is found as people type it: full-width or other digits, Chinese numerals, invisible characters inside,
spaces or signs between its parts. `\\b` is of no use here, since Chinese characters count as letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found in a text by the check `id`, from `start` to `end` as it was typed."""

    id: str
    start: int
    end: int


# Every translation here keeps the length, so that places in the read text are places in the typed one.
_OTHER_DIGITS = {
    code: str(unicodedata.digit(chr(code)))
    for code in (*range(0x80, 0x10000), *range(0x1D7CE, 0x1D800))
    if unicodedata.category(chr(code)) == "Nd"
}
_LETTERS_X = dict.fromkeys(map(ord, "ｘＸ×ХхⅩⅹ✕"), "X")
_READ_AS = _OTHER_DIGITS | _LETTERS_X
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖", "000123456789123456789")

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
# Within one number people set these; what stands in lists and tables between numbers is another matter.
_SIGNS = rf"{_INVISIBLE} \u00a0\u2000-\u200a\u3000\-‐-―−－_.·・*'’\"~/\\|()（）"
_SOFT = re.compile(rf"[{_SIGNS}]*")
_RUN = re.compile(r"\d+(?:[^\w\u4e00-\u9fff]{1,4}\d+|_{1,4}\d+)*")
_INVISIBLES = re.compile(f"[{_INVISIBLE}]+")
_TAIL_X = re.compile(rf"[{_SIGNS}]{{0,2}}[Xx](?![A-Za-z])")
_CHINESE_RUN = re.compile(r"[\d〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖]{11,20}[Xx]?")

# First two digits of all codes of areas, 香港 澳门 台湾 and foreigners' cards among them.
AREAS = frozenset(
    map(
        str,
        [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71]
        + [81, 82, 83, 91],
    )
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
# Beginnings that networks of bank cards use in China (银联, Visa, Mastercard, JCB, old ICBC cards).
_CARD = re.compile(r"62|60|4|5[1-5]|35|9558")
_MOBILE = re.compile(r"(?:\+?(?:00)?86|0)?1[3-9]\d{9}")
# How a telephone number is parted when people read it out.
_MOBILE_PARTS = {(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (5, 6), (1,) * 11}
_CREDIT_CODE = re.compile(r"信用代码[^\d]{0,8}$")


def luhn(digits: str) -> bool:
    """Whether the last digit of a bank card is right."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def id_check_character(digits: str) -> str:
    """The 18th character for the first 17 digits (GB 11643, mod 11-2)."""
    return CHECK_CHARACTERS[sum(int(d) * w for d, w in zip(digits[:17], WEIGHTS, strict=True)) % 11]


def is_birthday(digits: str) -> bool:
    """Whether eight digits are a day on which somebody living, or recently dead, can be born."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return born.year >= 1900 and born <= date.today()


@dataclass(frozen=True, slots=True)
class _Part:
    """Digits without a sign between; `gap` is what stands before them and after the part before."""

    start: int
    end: int
    digits: str
    gap: str


def find_numbers(text: str) -> list[Hit]:
    """Every personal number of a text, in order; no two overlap."""
    read = text.translate(_READ_AS)
    hits = [hit for run in _RUN.finditer(read) if len(run[0]) >= 11 for hit in _in_run(read, run)]
    taken = {place for hit in hits for place in range(hit.start, hit.end)}
    for run in _CHINESE_RUN.finditer(read):
        if not run[0].rstrip("Xx").isascii() and taken.isdisjoint(range(*run.span())):
            hits += _in_chinese(run)
    return sorted(hits, key=lambda hit: hit.start)


def _in_chinese(run: re.Match[str]) -> list[Hit]:
    """The number that a run of Chinese numerals is; the last may belong to the next word: …八三一经登记."""
    for cut in (0, 1):
        plain = run[0][: len(run[0]) - cut].translate(_CHINESE_DIGITS)
        digits = plain.rstrip("Xx")
        if found := _name(digits, (len(digits),), digits != plain):
            return [Hit(found, run.start(), run.end() - cut)]
    return []


def _in_run(text: str, run: re.Match[str]) -> Iterator[Hit]:
    parts = _parts(run)
    first = 0
    while first < len(parts):
        hit, used = _starting_at(text, parts, first)
        if hit is not None:
            yield hit
        first += used


def _parts(run: re.Match[str]) -> list[_Part]:
    """The digits of a run, taken together where only invisible characters part them."""
    parts: list[_Part] = []
    # A copy of the match for each part would make a table of numbers quadratic.
    typed, offset = run[0], run.start()
    for found in re.finditer(r"\d+", typed):
        start, end = offset + found.start(), offset + found.end()
        gap = typed[parts[-1].end - offset : found.start()] if parts else ""
        if parts and _INVISIBLES.fullmatch(gap):
            last = parts.pop()
            parts.append(_Part(last.start, end, last.digits + found[0], last.gap))
        else:
            parts.append(_Part(start, end, found[0], gap))
    return parts


def _starting_at(text: str, parts: list[_Part], first: int) -> tuple[Hit | None, int]:
    """The longest personal number that begins with a part, and how many parts are done with."""
    best: tuple[Hit | None, int] = (None, 1)
    digits, softly = "", True
    lengths: tuple[int, ...] = ()
    for number, part in enumerate(parts[first : first + 19], start=1):
        digits += part.digits
        if len(digits) > 19:
            break
        lengths += (len(part.digits),)
        softly = softly and (number == 1 or bool(_SOFT.fullmatch(part.gap)))
        if len(digits) < 11:
            continue
        tail = _TAIL_X.match(text, part.end) if len(digits) == 17 else None
        group = parts[first : first + number]
        found = _judged(text, group, digits, softly, lengths, tail is not None)
        if found:
            best = Hit(found, group[0].start, tail.end() if tail else part.end), number
    return best


def _judged(
    text: str, group: list[_Part], digits: str, softly: bool, lengths: tuple[int, ...], ends_in_x: bool
) -> str:
    """The id of the check that these parts, read as one number, meet; "" for none."""
    found = _name(digits, lengths, ends_in_x)
    if not softly:
        # Over the end of a line or a cell only what cannot be chance.
        return found if found == "pii.id18" and digits[:2] in AREAS else ""
    is_fraction = group[0].gap == "."
    is_decimal = len(group) == 2 and group[1].gap == "."
    if found not in {"pii.id18", "pii.mobile"} and (is_fraction or is_decimal):
        return ""
    gaps = {part.gap for part in group[1:]}
    if found in {"pii.bank-card", "pii.id15"} and len(gaps) > 1:
        return ""
    before = text[max(group[0].start - 20, 0) : group[0].start]
    return "" if found == "pii.bank-card-like" and _CREDIT_CODE.search(before) else found


def _name(digits: str, lengths: tuple[int, ...], ends_in_x: bool) -> str:
    whole = len(lengths) == 1
    if len(digits) == 17 and ends_in_x:
        return _identity(digits + "X", whole)
    if len(digits) == 18 and (found := _identity(digits, whole)):
        return found
    if 16 <= len(digits) <= 19 and (found := _card(digits, lengths)):
        return found
    if _MOBILE.fullmatch(digits) and _parted_as_mobile(digits, lengths):
        return "pii.mobile"
    if len(digits) == 15 and is_birthday(f"19{digits[6:12]}") and lengths in {(15,), (6, 6, 3)}:
        return "pii.id15"
    return ""


def _identity(number: str, whole: bool) -> str:
    if not is_birthday(number[6:14]):
        return ""
    if id_check_character(number) == number[17]:
        return "pii.id18"
    if not whole or number[:2] not in AREAS:
        return ""
    return "pii.id18-rounded" if number.isdigit() and _is_rounded(int(number)) else "pii.id18-like"


def _is_rounded(number: int) -> bool:
    """Whether a spreadsheet kept fifteen digits: the rest comes back as zeros, or as near as a float comes."""
    thousands = round(number, -3)
    return number in {thousands, int(float(thousands))}


def _card(digits: str, lengths: tuple[int, ...]) -> str:
    fours = len(lengths) > 1 and all(one == 4 for one in lengths[:-1]) and lengths[-1] <= 4
    if len(lengths) > 1 and not fours and lengths not in {(6, 13), (6, 10), (6, 12), (4, 15)}:
        return ""
    if not luhn(digits) or len(set(digits)) < 2:
        return ""
    if _CARD.match(digits):
        return "pii.bank-card"
    return "pii.bank-card-like" if len(lengths) == 1 else ""


def _parted_as_mobile(digits: str, lengths: tuple[int, ...]) -> bool:
    """Whether the parts are those of a telephone number, with or without the country's code before them."""
    extra = len(digits) - 11
    own = (lengths[0] - extra, *lengths[1:]) if lengths[0] > extra else lengths[1:]
    return own in _MOBILE_PARTS
