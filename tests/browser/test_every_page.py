"""What holds on every public page: accessible, readable for old eyes, narrow, quiet and light."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.browser.conftest import Site
from tests.browser.pages import public_pages
from tests.browser.ways import AXE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def visit(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    return page


def test_axe_finds_nothing_on_any_page(context: BrowserContext, site: Site) -> None:
    found = []
    for name, path in public_pages(site).items():
        page = visit(context, path)
        page.evaluate(AXE)
        result = page.evaluate(f"axe.run({{runOnly: {TAGS}}})")
        found += [(name, one["id"], one["nodes"][0]["html"][:120]) for one in result["violations"]]
        page.close()
    assert found == []


def test_axe_finds_nothing_in_what_opens(context: BrowserContext, site: Site) -> None:
    page = visit(context, public_pages(site)["article"])
    page.evaluate(AXE)
    for handle in (".drawer__handle", "[data-share] summary", ".utility-bar__help summary"):
        page.locator(handle).first.click()
        expect(page.locator(handle).first.locator("..")).to_have_attribute("open", "")
        assert page.evaluate(f"axe.run({{runOnly: {TAGS}}})")["violations"] == [], handle
        page.keyboard.press("Escape")


def test_axe_can_find_something(context: BrowserContext) -> None:
    page = visit(context, "/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run({{runOnly: {TAGS}}})")["violations"]
    assert "image-alt" in [one["id"] for one in found]


@pytest.mark.parametrize(("width", "root"), [(320, "100%"), (360, "100%"), (640, "200%"), (1280, "200%")])
def test_nothing_scrolls_sideways(browser: Browser, site: Site, width: int, root: str) -> None:
    """At 320 px, and with the text twice as large (at 640 px as a browser's zoom of a 1280 px window does it)."""
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": 800})
    wide = []
    for name, path in public_pages(site).items():
        page = visit(context, path)
        page.evaluate(f"document.documentElement.style.fontSize = '{root}'")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
        page.close()
    context.close()
    assert wide == []


SMALL_TEXT = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => [e, getComputedStyle(e)])
  .filter(([e, s]) => !e.closest('.visually-hidden, sub, sup') && parseFloat(s.fontSize) < MIN)
  .map(([e, s]) => e.className + ' ' + s.fontSize + ' ' + e.textContent.trim().slice(0, 20))"""

TIGHT = """() => [...document.querySelectorAll('main p, main li, main dd')]
  .filter(e => e.checkVisibility() && e.textContent.trim().length > 40 && e.children.length === 0)
  .map(e => [e, getComputedStyle(e)])
  .filter(([e, s]) => parseFloat(s.lineHeight) / parseFloat(s.fontSize) < 1.7 - 1e-6)
  .map(([e, s]) => e.className + ' ' + s.lineHeight + '/' + s.fontSize)"""

# Links inside a sentence are exempt (WCAG 2.5.8, "inline"); everything else is a target for a finger.
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
  .filter(e => e.checkVisibility() && !e.closest('.prose, .visually-hidden, .skip-link'))
  .filter(e => !(e.matches('a') && e.closest('p, dd') && getComputedStyle(e).display === 'inline'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.height < 44 - 0.5 || r.width < 44 - 0.5)
  .map(([e, r]) => (e.className || e.outerHTML.slice(0, 60)) + ' ' + r.width.toFixed() + '×' + r.height.toFixed())"""


@pytest.mark.parametrize("width", [360, 1280])
def test_old_eyes_and_fingers(browser: Browser, site: Site, width: int) -> None:
    """Text of 18 px and more, lines of 1.7 and more, targets of 44 px and more (DESIGN §4, elder-first)."""
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": 800})
    found = []
    for name, path in public_pages(site).items():
        page = visit(context, path)
        for script in (SMALL_TEXT.replace("MIN", "18"), TIGHT, SMALL_TARGETS):
            found += [(name, one) for one in page.evaluate(script)]
        page.close()
    context.close()
    assert found == []


def test_the_console_stays_silent_and_no_cookie_is_set(context: BrowserContext, site: Site) -> None:
    """The console itself is asserted by the fixture."""
    for path in public_pages(site).values():
        page = visit(context, path)
        page.wait_for_load_state("networkidle")
        page.close()
    assert context.cookies() == []


def test_the_first_view_of_an_article_is_light(context: BrowserContext, site: Site) -> None:
    """At most 100 KB without pictures, counted before any compression."""
    answers: list[Response] = []
    page = context.new_page()
    page.on("response", lambda response: answers.append(response))
    page.goto(public_pages(site)["pictured"])
    page.wait_for_load_state("networkidle")
    weights = {
        one.url: len(one.body()) for one in answers if "image" not in one.headers.get("content-type", "")
    }
    assert len(weights) > 5
    assert sum(weights.values()) <= 100_000, weights
