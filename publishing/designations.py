"""Military units as texts name them: cover numbers (代号) and true designations (番号), which may not be public.

Pure: texts in, spans out. Whatever looks like five digits before 部队, or like a numbered army, division, brigade,
regiment, battalion or company, is found however it is spelled: traditional characters, full-width, Chinese or
financial digits, with spaces or signs between. Names of places are no part of a designation: 二连浩特市 is a city and no company.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

COVER_NUMBER = "不得出现部队代号（五位数字加“部队”），请改用公开称谓，如“驻军某部”。"
TRUE_DESIGNATION = "不得出现部队番号（如“某某集团军、师、旅、团、营、连”的编号），请改用公开称谓。"

# Financial numerals and the circle written for zero are read as the plain ones.
PLAIN_NUMERALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰零〇○", "一二三四五六七八九十百零零零")
ARABIC_NUMERALS = str.maketrans("零一二三四五六七八九", "0123456789")
NUMERAL = r"\d一二三四五六七八九十百零"
BRACKETS = r"[()\[\]<>《》〈〉「」『』【】“”‘’]"
# Letters that are drawn as nothing.
BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u2800"
# The traditional forms of the characters that the patterns read.
SIMPLIFIED = str.maketrans("隊軍團師營連續勝鎖範館業貳陸環資遊圓養", "队军团师营连续胜锁范馆业贰陆环资游圆养")
_NUMERALS = frozenset("0123456789一二三四五六七八九十百零")

# Set between digits, these change nothing about what is read.
_SIGNS = re.compile(rf"(?<=[{NUMERAL}])[-‐-―−·・.,、_~*'\"|/\\]+(?=[{NUMERAL}部集师旅团营连支大])")

# 12345（部队）; before 营 and its like brackets stay, for （二）营造 counts paragraphs.
_BRACKETS = re.compile(rf"(?<=[{NUMERAL}]){BRACKETS}+(?=[{NUMERAL}部])")

# Divisions of the 新疆生产建设兵团 share their seat's government; the double name is the city's public one.
CORPS_CITIES = {
    "第一师": "阿拉尔市",
    "第二师": "铁门关市",
    "第三师": "图木舒克市",
    "第四师": "可克达拉市",
    "第五师": "双河市",
    "第六师": "五家渠市",
    "第七师": "胡杨河市",
    "第八师": "石河子市",
    "第九师": "白杨市",
    "第十师": "北屯市",
    "第十三师": "新星市",
    "第十四师": "昆玉市",
}

# \b would fail between a Chinese character and a digit.
COVER_NUMBER_PATTERN = re.compile(r"(?<!\d)[1-9]\d{4}部队")

# Everyday words that go on after the numeral are no units: 七连冠, 一连三天, 第一师范, 第一营业部, 一支队伍, 一连串.
# The list stays short on purpose: 团结 is not on it, since 三团结对共建 names a unit. A bare 百 is a
# round word and no number: 百团大战, 百村百连.
TRUE_DESIGNATION_PATTERN = re.compile(
    rf"第?(?!百(?![{NUMERAL}]))(?<![{NUMERAL}])[{NUMERAL}]+"
    r"(?:集团军|支队(?!伍)|大队(?!伍)"
    r"|师(?![范生资]|一优)"
    r"|旅(?!行社|馆|店|游|客)"
    r"|团(?![和火糟圆])"
    r"|营(?!业[部厅所]|[地养收])"
    rf"|连(?!冠|续|胜|心|锁|串|环|片|休|[{NUMERAL}几数多两]+(?:[天日周夜次年届]|个月))"
    r")"
)

# What both patterns need, whatever is taken out: a numeral right before the word for a unit. A mark stands where a
# name was, so taking names out joins no two characters. It is no excuse that a pattern does not match before: 师范
# goes on in 第一师范学院, but not in 第一师范县, where 范县 is a name.
UNIT_WITH_NUMBER = re.compile(rf"[{NUMERAL}](?:部队|集团军|支队|大队|[师旅团营连])")

# What may begin a unit's name in a text as it was typed: a numeral of any script, signs, the unit's first character.
_CANDIDATE = re.compile(
    r"[\d①②③④⑤⑥⑦⑧⑨⓪一二三四五六七八九十百零〇○壹贰叁肆伍陆柒捌玖拾佰貳陸]"
    r"[^\u4e00-\u9fff\t\n]{0,8}[部集师師旅团團营營连連支大]"
)
_EDGE = re.compile(r"[\t\n]")
# So much is read around a candidate: longer than any place name and any number before a unit.
_BEFORE, _AFTER = 40, 12


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit named in a text, from `start` to `end` as it was typed; a cover number, else a true designation."""

    start: int
    end: int
    is_cover_number: bool


