"""内部进展: entered on any item at any state, read by no visitor, in nobody's way; the public ones are reviewed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, Event
from partnerships.models import DualListItem, ProgressNote
from partnerships.notes import add_internal_note
from publishing import workflow
from publishing.declared import content_hash
from publishing.workflow import Refused
from tests.desk import director, logged_in, person, sent_by_browser, told
from tests.makers import approve, chief, colleague, release
from tests.partnerships.needs import make_need, make_note, publish_need, withdraw_need

pytestmark = pytest.mark.django_db

RIGHTS = ("view_duallistitem", "change_duallistitem", "add_progressnote", "view_progressnote")
TEXT = "与对方通过话，某处还要等"


def address(need: DualListItem, name: str = "internal-note") -> str:
    return reverse(f"admin:partnerships_duallistitem_{name}", args=[need.pk])


def sent(need: DualListItem, **fields: Any) -> dict[str, Any]:
    return {"opened_version": need.lock_version, "on": str(timezone.localdate()), "text": TEXT, **fields}


def texts(need: DualListItem) -> list[tuple[str, bool]]:
    return sorted(need.notes.values_list("text", "public"))


def at(state: str) -> DualListItem:
    """An item in a state."""
    if state in ("draft", "in_review", "approved", "scheduled"):
        need = make_need(1)
        if state == "in_review":
            workflow.submit(need, by=colleague("撰稿人"))
        elif state == "approved":
            approve(need)
        elif state == "scheduled":
            release(need, at=timezone.now() + timedelta(days=1))
        return need
    need = withdraw_need(1) if state == "withdrawn" else publish_need(1)
    if state == "archived":
        workflow.archive(need, by=chief())
    return need


STATES = ["draft", "in_review", "approved", "scheduled", "live", "archived", "withdrawn"]


@pytest.mark.parametrize("state", STATES)
def test_a_note_is_entered_at_every_state_and_moves_nothing(state: str) -> None:
    need = at(state)
    need.refresh_from_db()
    assert need.state() == state
    hashed, version, told_to_visitors = content_hash(need), need.lock_version, visitors_read()
    client = logged_in("clerk", *RIGHTS)
    assert "登记内部进展" in [act.label for act in client.get(address(need, "change")).context["acts"]]
    response = client.post(address(need), sent(need), follow=True)
    assert "已登记内部进展" in told(response)[0]
    need.refresh_from_db()
    assert texts(need) == [(TEXT, False)] and need.notes.get().date == timezone.localdate()
    assert (need.state(), content_hash(need)) == (state, hashed) and need.lock_version > version
    assert visitors_read() == told_to_visitors and TEXT not in told_to_visitors
    # Nobody becomes an author by it, so that who reviews may enter what they learnt.
    assert need.updated_by.pk not in workflow.authors(need, need.submission + 1)


def visitors_read() -> str:
    return str(Client().get("/partnerships/dual-list/").content.decode())


def test_it_stands_in_history_and_audit_without_its_words() -> None:
    need = publish_need(1)
    client = logged_in("clerk", *RIGHTS)
    client.post(address(need), sent(need))
    line = need.history.latest()
    assert (line.history_change_reason, line.history_user.username) == ("登记内部进展", "clerk")
    event = AuditEvent.objects.filter(event=Event.WORKFLOW).latest("number")
    assert (event.person, event.detail, event.object_id) == ("clerk", "登记内部进展", str(need.pk))
    assert not AuditEvent.objects.filter(detail__contains="通过话").exists()
    assert not LogEntry.objects.filter(change_message__contains="通过话").exists()


@pytest.mark.parametrize("missing", ["change_duallistitem", "add_progressnote"])
def test_every_right_is_needed(missing: str) -> None:
    need = publish_need(1)
    client = logged_in("clerk", *(right for right in RIGHTS if right != missing))
    for response in (client.get(address(need)), client.post(address(need), sent(need))):
        if missing == "add_progressnote":
            assert response.status_code == 200 and "您没有登记进展的权限" in response.content.decode()
        else:
            assert response.status_code == 403
    assert not ProgressNote.objects.exists()


@pytest.mark.parametrize("rights", [(), ("change_duallistitem",), ("add_progressnote",)])
def test_the_verb_refuses_without_both_rights(rights: tuple[str, ...]) -> None:
    need = publish_need(1)
    with pytest.raises(Refused, match="您没有登记进展的权限"):
        add_internal_note(need, by=person("other", *rights), text=TEXT)
    assert not ProgressNote.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": " "}, "请填写进展。"),
        ({"text": "长" * 301}, "300"),
        ({"on": "2999-01-01"}, "进展的日期不能在将来"),
        ({"on": "昨天"}, "请填写日期，例如 2026-10-01。"),
    ],
)
def test_a_wrong_note_is_refused_and_what_was_typed_stays(fields: dict[str, str], reason: str) -> None:
    need = publish_need(1)
    response = logged_in("clerk", *RIGHTS).post(address(need), sent(need, **fields))
    content = response.content.decode()
    assert response.status_code == 200 and reason in content and not ProgressNote.objects.exists()
    assert fields.get("text", TEXT).strip() in content and fields.get("on", "") in content


def test_a_note_is_never_public_whatever_is_sent() -> None:
    need = publish_need(1)
    logged_in("clerk", *RIGHTS).post(address(need), sent(need, public="on"))
    assert not ProgressNote.objects.get().public


# --- Beside a revision -------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_revision", [True, False])
@pytest.mark.parametrize("end", ["publish", "discard"])
def test_what_is_entered_while_a_revision_is_open_is_lost_at_neither_end(on_revision: bool, end: str) -> None:
    need = publish_need(1)
    make_note(need, "早先的内部", public=False)
    revision = workflow.revise(need, by=colleague("撰稿人"))
    add_internal_note(revision if on_revision else need, by=chief(), text=TEXT)
    assert texts(need) == texts(revision) == sorted([("早先的内部", False), (TEXT, False)])
    if end == "publish":
        workflow.publish(approve(revision), by=chief())
    else:
        workflow.discard(revision, by=colleague("撰稿人"))
    assert texts(need) == sorted([("早先的内部", False), (TEXT, False)])


def test_an_approved_revision_stays_approved() -> None:
    need = publish_need(1)
    revision = approve(workflow.revise(need, by=colleague("撰稿人")))
    add_internal_note(need, by=chief(), text=TEXT)
    revision.refresh_from_db()
    assert revision.status == "approved"
    workflow.publish(revision, by=chief())
    assert texts(need) == [(TEXT, False)]


def test_a_public_note_of_a_public_item_is_written_in_a_revision_and_reviewed() -> None:
    need = publish_need(1)
    kept = make_note(need, "已经对接", date(2024, 5, 1))
    client = director()
    shown = client.get(address(need, "change")).content.decode()
    assert "已经对接" in shown and 'name="notes-0-text"' not in shown
    there = client.post(address(need, "revise"), {"opened_version": need.lock_version}).url
    form = sent_by_browser(client.get(there))
    assert form["notes-0-text"] == "已经对接"
    fresh = {"notes-1-date": "2024-06-01", "notes-1-text": "已经开工", "notes-1-public": "on"}
    assert client.post(there, form | fresh | {"notes-TOTAL_FORMS": "2"}).status_code == 302
    assert "已经开工" not in visitors_read() and texts(need) == [("已经对接", True)]
    revision = need.open_revision or DualListItem.objects.get(revision_of=need)
    approve(revision)
    # Reviewed with the rest: a public note that is added afterwards sends the revision back.
    late = make_note(revision, "又有进展", date(2024, 7, 1))
    assert workflow.note_edit(revision, by=colleague("撰稿人")) and revision.status == "draft"
    late.delete()
    workflow.publish(approve(revision), by=chief())
    assert "已经开工" in visitors_read()
    # The row that was there keeps its number.
    assert ProgressNote.objects.get(text="已经对接").pk == kept.pk
