"""The preflight over a text of ten pages with a workbook of 1,000 rows. Run by ``make bench``."""

import random
from statistics import median
from time import perf_counter

import openpyxl
import pytest

from honors.places import load_places
from news.attachments import attach
from publishing.preflight.inspection import inspect, obstacles
from tests.makers import make_draft
from tests.publishing.preflight.papers import SECRET
from tests.publishing.test_documents import saved

ROWS = 1_000
TIMES = 7
# About 700 characters stand on a page of A4.
PAGE = "乌海市双拥办走访慰问驻地某部官兵，发放慰问金42.79万元，悬挂光荣牌12306块，建设一支队伍。" * 14


@pytest.mark.django_db
def test_ten_pages_with_a_thousand_rows() -> None:
    load_places()
    dice = random.Random(4)
    book = openpyxl.Workbook()
    for row in range(ROWS):
        money, share, day = dice.randint(100, 999_999), dice.random(), f"2024-{dice.randint(1, 12):02}-01"
        book.active.append([row + 1, f"演示单位{row}", "某街道某社区", money, share, day, f"编号{row:06}"])  # type: ignore[union-attr]
    book.active.append([ROWS, SECRET])  # type: ignore[union-attr]
    article = make_draft(body="".join(f"<p>{PAGE}</p>" for _ in range(10)), keywords="双拥")
    attachment = attach(article, saved(book), "名单.xlsx")
    assert attachment.text is not None
    print(f"text {len(PAGE) * 10} characters, workbook {len(attachment.text)} characters")  # noqa: T201
    whole, stopping = timed(lambda: inspect(article)), timed(lambda: obstacles(article))
    print(f"preflight on demand {whole:.0f} ms, at publishing {stopping:.0f} ms")  # noqa: T201
    assert [one.id for one in inspect(article)] == ["pii.id18"]
    assert whole < 2_000 and stopping < 2_000


def timed(act) -> float:  # type: ignore[no-untyped-def]
    """Milliseconds, the median of some runs."""
    times = []
    for _ in range(TIMES):
        start = perf_counter()
        act()
        times.append((perf_counter() - start) * 1000)
    return median(times)
