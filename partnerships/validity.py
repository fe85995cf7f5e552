"""How long a record of a partnership may be trusted: pure rules of dates.

Agreements that nobody re-verified (再核实) within a year are shown as such (DESIGN §3); editors are reminded a
month before.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

FRESH_MONTHS = 12  # older than this: 待核实 for visitors
REMIND_MONTHS = 11  # older than this: a reminder for editors


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day: twelve months before 2024-02-29 is 2023-02-28."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_fresh(verified_on: date | None, today: date) -> bool:
    """Whether visitors read 已核实: verified, and not more than twelve months ago."""
    return verified_on is not None and verified_on >= months_before(today, FRESH_MONTHS)


def is_due(verified_on: date | None, today: date) -> bool:
    """Whether editors are reminded: never verified, or more than eleven months ago."""
    return verified_on is None or verified_on < months_before(today, REMIND_MONTHS)


def fresh_until(verified_on: date) -> date:
    """The last day on which visitors read 已核实 of what was verified on a day."""
    last = months_before(verified_on, -FRESH_MONTHS)
    while is_fresh(
        verified_on, last + timedelta(days=1)
    ):  # 28 February is twelve months before 29 February too
        last += timedelta(days=1)
    return last
