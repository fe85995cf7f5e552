"""Partnerships and the dual list in a real browser: who looks them up, and who keeps them true at the desk."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Site, watch
from tests.browser.pages import public_pages
from tests.browser.ways import AXE, choose, desk_of, download, follow, logged_in, printed, rows_of, tab_to

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DUAL_LIST = "/partnerships/dual-list/"
AGREEMENTS, ITEMS = "/admin/partnerships/agreement/", "/admin/partnerships/duallistitem/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Each record here is read by one test only: the site lives as long as the session.
TO_VERIFY = "中国邮政集团公司衡阳市分公司"
IMPORTED = "浏览器检查：合办一间阅览室"
COVER_NUMBER = "１２３４５部队"
INTERNAL, PUBLIC = "浏览器检查的内部原话", "浏览器检查：为营区送一次图书"


def records(page: Page) -> Locator:
    return page.get_by_role("table", name="共建记录").locator("tbody tr")


def found(page: Page) -> Locator:
    return page.locator(".found")


# --- visitors ----------------------------------------------------------------------------------------------


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    """A phone of 360 px, for fingers."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": 360, "height": 640},
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
    )
    messages = watch(context)
    yield context.new_page()
    assert context.cookies() == []
    context.close()
    assert messages == []


def test_an_old_visitor_finds_the_enterprise_of_the_ship_by_pinyin(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("navigation", name="主导航").get_by_role("link", name="军地共建").tap()
    expect(phone).to_have_url(re.compile(r"/partnerships/$"))
    phone.get_by_role("searchbox", name="关键词").fill("junzheng")
    phone.get_by_role("button", name="查找").tap()
    expect(records(phone)).to_have_count(1)
    records(phone).get_by_role("link", name=re.compile("舰企共建协议书")).tap()
    expect(phone.locator("h1")).to_contain_text("君正集团")
    expect(phone.locator("h1")).to_contain_text("海军乌海舰")
    see_why_it_is_not_verified(phone)
    agreement = phone.url
    phone.get_by_role("link", name="内蒙古自治区乌海市").tap()
    expect(phone.locator("h1")).to_have_text("乌海市")
    expect(phone.locator("main")).to_contain_text("截至第十二届（2025年）至少三连冠")
    phone.wait_for_load_state()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.get_by_role("link", name="君正集团 — 海军乌海舰").tap()
    expect(phone).to_have_url(agreement)


def see_why_it_is_not_verified(page: Page) -> None:
    """The word, the reason beside it, the source: all of it on the page, readable, and none of it an accusation."""
    facts = page.locator(".agreement__facts").filter(has_text="核实")
    expect(facts.get_by_text("待核实", exact=True)).to_be_visible()
    why = page.get_by_text("最近十二个月里，本站编辑没有向各方核实过；这不表示共建已经停止。")
    expect(why).to_be_visible()
    # What follows measures the page, and misses words on it: its styles and its end must have come.
    page.wait_for_load_state()
    assert why.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)") >= 18
    expect(facts).to_contain_text("乌海日报（2024年8月1日）")
    expect(page.get_by_text("已核实")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]  # type: ignore[index]


def test_a_reporter_narrows_and_takes_exactly_those_rows_without_javascript(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/partnerships/")
    choose(page, "省份", "山东省")
    choose(page, "状态", "未载期限")
    expect(page).to_have_url(re.compile("status=open"))
    expect(found(page)).to_contain_text("7 条共建记录：签有协议 7 条，未见协议 0 条")
    expect(records(page)).to_have_count(7)
    rows = rows_of(download(page, "XLSX", tmp_path))
    shown = page.locator(".directory__partners a").all_inner_texts()
    assert [row["共建单位"] for row in rows] == shown and len(set(shown)) == 7
    assert {(row["省份"], row["协议"], row["日期"]) for row in rows} == {("山东省", "签有协议", "2025-07-25")}
    assert {row["来源"] for row in rows} == {"青岛农业大学新闻网"}
    assert context.cookies() == []
    context.close()


def test_the_file_holds_the_rows_of_all_pages(page: Page, tmp_path: Path) -> None:
    page.goto("/partnerships/")
    number = int(found(page).locator("strong").first.inner_text())
    assert number > records(page).count() > 0
    assert len(rows_of(download(page, "XLSX", tmp_path))) == number


def test_the_keyboard_opens_a_facet_chooses_and_takes_it_back(page: Page) -> None:
    page.goto("/partnerships/")
    everything = found(page).inner_text()
    tab_to(page, "类别")
    page.keyboard.press("Enter")
    tab_to(page, "城舰同名")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(records(page)).to_have_count(2)
    expect(records(page).get_by_text("同名关系")).to_have_count(2)
    expect(found(page)).to_contain_text("签有协议 0 条，未见协议 2 条")
    tab_to(page, "去掉条件")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert found(page).inner_text() == everything
    expect(page.locator(".chosen")).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "listed"), [("wuhaijian", 4), ("whj", 4), ("烏海艦", 4), ("唐山", 1), ("没有这个单位", 0)]
)
def test_a_party_is_found_by_any_spelling(page: Page, typed: str, listed: int) -> None:
    page.goto("/partnerships/")
    page.get_by_role("searchbox", name="关键词").fill(typed)
    follow(page, page.get_by_role("button", name="查找"))
    expect(found(page)).to_contain_text(f"{listed} 条共建记录")
    expect(records(page)).to_have_count(listed)


