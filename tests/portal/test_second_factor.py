"""The second factor: setting it up, logging in with it, and whom the office asks for it."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, Event
from tests.desk import director, person
from tests.makers import make_draft

LOGIN, SET_UP = "/admin/accounts/login/", "/admin/accounts/second-factor/set-up/"
CODE, CODES = "/admin/accounts/second-factor/code/", "/admin/accounts/second-factor/recovery-codes/"
REMOVE, AGAIN = "/admin/accounts/second-factor/remove/", "/admin/accounts/reauthenticate/"
PASSWORD = "made-up-word-4-tests"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fast(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def enter(name: str = "writer") -> Client:
    client = Client()
    client.post(LOGIN, {"login": name, "password": PASSWORD})
    return client


def confirm(client: Client) -> None:
    client.post(AGAIN, {"password": PASSWORD})


def code(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set it up like a person with a telephone; return the secret and the recovery codes."""
    confirm(client)
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", client.get(SET_UP).text)[0]
    response = client.post(SET_UP, {"code": code(secret)}, follow=True)
    assert response.redirect_chain[-1][0] == CODES
    # The same code is good once only, and tests do not wait half a minute.
    cache.clear()
    return secret, re.findall(r"<code>(\d{8})</code>", response.text)


@pytest.fixture
def writer() -> User:
    return person("writer", "view_article", password=PASSWORD)


# --- setting it up and using it ------------------------------------------------------------------------


def test_it_is_set_up_with_a_code_and_asked_for_at_the_next_log_in(writer: User) -> None:
    secret, recovery = set_up(enter())
    assert len(recovery) == 10
    client = enter()
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/").status_code == 302
    assert "6 位数字" in client.get(CODE).text
    assert client.post(CODE, {"code": code(secret)})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert AuditEvent.objects.filter(event=Event.LOGIN).order_by("number").last().detail == "密码和动态码"  # type: ignore[union-attr]


def test_a_recovery_code_is_good_once(writer: User) -> None:
    _, recovery = set_up(enter())
    client = enter()
    assert client.post(CODE, {"code": recovery[3]})["Location"] == "/admin/"
    assert AuditEvent.objects.filter(event=Event.LOGIN).order_by("number").last().detail == "密码和恢复码"  # type: ignore[union-attr]
    assert enter().post(CODE, {"code": recovery[3]}).status_code == 200


def test_a_code_is_good_once_only(writer: User) -> None:
    secret, _ = set_up(enter())
    given = code(secret)
    assert enter().post(CODE, {"code": given}).status_code == 302
    assert enter().post(CODE, {"code": given}).status_code == 200


@pytest.mark.parametrize("wrong", ["000000", "", "abcdef", "１２３４５６"])
def test_a_wrong_code_is_refused_in_chinese_and_recorded(writer: User, wrong: str) -> None:
    set_up(enter())
    client = enter()
    response = client.post(CODE, {"code": wrong})
    assert response.status_code == 200 and re.search(r"[一-鿿]", str(response.context["form"].errors))
    assert "_auth_user_id" not in client.session
    if wrong:
        assert AuditEvent.objects.filter(
            event=Event.LOGIN_FAILED, person="writer", detail="动态码不对"
        ).exists()


def test_five_wrong_codes_lock_it(writer: User) -> None:
    secret, _ = set_up(enter())
    client = enter()
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": code(secret)}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(detail="动态码尝试次数太多").exists()


def test_a_code_of_long_ago_is_refused(writer: User) -> None:
    secret, _ = set_up(enter())
    assert enter().post(CODE, {"code": code(secret, -3)}).status_code == 200
    assert enter().post(CODE, {"code": code(secret, -1)}).status_code == 302


def test_setting_it_up_asks_for_the_password_and_for_a_right_code(writer: User) -> None:
    client = enter()
    assert client.get(SET_UP)["Location"].startswith(AGAIN)
    confirm(client)
    client.get(SET_UP)
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_once(writer: User) -> None:
    client = enter()
    _, recovery = set_up(client)
    again = client.get(CODES)
    assert again.status_code == 200 and not any(one in again.text for one in recovery)
    fresh = client.post("/admin/accounts/second-factor/recovery-codes/new/", follow=True)
    assert len(re.findall(r"<code>(\d{8})</code>", fresh.text)) == 10
    assert enter().post(CODE, {"code": recovery[0]}).status_code == 200


def test_secrets_are_encrypted_in_the_database(writer: User, settings: Any) -> None:
    secret, _ = set_up(enter())
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "made-up-key-of-more-than-thirty-two-signs"
    assert enter().post(CODE, {"code": code(secret)}).status_code == 302
    cache.clear()
    settings.SECRET_KEY_FALLBACKS = []
    assert enter().post(CODE, {"code": code(secret)}).status_code == 200


def test_it_is_taken_off_again_by_its_owner(writer: User, django_capture_on_commit_callbacks: Any) -> None:
    client = enter()
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    assert "停用" in client.get("/admin/accounts/second-factor/").text
    assert client.post(REMOVE).status_code == 302
    assert not Authenticator.objects.exists() and enter().get("/admin/").status_code == 200
    told = AuditEvent.objects.filter(event=Event.SECOND_FACTOR).order_by("number")
    assert [row.detail for row in told] == ["启用两步验证", "停用两步验证"]


