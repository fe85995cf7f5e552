"""The second factor in a real browser, under the real policy: scanned, set up, asked for, refused."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_editor import TAGS
from tests.browser.ways import AXE, follow

MAKE = """
from django.contrib.auth.models import User
User.objects.create_user("shouji", password="{password}", is_staff=True, is_superuser=True)
"""
FIRST, OWN = "made-up-word-4-tests", "another-made-up-word-2"


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def log_in(page: Page, password: str) -> None:
    page.goto("/admin/")
    page.get_by_label("用户名").fill("shouji")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def check(page: Page) -> None:
    """Nothing that hinders anybody, and no scrolling sideways on a phone."""
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run({{runOnly: {TAGS}}})")["violations"] == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_first_log_in_changes_the_password_and_sets_up_the_second_factor(
    context: BrowserContext, site: Site
) -> None:
    site.manage("shell", "-v0", "-c", MAKE.format(password=FIRST))
    page = context.new_page()
    log_in(page, FIRST)
    expect(page.get_by_text("不是您自己设置的")).to_be_visible()
    page.goto("/admin/news/article/")
    expect(page).to_have_url(re.compile("/password/change/"))
    for name, value in (("oldpassword", FIRST), ("password1", OWN), ("password2", OWN)):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_text("密码已修改")).to_be_visible()

    page.get_by_role("link", name="两步验证").click()
    page.get_by_role("link", name="启用两步验证").click()
    page.get_by_label("密码").fill(OWN)
    follow(page, page.get_by_role("button", name="确认"))
    check(page)
    drawn = page.locator(".account__code svg")
    box = drawn.bounding_box()
    assert box is not None and box["width"] > 180 and box["height"] > 180
    secret = page.locator("code").inner_text()
    page.get_by_role("textbox").fill("000000")
    follow(page, page.get_by_role("button", name="启用"))
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox").fill(code(secret))
    follow(page, page.get_by_role("button", name="启用"))
    expect(page.locator(".account__codes li")).to_have_count(10)
    check(page)
    recovery = page.locator(".account__codes code").first.inner_text()
    page.get_by_role("link", name="进入后台").click()
    follow(page, page.get_by_role("button", name="退出"))

    log_in(page, OWN)
    expect(page.get_by_role("heading", name="输入动态码")).to_be_visible()
    page.goto("/admin/news/article/")
    expect(page).to_have_url(re.compile("/second-factor/code/"))
    check(page)
    page.get_by_role("textbox").fill(recovery)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("link", name="两步验证")).to_be_visible()
    assert "审计链完整" in site.manage("audit", "verify")
