"""What is asked of passwords and accounts: rules, age, history, whose password it is, idleness."""

import io
import re
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, Event
from portal.accounts.models import PasswordRecord
from portal.accounts.passwords import accept
from portal.passwords import random_password
from publishing.permissions import rights_of
from tests.desk import director, logged_in, person, sent_by_browser

LOGIN, CHANGE = "/admin/accounts/login/", "/admin/accounts/password/change/"
PASSWORD, OTHER = "made-up-word-4-tests", "another-made-up-word-2"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_attempts() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _fast(settings: Any) -> None:
    """Most tests here set several passwords: what is tested is which, not how slowly they are hashed."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def enter(name: str = "writer", password: str = PASSWORD) -> Client:
    client = Client()
    client.post(LOGIN, {"login": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def change(client: Client, old: str, new: str) -> Any:
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def age(days: int) -> None:
    PasswordRecord.objects.update(set_at=timezone.now() - timedelta(days=days))


def events(event: Event) -> list[str]:
    return list(AuditEvent.objects.filter(event=event).order_by("number").values_list("detail", flat=True))


# --- rules ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("good", ["made-up-word-4-tests", "MadeUpWord4Tests", "双拥办的口令-Wuhai-2026"])
def test_a_password_of_three_classes_is_good(good: str) -> None:
    validate_password(good)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("made-up-4", "太短"),
        ("made-up-word-for-tests", "至少 3 种"),
        ("madeupwordfortests4", "至少 3 种"),
        ("MADEUPWORD-TESTS", "至少 3 种"),
        ("123456789012345", "数字"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(bad: str, why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(bad)
    assert why in " ".join(refused.value.messages)


def test_a_random_password_passes_the_rules() -> None:
    for _ in range(200):
        validate_password(random_password())


def test_the_last_five_are_refused_and_the_sixth_is_not() -> None:
    user = User.objects.create_user("writer")
    words = [f"made-up-word-{number}-tests" for number in range(6)]
    for word in words:
        user.set_password(word)
        user.save()
    for word in words[1:]:
        with pytest.raises(ValidationError, match="最近 5 次"):
            validate_password(word, user)
    validate_password(words[0], user)


def test_another_persons_password_is_no_ones_business() -> None:
    accept(User.objects.create_user("other", password=PASSWORD))
    validate_password(PASSWORD, User.objects.create_user("writer"))


# --- whose password it is -------------------------------------------------------------------------------


def test_a_first_password_must_be_changed_before_anything_else() -> None:
    User.objects.create_superuser("writer", password=PASSWORD)
    client = enter()
    for door in ("/admin/", "/admin/news/article/", "/admin/accounts/second-factor/", "/admin/jsi18n/"):
        assert client.get(door)["Location"] == CHANGE, door
    assert client.post("/admin/news/column/add/", {})["Location"] == CHANGE
    assert "不是您自己设置的" in client.get(CHANGE).text
    assert change(client, PASSWORD, OTHER)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert enter(password=OTHER).get("/admin/").status_code == 200


def test_who_must_change_it_may_leave_but_not_keep_it() -> None:
    User.objects.create_superuser("writer", password=PASSWORD)
    client = enter()
    assert change(client, PASSWORD, PASSWORD).status_code == 200
    assert client.get("/admin/")["Location"] == CHANGE
    assert client.get("/admin/accounts/logout/").status_code == 200
    client.post("/admin/accounts/logout/")
    assert not is_in(client)


def set_by_director(name: str, password: str) -> None:
    address = reverse("admin:auth_user_password_change", args=[User.objects.get(username=name).pk])
    given = {"password1": password, "password2": password, "usable_password": "true"}
    assert director().post(address, given).status_code == 302


def test_a_password_set_by_somebody_else_must_be_changed() -> None:
    person("writer", "view_article", password=PASSWORD)
    assert enter().get("/admin/").status_code == 200
    set_by_director("writer", OTHER)
    assert not is_in(enter())
    assert enter(password=OTHER).get("/admin/")["Location"] == CHANGE
    assert AuditEvent.objects.filter(event=Event.PASSWORD, person="director", object_name="writer").exists()


def test_a_password_set_by_a_command_must_be_changed() -> None:
    user = person("writer", "view_article", password=PASSWORD)
    user.set_password(OTHER)
    user.save()
    assert enter(password=OTHER).get("/admin/")["Location"] == CHANGE


def test_ones_own_change_counts_as_ones_own() -> None:
    person("writer", "view_article", password=PASSWORD)
    change(enter(), PASSWORD, OTHER)
    assert PasswordRecord.objects.first().by_owner  # type: ignore[union-attr]
    assert events(Event.PASSWORD) == ["本人修改密码"]


def test_an_old_password_must_be_changed() -> None:
    person("writer", "view_article", password=PASSWORD)
    age(89)
    assert enter().get("/admin/").status_code == 200
    age(91)
    client = enter()
    assert client.get("/admin/")["Location"] == CHANGE and "用得太久" in client.get(CHANGE).text


def test_no_age_where_the_office_sets_none(settings: Any) -> None:
    settings.PASSWORD_DAYS = 0
    person("writer", "view_article", password=PASSWORD)
    age(5000)
    assert enter().get("/admin/").status_code == 200


def test_no_password_stands_in_the_audit_trail() -> None:
    person("writer", "view_article", password=PASSWORD)
    Client().post(LOGIN, {"login": OTHER, "password": PASSWORD})
    change(enter(), PASSWORD, OTHER)
    set_by_director("writer", "third-made-up-word-3")
    rows = " ".join(str(list(row.values())) for row in AuditEvent.objects.values())
    assert "writer" in rows
    for word in (PASSWORD, OTHER, "third-made-up-word-3", "md5$"):
        assert word not in rows


def test_those_who_had_a_password_before_this_rule_keep_it() -> None:
    user = User.objects.create_superuser("writer", password=PASSWORD)
    User.objects.create_user("nobody")
    migration = import_module("portal.migrations.0002_password_records")
    migration.keep_passwords(apps, SimpleNamespace(connection=connection))
    assert list(PasswordRecord.objects.values_list("user", "by_owner")) == [(user.pk, True)]
    assert enter().get("/admin/").status_code == 200


# --- idle accounts ----------------------------------------------------------------------------------------


def idle(name: str, days: int = 91) -> User:
    user = person(name, "view_article", password=PASSWORD)
    long_ago = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(date_joined=long_ago, last_login=long_ago)
    PasswordRecord.objects.filter(user=user).update(set_at=long_ago)
    return user


def test_an_idle_account_is_disabled_at_its_log_in_and_told_what_a_wrong_password_is_told() -> None:
    user = idle("writer")
    right = Client().post(LOGIN, {"login": "writer", "password": PASSWORD})
    user.refresh_from_db()
    assert not user.is_active
    assert AuditEvent.objects.filter(event=Event.ACCOUNT, object_name="writer").exists()
    wrong = Client().post(LOGIN, {"login": "writer", "password": "wrong"})
    words = [re.sub(r"value=\"[^\"]*\"", "", answer.text) for answer in (right, wrong)]
    assert words[0] == words[1]


@pytest.mark.parametrize("days", [0, 89])
def test_an_account_in_use_goes_on(days: int) -> None:
    idle("writer", days)
    assert is_in(enter())


def test_the_command_disables_idle_accounts_alone() -> None:
    idle("idle")
    idle("fresh", 10)
    new = person("new", "view_article", password=PASSWORD)
    nobody = idle("nobody")
    User.objects.filter(pk=nobody.pk).update(password="!")
    out = io.StringIO()
    call_command("disable_idle", stdout=out)
    assert "停用 1 个账户：idle" in out.getvalue()
    assert set(User.objects.filter(is_active=False).values_list("username", flat=True)) == {"idle"}
    assert new.is_active
    call_command("disable_idle", stdout=out)
    assert "没有需要停用的账户" in out.getvalue()


def test_no_account_is_idle_where_the_office_sets_no_days(settings: Any) -> None:
    settings.ACCOUNT_IDLE_DAYS = 0
    idle("writer", 5000)
    assert is_in(enter())


def enabling(user: User) -> Any:
    client, address = director(), reverse("admin:auth_user_change", args=[user.pk])
    return client.post(address, {**sent_by_browser(client.get(address)), "is_active": "on"})


def test_an_idle_account_is_enabled_only_after_a_new_password() -> None:
    user = idle("writer")
    call_command("disable_idle", stdout=io.StringIO())
    assert "请先重新设置密码" in enabling(user).text
    user.refresh_from_db()
    assert not user.is_active
    user.set_password(OTHER)
    user.save()
    User.objects.filter(username="director").delete()
    assert enabling(user).status_code == 302
    assert is_in(enter(password=OTHER))


# --- break-glass ----------------------------------------------------------------------------------------


def test_break_glass_lets_in_and_is_recorded() -> None:
    idle("writer")
    old = logged_in("second", "view_article", password=PASSWORD)
    out = io.StringIO()
    call_command("break_glass", "second", reason="手机丢失", stdout=out)
    assert old.get("/admin/").status_code == 302
    password = re.findall(r"：([a-z0-9-]{23})$", out.getvalue().strip())[0]
    assert enter("second", password).get("/admin/")["Location"] == CHANGE
    row = AuditEvent.objects.get(event=Event.BREAK_GLASS)
    assert row.person.startswith("命令行") and "手机丢失" in row.detail and password not in row.detail


def test_break_glass_opens_an_idle_account_too() -> None:
    idle("writer")
    call_command("disable_idle", stdout=io.StringIO())
    out = io.StringIO()
    call_command("break_glass", "writer", reason="回来上班", stdout=out)
    assert is_in(enter(password=out.getvalue().strip().rpartition("：")[2]))


def test_break_glass_opens_a_locked_name() -> None:
    person("writer", "view_article", password=PASSWORD)
    for _ in range(5):
        enter(password="wrong")
    assert not is_in(enter())
    out = io.StringIO()
    call_command("break_glass", "writer", reason="被人恶意锁定", stdout=out)
    assert is_in(enter(password=out.getvalue().strip().rpartition("：")[2]))


def test_break_glass_lets_nobody_in_as_a_superuser() -> None:
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    boss.user_permissions.add(Permission.objects.get(codename="publish_article"))
    call_command("break_glass", "boss", reason="换成角色", stdout=io.StringIO())
    boss = User.objects.get()
    assert boss.is_active and boss.is_staff and not boss.is_superuser
    assert boss.get_all_permissions() == rights_of("安全管理")
    row = AuditEvent.objects.get(event=Event.BREAK_GLASS)
    assert "不再是超级用户，角色为安全管理" in row.detail and "原因：换成角色" in row.detail


def test_break_glass_leaves_a_superuser_the_administrator_role_that_was_held() -> None:
    User.objects.create_superuser("boss").groups.add(Group.objects.get(name="审计"))
    call_command("break_glass", "boss", reason="换成角色", stdout=io.StringIO())
    assert User.objects.get().get_all_permissions() == rights_of("审计")


def test_break_glass_gives_no_role_to_who_was_no_superuser() -> None:
    writer = person("writer", "view_article", password=PASSWORD)
    call_command("break_glass", "writer", reason="手机丢失", stdout=io.StringIO())
    assert not writer.groups.exists() and writer.get_all_permissions() == {"news.view_article"}


@pytest.mark.parametrize(("name", "reason"), [("nobody", "手机丢失"), ("writer", "  ")])
def test_break_glass_refuses_without_name_or_reason(name: str, reason: str) -> None:
    person("writer", "view_article", password=PASSWORD)
    with pytest.raises(CommandError, match="没有作任何改动"):
        call_command("break_glass", name, reason=reason)
    assert is_in(enter()) and not AuditEvent.objects.filter(event=Event.BREAK_GLASS).exists()


def test_a_new_administrator_of_the_command_line_is_recorded() -> None:
    out = io.StringIO()
    call_command("createsuperuser", username="boss", email="", interactive=False, stdout=out)
    row = AuditEvent.objects.get(event=Event.ACCOUNT)
    assert (row.object_name, row.detail) == ("boss", "新建超级用户")


# --- idle log-ins -----------------------------------------------------------------------------------------


def seen(client: Client, minutes_ago: float) -> None:
    session = client.session
    session["seen"] = int((timezone.now() - timedelta(minutes=minutes_ago)).timestamp())
    session.save()


def test_a_log_in_ends_after_half_an_hour_without_use() -> None:
    person("writer", "view_article", password=PASSWORD)
    client = enter()
    seen(client, 29)
    assert client.get("/admin/").status_code == 200
    seen(client, 31)
    response = client.get("/admin/news/article/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN) and "已自动退出" in response.text
    assert not is_in(client)
    assert events(Event.LOGOUT) == ["超过 30 分钟没有操作，自动退出"]


def test_what_is_sent_after_half_an_hour_is_not_done() -> None:
    person("writer", "view_article", password=PASSWORD)
    client = enter()
    seen(client, 31)
    change(client, PASSWORD, OTHER)
    assert User.objects.get().check_password(PASSWORD)


def test_use_keeps_a_log_in_alive() -> None:
    person("writer", "view_article", password=PASSWORD)
    client = enter()
    for _ in range(3):
        seen(client, 20)
        assert client.get("/admin/").status_code == 200
    assert client.session["seen"] > (timezone.now() - timedelta(minutes=1)).timestamp()


def test_a_session_of_another_door_counts_from_the_log_in() -> None:
    client = logged_in("writer", "view_article")
    assert "seen" not in client.session and client.get("/admin/").status_code == 200
    User.objects.update(last_login=timezone.now() - timedelta(minutes=31))
    assert client.get("/admin/").status_code == 302
