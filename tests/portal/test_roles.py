"""The roles at the doors of the admin, the administrator roles apart, and nobody giving rights to themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from audit import chain
from audit.models import AuditEvent, Event
from honors.models import Award, Claim, Place, Recipient, Round
from portal.accounts import guards, roles
from portal.models import FriendlyLink, NavigationItem
from publishing.models import Consent, Override, Redirect, Slip
from publishing.permissions import ADMINISTRATORS, ROLES, SECURITY, rights_of
from publishing.preflight.catalogue import KINDS
from tests.desk import director, person, sent_by_browser
from tests.honors.rolls import clerk, make_place, make_round, make_sheet, make_source, make_title
from tests.makers import make_column, make_draft, make_identity, make_picture
from tests.partnerships.needs import make_need, make_total
from tests.partnerships.pacts import make_counterpart, make_pact, make_partner
from tests.portal.conftest import Loader

pytestmark = pytest.mark.django_db

MODELS = sorted(model._meta.label_lower for model in admin.site._registry)
# What no right opens: awards are derived, overrides and events are what somebody did, the identity is one row.
NEVER = {
    "honors.award": {"add", "change", "delete"},
    "publishing.override": {"add", "change", "delete"},
    "audit.auditevent": {"add", "change", "delete"},
    "portal.siteidentity": {"add", "delete"},
}
VERBS = ("view", "add", "change", "delete")
ROWS: dict[str, Any] = {}


def make_rows() -> dict[str, Any]:
    """One row of each model that nothing else uses, so that only rights decide what may be done with it."""
    who, place, source = clerk(), make_place("150100", "呼和浩特市"), make_source("演示晚报")
    make_sheet(make_round(), make_place())
    chain.record(Event.CHANGE, name="甲稿")
    return {
        "audit.auditevent": AuditEvent.objects.order_by("number").first(),
        "auth.group": Group.objects.create(name="值班"),
        "auth.user": User.objects.create_user("newcomer"),
        "honors.award": Award.objects.get(),
        "honors.claim": Claim.objects.create(
            place=place, title=make_title(), kind="streak", value=3, quote="三次", source=source
        ),
        "honors.place": Place.objects.create(
            code="150200", name="包头市", kind="prefecture_city", level="prefecture", parent=place.parent
        ),
        "honors.recipient": Recipient.objects.create(kind="unit", name="甲单位", place=place),
        "honors.rollsheet": make_sheet(make_round(), verified=False, source=make_source("演示早报")),
        "honors.round": Round.objects.create(
            title=make_title(),
            ordinal=9,
            slug="national-9",
            year=2016,
            cycle=8,
            date=date(2016, 7, 29),
            source=source,
        ),
        "honors.source": make_source("没有用到的报纸"),
        "honors.title": make_title("unused", name="没有用到的称号"),
        "news.article": make_draft(),
        "news.column": make_column("unused", name="空栏目"),
        "partnerships.agreement": make_pact(published=False),
        "partnerships.counterpart": make_counterpart("海军没有用到舰"),
        "partnerships.duallistitem": make_need(),
        "partnerships.partner": make_partner("没有用到的企业"),
        "partnerships.reportedtotal": make_total(9),
        "portal.friendlylink": FriendlyLink.objects.create(label="友邻", url="/a/"),
        "portal.navigationitem": NavigationItem.objects.create(label="首页", url="/"),
        "portal.siteidentity": make_identity(),
        "publishing.consent": Consent.objects.create(words="好八连", ground="公开报道", entered_by=who),
        "publishing.override": Override.objects.create(
            content_type=ContentType.objects.get_for_model(Place),
            object_id=place.pk,
            finding=next(iter(KINDS)),
            key="k",
            label="正文",
            digest="0" * 64,
            reason="看过",
            asked_by=who,
        ),
        "publishing.picture": make_picture(),
        "publishing.redirect": Redirect.objects.create(old_path="/old/", new_path="/about/"),
        "publishing.slip": Slip.objects.get_or_create(wrong="双佣", defaults={"right": "双拥"})[0],
    }


@pytest.fixture(scope="module", autouse=True)
def _rows(loaded_for_the_module: Loader) -> Iterator[None]:
    def load() -> None:
        ROWS.update(make_rows())
        for role in ROLES:
            holder(role)

    yield from loaded_for_the_module(load)
    ROWS.clear()


def holder(*names: str) -> User:
    """Somebody who has these roles and no other right."""
    user = User.objects.get_or_create(username="+".join(names), defaults={"is_staff": True})[0]
    user.groups.set(Group.objects.filter(name__in=names))
    return user


def desk_of(*names: str) -> Client:
    client = Client()
    client.force_login(User.objects.filter(username="+".join(names)).first() or holder(*names))
    return client


# --- Role, model and door -----------------------------------------------------------------------------------


def test_every_model_of_the_admin_has_its_row() -> None:
    assert sorted(ROWS) == MODELS


def opened(client: Client, label: str) -> set[str]:
    """The verbs that the doors of a model let somebody do: page, form and what is sent must say the same of each."""
    app, _, model = label.partition(".")
    row, base = ROWS[label], f"admin:{app}_{model}"
    change, delete = (reverse(f"{base}_{door}", args=[row.pk]) for door in ("change", "delete"))
    found = set()
    # The address of the one identity leads to its form.
    if label != "portal.siteidentity":
        add = reverse(f"{base}_add")
        found |= same("add", client.get(add).status_code == 200, client.post(add, {}).status_code == 200)
        found |= same("view", client.get(reverse(f"{base}_changelist")).status_code == 200)
    form = client.get(change)
    found |= same("view", form.status_code == 200)
    given = sent_by_browser(form)
    with undone():
        sent = client.post(change, given)
        assert sent.status_code in {302, 403}, sent.context["errors"]
        found |= same("change", sent.status_code == 302, 'name="_save"' in form.text)
    with undone():
        asked, sent = client.get(delete), client.post(delete, {"post": "yes"})
        gone = not type(row).objects.filter(pk=row.pk).exists()
        found |= same("delete", asked.status_code == 200, sent.status_code == 302, gone)
    return found


def right(verb: str, label: str) -> str:
    app, _, model = label.partition(".")
    return f"{app}.{verb}_{model}"


def same(verb: str, *answers: bool) -> set[str]:
    assert len(set(answers)) == 1, (verb, answers)
    return {verb} if answers[0] else set()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_the_doors_of_its_rights_and_no_other(role: str) -> None:
    client, rights = desk_of(role), rights_of(role)
    allowed = {
        label: {verb for verb in VERBS if right(verb, label) in rights} - NEVER.get(label, set())
        for label in MODELS
    }
    assert {label: opened(client, label) for label in MODELS} == allowed


@pytest.mark.parametrize("role", ROLES)
def test_the_first_page_opens_for_every_role_and_lists_only_what_it_may_open(role: str) -> None:
    text = desk_of(role).get("/admin/").text
    for label in MODELS:
        app, _, model = label.partition(".")
        shown = f'href="{reverse(f"admin:{app}_{model}_changelist")}"' in text
        assert shown == (f"{app}.view_{model}" in rights_of(role)), label


LOOK_UPS = [
    ("编辑", "news.article", "cover"),
    ("编辑", "news.article", "places"),
    ("编辑", "news.article", "agreements"),
    ("荣誉管理", "honors.rollsheet", "source"),
    ("荣誉管理", "honors.rollsheet", "scope"),
    ("荣誉管理", "honors.claim", "as_of"),
    ("共建管理", "partnerships.agreement", "partners"),
    ("共建管理", "partnerships.agreement", "counterpart"),
    ("共建管理", "partnerships.agreement", "source"),
    ("站点管理", "portal.siteidentity", "home_place"),
]


@pytest.mark.parametrize(("role", "label", "field"), LOOK_UPS)
def test_a_role_finds_what_its_forms_choose_from(role: str, label: str, field: str) -> None:
    app, _, model = label.partition(".")
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
    assert desk_of(role).get(reverse("admin:autocomplete"), asked).status_code == 200
    assert desk_of(SECURITY).get(reverse("admin:autocomplete"), asked).status_code == 403
    assert desk_of("审计").get(reverse("admin:autocomplete"), asked).status_code == 403


MAKERS, REVIEWERS = {"编辑", "荣誉管理", "共建管理"}, {"一审", "二审", "三审"}
READERS = {*MAKERS, *REVIEWERS, "站点管理"}
# Addresses beside the forms, and the roles that they open for.
DOORS = [
    ("news.article", "preview", READERS),
    ("news.article", "preflight", READERS),
    ("news.article", "history", READERS),
    ("honors.rollsheet", "import", {"荣誉管理"}),
    ("honors.rollsheet", "verify", {"荣誉管理", "三审"}),
    ("honors.award", "revoke", {"荣誉管理", "三审"}),
    ("partnerships.agreement", "import", {"共建管理"}),
    ("partnerships.duallistitem", "import", {"共建管理"}),
    ("partnerships.partner", "merge", {"共建管理"}),
    ("publishing.picture", "latest", READERS),
    ("audit.auditevent", "export", {"审计"}),
]


@pytest.mark.parametrize(
    ("label", "door", "open_for"), DOORS, ids=[f"{label}-{door}" for label, door, _ in DOORS]
)
def test_the_doors_beside_the_forms(label: str, door: str, open_for: set[str]) -> None:
    app, _, model = label.partition(".")
    args = ["csv"] if door == "export" else [] if door in {"import", "latest"} else [ROWS[label].pk]
    address = reverse(f"admin:{app}_{model}_{door}", args=args)
    answers = {role: desk_of(role).get(address).status_code for role in ROLES}
    assert answers == {role: 200 if role in open_for else 403 for role in ROLES}


# --- The groups ---------------------------------------------------------------------------------------------


def rights_in(role: str) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("role", ROLES)
def test_the_group_of_a_role_has_exactly_the_rights_of_the_table(role: str) -> None:
    assert rights_in(role) == rights_of(role)


def test_groups_follow_the_table_and_those_of_the_office_stay() -> None:
    right = Permission.objects.get(codename="publish_article")
    ROWS["auth.group"].permissions.set([right])
    editors = Group.objects.get(name="编辑")
    editors.permissions.add(right)
    editors.permissions.remove(Permission.objects.get(codename="add_article"))
    Group.objects.get(name="一审").delete()
    before = AuditEvent.objects.count()
    (change,) = roles.make_roles()
    assert (change.group.name, change.came, change.went) == (
        "编辑",
        ["Can add 稿件"],
        ["可以发布、定时、归档和撤回稿件"],
    )
    assert {role: rights_in(role) for role in ROLES} == {role: rights_of(role) for role in ROLES}
    assert list(ROWS["auth.group"].permissions.all()) == [right]
    assert roles.make_roles() == [] and AuditEvent.objects.count() == before


def test_what_changes_for_the_holder_of_a_role_stands_in_the_trail() -> None:
    Group.objects.get(name="编辑").permissions.add(Permission.objects.get(codename="publish_article"))
    roles.follow_table("default", apps)
    row = AuditEvent.objects.order_by("number").last()
    assert row is not None and (row.event, row.object_name) == ("account", "编辑")
    assert row.detail == "角色的权限随程序更新：-可以发布、定时、归档和撤回稿件"


def test_what_changes_for_nobody_does_not() -> None:
    holder("编辑").groups.clear()
    Group.objects.get(name="编辑").permissions.clear()
    before = AuditEvent.objects.count()
    roles.follow_table("default", apps)
    assert rights_in("编辑") == rights_of("编辑") and AuditEvent.objects.count() == before


def test_a_migration_makes_what_is_missing_and_leaves_the_rest() -> None:
    Group.objects.get(name="一审").delete()
    Group.objects.get(name="编辑").permissions.clear()
    assert roles.make_roles(only_missing=True) == []
    assert rights_in("一审") == rights_of("一审") and rights_in("编辑") == set()


@pytest.mark.parametrize("who", ["director", SECURITY])
def test_the_group_of_a_role_is_for_reading_superusers_included(who: str) -> None:
    client = director() if who == "director" else desk_of(who)
    group = Group.objects.get(name="编辑")
    change, delete = (reverse(f"admin:auth_group_{door}", args=[group.pk]) for door in ("change", "delete"))
    assert 'name="_save"' not in client.get(change).text
    assert client.post(change, {"name": "编辑", "permissions": []}).status_code == 403
    assert client.post(delete, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}
    client.post("/admin/auth/group/", chosen)
    assert rights_in("编辑") == rights_of("编辑")


# --- The administrator roles exclude each other --------------------------------------------------------------

PAIRS = [(one, other) for one in ADMINISTRATORS for other in ADMINISTRATORS if one != other]


def send(client: Client, user: User, **changes: Any) -> Any:
    address = reverse("admin:auth_user_change", args=[user.pk])
    return client.post(address, {**sent_by_browser(client.get(address)), **changes})


def ids(*names: str) -> list[int]:
    return [Group.objects.get(name=name).pk for name in names]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_form_refuses_a_second_administrator_role(one: str, other: str) -> None:
    user: User = ROWS["auth.user"]
    response = send(desk_of(SECURITY), user, groups=ids(one, other), first_name="新名")
    assert response.status_code == 200 and not user.groups.exists()
    (told,) = response.context["adminform"].form.errors["groups"]
    assert one in told and other in told and "只留一个" in told
    assert 'value="新名"' in response.text
    assert send(desk_of(SECURITY), user, groups=ids(one, "编辑", "一审")).status_code == 302
    assert {group.name for group in user.groups.all()} == {one, "编辑", "一审"}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_database_refuses_a_second_administrator_role_at_every_door(one: str, other: str) -> None:
    user: User = ROWS["auth.user"]
    for act in (
        lambda: user.groups.set(ids(one, other)),
        lambda: [user.groups.add(pk) for pk in ids(one, other)],
        lambda: Group.objects.get(name=other).user_set.add(holder(one)),
    ):
        with pytest.raises(IntegrityError, match=guards.MESSAGE), transaction.atomic():
            act()
    assert not user.groups.exists()


def test_the_database_refuses_a_role_that_is_changed_into_a_second_one() -> None:
    user = holder("编辑", "审计")
    editor, site = ids("编辑", "站点管理")
    members = User.groups.through.objects.filter(user=user)
    with pytest.raises(IntegrityError, match=guards.MESSAGE), transaction.atomic():
        members.filter(group=editor).update(group=site)
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("INSERT INTO auth_user_groups (user_id, group_id) VALUES (%s, %s)", [user.pk, site])
    members.filter(group=ids("审计")[0]).update(group=site)
    assert {group.name for group in user.groups.all()} == {"编辑", "站点管理"}


def test_any_other_roles_go_together() -> None:
    others = [role for role in ROLES if role not in ADMINISTRATORS]
    assert holder(*others, "审计").groups.count() == len(others) + 1


def test_the_guard_comes_back_with_every_migrate() -> None:
    call_command("migrate", verbosity=0)
    with pytest.raises(IntegrityError, match=guards.MESSAGE), transaction.atomic():
        holder("审计", "站点管理")


# --- Nobody gives rights to themselves ----------------------------------------------------------------------


def test_who_gives_roles_makes_an_account_and_gives_it_one() -> None:
    client = desk_of(SECURITY)
    given = {
        "username": "xiaoli",
        "password1": "Made-up-phrase-1",
        "password2": "Made-up-phrase-1",
        "usable_password": "true",
    }
    assert client.post(reverse("admin:auth_user_add"), given).status_code == 302
    user = User.objects.get(username="xiaoli")
    assert user.is_staff and not user.is_superuser
    assert send(client, user, groups=ids("编辑")).status_code == 302
    assert User.objects.get(pk=user.pk).get_all_permissions() == rights_of("编辑")
    row = AuditEvent.objects.order_by("number").last()
    assert row is not None and (row.event, row.person, row.object_name) == ("account", SECURITY, "xiaoli")
    assert "+编辑" in row.detail
    send(client, user, groups=ids("一审"))
    row = AuditEvent.objects.order_by("number").last()
    assert row is not None and "+一审" in row.detail and "-编辑" in row.detail


def test_who_gives_roles_gives_none_to_themselves() -> None:
    me, client = User.objects.get(username=SECURITY), desk_of(SECURITY)
    address = reverse("admin:auth_user_change", args=[me.pk])
    form = client.get(address).text
    assert 'name="groups"' not in form and 'name="is_superuser"' not in form
    assert 'name="user_permissions"' not in form
    right = Permission.objects.get(codename="publish_article")
    send(client, me, groups=ids(SECURITY, "三审"), is_superuser="on", user_permissions=[right.pk])
    me = User.objects.get(pk=me.pk)
    assert not me.is_superuser and me.get_all_permissions() == rights_of(SECURITY)


def test_who_gives_roles_gives_nobody_more_than_roles() -> None:
    user: User = ROWS["auth.user"]
    right = Permission.objects.get(codename="publish_article")
    sent = send(desk_of(SECURITY), user, is_superuser="on", user_permissions=[right.pk], groups=ids("编辑"))
    assert sent.status_code == 302
    user = User.objects.get(pk=user.pk)
    assert not user.is_superuser and user.get_all_permissions() == rights_of("编辑")


@pytest.mark.parametrize("who", ["director", SECURITY])
def test_nobody_writes_when_somebody_was_here(who: str) -> None:
    """An account that nobody used is disabled by these days."""
    user: User = ROWS["auth.user"]
    sent = send(
        director() if who == "director" else desk_of(who),
        user,
        last_login_0="2030-01-01",
        last_login_1="08:00",
    )
    assert sent.status_code == 302 and User.objects.get(pk=user.pk).last_login is None


@pytest.mark.parametrize("door", ["change", "password_change", "delete"])
def test_nobody_below_a_superuser_changes_one(door: str) -> None:
    boss = User.objects.create_superuser("boss", password="Made-up-phrase-1")
    password = {"password1": "Other-made-up-2", "password2": "Other-made-up-2", "usable_password": "true"}
    manager = person("manager", "view_user", "change_user", "delete_user")
    for user in (User.objects.get(username=SECURITY), manager):
        client = Client()
        client.force_login(user)
        address = reverse(f"admin:auth_user_{door}", args=[boss.pk])
        assert client.post(address, {**password, "username": "boss", "post": "yes"}).status_code == 403
    found = User.objects.get(username="boss")
    assert found.is_active and found.is_superuser and found.check_password("Made-up-phrase-1")


def test_a_superuser_still_gives_every_right_while_developing() -> None:
    user: User = ROWS["auth.user"]
    right = Permission.objects.get(codename="publish_article")
    assert send(director(), user, is_superuser="on", user_permissions=[right.pk]).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert user.is_superuser and list(user.user_permissions.all()) == [right]


@pytest.mark.parametrize("number", [1, 40])
def test_the_list_of_accounts_costs_the_same_for_one_and_for_forty(
    number: int, django_assert_num_queries: Any
) -> None:
    group = Group.objects.get(name="编辑")
    for each in range(number):
        User.objects.create_user(f"u{each}").groups.add(group)
    client = desk_of(SECURITY)
    with django_assert_num_queries(9):
        assert "编辑" in client.get("/admin/auth/user/").text
