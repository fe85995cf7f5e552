"""Names that may not stand on the site: cover numbers and true designations of military units.

Counterparts are shown by a public name only (驻军某部, 海军乌海舰). Whatever looks like five digits before
部队, or like a numbered army, division, brigade, regiment, battalion or company, is refused, however it is
spelled: traditional characters, full-width, Chinese or financial digits, with spaces or signs between. Names of places are taken
out first, for 二连浩特市 is a city and no company.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError

from honors.models import Place
from honors.spelling import simplified

COVER_NUMBER = "不得出现部队代号（五位数字加“部队”），请改用公开称谓，如“驻军某部”。"
TRUE_DESIGNATION = "不得出现部队番号（如“某某集团军、师、旅、团、营、连”的编号），请改用公开称谓。"

# Financial numerals and the circle written for zero are read as the plain ones.
PLAIN_NUMERALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰零〇○", "一二三四五六七八九十百零零零")
ARABIC_NUMERALS = str.maketrans("零一二三四五六七八九", "0123456789")
NUMERAL = r"\d一二三四五六七八九十百零"
BRACKETS = r"[()\[\]<>《》〈〉「」『』【】“”‘’]"
# Letters that are drawn as nothing.
BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u2800"

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

# Everyday words that go on after the numeral are no units: 七连冠, 一连三天, 第一师范, 第一营业部.
# The list stays short on purpose: 团结 is not on it, since 三团结对共建 names a unit. A bare 百 is a
# round word and no number: 百团大战, 百村百连.
TRUE_DESIGNATION_PATTERN = re.compile(
    rf"第?(?!百(?![{NUMERAL}]))(?<![{NUMERAL}])[{NUMERAL}]+"
    r"(?:集团军|支队|大队"
    r"|师(?!范)"
    r"|旅(?!行社|馆|店)"
    r"|团"
    r"|营(?!业[部厅所])"
    rf"|连(?!冠|续|胜|心|锁|[{NUMERAL}几数多两]+(?:[天日周夜次年届]|个月))"
    r")"
)

# What both patterns need, whatever is taken out: a numeral right before the word for a unit. A mark stands where a
# name was, so taking names out joins no two characters. It is no excuse that a pattern does not match before: 师范
# goes on in 第一师范学院, but not in 第一师范县, where 范县 is a name.
UNIT_WITH_NUMBER = re.compile(rf"[{NUMERAL}](?:部队|集团军|支队|大队|[师旅团营连])")


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


def normalised(name: str) -> str:
    """The name as it is read: plain characters and digits, nothing invisible, nothing set between digits."""
    text = simplified(unicodedata.normalize("NFKC", name)).translate(PLAIN_NUMERALS)
    text = "".join(_plain(character) for character in text)
    # 12345（部队）; before 营 and its like brackets stay, for （二）营造 counts paragraphs.
    text = re.sub(rf"(?<=[{NUMERAL}]){BRACKETS}+(?=[{NUMERAL}部])", "", text)
    return re.sub(rf"(?<=[{NUMERAL}])[-‐-―−·・.,、_~*'\"|/\\]+(?=[{NUMERAL}部集师旅团营连支大])", "", text)


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


def validate_public_name(name: str) -> None:
    """Refuse a cover number or a true designation. For fields, and for `save()`, so that no door is open."""
    if not may_be_refused(name):
        return
    if reasons := refusals(name, with_short_names(Place.objects.all_names())):
        raise ValidationError(reasons)


def validate_public_text(text: str) -> None:
    """The same refusals for a sentence that visitors read: summaries, public texts, notes, offices."""
    validate_public_name(text)


def text_obstacles(text: str) -> list[str]:
    """The refusals of a sentence that visitors read, as reasons against an act."""
    try:
        validate_public_text(text)
    except ValidationError as error:
        return list(error.messages)
    return []


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"} or character in BLANK_LETTERS:
        return ""
    return str(unicodedata.digit(character)) if category == "Nd" else character
