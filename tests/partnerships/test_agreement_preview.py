"""What editors see of an agreement before visitors do."""

import pytest
from django.test import Client

from partnerships.models import Agreement
from tests.desk import logged_in
from tests.partnerships.pacts import make_pact, make_partner

pytestmark = pytest.mark.django_db


def address(one: Agreement) -> str:
    return f"/admin/partnerships/agreement/{one.pk}/preview/"


def test_an_editor_sees_the_page_of_a_draft() -> None:
    one = make_pact(make_partner("甲公司"), published=False)
    response = logged_in("editor", "view_agreement").get(address(one))
    content = response.content.decode()
    assert response.status_code == 200
    assert "甲公司" in content and "海军演示舰" in content and "preview__words" in content
    # A partner without a public record has no page to lead to.
    assert "/partnerships/partners/" not in content


def test_nobody_else_sees_it(client: Client) -> None:
    one = make_pact(published=False)
    assert client.get(address(one)).status_code == 302
    assert logged_in("stranger").get(address(one)).status_code == 403


def test_a_draft_without_partners_or_source_can_be_looked_at() -> None:
    one = make_pact(published=False, source=None, counterpart=None)
    one.partners.clear()
    assert logged_in("editor", "view_agreement").get(address(one)).status_code == 200
