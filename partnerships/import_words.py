"""How the cells of a file of partnerships are read: days, amounts, and texts that visitors will read.

All raise ``ValidationError`` with Chinese sentences that say what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from honors import partial_dates
from honors.models import Place
from honors.spelling import plain
from partnerships import amounts
from partnerships.names import may_be_refused, normalised, refusals, with_short_names
from publishing.exports import printable

# --- Days --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """A day as it is known; ``on`` has its unknown parts set to 1."""

    on: date
    precision: str

    @property
    def iso(self) -> str:
        return partial_dates.iso(self.on, self.precision)


def partial_day(heading: str, text: str) -> Day | None:
    """2025, 2025-07, 2025-07-25, 2025/7/25, 2025年7月25日; None for an empty cell."""
    if not text:
        return None
    plainly = plain(text)
    if re.fullmatch(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?", plainly):
        parts = re.findall(r"\d+", plainly)
    else:
        parts = re.split(r"[-/]", plainly)
    try:
        on, precision = partial_dates.parse("-".join(part.zfill(2) for part in parts))
    except ValueError:
        raise ValidationError(
            f"{heading}“{text}”读不出，请写作 2025、2025-07、2025-07-25 或 2025年7月25日。"
        ) from None
    return Day(on, precision)


def whole_day(heading: str, text: str) -> date | None:
    """A day of the calendar; None for an empty cell."""
    day = partial_day(heading, text)
    if day is not None and day.precision != partial_dates.DatePrecision.DAY:
        raise ValidationError(f"{heading}“{text}”须写到日，如 2025-07-25。")
    return day.on if day else None


# --- Money -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """What is printed and what it is in yuan, each filled in from the other where that can be."""

    text: str
    yuan: Decimal | None

    @property
    def exact(self) -> bool | None:
        """Whether the text says exactly one amount; None without a text."""
        read = amounts.read(self.text)
        return (read is not None and read.exact) if self.text else None


def money(text: str, number: str) -> Money:
    """An amount as printed and the number beside it, either or both empty. They must agree."""
    amounts.validate_amount(text)
    yuan, read = _yuan(number), amounts.read(text)
    # A spreadsheet holds fifteen digits of a number; what agrees in them agrees.
    if yuan is not None and read is not None and float(yuan) != float(read.yuan):
        raise ValidationError(
            f"金额（元）“{number}”与金额“{text}”不符：“{text}”是 {amounts.plain_number(read.yuan)} 元，"
            "请改正其中一个，或只写金额。"
        )
    if read is not None:
        yuan = read.yuan
    if yuan is not None and not text:
        text = amounts.words(yuan)
    return Money(text, yuan)


def _yuan(number: str) -> Decimal | None:
    if not number:
        return None
    try:
        yuan = Decimal(plain(number).replace(",", ""))
    except InvalidOperation:
        yuan = Decimal("NaN")
    if not yuan.is_finite() or yuan < 0 or yuan != round(yuan, 2):
        raise ValidationError(f"金额（元）“{number}”不是数额，请只写数字，如 427900；原文写在“金额”一栏。")
    if yuan > amounts.MOST:
        raise ValidationError(f"金额（元）“{number}”太大了，请检查单位。")
    return yuan


# --- Texts -------------------------------------------------------------------------------------------------


def same_text(text: str) -> str:
    """A text as it comes back from a file: line breaks of one kind, nothing that a workbook cannot hold."""
    return str(printable(re.sub(r"\r\n?", "\n", text))).strip()


class Guard:
    """The refusals of ``names`` for many texts: the places are asked for once."""

    def __init__(self) -> None:
        self.places = with_short_names(Place.objects.all_names())
        self.judged: dict[str, list[str]] = {}

    def check(self, heading: str, text: str, field: Any) -> str:
        """The text, if a column may hold it and visitors may read it."""
        if len(text) > (field.max_length or len(text)):
            raise ValidationError(f"{heading}有 {len(text)} 个字，最多 {field.max_length} 个，请写短些。")
        if text not in self.judged:
            self.judged[text] = self._refusals(text)
        if reasons := self.judged[text]:
            raise ValidationError([f"{heading}“{text}”：{reason}" for reason in reasons])
        return text

    def _refusals(self, text: str) -> list[str]:
        """``refusals``, without a look at thousands of places where none of it can be said."""
        if not may_be_refused(text):
            return []
        plainly = normalised(text)
        return refusals(text, [place for place in self.places if place in plainly])


def field(model: type[models.Model], name: str) -> Any:
    """A field of a model with its length."""
    return model._meta.get_field(name)


# --- What differs ------------------------------------------------------------------------------------------


def difference(heading: str, said: str, held: str) -> list[str]:
    """A sentence about a cell that says something else than the record; none where both say the same."""
    if same_text(said) == same_text(held):
        return []
    return [f"{heading}：表格是{_quoted(said)}，记录是{_quoted(held)}。"]


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "空的"