def test_what_is_no_agreement_is_not_called_one(page: Page, site: Site) -> None:
    found_pages = public_pages(site)
    page.goto(found_pages["namesake-ship"])
    main = page.locator("main")
    expect(main).to_contain_text("舰与城同名。本站没有见到双方签订的协议。")
    page.goto(found_pages["group"])
    expect(main).to_contain_text("一批单位")
    expect(main).to_contain_text("这个数目不计入共建单位数")
    for name in ("namesake-ship", "group", "agreement-with-amount"):
        page.goto(found_pages[name])
        expect(main.get_by_text("共建协议", exact=True)).to_have_count(0)
        expect(main).not_to_contain_text("签订日期")


def test_an_article_and_its_agreements_lead_to_each_other(page: Page) -> None:
    page.goto("/partnerships/?q=junzheng")
    follow(page, records(page).get_by_role("link", name=re.compile("协议书")))
    agreement = page.url
    follow(page, page.get_by_role("link", name="两家企业与乌海舰的共建协议"))
    linked = page.locator(".article__agreements a")
    expect(linked).to_have_count(2)
    # Two links of one wording would lead to two pages that nobody could tell apart.
    assert len(set(linked.all_inner_texts())) == 2
    linked.filter(has_text="君正集团").click()
    expect(page).to_have_url(agreement)


def test_a_withdrawn_agreement_says_so_under_its_address(page: Page, site: Site) -> None:
    answer = page.goto(public_pages(site)["withdrawn-agreement"])
    assert answer is not None and answer.status == 410
    expect(page.locator("main")).to_contain_text("协议书有误，核对后重新发布。")
    expect(page.locator("main")).not_to_contain_text("浏览器检查：撤回的演示记录")


def test_an_agreement_prints_with_its_source_and_its_address(page: Page, site: Site) -> None:
    page.goto(public_pages(site)["agreement-with-amount"])
    text = printed(page)
    for told in ("42.79万元", "待核实", "来源", "本页地址", "演示数据未经任何单位核验"):
        assert told in text
    assert "分享" not in text


def test_the_picture_and_the_table_say_the_same(page: Page) -> None:
    page.goto("/partnerships/?place=150300")
    in_table = Counter(page.locator(".directory__partners a").all_inner_texts())
    picture = page.locator(".ties-figure svg:visible")
    expect(picture).to_have_count(1)
    told = re.sub(r"\s", "", picture.text_content() or "")
    assert len(in_table) == 3 and all(name in told for name in in_table)


# --- the dual list -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["部队需求", "地方需求"])
def test_the_bar_its_numbers_and_the_rows_agree(page: Page, side: str) -> None:
    page.goto(f"{DUAL_LIST}?year=2026")
    told = page.locator(".side").filter(has=page.get_by_role("heading", name=side))
    numbers = dict(line.split() for line in told.get_by_role("listitem").all_inner_texts())
    needs = (
        page.locator(".needs").filter(has=page.get_by_role("heading", name=f"{side}事项")).locator(".need")
    )
    stages = Counter(needs.locator(".frame:not(.frame--grave)").all_inner_texts())
    overdue = int(numbers.pop("逾期"))
    assert {word: int(number) for word, number in numbers.items() if number != "0"} == stages
    assert overdue == needs.locator(".frame--grave").count()
    widths = told.locator("svg rect").evaluate_all("(all) => all.map((one) => +one.getAttribute('width'))")
    assert widths == [int(number) for number in numbers.values() if number != "0"]
    total, done = needs.count(), stages["已办结"]
    expect(told.locator(".side__total")).to_have_text(f"公开 {total} 项")
    expect(told.locator(".rate__of").first).to_have_text(f"{total} 项里办结 {done} 项")
    rate = int(told.locator(".rate__number").first.inner_text().rstrip("%"))
    assert abs(rate - 100 * done / total) <= 0.5


