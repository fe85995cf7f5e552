"""The acts of the preflight in the audit trail: who did what with which result, and never a secret."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from audit import verification
from audit.models import AuditEvent
from news.attachments import attach
from publishing.models import Consent, Slip
from publishing.preflight import overrides
from publishing.workflow import Refused
from tests.desk import logged_in, person
from tests.makers import make_draft, release
from tests.publishing.preflight.papers import SECRET
from tests.publishing.preflight.test_doors import BLOCKED, PHONE, RIGHTS, address, only, scanned, send
from tests.publishing.test_documents import docx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whole_and_without_secrets(db: None) -> Any:
    """Whatever a test does, the chain stays whole and holds neither an identity number nor a telephone."""
    yield
    assert list(verification.findings()) == []
    held = "".join(f"{row.object_name}{row.detail}" for row in AuditEvent.objects.all())
    assert held and SECRET not in held and "13800138000" not in held


def told(kind: str = "workflow") -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.filter(event=kind).order_by("number")
    return list(rows.values_list("person", "result", "detail"))


def test_asking_confirming_and_what_is_refused_stand_once_with_who_and_result_without_the_reason() -> None:
    article = make_draft(body=PHONE, keywords="双拥")
    first, second = logged_in("甲", *RIGHTS), logged_in("乙", *RIGHTS)
    send(first, article, "ask", only(article), f"13800138000 是值班手机，不是{SECRET}")
    send(first, article, "confirm", only(article))
    send(second, article, "confirm", only(article))
    assert told() == [
        ("甲", "done", "预检：申请例外“正文：手机号码”"),
        ("甲", "refused", "预检：确认例外"),
        ("乙", "done", "预检：确认例外“正文：手机号码”"),
    ]
    assert told("change") == []


def test_taking_back_and_ignoring_stand_in_the_trail() -> None:
    article, client = scanned(), logged_in("甲", *RIGHTS)
    send(client, article, "ask", only(article), "看过")
    send(client, article, "drop", only(article))
    Slip.objects.get_or_create(wrong="双佣", defaults={"right": "双拥"})
    draft = make_draft(body="<p>原文如此：双佣</p>", keywords="双拥")
    send(client, draft, "ask", only(draft), "引用旧报原文")
    assert [detail.split("“")[0] for _, _, detail in told()] == [
        "预检：申请例外", "预检：收回或退回例外", "预检：忽略",
    ]  # fmt: skip


def test_a_verb_that_runs_without_the_page_is_recorded_too() -> None:
    article = scanned()
    overrides.ask(article, only(article).handle, reason="看过", by=person("甲"))
    assert told()[-1][:2] == ("甲", "done")


def test_confirming_a_consent_is_recorded_once_and_its_refusal_as_well() -> None:
    rights = ["view_consent", "change_consent", "confirm_consent"]
    first, second = logged_in("甲", *rights), logged_in("乙", *rights)
    author = User.objects.get(username="甲")
    consent = Consent.objects.create(words="硬骨头六连", ground="公开的荣誉称号", entered_by=author)
    sent = {"action": "confirm_selected", "_selected_action": [consent.pk]}
    for client in (first, second):
        client.post(reverse("admin:publishing_consent_changelist"), sent)
    assert told() == [("甲", "refused", "确认可以公开"), ("乙", "done", "确认可以公开")]
    assert told("change") == []


def test_what_the_preflight_refuses_at_the_button_and_in_the_list_is_recorded_as_refused() -> None:
    article, client = make_draft(body=BLOCKED), logged_in("editor", *RIGHTS)
    client.post(address(article, "publish"), {"opened_version": article.lock_version})
    sent = {"action": "publish_selected", "_selected_action": [article.pk]}
    client.post(reverse("admin:news_article_changelist"), sent)
    assert told() == [("editor", "refused", "发布")] * 2


def test_opening_the_page_is_a_view_for_it_shows_what_a_draft_says() -> None:
    article = make_draft(body=BLOCKED)
    logged_in("editor", *RIGHTS).get(address(article, "preflight"))
    assert told("view") == [("editor", "done", "预检")]


def test_titles_and_file_names_stand_in_the_trail_without_numbers_of_persons() -> None:
    article, client = make_draft(f"公示{SECRET}"), logged_in("editor", *RIGHTS, "view_attachment")
    attach(article, docx("简报"), f"{SECRET}.docx")
    client.get(address(article, "change"))
    file = article.attachments.get()
    client.get(f"/admin{file.href}")
    with pytest.raises(Refused):
        release(article)
    rows = AuditEvent.objects.filter(event="view").order_by("number")
    assert [row.object_name[:5] for row in rows] == [f"公示{SECRET[:3]}", f"{SECRET[:3]}**"]
