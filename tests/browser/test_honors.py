"""A visitor's way through the honors: from the roll to a place and its source, and away with the same rows."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site, watch
from tests.browser.ways import choose, download, follow, printed, rows_of, tab_to

STATEMENT = "截至第十二届（2025年）至少三连冠"


def to_sixteen_places(page: Page) -> list[str]:
    """Home → roll → 内蒙古 and 2025; returns the places in the order of the page."""
    page.goto("/")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="荣誉榜").click()
    expect(page).to_have_url(re.compile(r"/honors/$"))
    choose(page, "省份", "内蒙古自治区")
    choose(page, "年份", "2025年")
    expect(page).to_have_url(re.compile(r"province=150000"))
    expect(page.get_by_text("符合条件的有")).to_contain_text("16 条记录，涉及 16 个地方")
    places = (
        page.get_by_role("table", name="荣誉记录").locator("a[href*='/honors/places/']").all_inner_texts()
    )
    assert len(places) == 16 and "乌海市" in places and "准格尔旗" in places
    return places


def walk(page: Page, folder: Path) -> None:
    """Roll → 内蒙古 + 2025 → 16 places → 乌海市 → squares, claim, source → XLSX with the same rows."""
    places = to_sixteen_places(page)
    rows = rows_of(download(page, "XLSX", folder))
    assert [row["地方"] for row in rows] == places
    assert {(row["省份"], row["届次"], row["命名周期"], row["命名日期"]) for row in rows} == {
        ("内蒙古自治区", 12, 10, "2025-04-23")
    }
    follow(page, page.get_by_role("table", name="荣誉记录").get_by_role("link", name="乌海市", exact=True))
    expect(page).to_have_url(re.compile(r"/honors/places/150300/$"))
    see_wuhai(page)


def see_wuhai(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("乌海市")
    expect(page.locator("main")).to_contain_text(STATEMENT)
    squares = page.get_by_role("list", name="全国双拥模范城（县）各周期").get_by_role("listitem")
    expect(squares).to_have_count(10)
    assert [one.inner_text().split()[-1] for one in squares.all()] == ["未收齐"] * 7 + ["命名"] * 3
    assert squares.first.get_attribute("title") == "第一至第三届（1991—1993年）：名单未收齐"
    said = page.locator("li", has_text="连续八次获得自治区双拥模范城荣誉称号")
    expect(said).to_contain_text("无法核实")
    expect(said).to_contain_text("来源：乌海日报（2024年8月1日）")
    expect(page.locator("main")).to_contain_text("来源：鄂尔多斯“六连冠”报道（2025年4月）")


def test_from_the_roll_to_a_place_and_away_with_the_same_rows(page: Page, tmp_path: Path) -> None:
    walk(page, tmp_path)


def test_the_same_without_javascript(browser: Browser, site: Site, tmp_path: Path) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    walk(context.new_page(), tmp_path)
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("width", [320, 360])
def test_the_same_on_a_narrow_phone(browser: Browser, site: Site, tmp_path: Path, width: int) -> None:
    context = browser.new_context(
        base_url=site.url, viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True
    )
    messages = watch(context)
    page = context.new_page()
    walk(page, tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()
    assert messages == []


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.goto("/honors/")
    for facet, word in (("省份", "内蒙古自治区"), ("年份", "2025年")):
        tab_to(page, facet)
        page.keyboard.press("Enter")
        tab_to(page, word)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.get_by_text("符合条件的有")).to_contain_text("16 条记录")
    tab_to(page, "乌海市")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    see_wuhai(page)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("神木县", "神木市"), ("wuhai", "乌海市"), ("whs", "乌海市"), ("烏海", "乌海市"), ("150300", "乌海市")],
)
def test_a_place_is_found_by_any_of_its_names(page: Page, typed: str, found: str) -> None:
    page.goto("/honors/")
    page.get_by_role("searchbox", name="地名").fill(typed)
    follow(page, page.get_by_role("button", name="查找"))
    expect(page.get_by_role("table", name="荣誉记录")).to_contain_text(found)


def test_every_export_holds_the_rows_of_the_page(page: Page, tmp_path: Path) -> None:
    places = to_sixteen_places(page)
    text = download(page, "CSV", tmp_path)
    assert text.startswith(b"\xef\xbb\xbf")
    lines = text.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == places
    answer = page.request.get(page.get_by_role("link", name="JSON", exact=True).get_attribute("href") or "")
    told = answer.json()
    assert told["count"] == 16 and [row["place"] for row in told["rows"]] == places
    assert told["rows"][0]["basis"] == "list" and told["rows"][0]["cycle"] == 10


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("min_streak=abc", "连冠数请填"),
        ("round=999", "记录里没有“999”"),
        ("q=没有这个地方", "没有符合这些条件的记录"),
    ],
)
def test_a_wrong_address_says_why_nothing_is_listed(page: Page, query: str, said: str) -> None:
    page.goto(f"/honors/?{query}")
    expect(page.locator("main")).to_contain_text(said)
    expect(page.get_by_role("table", name="荣誉记录")).to_have_count(0)


def test_the_home_page_tells_it_and_leads_to_the_place(page: Page) -> None:
    page.goto("/")
    band = page.get_by_role("region", name="乌海市 · 全国双拥模范城（县）")
    expect(band).to_contain_text("至少三连冠")
    expect(band).to_contain_text("连续八次")
    expect(band).to_contain_text("无法核实")
    expect(band.get_by_role("listitem")).to_have_count(10)
    follow(page, band.get_by_role("link", name="乌海市的荣誉和来源"))
    see_wuhai(page)


def test_the_band_reaches_both_edges(page: Page) -> None:
    page.goto("/")
    box = page.locator(".honor-strip").bounding_box()
    assert box is not None and box["x"] > 0
    with Image.open(BytesIO(page.screenshot(full_page=True))) as shot:
        width, middle = shot.width, int(box["y"] + 10)
        colours = {shot.convert("RGB").getpixel((x, middle)) for x in (1, width // 2, width - 2)}
    assert colours == {(0xA8, 0x16, 0x1C)}


def test_a_place_prints_with_its_record_and_sources(page: Page) -> None:
    page.goto("/honors/places/150300/")
    text = printed(page)
    assert "三连冠" in text and "来源" in text and "演示数据未经任何单位核验" in text


def test_from_the_round_to_its_provinces(page: Page, context: BrowserContext) -> None:
    page.goto("/honors/rounds/national-11/")
    main = page.locator("main")
    for told in ("411", "湖北省", "宁夏回族自治区", "全国双拥工作领导小组"):
        expect(main).to_contain_text(told)
    assert context.cookies() == []
