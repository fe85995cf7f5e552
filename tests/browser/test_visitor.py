"""A visitor's ways through the site: with a mouse, with the keyboard only, without JavaScript, on paper."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.conftest import Site, watch
from tests.browser.pages import public_pages
from tests.browser.ways import follow, printed, tab_to


def walk(page: Page) -> None:
    """Home → column → page 2 → article → next."""
    page.goto("/")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="全部文章").click()
    expect(page).to_have_url(re.compile(r"/news/$"))
    page.get_by_role("link", name="下一页").click()
    expect(page).to_have_url(re.compile(r"/news/\?page=2$"))
    follow(page, page.locator(".listing__main .article-list__link").first)
    expect(page.get_by_role("navigation", name="当前位置")).to_contain_text("正文")
    first = page.locator("h1").inner_text()
    follow(page, page.get_by_role("navigation", name="上一条和下一条").get_by_role("link").last)
    assert page.locator("h1").inner_text() != first


def test_home_column_page_two_article_next_print(page: Page) -> None:
    page.add_init_script("window.print = () => document.documentElement.toggleAttribute('data-printed')")
    walk(page)
    page.get_by_text("打印", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-printed", "")


def test_the_same_walk_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    walk(page)
    page.get_by_text("打印", exact=True).click()
    expect(page.get_by_text("请打开浏览器菜单")).to_be_visible()
    page.get_by_text("分享", exact=True).click()
    assert page.get_by_label("复制下面的地址").input_value() == page.url
    expect(page.locator("[data-font-size-control]")).to_be_hidden()
    page.get_by_text("设为首页", exact=True).click()
    expect(page.get_by_text("浏览器不允许网页替您改主页")).to_be_visible()
    page.get_by_role("link", name="关闭").click()
    expect(page).to_have_url(re.compile(r"/news/[a-z]+/$"))
    page.get_by_role("searchbox").fill("乌海")
    follow(page, page.get_by_role("button", name="搜索"))
    expect(page.locator(".article-list__link").first).to_be_visible()
    page.goto(public_pages(site)["leave"])
    expect(page.get_by_role("main")).to_contain_text("hunantoday.cn")
    context.close()


def test_the_same_walk_with_the_keyboard_only(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.goto("/news/")
    tab_to(page, "下一页")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"page=2$"))
    page.keyboard.press("Tab")
    page.locator(".listing__main .article-list__link").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_be_visible()
    tab_to(page, "大")
    page.keyboard.press("Space")
    expect(page.locator("html")).to_have_attribute("data-font-size", "large")
    tab_to(page, "分享")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="复制地址")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="复制地址")).to_be_hidden()
    expect(page.get_by_text("分享", exact=True)).to_be_focused()


def test_the_drawer_opens_with_mouse_and_keyboard_and_closes(page: Page) -> None:
    page.goto("/")
    handle, panel = page.locator(".drawer__handle"), page.get_by_role("navigation", name="侧边导航")
    expect(panel).to_be_hidden()
    handle.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    handle.click()
    panel.get_by_role("link", name="双拥要闻").click()
    expect(page).to_have_url(re.compile(r"/news/yaowen/$"))


def test_the_view_count_is_filled_in_and_counts_once(page: Page, site: Site) -> None:
    page.goto(public_pages(site)["pictured"])
    count = page.locator("[data-views]")
    expect(count).to_have_text(re.compile(r"^\d+$"))
    first = count.inner_text()
    page.reload()
    expect(count).to_have_text(first)


def test_the_text_size_is_remembered_in_the_browser(page: Page, site: Site) -> None:
    address = public_pages(site)["article"]
    page.goto(address)
    root = page.locator("html")

    def size() -> float:
        return float(
            page.evaluate("parseFloat(getComputedStyle(document.querySelector('.prose p')).fontSize)")
        )

    middle = size()
    page.get_by_role("button", name="大").click()
    expect(root).to_have_attribute("data-font-size", "large")
    assert size() > middle
    page.reload()
    assert size() > middle
    page.get_by_role("button", name="小").click()
    expect(root).to_have_attribute("data-font-size", "small")
    assert 18 <= size() < middle


def test_close_closes_a_scripts_window_and_else_goes_to_the_column(
    page: Page, context: BrowserContext, site: Site
) -> None:
    address = public_pages(site)["article"]
    page.goto("/")
    with context.expect_page() as opened:
        page.evaluate(f"void window.open('{address}')")
    window = opened.value
    window.wait_for_url(address)
    # The window may be gone before the click is reported, which Playwright takes for a failure.
    with window.expect_event("close"), suppress(Error):
        window.get_by_role("link", name="关闭").click()
    page.goto(address)
    page.get_by_role("link", name="关闭").click()
    expect(page).to_have_url(re.compile(r"/news/[a-z]+/$"))


def test_share_copies_the_address(page: Page, context: BrowserContext, site: Site) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(public_pages(site)["article"])
    page.get_by_text("分享", exact=True).click()
    page.get_by_role("button", name="复制地址").click()
    expect(page.get_by_text("地址已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_the_saved_file_opens_offline_with_its_pictures(
    browser: Browser, page: Page, site: Site, tmp_path: Path
) -> None:
    page.goto(public_pages(site)["pictured"])
    title = page.locator("h1").inner_text().replace("\n", "")
    with page.expect_download() as download:
        page.get_by_role("link", name="保存").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == ".html"
    offline = browser.new_context(offline=True)
    messages = watch(offline)
    saved = offline.new_page()
    saved.goto(file.as_uri())
    assert saved.locator("h1").inner_text().replace("\n", "") == title
    assert saved.evaluate(
        "[...document.images].length > 0 && [...document.images].every(i => i.naturalWidth > 0)"
    )
    assert messages == []
    offline.close()


def test_print_is_the_article_and_its_address_without_furniture(page: Page, site: Site) -> None:
    page.goto(public_pages(site)["tabled"])
    title = page.locator("h1").inner_text().replace("\n", "")
    text = printed(page)
    assert title[:6] in text and "来源" in text and "本文地址" in text and "演示数据未经任何单位核验" in text
    for furniture in ("上一条", "相关稿件", "设为首页", "滑开", "字号"):
        assert furniture not in text


@pytest.mark.parametrize("width", [320, 360])
def test_the_walk_on_a_narrow_phone(browser: Browser, site: Site, width: int) -> None:
    context = browser.new_context(
        base_url=site.url, viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True
    )
    messages = watch(context)
    walk(context.new_page())
    context.close()
    assert messages == []
