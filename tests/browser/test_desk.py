"""The desk in a real browser: from the draft through three people to the public page, and every way around refused."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.ways import AXE, desk_of, follow, logged_in
from tests.publishing.preflight.papers import SECRET, xlsx_with

TITLE = "演示：浏览器里走一遍三审"
NEW_TITLE = "演示：浏览器里走一遍三审（修订）"
BOTH_ROLES = """
from django.contrib.auth.models import Group, User
from portal.accounts.passwords import accept
both = User.objects.create_user("liangjian", password="{password}", is_staff=True, first_name="演示两个角色")
both.groups.set(Group.objects.filter(name__in=["编辑", "一审"]))
accept(both)
"""
PASSWORD = "yanshi-Liang9-jiao7-se5"


@pytest.fixture(scope="module")
def people(browser: Browser, site: Site) -> dict[str, Any]:
    """The cookies of everybody who takes part, each logged in once."""
    site.manage("shell", "-v0", "-c", BOTH_ROLES.format(password=PASSWORD))
    site.accounts["liangjian"] = PASSWORD
    return {
        name: logged_in(browser, site, name)
        for name in ("bianji", "yishen", "ershen", "sanshen", "liangjian")
    }


class Desk:
    """What one person does at the desk, each in a window of their own."""

    def __init__(self, browser: Browser, site: Site, people: dict[str, Any]) -> None:
        self.browser, self.site, self.people = browser, site, people

    def as_(self, name: str, *provoked: str) -> Any:
        return desk_of(self.browser, self.site, self.people[name], list(provoked))

    def does(self, name: str, act: str, where: str, ticks: tuple[str, ...] = (), **fields: str) -> None:
        """Open an item, take the button of an act, fill in what it asks for and confirm."""
        with self.as_(name) as context:
            page = context.new_page()
            page.goto(where)
            follow(page, page.get_by_role("link", name=act, exact=True))
            for label, words in fields.items():
                page.get_by_label(label).fill(words)
            for tick in ticks:
                page.get_by_label(re.compile(tick)).check()
            expect(page.locator(".obstacles")).to_have_count(0)
            follow(page, page.get_by_role("button", name=re.compile("^确认")))
            expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.fixture
def desk(browser: Browser, site: Site, people: dict[str, Any]) -> Iterator[Desk]:
    yield Desk(browser, site, people)


def begin(page: Page, title: str) -> str:
    """Write and save a draft as an editor does; return the address of its form."""
    page.goto("/admin/news/article/add/")
    page.locator("#id_title").fill(title)
    page.locator("#id_column").evaluate("(select) => { select.selectedIndex = 1; }")
    page.locator("#id_source_name").fill("本站演示")
    page.locator(".ProseMirror").click()
    page.keyboard.type("这是演示：一篇稿件怎样审过三遍才公开。")
    follow(page, page.get_by_role("button", name="保存并继续编辑"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    return page.url


def state_line(page: Page) -> Any:
    return page.locator(".state-line")


def test_from_draft_through_three_people_to_the_public_page_and_on(desk: Desk, page: Page) -> None:
    with desk.as_("bianji") as context:
        form = begin(context.new_page(), TITLE)
    desk.does("bianji", "审核级别", form, ticks=("C ",))
    desk.does("bianji", "送审", form, 给审核人的话="请看标题。")

    desk.does("yishen", "退回", form, 退回原因="正文太短，请再写一句。")
    with desk.as_("bianji") as context:
        mine = context.new_page()
        mine.goto("/admin/")
        expect(mine.locator("#content")).to_contain_text("正文太短，请再写一句。")
        mine.goto(form)
        mine.locator(".ProseMirror").click()
        mine.keyboard.press("Control+End")
        mine.keyboard.type("退回以后，作者补上这一句。")
        follow(mine, mine.get_by_role("button", name="保存并继续编辑"))
    desk.does("bianji", "送审", form)

    desk.does("yishen", "审核", form, ticks=("保密审查",), 审核意见="同意，请二审。")
    desk.does("ershen", "审核", form, ticks=("涉军审核",))
    with desk.as_("sanshen") as context:
        early = context.new_page()
        early.goto(form)
        expect(early.get_by_role("link", name="发布", exact=True)).to_have_count(0)
    desk.does("sanshen", "审核", form)
    desk.does("sanshen", "发布", form)

    with desk.as_("sanshen") as context:
        staff = context.new_page()
        staff.goto(form)
        address = staff.get_by_role("link", name="查看页面").first.get_attribute("href")
        sheet = staff.get_by_role("link", name="审核单")
        follow(staff, sheet)
        for told in (
            "一审通过",
            "二审通过",
            "三审通过",
            "正文太短，请再写一句。",
            "同意，请二审。",
            "保密审查",
            "涉军审核",
        ):
            expect(staff.locator("#content")).to_contain_text(told)
    assert address is not None
    page.goto(address)
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text("退回以后，作者补上这一句。")

    desk.does("bianji", "修订", form)
    with desk.as_("bianji") as context:
        mine = context.new_page()
        mine.goto(form)
        follow(mine, mine.get_by_role("link", name="打开修订稿"))
        revision = mine.url
        mine.locator("#id_title").fill(NEW_TITLE)
        follow(mine, mine.get_by_role("button", name="保存并继续编辑"))
        mine.goto("/admin/news/article/?q=走一遍三审")
        expect(mine.locator("#result_list")).to_contain_text("修订中")
    desk.does("bianji", "送审", revision)
    page.reload()
    expect(page.locator("h1")).to_have_text(TITLE)
    desk.does("yishen", "审核", revision, ticks=("保密审查",))
    desk.does("ershen", "审核", revision, ticks=("涉军审核",))
    desk.does("sanshen", "审核", revision)
    page.reload()
    expect(page.locator("h1")).to_have_text(TITLE)
    desk.does("sanshen", "发布", revision)
    page.reload()
    expect(page.locator("h1")).to_have_text(NEW_TITLE)

    desk.does("sanshen", "撤回", form, 撤回原因="演示：数字有误，核对后重新发布。")
    answer = page.goto(address)
    assert answer is not None and answer.status == 410
    expect(page.locator("main")).to_contain_text("演示：数字有误，核对后重新发布。")
    expect(page.locator("main")).not_to_contain_text("作者补上这一句")


def test_nobody_approves_what_they_wrote_at_any_door(desk: Desk) -> None:
    with desk.as_("liangjian") as context:
        form = begin(context.new_page(), "演示：自己审自己")
    desk.does("liangjian", "送审", form)
    review = form.replace("/change/", "/review/")
    with desk.as_("liangjian") as context:
        own = context.new_page()
        own.goto("/admin/")
        waiting = own.locator(".work__block--to_review")
        expect(waiting).to_contain_text("演示：标题和摘要怎样写")
        expect(waiting).not_to_contain_text("演示：自己审自己")
        own.goto(review)
        expect(own.locator(".obstacles")).to_contain_text("要由另一位同事审核")
        expect(own.get_by_role("button", name=re.compile("^确认"))).to_have_count(0)
        token = own.evaluate("document.querySelector('[name=csrfmiddlewaretoken]')?.value || ''")
        sent = context.request.post(
            review, form={"csrfmiddlewaretoken": token, "opinion": ""}, headers={"Referer": review}
        )
        assert "要由另一位同事审核" in sent.text() or sent.status == 403
        own.goto("/admin/news/article/?q=自己审自己")
        expect(own.locator("select[name=action]")).not_to_contain_text("审核")
        own.goto(form)
        expect(state_line(own)).to_contain_text("审核中")


def test_an_identity_number_in_a_hidden_row_is_stopped(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "名单.xlsx"
    table.write_bytes(xlsx_with("hidden row"))
    with desk.as_("bianji") as context:
        mine = context.new_page()
        form = begin(mine, "演示：附件里藏着身份证号")
        mine.locator("#id_attachments-0-file").set_input_files(table)
        follow(mine, mine.get_by_role("button", name="保存并继续编辑"))
        follow(mine, mine.get_by_role("link", name="送审", exact=True))
        expect(mine.locator(".obstacles")).to_contain_text("身份证")
        expect(mine.locator(".obstacles")).not_to_contain_text(SECRET)
        expect(mine.get_by_role("button", name=re.compile("^确认"))).to_have_count(0)
        mine.goto(form)
        expect(state_line(mine)).to_contain_text("草稿")


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_pages_of_the_desk_fit_and_everybody_can_use_them(desk: Desk, width: int) -> None:
    """No sideways scroll, nothing that axe finds, nothing that the policy refuses."""
    with desk.as_("yishen") as context:
        own = context.new_page()
        own.set_viewport_size({"width": width, "height": 900})
        own.goto("/admin/news/article/?state=in_review")
        waiting = own.locator("#result_list th a").first.get_attribute("href")
        assert waiting is not None, "the demonstration has an article that waits for its first review"
        there = waiting.partition("?")[0]
        for path in ("/admin/", there, there.replace("change", "review"), there.replace("change", "sheet"),
                     there.replace("change", "history"), there.replace("change", "send-back")):  # fmt: skip
            answer = own.goto(path)
            assert answer is not None and answer.status == 200, path
            assert own.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            own.evaluate(AXE)
            found = own.evaluate(
                "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
            )
            told = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
            assert told == [], path