def may_be_refused(name: str) -> bool:
    """Whether ``refusals`` could find anything at all, whichever places are known: a look that asks for none."""
    return UNIT_WITH_NUMBER.search(normalised(name)) is not None


def refusals(name: str, places: Iterable[str] = ()) -> list[str]:
    """Every reason why a name may not be shown, as sentences for the editor.

    `places` are the known place names, which are no part of a designation.
    """
    text = without_places(normalised(name), places)
    reasons = []
    if COVER_NUMBER_PATTERN.search(text.translate(ARABIC_NUMERALS)):
        reasons.append(COVER_NUMBER)
    if TRUE_DESIGNATION_PATTERN.search(text):
        reasons.append(TRUE_DESIGNATION)
    return reasons


def find(text: str, names: frozenset[str]) -> Iterator[Hit]:
    """Every unit that a text names, in order. `names` are the places and whatever else may be read over.

    Same rules as `refusals`, for long texts: only what stands around a candidate is looked at closely. Lines and
    the cells of a table stand for themselves: 15000 in one and 部队 in the next are no cover number.
    """
    longest = max(map(len, names), default=0)
    done = 0
    for found in _CANDIDATE.finditer(text):
        before = _EDGE.split(text[max(found.start() - _BEFORE, 0) : found.start()])[-1]
        begin, after = found.start() - len(before), text[found.start() : found.end() + _AFTER]
        folded, origin = _folded(before + _EDGE.split(after)[0])
        for start, end, is_cover_number in _spans(_masked(folded, names, longest)):
            first, last = begin + origin[start], begin + origin[end - 1] + 1
            if first >= done and first <= found.start() < last:
                done = last
                yield Hit(first, last, is_cover_number)


def _spans(folded: str) -> list[tuple[int, int, bool]]:
    covers = [(*one.span(), True) for one in COVER_NUMBER_PATTERN.finditer(folded.translate(ARABIC_NUMERALS))]
    return sorted([*covers, *((*one.span(), False) for one in TRUE_DESIGNATION_PATTERN.finditer(folded))])


def _masked(text: str, names: frozenset[str], longest: int) -> str:
    """The text with signs in place of each name, as many as it has characters; longer names first."""
    for division, city in CORPS_CITIES.items():
        text = text.replace(division + city, "*" * len(division + city))
    for length in range(min(longest, len(text)), 1, -1):
        for start in range(len(text) - length + 1):
            # 三连 is no part of 十三连.
            joins = text[start] in _NUMERALS and text[start - 1 : start] in _NUMERALS
            if not joins and text[start : start + length] in names:
                text = text[:start] + "*" * length + text[start + length :]
    return text


def normalised(name: str) -> str:
    """The name as it is read: plain characters and digits, nothing invisible, nothing set between digits."""
    return _folded(name)[0]


def without_places(text: str, places: Iterable[str]) -> str:
    """The text with a mark in place of each place name, longest first, so that no neighbours join."""
    for division, city in CORPS_CITIES.items():
        text = text.replace(division + city, "*")
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, "*")
    return text


def with_short_names(places: Iterable[str]) -> set[str]:
    """The names, and long ones also without their last character: 二连浩特 beside 二连浩特市."""
    names = set(places)
    return names | {name[:-1] for name in names if len(name) > 3}


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is read, and for each of its characters where it stood in the text as typed."""
    characters, origin = [], []
    for position, typed in enumerate(text):
        read = unicodedata.normalize("NFKC", typed).translate(SIMPLIFIED)
        # In 队伍 the second character is no numeral.
        is_numeral = typed != "伍" or text[position - 1 : position] not in {"队", "隊"}
        for character in read.translate(PLAIN_NUMERALS) if is_numeral else read:
            if plain := _plain(character):
                characters.append(plain)
                origin.append(position)
    return _without(_SIGNS, *_without(_BRACKETS, "".join(characters), origin))


def _without(signs: re.Pattern[str], text: str, origin: list[int]) -> tuple[str, list[int]]:
    kept = [True] * len(text)
    for found in signs.finditer(text):
        kept[found.start() : found.end()] = [False] * len(found[0])
    return (
        "".join(character for character, keep in zip(text, kept, strict=True) if keep),
        [position for position, keep in zip(origin, kept, strict=True) if keep],
    )


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"} or character in BLANK_LETTERS:
        return ""
    return str(unicodedata.digit(character)) if category == "Nd" else character
