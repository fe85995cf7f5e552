"""Each system check of the portal once: silent on a sound setting, its id and a hint on a wrong one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from audit import checks as audit_checks
from portal import checks, environment
from portal.accounts import checks as account_checks

SOUND: dict[str, Any] = {
    "SECRET_KEY": "made-up-key-of-the-test-suite-only-0123456789",
    "ALLOWED_HOSTS": ["shuangyong.example"],
    "PATH_PREFIX": "/shuangyong",
    "SESSION_COOKIE_PATH": "/shuangyong/admin/",
    "CSRF_COOKIE_PATH": "/shuangyong/admin/",
    "MEDIA_ROOT": Path("/srv/portal/media"),
    "STATIC_ROOT": Path("/srv/portal/static"),
    "DEBUG": False,
    "HTTPS": True,
    "PROXIES": 1,
    "AUDIT_HASH": "sha256",
    "SECOND_FACTOR_GROUPS": ["*"],
}
WRONG: list[tuple[Callable[..., list[CheckMessage]], str, dict[str, Any]]] = [
    (checks.check_secret_key, "portal.E002", {"SECRET_KEY": "short"}),
    (checks.check_hosts, "portal.E003", {"ALLOWED_HOSTS": ["shuangyong.example", "*"]}),
    (checks.check_cookie_paths, "portal.E004", {"SESSION_COOKIE_PATH": "/"}),
    (checks.check_cookie_paths, "portal.E004", {"CSRF_COOKIE_PATH": "/admin/"}),
    (checks.check_upload_folder, "portal.E005", {"MEDIA_ROOT": Path("/srv/portal/static/media")}),
    (checks.check_debug, "portal.W001", {"DEBUG": True}),
    (checks.check_https, "portal.W002", {"HTTPS": False}),
    (checks.check_proxy, "portal.W003", {"PROXIES": 0}),
    (audit_checks.check_hash, "audit.E001", {"AUDIT_HASH": "made-up-hash"}),
    (account_checks.check_second_factor, "accounts.W001", {"SECOND_FACTOR_GROUPS": []}),
]
by_check = pytest.mark.parametrize(
    ("check", "message_id", "wrong"), WRONG, ids=[f"{m}-{next(iter(w))}" for _, m, w in WRONG]
)


def use(settings: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


@by_check
def test_a_sound_setting_is_silent(
    settings: Any,
    check: Callable[..., list[CheckMessage]],
    message_id: str,
    wrong: dict[str, Any],
) -> None:
    use(settings, SOUND)
    assert check() == []


@by_check
def test_a_wrong_setting_is_named(
    settings: Any,
    check: Callable[..., list[CheckMessage]],
    message_id: str,
    wrong: dict[str, Any],
) -> None:
    use(settings, SOUND | wrong)
    messages = check()
    assert [message.id for message in messages] == [message_id]
    assert messages[0].hint


def test_every_problem_of_the_environment_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [
        environment.Problem("DEBUG", "DEBUG is 'maybe'.", "Use 1 or 0."),
        environment.Problem("PROXIES", "PROXIES is 'two'.", "Use a whole number."),
    ]
    monkeypatch.setattr(environment, "problems", problems)
    assert [(message.id, message.msg, message.hint) for message in checks.check_environment()] == [
        ("portal.E001", "DEBUG is 'maybe'.", "Use 1 or 0."),
        ("portal.E001", "PROXIES is 'two'.", "Use a whole number."),
    ]


def test_the_environment_of_the_suite_has_no_problem() -> None:
    assert checks.check_environment() == []


def test_uploads_beside_the_static_files_are_fine(settings: Any) -> None:
    """A folder whose name only begins like STATIC_ROOT lies beside it, not inside."""
    use(settings, SOUND | {"MEDIA_ROOT": Path("/srv/portal/static-uploads")})
    assert checks.check_upload_folder() == []


def test_every_check_id_has_its_test() -> None:
    sources = [
        Path(module.__file__).read_text(encoding="utf-8") for module in (checks, account_checks, audit_checks)
    ]
    in_source = set(re.findall(r'id="(\w+\.[EW]\d{3})"', "".join(sources)))
    assert in_source == {message_id for _, message_id, _ in WRONG} | {
        "portal.E001",
        "accounts.W002",
        "accounts.E001",
    }


@pytest.mark.django_db
def test_a_group_that_does_not_exist_is_named(settings: Any) -> None:
    settings.SECOND_FACTOR_GROUPS = ["*", "终审", "中审"]
    Group.objects.create(name="终审")
    (found,) = account_checks.check_group_names(databases=["default"])
    assert found.id == "accounts.W002" and "'中审'" in found.msg and found.hint
    Group.objects.create(name="中审")
    assert account_checks.check_group_names(databases=["default"]) == []


def test_group_names_are_looked_up_only_where_the_database_is_asked(settings: Any) -> None:
    settings.SECOND_FACTOR_GROUPS = ["中审"]
    assert account_checks.check_group_names(databases=None) == []


@pytest.mark.django_db
def test_an_active_superuser_is_an_error_in_production() -> None:
    boss = User.objects.create_superuser("boss")
    (found,) = account_checks.check_superusers(databases=["default"])
    assert found.id == "accounts.E001" and "'boss'" in found.msg and "break_glass" in (found.hint or "")
    with pytest.raises(SystemCheckError, match="accounts.E001"):
        call_command("check", databases=["default"])
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert account_checks.check_superusers(databases=["default"]) == []
    call_command("check", databases=["default"])


@pytest.mark.django_db
def test_a_superuser_is_no_error_while_developing_nor_before_the_roles_stand(settings: Any) -> None:
    User.objects.create_superuser("boss")
    settings.DEBUG = True
    assert account_checks.check_superusers(databases=["default"]) == []
    settings.DEBUG = False
    assert len(account_checks.check_superusers(databases=["default"])) == 1
    Group.objects.get(name="安全管理").delete()
    assert account_checks.check_superusers(databases=["default"]) == []


def test_superusers_are_looked_up_only_where_the_database_is_asked() -> None:
    assert account_checks.check_superusers(databases=None) == []