def test_the_dual_list_leaves_as_it_stands(page: Page, tmp_path: Path) -> None:
    page.goto(f"{DUAL_LIST}?year=2026")
    choose(page, "进度", "逾期")
    texts = page.locator(".need__text").all_inner_texts()
    rows = rows_of(download(page, "XLSX", tmp_path))
    assert texts and [row["公开内容"] for row in rows] == texts
    assert {row["逾期"] for row in rows} == {"是"}
    assert not any("内部" in str(cell) for row in rows for cell in (*row, *row.values()))


def test_what_papers_report_stands_apart_with_its_source(page: Page) -> None:
    page.goto(DUAL_LIST)
    reported = page.locator(".reported")
    for told in ("赤峰市办结 65 个", "乌海市 2024年列入清单 7 项", "不计入上面的统计", "来源：乌海日报"):
        expect(reported).to_contain_text(told)


def test_the_home_page_tells_both_with_their_numbers(page: Page) -> None:
    page.goto("/")
    main = page.locator("main")
    expect(main).to_contain_text("公开 7 项，办结 3 项")
    expect(main).to_contain_text("君正集团 — 海军乌海舰")
    main.get_by_role("link", name=re.compile("^君正集团")).click()
    see_why_it_is_not_verified(page)


# --- the desk ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cookies(browser: Browser, site: Site) -> Any:
    return logged_in(browser, site, "gongjian")


@pytest.fixture
def desk(browser: Browser, site: Site, cookies: Any) -> Iterator[BrowserContext]:
    with desk_of(browser, site, cookies, provoked=[]) as context:
        yield context


@pytest.fixture
def editor(desk: BrowserContext) -> Page:
    return desk.new_page()


@pytest.fixture
def visitor(desk: BrowserContext, page: Page) -> Page:
    """Somebody without a log-in, beside the editor."""
    return page


def open_record(editor: Page, words: str) -> None:
    editor.goto(AGREEMENTS)
    editor.locator("#searchbar").fill(words)
    follow(editor, editor.get_by_role("button", name="搜索"))
    follow(editor, editor.locator("#result_list tbody a[href*='/change/']"))


def test_an_editor_verifies_and_visitors_read_it(editor: Page, visitor: Page) -> None:
    visitor.goto("/partnerships/?q=youzhengjituan")
    follow(visitor, records(visitor).get_by_role("link", name=re.compile("会谈合作")))
    expect(visitor.get_by_text("待核实", exact=True)).to_be_visible()
    open_record(editor, "youzhengjituan")
    editor.get_by_role("link", name="再核实").click()
    editor.get_by_role("button", name="确认再核实").click()
    expect(editor.get_by_text("请写明怎样核实的。")).to_be_visible()
    editor.get_by_label("核实方式").fill("浏览器检查：致电双方联络员")
    on = editor.get_by_label("核实日期").input_value()
    editor.get_by_role("button", name="确认再核实").click()
    expect(editor.locator(".messagelist")).to_contain_text("访客看到“已核实”")
    expect(editor.locator("main")).to_contain_text("致电双方联络员")
    visitor.reload()
    expect(visitor.get_by_text("已核实", exact=True)).to_be_visible()
    expect(visitor.locator(f"time[datetime='{on}']")).to_be_visible()
    expect(visitor.get_by_text("待核实")).to_have_count(0)
    assert "致电双方联络员" not in visitor.content()
    visitor.goto("/partnerships/?verified=yes")
    expect(records(visitor).get_by_role("link", name=TO_VERIFY)).to_have_count(1)


def table_of(*rows: dict[str, str]) -> Any:
    """A real workbook as an office saves it."""
    book, out = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(out)
    return {"name": "共建协议.xlsx", "mimeType": XLSX, "buffer": out.getvalue()}


ROW = {
    "共建单位": "浏览器检查书店、君正集团",
    "单位类别": "企业",
    "军方对象": "海军乌海舰",
    "类别": "舰企共建",
    "协议": "签有协议",
    "日期": "2026-03",
    "金额": "约1.5万元",
    "地方": "乌海市",
    "区划代码": "150300",
    "内容": IMPORTED,
    "来源": "乌海日报（2024年8月1日）",
}


