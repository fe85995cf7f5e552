import datetime

import pytest

from honors.partial_dates import DatePrecision, chinese, iso, parse, truncate


@pytest.mark.parametrize(
    ("text", "date", "precision", "printed"),
    [
        ("2025-04-23", datetime.date(2025, 4, 23), DatePrecision.DAY, "2025年4月23日"),
        ("2016-07", datetime.date(2016, 7, 1), DatePrecision.MONTH, "2016年7月"),
        ("1993", datetime.date(1993, 1, 1), DatePrecision.YEAR, "1993年"),
    ],
)
def test_a_date_keeps_its_precision(
    text: str, date: datetime.date, precision: DatePrecision, printed: str
) -> None:
    assert parse(text) == (date, precision)
    assert iso(date, precision) == text
    assert chinese(date, precision) == printed


@pytest.mark.parametrize(
    "text", ["", "25", "2025-4", "2025-13", "2025-02-30", "2025/04/23", "2025-04-23 ", "２０２５"]
)
def test_anything_else_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_unknown_parts_are_one() -> None:
    day = datetime.date(2025, 4, 23)
    assert truncate(day, "day") == day
    assert truncate(day, "month") == datetime.date(2025, 4, 1)
    assert truncate(day, "year") == datetime.date(2025, 1, 1)