def test_the_admin_shows_no_secret() -> None:
    assert director().get("/admin/mfa/authenticator/").status_code == 404


# --- whom the office asks for it --------------------------------------------------------------------------


def asked(settings: Any, user: User, *groups: str) -> None:
    settings.SECOND_FACTOR_GROUPS = list(groups)
    user.groups.add(Group.objects.get_or_create(name="终审")[0])


@pytest.mark.parametrize("groups", [["终审"], ["别的组", "终审"], ["*"]])
def test_who_must_and_has_not_can_do_nothing_else(settings: Any, writer: User, groups: list[str]) -> None:
    asked(settings, writer, *groups)
    article = make_draft()
    client = enter()
    for door in (
        "/admin/", "/admin/news/article/", "/admin/jsi18n/", CODES, "/admin/accounts/second-factor/",
        reverse("admin:news_article_preview", args=[article.pk]), "/admin/files/p1/400.jpg",
    ):  # fmt: skip
        assert client.get(door)["Location"] == SET_UP, door
    assert client.post("/admin/news/article/add/", {})["Location"] == SET_UP
    for door in (AGAIN, "/admin/accounts/logout/", "/admin/accounts/password/change/"):
        assert client.get(door).status_code == 200, door
    set_up(client)
    assert client.get("/admin/").status_code == 200


def test_the_page_says_why(settings: Any, writer: User) -> None:
    asked(settings, writer, "终审")
    client = enter()
    confirm(client)
    assert "必须使用两步验证" in client.get(SET_UP).text
    settings.SECOND_FACTOR_GROUPS = []
    assert "必须使用两步验证" not in client.get(SET_UP).text


def test_who_need_not_is_left_alone(settings: Any, writer: User) -> None:
    settings.SECOND_FACTOR_GROUPS = ["终审"]
    assert enter().get("/admin/").status_code == 200


def test_an_administrator_must_as_soon_as_anybody_must(settings: Any) -> None:
    client = director()
    assert client.get("/admin/").status_code == 200
    settings.SECOND_FACTOR_GROUPS = ["终审"]
    assert client.get("/admin/")["Location"] == SET_UP


def test_who_must_cannot_take_it_off(settings: Any, writer: User) -> None:
    asked(settings, writer, "终审")
    client = enter()
    set_up(client)
    assert "联系管理员" in client.get(REMOVE).text
    client.post(REMOVE)
    assert Authenticator.objects.count() == 2


# --- taken off by somebody else ---------------------------------------------------------------------------


def take_off(client: Client, *users: User) -> Any:
    chosen = {"action": "remove_second_factor", "_selected_action": [user.pk for user in users]}
    return client.post("/admin/auth/user/", chosen, follow=True)


def test_a_manager_of_accounts_takes_it_off_for_somebody_else(writer: User) -> None:
    set_up(enter())
    assert "已解除" in take_off(director(), writer).text
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.filter(
        event=Event.SECOND_FACTOR, person="director", object_name="writer"
    ).exists()


def test_nobody_takes_it_off_for_themselves_or_above_themselves() -> None:
    boss = User.objects.create_superuser("boss")
    manager = person("manager", "view_user", "change_user", password=PASSWORD)
    client = enter("manager")
    set_up(client)
    Authenticator.objects.create(user=boss, type="totp", data={})
    response = take_off(client, manager, boss)
    assert "不能在这里解除自己的" in response.text and "只有超级用户" in response.text
    assert Authenticator.objects.count() == 3


def test_who_may_not_change_accounts_takes_nothing_off(writer: User) -> None:
    set_up(enter())
    person("reader", "view_user", password=PASSWORD)
    take_off(enter("reader"), writer)
    assert Authenticator.objects.count() == 2


# --- pages ------------------------------------------------------------------------------------------------


def test_the_pages_need_no_script_and_hold_only_our_words(writer: User) -> None:
    client = enter()
    confirm(client)
    pages = [client.get(SET_UP), client.get("/admin/accounts/second-factor/")]
    set_up(client)
    pages += [
        client.get(path)
        for path in (
            REMOVE,
            CODES,
            f"{CODES}new/",
            "/admin/accounts/second-factor/",
            "/admin/accounts/second-factor/again/",
        )  # fmt: skip
    ]
    pages.append(Client().get(LOGIN))
    waiting = enter()
    pages.append(waiting.get(CODE))
    for response in pages:
        assert response.status_code == 200, response.request["PATH_INFO"]
        assert "<script" not in response.text and not re.search(r"<[^>]*\sstyle=", response.text)
        assert response.text.count("<h1") == 1 and "no-store" in response["Cache-Control"]
        words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", response.text, flags=re.S)
        assert not re.search(r"\b(?:Code|代码|Authenticator|Recovery|Deactivate|Activate|Factor)\b", words)


def test_the_code_to_scan_stands_in_the_page_itself(writer: User) -> None:
    client = enter()
    confirm(client)
    text = client.get(SET_UP).text
    assert re.search(r'<div class="account__code"[^>]*><svg[^>]*>\s*<path', text)
    assert "data:" not in text and "<?xml" not in text
