"""Log-in, log-out and password pages under /admin/accounts/."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.accounts.passwords import accept
from tests.desk import logged_in, person
from tests.makers import make_draft

LOGIN = "/admin/accounts/login/"
PASSWORD = "made-up-word-4-tests"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_attempts() -> None:
    """Log-in attempts are counted in the cache."""
    cache.clear()


def log_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def complaint(response: Any) -> list[str]:
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


# --- there and back --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "door", ["/admin/", "/admin/news/article/?status=draft", "/admin/accounts/password/change/"]
)
def test_a_stranger_is_led_to_the_log_in_and_back(client: Client, door: str) -> None:
    person("writer", "view_article", password=PASSWORD)
    response = client.get(door, follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)
    back = re.search(r'name="next" value="([^"]+)"', response.text)
    assert back is not None and back[1].replace("&amp;", "&") == door
    assert log_in(client, "writer", next=door)["Location"] == door


def test_log_in_without_a_goal_leads_to_the_admin(client: Client) -> None:
    person("writer", "view_article", password=PASSWORD)
    assert log_in(client, "writer")["Location"] == "/admin/"


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    person("writer", "view_article", password=PASSWORD)
    for goal in ("https://outside.example/", "//outside.example/", "javascript:alert(1)"):
        assert log_in(client, "writer", next=goal)["Location"] == "/admin/"
        client.logout()


def test_who_is_in_already_goes_on(client: Client) -> None:
    assert logged_in("writer", "view_article", password=PASSWORD).get(LOGIN)["Location"] == "/admin/"


def test_log_out_asks_and_then_leads_to_the_log_in() -> None:
    client = logged_in("writer", "view_article", password=PASSWORD)
    assert "确定要退出" in client.get("/admin/accounts/logout/").text
    assert client.get("/admin/").status_code == 200
    response = client.post("/admin/accounts/logout/", follow=True)
    assert response.redirect_chain[-1][0] == LOGIN and "您已退出" in response.text
    assert client.get("/admin/").status_code == 302


# --- refusals ----------------------------------------------------------------------------------------


def test_a_wrong_word_and_an_unknown_name_sound_the_same(client: Client) -> None:
    person("writer", "view_article", password=PASSWORD)
    person("former", "view_article", is_active=False, password=PASSWORD)
    answers = [
        log_in(client, "writer", "wrong"),
        log_in(client, "nobody", "wrong"),
        log_in(client, "former"),
    ]
    told = {tuple(complaint(answer)) for answer in answers}
    assert len(told) == 1 and re.search(r"[一-鿿]", told.pop()[0])
    assert all(answer.status_code == 200 and "_auth_user_id" not in client.session for answer in answers)


def test_empty_fields_are_named(client: Client) -> None:
    assert set(log_in(client, "", "").context["form"].errors) == {"login", "password"}


def test_too_many_attempts_have_to_wait(client: Client) -> None:
    person("writer", "view_article", password=PASSWORD)
    for _ in range(5):
        log_in(client, "writer", "wrong")
    blocked = log_in(client, "writer")
    assert "_auth_user_id" not in client.session
    assert complaint(blocked) and complaint(blocked) != complaint(log_in(client, "another", "wrong"))


def test_a_person_without_the_staff_mark_stays_outside(client: Client) -> None:
    accept(User.objects.create_user("visitor", password=PASSWORD))
    log_in(client, "visitor")
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403 and "没有这项权限" in response.text
    assert "/admin/accounts/logout/" in response.text


def test_a_form_without_its_token_is_refused_in_chinese() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = log_in(strict, "writer")
    assert response.status_code == 403 and "安全检查" in response.text


def test_nobody_signs_up_or_resets_a_password() -> None:
    for name in ("account_signup", "account_reset_password", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert "忘记密码请联系管理员" in Client().get(LOGIN).text


# --- passwords -----------------------------------------------------------------------------------------


def change(client: Client, old: str, new: str, again: str | None = None) -> Any:
    data = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post("/admin/accounts/password/change/", data, follow=True)


def test_a_password_is_changed_and_the_log_in_stays() -> None:
    client = logged_in("writer", "view_article", password=PASSWORD)
    response = change(client, PASSWORD, "another-made-up-word-2")
    assert "密码已修改" in response.text
    assert User.objects.get().check_password("another-made-up-word-2")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", "another-made-up-word-2", None),
        (PASSWORD, "short", None),
        (PASSWORD, "123456789012345", None),
        (PASSWORD, "another-made-up-word-2", "something-else-again"),
    ],
)
def test_a_bad_password_is_refused(old: str, new: str, again: str | None) -> None:
    response = change(logged_in("writer", "view_article", password=PASSWORD), old, new, again)
    assert complaint(response) and all(re.search(r"[一-鿿]", each) for each in complaint(response))
    assert User.objects.get().check_password(PASSWORD)


def test_the_password_is_asked_for_once_more() -> None:
    client = logged_in("writer", "view_article", password=PASSWORD)
    assert "再输入一次密码" in client.get("/admin/accounts/reauthenticate/").text
    refused = client.post("/admin/accounts/reauthenticate/", {"password": "wrong"})
    assert refused.status_code == 200 and complaint(refused)
    assert client.post("/admin/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_the_admins_own_pages_lead_to_ours() -> None:
    client = logged_in("writer", "view_article", password=PASSWORD)
    assert client.post("/admin/logout/")["Location"] == "/admin/accounts/logout/"
    assert client.get("/admin/password_change/")["Location"] == "/admin/accounts/password/change/"
    assert client.post("/admin/password_change/", {})["Location"] == "/admin/accounts/password/change/"


# --- pages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["login", "logout", "password/change", "reauthenticate"])
def test_the_pages_need_no_script_and_hold_only_our_words(path: str) -> None:
    client = Client() if path == "login" else logged_in("writer", "view_article", password=PASSWORD)
    response = client.get(f"/admin/accounts/{path}/")
    assert response.status_code == 200
    assert "<script" not in response.text and not re.search(r"<[^>]*\sstyle=", response.text)
    assert response["Content-Security-Policy"] and "no-store" in response["Cache-Control"]
    assert response.text.count("<h1") == 1
    words = re.sub(r"<[^>]+>", " ", response.text)
    assert not re.search(r"\b(?:Sign|Password|Username|Remember|Confirm)\b", words)


def test_cookies_stay_below_the_admin(client: Client) -> None:
    person("writer", "view_article", password=PASSWORD)
    client.get(LOGIN)
    log_in(client, "writer")
    assert {cookie["path"] for cookie in client.cookies.values()} == {"/admin/"}
    # It ends with the browser: office computers are shared.
    assert client.cookies["portal_session"]["max-age"] == ""


def test_the_head_of_the_admin_has_the_way_out_and_no_theme() -> None:
    text = logged_in("writer", "view_article", password=PASSWORD).get("/admin/").text
    assert 'action="/admin/accounts/logout/"' in text and "/admin/accounts/password/change/" in text
    assert "theme" not in text


def test_a_draft_is_behind_the_log_in(client: Client) -> None:
    article = make_draft()
    response = client.get(reverse("admin:news_article_preview", args=[article.pk]))
    assert response.status_code == 302 and "/admin/login/" in response["Location"]
