"""What of the desk's work stands in the audit trail, door by door, and who may read it."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from audit import chain, verification
from audit.models import AuditEvent, Event
from news.attachments import attach
from news.models import Article, Column
from partnerships.models import DualListItem
from portal.auditing import AuditedAdmin
from portal.models import NavigationItem
from publishing import workflow
from tests.desk import director, logged_in, page, person, sent_by_browser
from tests.makers import approve, make_article, make_column, make_draft, release
from tests.publishing.test_admin import act, address
from tests.publishing.test_files import xlsx

pytestmark = pytest.mark.django_db

EDITOR = ["view_article", "change_article", "add_article", "delete_article", "publish_article", "view_column"]
LIST = "/admin/audit/auditevent/"


@pytest.fixture(autouse=True)
def _fast(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _whole(db: None) -> Any:
    """Whatever a test does, the chain stays whole."""
    yield
    assert list(verification.findings()) == []


def last(event: Event | None = None) -> AuditEvent:
    rows = AuditEvent.objects.filter(event=event) if event else AuditEvent.objects.all()
    row = rows.order_by("number").last()
    assert row is not None
    return row


def told(since: int = 0) -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.filter(number__gt=since).order_by("number")
    return list(rows.values_list("event", "object_name", "detail"))


# --- edits ------------------------------------------------------------------------------------------------


def test_every_model_of_the_admin_is_audited() -> None:
    assert admin.site._registry and all(
        isinstance(one, AuditedAdmin) for one in admin.site._registry.values()
    )


def test_an_edit_names_person_address_object_and_fields_but_no_text() -> None:
    article = make_draft("旧题", body="<p>机密正文。</p>")
    client = logged_in("editor", *EDITOR)
    data = sent_by_browser(page(client, "news_article_change", article.pk))
    changed = {**data, "title": "新题", "body": "<p>机密新文。</p>", "headline": "on"}
    client.post(address(article, "change"), changed, REMOTE_ADDR="192.0.2.7")
    row = last(Event.CHANGE)
    assert (row.person, row.address, row.object_type, row.object_id) == (
        "editor", "192.0.2.7", "news.article", str(article.pk),
    )  # fmt: skip
    assert "标题" in row.detail and "：是" in row.detail and "机密" not in row.detail


def test_additions_and_deletions_are_recorded() -> None:
    client = logged_in("editor", *EDITOR)
    column = make_column()
    data = sent_by_browser(page(client, "news_article_add"))
    given = {"title": "新稿", "column": column.pk, "body": "<p>正文。</p>", "source_name": "本站"}
    assert client.post(reverse("admin:news_article_add"), {**data, **given}).status_code == 302
    article = Article.objects.get()
    assert (last().event, last().object_name) == ("add", "新稿")
    assert client.post(address(article, "delete"), {"post": "yes"}).status_code == 302
    assert (last().event, last().object_id) == ("delete", str(article.pk))


def test_several_deletions_at_once_are_recorded_one_by_one() -> None:
    drafts = [make_draft(f"稿{number}") for number in range(3)]
    chosen = {"action": "delete_selected", "_selected_action": [one.pk for one in drafts], "post": "yes"}
    logged_in("editor", *EDITOR).post("/admin/news/article/", chosen)
    assert not Article.objects.exists()
    assert sorted(row.object_name for row in AuditEvent.objects.filter(event=Event.DELETE)) == [
        "稿0",
        "稿1",
        "稿2",
    ]


def test_an_edit_in_a_list_is_recorded() -> None:
    client = director()
    client.post("/admin/portal/navigationitem/add/", {"label": "首页", "url": "/", "order": "1"})
    item = NavigationItem.objects.get()
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": item.pk,
        "form-0-order": 5,
        "_save": "x",
    }
    before = last().number
    client.post("/admin/portal/navigationitem/", data)
    item.refresh_from_db()
    assert item.order == 5 and [row[:2] for row in told(before)] == [("change", "首页")]


def test_a_refused_form_leaves_nothing() -> None:
    article = make_draft()
    client = logged_in("editor", *EDITOR)
    data = sent_by_browser(page(client, "news_article_change", article.pk))
    before = last().number
    client.post(address(article, "change"), {**data, "title": ""})
    assert told(before) == []


# --- publishing -------------------------------------------------------------------------------------------


def test_every_verb_of_publishing_is_recorded_once() -> None:
    article, client = approve(make_draft()), logged_in("editor", *EDITOR)
    before = AuditEvent.objects.count()
    act(client, article, "publish")
    act(client, article, "withdraw", reason="数字有误", mode="notice")
    verbs = [row for row in told(before) if row[0] != "view"]
    assert [(event, detail) for event, _, detail in verbs] == [("workflow", "发布"), ("workflow", "撤回")]
    assert AuditEvent.objects.filter(number__gt=before, event=Event.WORKFLOW, result="done").count() == 2
    assert last(Event.WORKFLOW).person == "editor" and last(Event.WORKFLOW).address == "127.0.0.1"


def test_a_list_action_records_each_item_and_which_was_refused() -> None:
    drafts = [approve(make_draft(f"稿{number}")) for number in range(2)]
    public = make_article("早已公开")
    before = last().number
    chosen = {"action": "publish_selected", "_selected_action": [one.pk for one in [*drafts, public]]}
    logged_in("editor", *EDITOR).post("/admin/news/article/", chosen)
    rows = AuditEvent.objects.filter(number__gt=before).values_list("object_name", "detail", "result")
    assert sorted(rows) == [
        ("早已公开", "发布", "refused"),
        ("稿0", "发布", "done"),
        ("稿1", "发布", "done"),
    ]


def test_a_revision_is_begun_and_handed_in_with_one_row_each() -> None:
    article, client = make_article(), logged_in("editor", *EDITOR)
    before = AuditEvent.objects.count()
    act(client, article, "revise")
    draft = Article.objects.get(revision_of=article)
    listed = reverse("admin:news_article_changelist")
    client.post(listed, {"action": "submit_selected", "_selected_action": [draft.pk]})
    verbs = [(event, detail) for event, _, detail in told(before) if event != "view"]
    assert verbs == [("workflow", "开始修订"), ("workflow", "送审")]


def test_a_refused_verb_leaves_nothing() -> None:
    article = make_article()
    before = last().number
    with pytest.raises(workflow.Refused):
        release(article)
    assert told(before) == []


def test_a_command_that_publishes_is_told_from_a_person() -> None:
    release(make_draft())
    assert (last().person, last().address) == ("发布人", "命令行")


# --- views of what is not public ----------------------------------------------------------------------------


def test_views_of_drafts_are_recorded() -> None:
    article, client = make_draft("还没公开"), logged_in("editor", *EDITOR)
    for name in ("preview", "change"):
        assert client.get(address(article, name)).status_code == 200
        assert (last().event, last().object_name, last().person) == ("view", "还没公开", "editor")
    version = Article.history.first().history_id  # type: ignore[attr-defined]
    assert client.get(f"{address(article, 'history')}{version}/").status_code == 200
    assert last().detail == "修改记录"


def test_private_documents_are_recorded_and_what_visitors_read_is_not() -> None:
    article = make_article()
    attachment = attach(article, xlsx(), "名单.xlsx")
    before = last().number
    visitor = Client()
    assert visitor.get(article.get_absolute_url()).status_code == 200
    assert visitor.get(attachment.href).status_code == 200
    assert told(before) == []
    client = logged_in("editor", *EDITOR, "view_attachment")
    assert client.get(attachment.href.replace("/files/", "/admin/files/")).status_code == 200
    assert (last().event, last().detail, last().object_type) == ("view", "打开文件", "news.attachment")


def test_a_view_that_is_refused_is_recorded_as_refused() -> None:
    article, client = make_draft(), logged_in("stranger", "view_column")
    assert client.get(f"{address(article, 'preview')}?x=secret").status_code == 403
    row = last()
    assert (row.event, row.result, row.person) == ("refused", "refused", "stranger")
    assert row.object_name == address(article, "preview")


def test_strangers_fill_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/news/article/")
    client.post("/admin/accounts/login/", {"login": "x", "password": "y"})
    assert AuditEvent.objects.count() == 0


def test_nothing_internal_of_the_dual_list_stands_in_the_trail() -> None:
    item = DualListItem.objects.create(
        year=2025, side="military", number=1, content="内部文字甲", public_content="公开文字", office="某局",
        due_on=date(2025, 12, 31),
    )  # fmt: skip
    client, change = director(), reverse("admin:partnerships_duallistitem_change", args=[item.pk])
    data = sent_by_browser(client.get(change))
    assert client.post(change, {**data, "content": "内部文字乙"}).status_code == 302
    assert last(Event.CHANGE).object_type == "partnerships.duallistitem"
    assert "内部文字" not in str(list(AuditEvent.objects.values()))


# --- accounts ---------------------------------------------------------------------------------------------


def test_changes_of_groups_and_rights_name_what_came_and_went() -> None:
    group = Group.objects.get(name="编辑")
    old = Group.objects.create(name="旧组")
    user, client = person("writer"), director()
    user.groups.add(old)
    change = reverse("admin:auth_user_change", args=[user.pk])
    data = sent_by_browser(client.get(change))
    right = Permission.objects.get(codename="publish_article")
    given = {**data, "groups": [group.pk], "user_permissions": [right.pk]}
    assert client.post(change, given).status_code == 302
    row = last(Event.ACCOUNT)
    assert (row.person, row.object_name) == ("director", "writer")
    assert "+编辑" in row.detail and "-旧组" in row.detail and str(right) in row.detail


def test_making_a_superuser_shows() -> None:
    user, client = person("writer"), director()
    change = reverse("admin:auth_user_change", args=[user.pk])
    assert (
        client.post(change, {**sent_by_browser(client.get(change)), "is_superuser": "on"}).status_code == 302
    )
    assert "超级用户状态：是" in last(Event.ACCOUNT).detail


def test_a_groups_rights_and_its_end_are_recorded() -> None:
    client = director()
    right = Permission.objects.get(codename="publish_article")
    client.post("/admin/auth/group/add/", {"name": "终审", "permissions": [right.pk]})
    assert last().event == "account" and "新建" in last().detail and str(right) in last().detail
    group = Group.objects.get(name="终审")
    client.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"})
    assert (last().event, last().object_name) == ("account", "终审") and "删除" in last().detail


# --- imports ----------------------------------------------------------------------------------------------


def test_an_import_that_is_not_confirmed_is_not_recorded() -> None:
    client = director()
    client.post("/admin/honors/rollsheet/import/", {"file": SimpleUploadedFile("roll.csv", b"x")})
    assert not AuditEvent.objects.filter(event=Event.IMPORT).exists()


# --- reading it -------------------------------------------------------------------------------------------


@pytest.fixture
def auditor() -> Client:
    return logged_in("auditor", "view_auditevent")


def test_the_holder_of_the_right_reads_and_finds(auditor: Client) -> None:
    chain.record(Event.CHANGE, name="甲稿", person="editor")
    chain.record(Event.DELETE, name="乙稿", person="editor")
    text = auditor.get(LIST).text
    assert "甲稿" in text and "乙稿" in text
    found = auditor.get(LIST, {"event__exact": "delete"}).text
    assert "乙稿" in found and "甲稿" not in found
    assert "甲稿" in auditor.get(LIST, {"q": "甲稿"}).text
    assert auditor.get(f"{LIST}1/change/").status_code == 200
    assert "审计记录" in auditor.get("/admin/").text


@pytest.mark.parametrize("path", ["", "1/change/", "export.csv", "1/history/"])
def test_without_the_right_nothing_is_read(path: str) -> None:
    chain.record(Event.CHANGE, name="甲稿")
    client = logged_in("editor", *EDITOR)
    assert client.get(f"{LIST}{path}").status_code == 403
    assert "审计记录" not in client.get("/admin/").text


@pytest.mark.parametrize("who", ["auditor", "director"])
def test_nobody_adds_changes_or_deletes_superusers_included(who: str, auditor: Client) -> None:
    chain.record(Event.CHANGE, name="甲稿")
    client = auditor if who == "auditor" else director()
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}1/change/", {"person": "nobody"}).status_code == 403
    assert client.post(f"{LIST}1/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": ["1"], "post": "yes"})
    row = AuditEvent.objects.get(number=1)
    assert row.object_name == "甲稿" and row.person != "nobody"
    assert "_save" not in client.get(f"{LIST}1/change/").text


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_export_holds_the_rows_of_the_filter_and_is_an_event_itself(auditor: Client) -> None:
    chain.record(Event.CHANGE, name="=甲稿", person="editor")
    chain.record(Event.DELETE, name="乙稿", person="editor")
    response = auditor.get(f"{LIST}export.csv", {"event__exact": "change"})
    rows = list(csv.reader(io.StringIO(content(response).decode("utf-8-sig"))))
    assert rows[0][:3] == ["序号", "时间", "事件"] and len(rows) == 2
    assert rows[1][2] == "修改" and "'=甲稿" in rows[1] and AuditEvent.objects.get(number=1).hash in rows[1]
    row = last()
    assert (row.event, row.person, row.detail) == ("export", "auditor", "CSV，1 条")
    told_json = json.loads(content(auditor.get(f"{LIST}export.json")))
    assert told_json["count"] == 3 == len(told_json["rows"])
    sheet = load_workbook(io.BytesIO(content(auditor.get(f"{LIST}export.xlsx")))).active
    assert sheet is not None and sheet.max_row == 5


def test_an_unknown_kind_of_export_is_404_and_no_event(auditor: Client) -> None:
    assert auditor.get(f"{LIST}export.exe").status_code == 404
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize("number", [1, 60])
def test_the_list_costs_the_same_for_one_and_for_sixty(
    auditor: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    for each in range(number):
        chain.record(Event.CHANGE, name=f"稿{each}")
    with django_assert_max_num_queries(11):
        auditor.get(LIST)


def test_recording_an_act_costs_three_queries(django_assert_num_queries: Any) -> None:
    chain.record(Event.CHANGE)
    user = User.objects.create_user("someone")
    with django_assert_num_queries(3):
        chain.record(Event.CHANGE, obj=user, by=user)


def test_columns_of_the_site_are_audited_too() -> None:
    column, client = make_column(), director()
    change = reverse("admin:news_column_change", args=[column.pk])
    assert client.post(change, {**sent_by_browser(client.get(change)), "name": "新名"}).status_code == 302
    assert Column.objects.get().name == "新名" and last(Event.CHANGE).object_name == "新名"
