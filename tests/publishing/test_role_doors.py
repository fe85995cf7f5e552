"""Every role at every door of the desk: what the table of roles does not name is refused, and changes nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from honors.models import Round
from news.attachments import attach
from publishing import workflow
from publishing.admin_acts import ACTS
from publishing.permissions import ROLES, rights_of
from publishing.workflow.table import ANY_OF
from tests.honors.rolls import make_source, make_title
from tests.makers import approve, make_draft, make_picture, release
from tests.partnerships.needs import make_need
from tests.partnerships.pacts import make_pact
from tests.publishing.preflight.papers import xlsx_with

pytestmark = pytest.mark.django_db

NOBODY = "没有角色"
KINDS = ("news.article", "honors.round", "partnerships.agreement", "partnerships.duallistitem")
REFUSED = 403


def somebody(role: str) -> Client:
    """A client of a person who has one role and nothing else."""
    person = User.objects.create_user(f"door-{role}", is_staff=True)
    if role != NOBODY:
        person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


def draft_of(kind: str) -> Any:
    match kind:
        case "news.article":
            return make_draft("门口的稿件")
        case "honors.round":
            return Round.objects.create(
                title=make_title(),
                slug="door-11",
                ordinal=11,
                cycle=9,
                year=2020,
                date=date(2020, 1, 1),
                date_precision="year",
                source=make_source(),
            )
        case "partnerships.agreement":
            return make_pact(published=False)
        case _:
            return make_need()


def allowed(role: str, kind: str, right: str) -> bool:
    """What the table says, read here for itself: a right is one of several, and nobody acts on what they cannot see."""
    if role == NOBODY:
        return False
    app, _, model = kind.partition(".")
    held = rights_of(role)
    names = ANY_OF.get(right, (right,))
    return f"{app}.view_{model}" in held and any(f"{app}.{name}_{model}" in held for name in names)


def address(item: Any, name: str, *more: Any) -> str:
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_{name}", args=[item.pk, *more])


def stored(item: Any) -> tuple[Any, ...]:
    fresh = type(item)._base_manager.get(pk=item.pk)
    return fresh.status, fresh.lock_version, fresh.submission, fresh.review_level


@pytest.fixture(params=[*ROLES, NOBODY])
def role(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_each_verb_opens_for_who_has_its_right_only(role: str, kind: str) -> None:
    item, client = draft_of(kind), somebody(role)
    for act in ACTS:
        where, may = address(item, act.name), allowed(role, kind, act.right)
        assert (client.get(where).status_code == REFUSED) is not may, act.name
        if not may:
            before = stored(item)
            assert client.post(where, {"reason": "门口", "level": "A"}).status_code == REFUSED, act.name
            assert stored(item) == before


@pytest.mark.parametrize("kind", KINDS)
def test_reading_doors_open_for_who_may_view_only(role: str, kind: str) -> None:
    item, client = draft_of(kind), somebody(role)
    record = item.history.first()
    doors = {
        "change": address(item, "change"),
        "history": address(item, "history"),
        "entry": f"{address(item, 'history')}{record.pk}/",
        "preflight": address(item, "preflight"),
        "sheet": address(item, "sheet"),
    }
    try:
        doors["preview"] = address(item, "preview")
    except NoReverseMatch:
        assert kind in {"honors.round", "partnerships.duallistitem"}
    for name, where in doors.items():
        assert (client.get(where).status_code == 200) is allowed(role, kind, "view"), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_saves_for_who_may_change_only(role: str, kind: str) -> None:
    item, client = draft_of(kind), somebody(role)
    before = stored(item)
    answer = client.post(address(item, "change"), {})
    may = allowed(role, kind, "change")
    assert (answer.status_code == REFUSED) is not may
    assert stored(item) == before  # an empty form saves nothing, and nobody else gets as far as its errors
    add = reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_add")
    assert (client.get(add).status_code == 200) is allowed(role, kind, "add")


@pytest.mark.parametrize("kind", KINDS)
def test_list_actions_act_for_who_has_their_right_only(role: str, kind: str) -> None:
    client = somebody(role)
    draft, ready = draft_of(kind), None
    where = reverse(f"admin:{draft._meta.app_label}_{draft._meta.model_name}_changelist")
    client.post(where, {"action": "submit_selected", "_selected_action": [draft.pk]})
    draft.refresh_from_db()
    assert (draft.status == "in_review") is allowed(role, kind, "change")
    if draft.status == "draft":
        ready = approve(draft)
        client.post(where, {"action": "publish_selected", "_selected_action": [ready.pk]})
        ready.refresh_from_db()
        assert ready.is_published() is allowed(role, kind, "publish")


@pytest.mark.parametrize("kind", KINDS)
def test_deleting_a_draft_is_for_who_may_delete_only(role: str, kind: str) -> None:
    item, client = draft_of(kind), somebody(role)
    client.post(address(item, "delete"), {"post": "yes"})
    assert type(item)._base_manager.filter(pk=item.pk).exists() is not allowed(role, kind, "delete")


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_is_for_who_may_change_only(role: str, kind: str) -> None:
    item, client = draft_of(kind), somebody(role)
    record, before = item.history.first(), stored(item)
    where = address(item, "restore", record.pk)
    may = allowed(role, kind, "change")
    assert (client.get(where).status_code == REFUSED) is not may
    if not may:
        assert client.post(where, {}).status_code == REFUSED
        assert stored(item) == before


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("partnerships_agreement_import", "partnerships.agreement"),
        ("partnerships_duallistitem_import", "partnerships.duallistitem"),
        ("honors_rollsheet_import", "honors.rollsheet"),
    ],
)
def test_an_import_opens_for_who_may_add_and_change_only(role: str, name: str, kind: str) -> None:
    client = somebody(role)
    may = allowed(role, kind, "add") and allowed(role, kind, "change")
    where = reverse(f"admin:{name}")
    assert (client.get(where).status_code == 200) is may
    assert (client.post(where, {}).status_code == REFUSED) is not may


def test_private_files_open_for_who_may_view_what_uses_them_only(role: str) -> None:
    client, article = somebody(role), make_draft("带附件的稿件")
    document = attach(article, xlsx_with("cell"), "名册.xlsx")
    picture = make_picture()
    may = allowed(role, "news.attachment", "view")
    found = client.get(reverse("admin:file", args=[f"a{document.pk}", document.name]))
    assert (found.status_code == 200) is may
    found = client.get(reverse("admin:file", args=[f"p{picture.pk}", "800.jpg"]))
    assert (found.status_code == 200) is allowed(role, "publishing.picture", "view")
    assert Client().get(document.href).status_code == 404


def test_the_trail_is_read_and_exported_by_its_reader_only(role: str) -> None:
    client = somebody(role)
    may = role == "审计"
    where = reverse("admin:audit_auditevent_changelist")
    assert (client.get(where).status_code == 200) is may
    for kind in ("csv", "xlsx", "json"):
        found = client.get(reverse("admin:audit_auditevent_export", args=[kind]))
        assert (found.status_code == 200) is may, kind


def test_exports_that_visitors_take_hold_no_draft_for_any_role(role: str) -> None:
    client, pact = somebody(role), make_pact(published=False, summary="还没有公开的共建")
    release(make_pact(published=False, summary="已经公开的共建"))
    for where in ("/partnerships/agreements.csv", "/partnerships/agreements.json"):
        told = b"".join(client.get(where)).decode()
        assert "已经公开的共建" in told and pact.summary not in told


def test_a_reviewer_of_one_step_cannot_do_another(role: str) -> None:
    """The right of a step is asked for when that step is due, not that of any review."""
    article = make_draft("等一审")
    workflow.submit(article, by=User.objects.create_superuser("撰稿的"))
    person = User.objects.create_user("reviewer", is_staff=True)
    if role != NOBODY:
        person.groups.add(Group.objects.get(name=role))
    refused = bool(workflow.approve_obstacles(article, by=person))
    assert refused is not allowed(role, "news.article", "review_1")


def test_what_is_public_is_no_form_for_any_role(role: str) -> None:
    article, client = release(make_draft("公开的")), somebody(role)
    before = stored(article)
    answer = client.get(address(article, "change"))
    if answer.status_code == 200:
        assert b'name="title"' not in answer.content
    client.post(address(article, "change"), {"title": "改了", "opened_version": article.lock_version})
    assert stored(article) == before