def upload(editor: Page, *rows: dict[str, str]) -> None:
    editor.goto(AGREEMENTS)
    editor.get_by_role("link", name="导入表格").click()
    editor.get_by_label("文件").set_input_files(table_of(*rows))
    follow(editor, editor.get_by_role("button", name="上传并预览"))


def test_an_editor_imports_a_workbook_and_finds_a_draft(editor: Page, visitor: Page) -> None:
    upload(editor, ROW)
    expect(editor.locator(".import-sum")).to_contain_text("新的 1 条，已经在记录里 0 条，有错 0 条")
    expect(editor.get_by_role("region", name="预览")).to_contain_text("浏览器检查书店")
    visitor.goto("/partnerships/?q=浏览器检查书店")
    expect(records(visitor)).to_have_count(0)
    editor.get_by_role("button", name="确认导入").click()
    expect(editor.locator(".messagelist")).to_contain_text("已写入：新建 1 条")
    open_record(editor, "liulanqijianchashudian")
    expect(editor.locator("#id_summary")).to_have_value(IMPORTED)
    expect(editor.locator(".state-line")).to_contain_text("草稿")
    expect(editor.locator("#id_amount_yuan")).to_have_value("15000.00")
    follow(editor, editor.get_by_role("link", name="预览"))
    expect(editor.locator("h1")).to_contain_text("浏览器检查书店")
    visitor.reload()
    expect(records(visitor)).to_have_count(0)
    upload(editor, ROW)
    expect(editor.locator(".import-sum")).to_contain_text("新的 0 条，已经在记录里 1 条")
    expect(editor.get_by_role("button", name="确认导入")).to_have_count(0)


def test_a_workbook_with_a_cover_number_writes_nothing(editor: Page) -> None:
    good = ROW | {"共建单位": "浏览器检查茶馆"}
    upload(editor, good, ROW | {"共建单位": "浏览器检查面馆", "军方对象": COVER_NUMBER})
    expect(editor.get_by_role("alert")).to_contain_text("有 1 行有错，什么都没有写入")
    expect(editor.get_by_role("button", name="确认导入")).to_have_count(0)
    editor.goto("/admin/partnerships/partner/?q=浏览器检查茶馆")
    expect(editor.locator("#result_list tbody tr")).to_have_count(0)


def test_a_cover_number_is_refused_and_what_was_typed_stays(editor: Page) -> None:
    editor.goto("/admin/partnerships/counterpart/add/")
    name = editor.get_by_label("公开称谓")
    name.fill(f"驻乌海{COVER_NUMBER}")
    editor.locator("#id_kind").select_option(label="部队")
    editor.locator("[name=_save]").click()
    expect(editor.locator(".errorlist").first).to_contain_text("代号")
    expect(name).to_have_value(f"驻乌海{COVER_NUMBER}")
    expect(editor.locator("#id_kind option:checked")).to_have_text("部队")
    editor.goto("/admin/partnerships/counterpart/?q=驻乌海")
    expect(editor.locator("#result_list tbody tr")).to_have_count(0)


def test_an_agreement_must_not_end_before_it_begins(editor: Page) -> None:
    editor.goto(f"{AGREEMENTS}add/")
    for field, typed in (("signed_on", "2026-05-01"), ("ends_on", "2026-04-01"), ("summary", "浏览器检查")):
        editor.locator(f"#id_{field}").fill(typed)
    editor.locator("#id_signed_on_precision").select_option("day")
    editor.locator("[name=_save]").click()
    expect(editor.locator(".field-ends_on .errorlist")).to_contain_text("不能早于签订日期")
    expect(editor.locator(".field-partners .errorlist")).to_contain_text("请填写至少一个共建单位")
    expect(editor.locator("#id_summary")).to_have_value("浏览器检查")


# The item of a test, through all its reviews: tests/browser/test_desk.py takes that way in the browser.
REVIEW = """
from partnerships.models import DualListItem
from portal.demonstration.desk import Desk
from portal.demonstration.report import Report
desk = Desk(Report())
desk.release(DualListItem.objects.get(year=2025), by=desk.people["共建管理"])
"""


