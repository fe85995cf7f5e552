"""Dates as reports print them: a day, only a month or only a year.

Such a date is stored as a full date beside its precision; the parts that are not known are 1, so that two
records of the same fact are equal.
"""

from __future__ import annotations

import datetime
import re

from django.db import models


class DatePrecision(models.TextChoices):
    DAY = "day", "确切到日"
    MONTH = "month", "只知年月"
    YEAR = "year", "只知年份"


def parse(text: str) -> tuple[datetime.date, DatePrecision]:
    """Read `2025-04-23`, `2016-07` or `1993`. ValueError for anything else."""
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if match is None:
        raise ValueError(f"日期应写作 2025、2025-04 或 2025-04-23，而不是“{text}”。")
    year, month, day = match.groups()
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    return datetime.date(int(year), int(month or 1), int(day or 1)), precision


def truncate(date: datetime.date, precision: str) -> datetime.date:
    """The date with its unknown parts set to 1."""
    if precision == DatePrecision.YEAR:
        return date.replace(month=1, day=1)
    if precision == DatePrecision.MONTH:
        return date.replace(day=1)
    return date


def iso(date: datetime.date, precision: str) -> str:
    """The date cut to what is known: `2025-04-23`, `2025-04` or `2025`."""
    length = {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(DatePrecision(precision), 10)
    return date.isoformat()[:length]


def chinese(date: datetime.date, precision: str) -> str:
    """The date cut to what is known, as a reader expects it: `2025年4月23日`, `2025年4月` or `2025年`."""
    if precision == DatePrecision.YEAR:
        return f"{date.year}年"
    if precision == DatePrecision.MONTH:
        return f"{date.year}年{date.month}月"
    return f"{date.year}年{date.month}月{date.day}日"
