"""What visitors and editors do again and again: press Tab, open a facet, take a file away, print, log in."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from pypdf import PdfReader

from tests.browser.conftest import Site, watch

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


def tab_to(page: Page, words: str) -> None:
    """Press Tab until something that begins with these words has the focus, visibly."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(words):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", words
            return
    raise AssertionError(f"Tab never reaches {words}")


def follow(page: Page, where: Locator) -> None:
    """Click what leads to another page, and wait until that page stands with its styles and scripts.

    On a busy machine the next look or click would otherwise still find the page that is being left.
    """
    with page.expect_navigation():
        where.click()


def choose(page: Page, facet: str, word: str) -> None:
    """Open a facet and take one of its words."""
    page.locator("details summary").filter(has_text=re.compile(f"^{facet}")).click()
    follow(page, page.get_by_role("link", name=re.compile(f"^{word} ")))


def download(page: Page, name: str, folder: Path) -> bytes:
    """Take the list of the page away as CSV, XLSX or JSON."""
    with page.expect_download() as started:
        page.get_by_role("link", name=name, exact=True).click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    assert file.suffix == f".{name.lower()}"
    return file.read_bytes()


def rows_of(workbook: bytes) -> list[dict[str, object]]:
    head, *rows = load_workbook(BytesIO(workbook), read_only=True).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


# What Chromium's text layer writes for some characters, and NFKC leaves as it is.
RADICALS = str.maketrans("⻅⻆⻋⻓⻔⻘⻚⻛⻝⻢⻥⻩", "见角车长门青页风食马鱼黄")


def printed(page: Page) -> str:
    """The page on paper, without spaces; Chromium spells some characters by their radicals' code points."""
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    text = "".join(sheet.extract_text() for sheet in sheets)
    return unicodedata.normalize("NFKC", text).translate(RADICALS).replace("\n", "").replace(" ", "")


def log_in(page: Page, site: Site, name: str = "bianji") -> None:
    page.goto("/admin/")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(site.accounts[name])
    page.get_by_role("button", name="登录").click()
    # The whole address: that of the log-in page ends in "?next=/admin/".
    page.wait_for_url("/admin/")


def logged_in(browser: Browser, site: Site, name: str) -> Any:
    """The cookies of one log-in, for a whole module: attempts are counted."""
    context = browser.new_context(base_url=site.url, locale="zh-CN")
    log_in(context.new_page(), site, name)
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def desk_of(browser: Browser, site: Site, cookies: Any, provoked: list[str]) -> Iterator[BrowserContext]:
    """Somebody at work in the admin. What the console says fails the test, but what it means to provoke must come."""
    context = browser.new_context(
        base_url=site.url, storage_state=cookies, viewport={"width": 1280, "height": 900}, locale="zh-CN"
    )
    messages = watch(context)
    yield context
    context.close()
    assert [one for one in messages if not any(re.search(pattern, one) for pattern in provoked)] == []
    assert [pattern for pattern in provoked if not any(re.search(pattern, one) for one in messages)] == []
