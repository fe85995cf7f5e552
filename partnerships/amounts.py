"""Amounts of money as sources print them: 42.79万元, 约42.79万元, 4.45亿元, 280多万元, 一百万元.

Pure functions. What is printed is what visitors read; the number beside it is for sorting and exports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

from honors.spelling import plain, simplified

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
UNITS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
# SQLite keeps fifteen digits of a number; Django could not read a longer one back.
MOST = Decimal("9999999999999.99")

BEFORE = r"(?P<before>约为|大约|约|近|逾|超过|超|至少|不少于|累计|共计|共|总计|人民币)*"
NUMBER = r"(?P<number>\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
AFTER = r"(?P<after>多|余|几|左右)?"
AMOUNT = re.compile(
    rf"(?:{BEFORE}){NUMBER}{AFTER}(?P<scale>[十百千]?(?:万亿|万|亿)?)(?P<more>多|余|左右)?(?P<yuan>元|圆)?(?P<end>整|多|余|左右|以上)?"
)
VAGUE = re.compile(r"约|近|逾|超|至少|不少于|多|余|几|左右|以上")


@dataclass(frozen=True)
class Amount:
    """Yuan, and whether the source says exactly that."""

    yuan: Decimal
    exact: bool


def read(text: str) -> Amount | None:
    """The one amount that a text states; None for no text, for words without a number, for several amounts.

    None too where the unit 元 is missing (一百万): ``validate_amount`` says so.
    """
    found = _match(text)
    if found is None or not found["yuan"]:
        return None
    return Amount(_value(found), VAGUE.search(found[0]) is None)


def validate_amount(text: str) -> None:
    """Refuse a lone number without its unit, and one that nobody could mean. For the field of what is printed."""
    found = _match(text)
    if found is None:
        return
    if not found["yuan"]:
        raise ValidationError(
            f"金额“{text}”没有写单位，看不出是元还是万元。请写全，如“{text}元”或“100万元”。"
        )
    if _value(found) > MOST:
        raise ValidationError(f"金额“{text}”太大了，请检查单位。")


def words(yuan: Decimal) -> str:
    """An amount as offices print it: 427900 → 42.79万元, 445000000 → 4.45亿元, 800 → 800元."""
    for name in ("亿", "万"):
        part = yuan / MYRIADS[name]
        if part >= 1 and part == part.quantize(Decimal("0.0001")):
            return f"{plain_number(part)}{name}元"
    return f"{plain_number(yuan)}元"


def plain_number(number: Decimal) -> str:
    """Without exponent and without idle zeros: 445000000, 42.79."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _match(text: str) -> re.Match[str] | None:
    plainly = simplified(plain(text)).translate(FINANCIAL)
    return AMOUNT.fullmatch(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plainly))


def _value(found: re.Match[str]) -> Decimal:
    number, scale = found["number"], found["scale"] or ""
    value = Decimal(number) if number[0].isdigit() else Decimal(_chinese(number))
    if scale[:1] in UNITS:
        value, scale = value * UNITS[scale[0]], scale[1:]
    return value * MYRIADS[scale]


def _chinese(number: str) -> int:
    """三百二十 → 320, 一千零五 → 1005, 十二 → 12."""
    total = digit = 0
    for character in number:
        if character in UNITS:
            total, digit = total + (digit or 1) * UNITS[character], 0
        else:
            digit = DIGITS[character]
    return total + digit