def test_the_internal_text_stays_at_the_desk(site: Site, editor: Page, visitor: Page, tmp_path: Path) -> None:
    editor.goto(f"{ITEMS}add/")
    public = editor.locator("fieldset.part--public")
    internal = editor.locator("fieldset.part--internal")
    expect(public.get_by_role("heading")).to_have_text("公开内容 · 访客看到的")
    expect(internal.get_by_role("heading")).to_have_text("内部内容 · 只在后台可见")
    # A year of its own: a draft between the numbers of the other would hide them.
    editor.get_by_label("年度:").fill("2025")
    editor.get_by_label("清单:").select_option(label="部队需求")
    public.get_by_label("公开内容").fill(PUBLIC)
    public.get_by_label("责任单位").fill("演示单位甲")
    public.get_by_label("完成时限").fill("2025-12-31")
    public.get_by_label("进度").select_option(label="办理中")
    expect(internal.locator("input, textarea, select")).to_have_count(1)
    internal.get_by_label("内部内容").fill(INTERNAL)
    follow(editor, editor.locator("[name=_continue]"))
    expect(internal.get_by_label("内部内容")).to_have_value(INTERNAL)
    site.manage("shell", "-v0", "-c", REVIEW)
    editor.reload()
    expect(editor.locator(".state-line")).to_contain_text("已发布")
    visitor.goto(f"{DUAL_LIST}?year=2025")
    expect(visitor.locator(".need")).to_have_count(1)
    expect(visitor.locator(".need__text")).to_have_text(PUBLIC)
    json = visitor.get_by_role("link", name="JSON", exact=True).get_attribute("href") or ""
    served = [
        visitor.content(),
        download(visitor, "CSV", tmp_path).decode("utf-8-sig"),
        str(rows_of(download(visitor, "XLSX", tmp_path))),
        visitor.request.get(json).text(),
    ]
    assert all(PUBLIC in one and INTERNAL not in one for one in served)
    visitor.goto(f"{DUAL_LIST}?year=2025&q={INTERNAL}")
    expect(visitor.locator(".need")).to_have_count(0)


# Drawn by the admin's own scripts: lists that search, and pictures of calendars.
WIDGETS = [[".select2-container"], [".calendarbox"], [".clockbox"], ["#nav-sidebar"]]
DESK = [
    AGREEMENTS, f"{AGREEMENTS}add/", f"{AGREEMENTS}import/", f"{AGREEMENTS}findings/", f"{AGREEMENTS}?verified=due",
    ITEMS, f"{ITEMS}add/", f"{ITEMS}import/", f"{ITEMS}?due=overdue",
    "/admin/partnerships/partner/", "/admin/partnerships/partner/add/",
    "/admin/partnerships/counterpart/", "/admin/partnerships/counterpart/add/", "/admin/partnerships/reportedtotal/",
]  # fmt: skip


def desk_pages(page: Page) -> list[str]:
    """The pages of the desk, and those of one agreement, one item and one partner."""
    found = list(DESK)
    for kind, more in ((AGREEMENTS, ("reverify/", "preview/", "history/")), (ITEMS, ()), (DESK[9], ())):
        page.goto(kind)
        change = page.locator("#result_list tbody a[href*='/change/']").first.get_attribute("href") or ""
        record = re.sub(r"change/.*$", "", change)
        found += [f"{record}change/", *(f"{record}{one}" for one in more)]
    return found


def test_no_page_of_the_desk_makes_the_browser_complain(editor: Page) -> None:
    for path in desk_pages(editor):
        answer = editor.goto(path)
        assert answer is not None and answer.status == 200, path
        editor.wait_for_load_state("networkidle")
        assert editor.locator("style").count() == 0, path


def test_the_pages_of_the_desk_fit_a_phone(editor: Page) -> None:
    paths = desk_pages(editor)
    editor.set_viewport_size({"width": 390, "height": 800})
    wide = []
    for path in paths:
        editor.goto(path)
        if editor.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path)
    assert wide == []


def test_the_new_pages_of_the_desk_are_accessible(browser: Browser, site: Site, cookies: Any) -> None:
    # Unwatched: axe itself writes style attributes, which the CSP refuses and reports.
    context = browser.new_context(base_url=site.url, storage_state=cookies, locale="zh-CN")
    page = context.new_page()
    found = []
    for path in desk_pages(page):
        page.goto(path)
        page.evaluate(AXE)
        result = page.evaluate(f"axe.run({{exclude: {WIDGETS}}}, {{runOnly: {TAGS}}})")
        found += [(path, one["id"], one["nodes"][0]["html"][:120]) for one in result["violations"]]
    context.close()
    assert found == []
