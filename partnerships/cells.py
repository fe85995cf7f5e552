"""Several values in one cell of a table, written so that they are read back exactly.

They are joined by 、 in order. A value that holds a 、, a quotation mark or a line break itself stands in quotation
marks, and a quotation mark inside it is doubled: the rules of CSV, with 、 for the comma.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from django.core.exceptions import ValidationError

MARK = "、"


def joined(values: Sequence[str]) -> str:
    """甲公司、乙公司; ``"甲、乙公司"`` for one value with a mark; nothing for no value."""
    if not values:
        return ""
    out = StringIO(newline="")
    csv.writer(out, delimiter=MARK, lineterminator="").writerow(values)
    # The writer puts a lone empty value in quotation marks, lest its line be taken for an empty one.
    return "" if list(values) == [""] else out.getvalue()


def split(text: str) -> list[str]:
    """The values of a cell, without the blanks around them. Raises ``ValidationError`` for unpaired quotation marks."""
    if not text.strip():
        return []
    try:
        lines = list(csv.reader(StringIO(text.strip(), newline=""), delimiter=MARK, strict=True))
    except csv.Error as error:
        raise ValidationError(f'“{text}”里的引号不成对。名称里本来有顿号的，请写作 "甲、乙公司"。') from error
    return [value.strip() for line in lines for value in line]


def once(values: Sequence[str]) -> list[str]:
    """Values of the members of a cell beside it: one where it holds for all, else one for each in order."""
    return list(values[:1]) if len(set(values)) == 1 else list(values)


def for_each(values: Sequence[str], number: int) -> list[str] | None:
    """The reverse of ``once`` for so many members; None where the numbers do not fit."""
    if len(values) <= 1:
        return [*(values or [""])] * number
    return list(values) if len(values) == number else None
