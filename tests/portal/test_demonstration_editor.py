"""The demonstration's editor can try partnerships and the dual list, and nothing that needs another person."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from portal.demonstration.accounts import editors
from tests.partnerships.needs import make_need, make_note, make_total
from tests.partnerships.pacts import make_pact, make_partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    user = User.objects.create_user("editor", is_staff=True)
    user.groups.add(editors())
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", ["agreement", "partner", "counterpart", "duallistitem"])
def test_the_editor_enters_parties_agreements_and_items(editor: Client, model: str) -> None:
    for page in ("changelist", "add"):
        assert editor.get(reverse(f"admin:partnerships_{model}_{page}")).status_code == 200


def test_the_editor_publishes_and_verifies_anew(editor: Client) -> None:
    pact, need = make_pact(published=False), make_need()
    make_note(need, "内部的", public=False)
    for name, pk in (
        ("agreement_publish", pact.pk),
        ("agreement_reverify", pact.pk),
        ("agreement_preview", pact.pk),
        ("duallistitem_publish", need.pk),
        ("duallistitem_history", need.pk),
    ):
        assert editor.get(reverse(f"admin:partnerships_{name}", args=[pk])).status_code == 200, name
    form = editor.get(reverse("admin:partnerships_duallistitem_change", args=[need.pk])).content.decode()
    assert 'name="notes-0-text"' in form
    assert "军地共建和双清单" in editor.get("/admin/").content.decode()
    assert editor.get(reverse("admin:partnerships_findings")).status_code == 200


def test_the_editor_sees_totals_and_merges_nobody(editor: Client) -> None:
    total, partner = make_total(65, measure="done"), make_partner()
    shown = editor.get(reverse("admin:partnerships_reportedtotal_change", args=[total.pk]))
    assert shown.status_code == 200 and 'name="_save"' not in shown.content.decode()
    assert editor.get(reverse("admin:partnerships_partner_merge", args=[partner.pk])).status_code == 403
    assert editor.get(reverse("admin:partnerships_partner_delete", args=[partner.pk])).status_code == 403
