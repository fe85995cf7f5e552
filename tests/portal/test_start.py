"""``manage.py start``: an office's own empty site, once."""

import builtins
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from honors.models import Place
from honors.places import load_places
from honors.querysets import Level
from news.models import Article, Column, HomePosition
from portal.accounts.checks import check_superusers
from portal.accounts.passwords import accept
from portal.management.commands import start as command
from portal.models import NavigationItem, SiteIdentity
from portal.start import find_place
from tests.portal.conftest import Loader

pytestmark = pytest.mark.django_db
PASSWORD = "made-up phrase of 1 test"
OPTIONS = {"name": "某市双拥网", "username": "office", "no_input": True}


@pytest.fixture(scope="module", autouse=True)
def _places(loaded_for_the_module: Loader) -> Iterator[None]:
    yield from loaded_for_the_module(load_places)


@pytest.fixture(autouse=True)
def _no_password_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("START_PASSWORD", raising=False)


def start(**options: Any) -> str:
    out = StringIO()
    call_command("start", stdout=out, stderr=StringIO(), **{**OPTIONS, **options})
    return out.getvalue()


def test_makes_identity_administrator_columns_and_navigation() -> None:
    start(slogan="拥军优属 拥政爱民", home_place="内蒙古自治区/乌海市", domain="shuangyong.example")
    identity = SiteIdentity.objects.get()
    assert (identity.name, identity.slogan, identity.domain) == (
        "某市双拥网",
        "拥军优属 拥政爱民",
        "shuangyong.example",
    )
    assert identity.home_place is not None and identity.home_place.code == "150300"
    assert identity.is_demonstration is False
    administrator = get_user_model().objects.get()
    assert administrator.is_staff and not administrator.is_superuser
    assert [group.name for group in administrator.groups.all()] == ["安全管理"]
    assert Column.objects.count() >= 10
    assert Column.objects.filter(parent__isnull=False).exists()
    assert {HomePosition.LEAD, HomePosition.NOTICES} <= set(
        Column.objects.values_list("home_position", flat=True)
    )
    assert Article.objects.count() == 0


def test_loads_places_where_they_are_missing() -> None:
    Place.objects.exclude(successor=None).delete()
    Place.objects.filter(level=Level.COUNTY).delete()
    start(home_place="内蒙古自治区/海勃湾区")
    assert Place.objects.count() > 3000


def test_the_empty_site_answers(client: Client) -> None:
    start()
    addresses = [item.url for item in NavigationItem.objects.all()]
    assert addresses
    for address in [*addresses, "/sitemap/", *(column.get_absolute_url() for column in Column.objects.all())]:
        response = client.get(address)
        assert response.status_code == 200, address
        assert "某市双拥网" in response.content.decode()
        assert "演示站点" not in response.content.decode()


def test_the_first_administrator_opens_accounts_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("START_PASSWORD", PASSWORD)
    told = start()
    assert "安全管理员是 office" in told and "站点管理" in told and "给每个人建账户" in told
    administrator = get_user_model().objects.get()
    accept(administrator)
    client = Client()
    client.force_login(administrator)
    assert client.get("/admin/").status_code == 200
    for door, status in [
        ("auth/user/add/", 200),
        ("news/article/", 403),
        ("portal/siteidentity/1/change/", 403),
    ]:
        assert client.get(f"/admin/{door}").status_code == status, door
    assert check_superusers(databases=["default"]) == []


def test_a_password_of_the_environment_is_used_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("START_PASSWORD", PASSWORD)
    assert PASSWORD not in start()
    assert get_user_model().objects.get().check_password(PASSWORD)


def test_without_one_a_random_password_is_shown_once() -> None:
    shown = re.findall(r"密码（只显示这一次）：(\S+)", start())
    assert len(shown) == 1
    assert get_user_model().objects.get().check_password(shown[0])


@pytest.mark.parametrize("weak", ["short", "123456789012345", "office-office", "1q2w3e4r5t6y"])
def test_refuses_a_password_that_the_validators_refuse(monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    monkeypatch.setenv("START_PASSWORD", weak)
    with pytest.raises(CommandError):
        start(username="office-office")
    assert_nothing_was_made()


@pytest.mark.parametrize(
    "options",
    [
        {"name": ""},
        {"name": "长" * 61},
        {"domain": "https://shuangyong.example/"},
        {"home_place": "999999"},
        {"home_place": "12345"},
        {"home_place": "内蒙古自治区/没有这个市"},
        {"home_place": "江苏省/鼓楼区"},
        {"username": ""},
        {"username": "two words"},
    ],
    ids=str,
)
def test_refuses_what_is_not_acceptable_and_makes_nothing(options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        start(**options)
    assert_nothing_was_made()


def test_refuses_the_name_of_an_account_that_exists() -> None:
    get_user_model().objects.create_user("office")
    with pytest.raises(CommandError, match="管理员用户名"):
        start()
    assert not SiteIdentity.objects.exists()


def test_a_second_start_is_refused_and_changes_nothing() -> None:
    start()
    before = state()
    with pytest.raises(CommandError, match="这里已经有网站“某市双拥网”"):
        start(name="另一个网站", username="another")
    assert state() == before


def test_refuses_a_demonstration_too() -> None:
    SiteIdentity.objects.create(name="演示", is_demonstration=True)
    with pytest.raises(CommandError, match="没有作任何改动"):
        start()
    assert not get_user_model().objects.exists()


def test_several_places_of_one_name_are_listed_with_their_codes() -> None:
    with pytest.raises(ValidationError) as refused:
        find_place("江苏省/鼓楼区")
    assert "320106 江苏省南京市鼓楼区" in refused.value.messages[0]
    assert "320302 江苏省徐州市鼓楼区" in refused.value.messages[0]


# --- asking ------------------------------------------------------------------------------------------------


def answering(monkeypatch: pytest.MonkeyPatch, answers: list[str], passwords: list[str]) -> None:
    def next_of(given: Iterator[str]) -> Any:
        def answer(question: str) -> str:
            try:
                return next(given)
            except StopIteration as error:
                raise EOFError from error

        return answer

    monkeypatch.setattr(builtins, "input", next_of(iter(answers)))
    monkeypatch.setattr(command, "getpass", next_of(iter(passwords)))


def test_asks_again_until_an_answer_is_acceptable(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["", "某市双拥网", "", "没有/这里", "150300", "http://x", "", "two words", "office"]
    answering(monkeypatch, answers, ["short", PASSWORD, "something else", PASSWORD, PASSWORD])
    start(name=None, username=None, no_input=False)
    identity = SiteIdentity.objects.get()
    assert (identity.name, identity.slogan, identity.domain) == ("某市双拥网", "", "")
    assert identity.home_place is not None and identity.home_place.name == "乌海市"
    assert get_user_model().objects.get(username="office").check_password(PASSWORD)


def test_an_empty_password_makes_a_random_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["", "", ""], [""])
    assert "密码（只显示这一次）" in start(no_input=False)


def test_says_so_when_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, [], [])
    with pytest.raises(CommandError, match="--no-input"):
        start(name=None, no_input=False)
    assert_nothing_was_made()


# --- helpers -----------------------------------------------------------------------------------------------


def assert_nothing_was_made() -> None:
    assert not SiteIdentity.objects.exists()
    assert not Column.objects.exists()
    assert not NavigationItem.objects.exists()
    assert not get_user_model().objects.exists()


def state() -> list[Any]:
    models = (SiteIdentity, Column, NavigationItem, get_user_model(), Place)
    return [list(model._default_manager.order_by("pk").values()) for model in models]
