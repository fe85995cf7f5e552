"""The news desk: the article's form with body and attachments, its list, its preview; columns."""

import hashlib
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from reportlab.pdfgen.canvas import Canvas

from news.attachments import attach, keep_document, prepare_document
from news.models import Article, Attachment, Column
from publishing import workflow
from tests.desk import director, logged_in, page, sent_by_browser, told
from tests.makers import chief, make_article, make_articles, make_column, make_draft, make_picture, release

pytestmark = pytest.mark.django_db

CHANGELIST = "/admin/news/article/"


def address(article: Article, name: str = "change") -> str:
    return reverse(f"admin:news_article_{name}", args=[article.pk])


def docx(text: str = "双拥工作简报") -> bytes:
    document, out = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def pdf() -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, "dual support")
    canvas.save()
    return out.getvalue()


def save(client: Client, article: Article, **given: Any) -> Any:
    data = sent_by_browser(page(client, "news_article_change", article.pk)) | given
    return client.post(address(article), data, follow=True)


def with_file(name: str, content: bytes, row: int = 0) -> dict[str, Any]:
    return {f"attachments-{row}-file": SimpleUploadedFile(name, content)}


def row_errors(response: Any) -> list[str]:
    """The errors beside files, row by row."""
    (inline,) = response.context["inline_admin_formsets"]
    return [message for form in inline.formset.forms for message in form.errors.get("file", [])]


# --- The form --------------------------------------------------------------------------------------


def test_the_form_follows_the_order_of_an_editors_work() -> None:
    content = page(director(), "news_article_add").content.decode()
    headings = re.findall(r'class="fieldset-heading"[^>]*>\s*(\S+?)\s*<', content)
    assert headings == ["标题", "正文", "来源", "图片与附件", "首页与链接", "更多"]
    assert "附件（pdf、docx" in content


@pytest.mark.parametrize(
    ("sent", "gone", "said"),
    [
        ("<p>正文</p><script>alert(1)</script>", "alert", "正文里的脚本"),
        ('<p><a href="javascript:alert(1)">正文</a></p>', "javascript", "不安全的链接"),
        ('<p>正文<img src="https://elsewhere.example/x.png" alt="x"></p>', "elsewhere", "图片不在本站"),
        ('<p onclick="alert(1)">正文</p>', "onclick", "正文里的脚本"),
    ],
)
def test_a_dangerous_body_is_cleaned_and_the_editor_is_told(sent: str, gone: str, said: str) -> None:
    article = make_draft()
    response = save(director(), article, body=sent)
    article.refresh_from_db()
    assert gone not in article.body and "正文" in article.body
    assert [one for one in told(response) if said in one] != []


def test_a_clean_body_is_saved_without_a_word_about_cleaning() -> None:
    article = make_draft()
    response = save(director(), article, body="<p>只有文字。</p>")
    assert [one for one in told(response) if "正文里" in one] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"title": "有\0空字符"}, "title"),
        ({"column": "999999"}, "column"),
        ({"column": "abc"}, "column"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "http://[bad"}, "source_url"),
        ({"link_out": "ftp://elsewhere.example/"}, "link_out"),
        ({"is_reprint": "on"}, "original_title"),
        ({"pinned_until_0": "明天", "pinned_until_1": "八点"}, "pinned_until"),
        ({"places": ["999999"]}, "places"),
        ({"cover": "999999"}, "cover"),
        ({"body": "有\0空字符"}, "body"),
    ],
)
def test_wrong_input_is_an_error_in_chinese_at_its_field(given: dict[str, Any], field: str) -> None:
    article = make_draft()
    response = save(director(), article, **given)
    errors = response.context["adminform"].form.errors
    assert list(errors) == [field] or (field == "original_title" and field in errors)
    assert all(re.search(r"[\u4e00-\u9fff]", message) for messages in errors.values() for message in messages)
    article.refresh_from_db()
    assert article.title == "光荣牌怎样悬挂"


@pytest.mark.parametrize("field", ["places", "agreements", "column", "cover"])
def test_a_number_beyond_every_database_is_refused_in_words(field: str) -> None:
    article = make_draft()
    client = director()
    data = sent_by_browser(page(client, "news_article_change", article.pk))
    response = client.post(address(article), {**data, "title": "改", field: ["9" * 30]})
    assert response.status_code in {200, 400}
    assert "超出了范围" in response.content.decode() or response.context["adminform"].form.errors[field]
    article.refresh_from_db()
    assert article.title == "光荣牌怎样悬挂"


def test_the_columns_are_offered_as_a_tree() -> None:
    top = make_column("yongjun", name="拥军")
    make_column("youdai", name="优待", parent=top)
    assert "拥军 › 优待" in page(director(), "news_article_add").content.decode()


# --- Attachments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "kind"), [("办法.docx", docx(), "docx"), ("通知.pdf", pdf(), "pdf")]
)
def test_a_good_document_becomes_an_attachment(name: str, content: bytes, kind: str) -> None:
    article = make_draft()
    response = save(director(), article, **with_file(name, content))
    attachment = Attachment.objects.get()
    assert (attachment.article, attachment.name, attachment.kind) == (article, name, kind)
    assert attachment.sha256 == hashlib.sha256(content).hexdigest()
    assert attachment.text
    assert f"增加附件 {name}" in article.history.first().history_change_reason
    again = page(director_again(response), "news_article_change", article.pk).content.decode()
    assert f'<a href="/admin/files/a{attachment.pk}/' in again
    assert f"{attachment.kind_label}，{attachment.size_label}" in again


def director_again(response: Any) -> Client:
    return response.client


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("旧.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2048, "另存为"),
        ("网页.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "不能上传"),
        ("空.pdf", b"", "0 字节"),
        ("程序.docx", b"MZ" + b"\0" * 512, "不能上传"),
        ("没有扩展名", pdf(), "没有扩展名"),
    ],
)
def test_a_refused_file_is_told_at_its_row_and_nothing_else_is_lost(
    name: str, content: bytes, said: str
) -> None:
    article = make_draft()
    response = save(director(), article, title="改过的标题", summary="改过的摘要", **with_file(name, content))
    assert response.status_code == 200
    (error,) = row_errors(response)
    assert said in error and name in error
    returned = sent_by_browser(response)
    assert (returned["title"], returned["summary"]) == ("改过的标题", "改过的摘要")
    assert "请在下面重新选择附件文件" in response.content.decode()
    assert not Attachment.objects.exists()
    article.refresh_from_db()
    assert article.title == "光荣牌怎样悬挂"


def test_a_new_article_and_its_attachment_are_saved_together() -> None:
    column, client = make_column(), director()
    data = sent_by_browser(page(client, "news_article_add")) | {"title": "带附件的新稿", "column": column.pk}
    client.post(reverse("admin:news_article_add"), {**data, **with_file("办法.docx", docx())})
    assert Attachment.objects.get().article.title == "带附件的新稿"


def test_a_refused_file_of_a_new_article_saves_no_article() -> None:
    column, client = make_column(), director()
    data = sent_by_browser(page(client, "news_article_add")) | {"title": "新稿", "column": column.pk}
    response = client.post(reverse("admin:news_article_add"), {**data, **with_file("x.pdf", b"<html>")})
    assert row_errors(response)
    assert not Article.objects.exists()


def test_the_same_file_twice_is_told_at_its_row() -> None:
    article = make_draft()
    attach(article, docx(), "第一份.docx")
    response = save(director(), article, **with_file("第二份.docx", attach_bytes(article), row=1))
    assert row_errors(response) == ["和附件“第一份.docx”是同一个文件，不用再传。"]
    assert Attachment.objects.count() == 1


def attach_bytes(article: Article) -> bytes:
    from publishing.storage import private_storage  # noqa: PLC0415

    with private_storage().open(article.attachments.get().path) as file:
        return bytes(file.read())


def test_attachments_are_ordered_and_deleted_in_the_form() -> None:
    article = make_draft()
    one, two = attach(article, docx("一"), "一.docx"), attach(article, docx("二"), "二.docx")
    client = director()
    save(client, article, **{"attachments-0-order": "9"})
    assert [each.name for each in article.attachments.all()] == ["二.docx", "一.docx"]
    save(client, article, **{"attachments-0-DELETE": "on"})
    assert [each.pk for each in article.attachments.all()] == [one.pk]
    assert "删除附件 二.docx" in article.history.first().history_change_reason
    assert two.pk != one.pk


def test_a_file_is_changed_by_deleting_and_adding_only() -> None:
    """A forged upload into the row of a stored file changes nothing: its address must keep its content."""
    article = make_draft()
    stored = attach(article, docx("原来的"), "原来的.docx")
    save(director(), article, **with_file("新的.docx", docx("新的")))
    assert list(article.attachments.values_list("pk", "sha256")) == [(stored.pk, stored.sha256)]


def test_an_order_without_a_file_is_told() -> None:
    response = save(director(), make_draft(), **{"attachments-0-order": "5"})
    assert row_errors(response) == ["请选择要上传的文件。"]


@pytest.mark.parametrize(
    "forged",
    [
        {"attachments-TOTAL_FORMS": "abc"},
        {"attachments-TOTAL_FORMS": "99999999"},
        {"attachments-INITIAL_FORMS": "7"},
        {"attachments-INITIAL_FORMS": "-1"},
        {"attachments-0-order": "-1"},
        {"attachments-0-order": "9" * 40},
        {"attachments-0-id": "abc", "attachments-0-order": "1"},
    ],
)
def test_a_forged_inline_form_is_no_server_error(forged: dict[str, str]) -> None:
    article = make_draft()
    assert save(director(), article, **forged).status_code == 200
    assert not Attachment.objects.exists()


def test_an_attachment_that_somebody_deleted_meanwhile_does_not_block_the_save() -> None:
    article = make_draft()
    attachment = attach(article, docx(), "办法.docx")
    client = director()
    data = sent_by_browser(page(client, "news_article_change", article.pk)) | {"title": "我的标题"}
    other = sent_by_browser(page(client, "news_article_change", article.pk))
    client.post(address(article), {**other, "attachments-0-DELETE": "on"})
    assert not Attachment.objects.filter(pk=attachment.pk).exists()
    response = client.post(address(article), data)
    assert response.context["has_conflict"]
    assert "别人删掉的不再列出" in response.content.decode()
    assert client.post(address(article), sent_by_browser(response)).status_code == 302
    article.refresh_from_db()
    assert article.title == "我的标题"


def test_rows_keep_their_files_when_others_came_and_went() -> None:
    """One editor deletes the first file and adds another, the second meanwhile reorders and deletes."""
    article = make_draft()
    for number, name in enumerate(["一", "二", "三"], 1):
        keep_document(article, prepare_document(docx(name), f"{name}.docx"), number)
    client = director()
    opened = sent_by_browser(page(client, "news_article_change", article.pk))
    save(
        client,
        article,
        **{"attachments-0-DELETE": "on", "attachments-3-order": "2"},
        **with_file("四.docx", docx("四"), 3),
    )
    mine = {**opened, "attachments-1-order": "8", "attachments-2-DELETE": "on"}
    conflict = client.post(address(article), mine)
    assert conflict.context["has_conflict"]
    shown = re.findall(r">([一二三四]\.docx)</a>", conflict.content.decode())
    assert shown == ["二.docx", "三.docx"]
    assert client.post(address(article), sent_by_browser(conflict)).status_code == 302
    assert list(article.attachments.values_list("name", "order")) == [("四.docx", 2), ("二.docx", 8)]


def test_without_rights_on_attachments_none_can_be_added() -> None:
    article = make_draft()
    client = logged_in("writer", "view_article", "change_article")
    save(
        client,
        article,
        **with_file("办法.docx", docx()),
        **{"attachments-TOTAL_FORMS": "1", "attachments-INITIAL_FORMS": "0"},
    )
    assert not Attachment.objects.exists()


def test_a_drafts_attachment_is_for_staff_only(client: Client) -> None:
    article = make_draft()
    attachment = attach(article, docx(), "办法.docx")
    assert client.get(attachment.href).status_code == 404
    private = reverse("admin:file", args=[f"a{attachment.pk}", attachment.name])
    assert client.get(private).status_code == 302
    assert logged_in("stranger").get(private).status_code == 404
    response = logged_in("editor", "view_attachment").get(private)
    assert (response.status_code, b"".join(response)) == (200, docx_of(attachment))


def docx_of(attachment: Attachment) -> bytes:
    return attach_bytes(attachment.article)


# --- Preview ---------------------------------------------------------------------------------------


def test_the_preview_shows_the_public_page_with_private_pictures_and_files() -> None:
    picture = make_picture()
    article = make_draft(
        body=f'<p>正文。</p><figure><img src="/files/p{picture.pk}/800.jpg"></figure><p>见 /files/p1/ 一节</p>',
        cover=picture,
    )
    attachment = attach(article, docx(), "办法.docx")
    client = director()
    content = page(client, "news_article_preview", article.pk).content.decode()
    assert re.findall(r'(?:src|srcset|href)="[^"]*(?<!admin)/files/[^"]*"', content) == []
    assert "见 /files/p1/ 一节" in content, "text is not touched"
    pictures = re.findall(rf"/admin/files/p{picture.pk}/[\w.]+", content)
    assert len(set(pictures)) >= 2
    assert {client.get(one).status_code for one in pictures} == {200}
    assert f"/admin/files/a{attachment.pk}/" in content
    assert 'class="main-nav"' not in content or "site-header" in content
    assert 'data-views-endpoint=""' in content, "a preview is no reading"


def test_the_preview_has_what_every_public_page_has() -> None:
    from portal.models import NavigationItem  # noqa: PLC0415
    from tests.makers import make_identity  # noqa: PLC0415

    make_identity()
    NavigationItem.objects.create(label="新闻中心", url="/news/")
    content = page(director(), "news_article_preview", make_draft().pk).content.decode()
    assert "测试双拥网" in content and "新闻中心" in content and "测ICP备00000000号" in content


def test_a_preview_is_not_public_and_changes_nothing(client: Client) -> None:
    article = make_draft()
    before = Article.objects.values().get()
    page(director(), "news_article_preview", article.pk)
    assert Article.objects.values().get() == before
    assert "光荣牌怎样悬挂" not in client.get("/news/").content.decode()


# --- The list --------------------------------------------------------------------------------------


def titles(client: Client, query: str) -> set[str]:
    response = client.get(f"{CHANGELIST}?{query}")
    assert response.status_code == 200
    return {one.title for one in response.context["cl"].result_list}


def test_the_state_stands_beside_the_title() -> None:
    """On a phone the rest of the row is out of sight."""
    assert list(admin.site.get_model_admin(Article).list_display[:2]) == ["title", "state_badge"]


def test_the_filters_answer_the_daily_questions() -> None:
    top = make_column("yongjun", name="拥军")
    child = make_column("youdai", name="优待", parent=top)
    client = logged_in("editor", "view_article", "change_article", "add_article")
    save(client, make_draft("我的草稿"), summary="摘要")
    make_draft("别人的草稿", column=child)
    make_article("公开的", column=top)
    make_article("上月的", at=timezone.now() - timedelta(days=40))
    make_draft("没有来源", source_name="")
    scheduled, withdrawn, expired = make_draft("定时的"), make_article("撤回的"), make_article("到期的")
    release(scheduled, at=timezone.now() + timedelta(days=1))
    workflow.withdraw(withdrawn, by=chief(), reason="有误")
    Article.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    attach(withdrawn, docx(), "办法.docx")
    everything = set(Article.objects.values_list("title", flat=True))
    for query, expected in {
        "state=mine": {"我的草稿"},
        "state=draft": {"我的草稿", "别人的草稿", "没有来源"},
        "state=scheduled": {"定时的"},
        "state=live": {"公开的", "上月的"},
        "state=expired": {"到期的"},
        "state=withdrawn": {"撤回的"},
        f"in={top.pk}": {"公开的", "别人的草稿"},
        f"in={child.pk}": {"别人的草稿"},
        "missing=source": {"没有来源"},
        "missing=summary": everything - {"我的草稿"},
        "missing=cover": everything,
        "attachments=yes": {"撤回的"},
        "attachments=no": everything - {"撤回的"},
        "q=公开的": {"公开的"},
        "state=nonsense": everything,
        "in=abc": everything,
        "missing=x&attachments=x&published=x": everything,
    }.items():
        assert titles(client, query) == expected, query


def test_the_filter_by_day_knows_the_offices_day() -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    make_article("今天零点", at=midnight)
    make_article("昨天末", at=midnight - timedelta(minutes=1))
    make_article("八天前", at=midnight - timedelta(days=8))
    client = director()
    assert titles(client, "published=today") == {"今天零点"}
    monday = midnight - timedelta(days=midnight.weekday())
    assert titles(client, "published=week") == {"今天零点"} | ({"昨天末"} if monday < midnight else set())


def test_the_list_leads_to_the_page_or_the_preview() -> None:
    live, draft = make_article("公开的"), make_draft("草稿")
    content = director().get(CHANGELIST).content.decode()
    assert f'<a href="{live.get_absolute_url()}">查看页面</a>' in content
    assert f'<a href="{address(draft, "preview")}">预览</a>' in content
    assert '<span class="state state--live">已发布</span>' in content


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "长" * 10_000,
        "published_at__year=abc",
        "published_at__year=99999999999999999999",
        "published_at__year=0",
        "published_at__month=13&published_at__year=2026",
        "p=abc",
        "p=99999",
        "o=99.-3.abc",
        "id__exact=abc",
        "nonsense=1",
        "_facets=True",
        "column__id__exact=abc",
    ],
)
def test_a_nonsensical_list_address_is_no_server_error(query: str) -> None:
    make_article()
    assert director().get(f"{CHANGELIST}?{query}").status_code in {200, 302, 400}


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_list_asks_the_same_queries_for_one_and_for_many() -> None:
    client = director()
    client.get(CHANGELIST)
    save(client, make_draft("一"))
    assert queries_of(client, CHANGELIST) == 9
    make_articles(40, make_column("tongzhi"))
    for number in range(5):
        save(client, make_draft(f"草稿 {number}"))
    assert queries_of(client, CHANGELIST) == 9


def test_the_list_does_not_fetch_bodies() -> None:
    make_articles(3)
    client = director()
    with CaptureQueriesContext(connection) as caught:
        client.get(CHANGELIST)
    assert [query["sql"] for query in caught if '"news_article"."body"' in query["sql"]] == []


def test_the_form_asks_a_fixed_number_of_queries_for_any_number_of_columns() -> None:
    article = make_draft()
    client = director()
    page(client, "news_article_change", article.pk)
    few = queries_of(client, address(article))
    for number in range(20):
        make_column(f"column-{number}", name=f"栏目 {number}", parent=make_column())
    assert queries_of(client, address(article)) == few


# --- Columns ---------------------------------------------------------------------------------------


def column_address(column: Column, name: str) -> str:
    return reverse(f"admin:news_column_{name}", args=[column.pk])


def test_columns_stand_as_a_tree_with_counts_and_reminders() -> None:
    second = make_column("second", name="第二", order=2)
    first = make_column("first", name="第一", order=1, update_days=7)
    child = make_column("child", name="下级", parent=first, order=5)
    make_article("旧的", column=child, at=timezone.now() - timedelta(days=30))
    make_draft("草稿", column=child)
    response = director().get("/admin/news/column/")
    admin = response.context["cl"].model_admin
    rows = [
        (admin.tree_name(one), admin.count(one), admin.mark(one))
        for one in response.context["cl"].result_list
    ]
    assert rows == [
        ("第一", "1／2", "已 30 天没有更新（期限 7 天）"),
        ("　└ 下级", "1／2", "已 30 天没有更新（期限 14 天）"),
        ("第二", "0／0", "还没有公开的稿件"),
    ]
    make_article("新的", column=second)
    assert "第二" in response.content.decode()
    assert Column.objects.with_figures().get(pk=second.pk).reminder() == ""


def test_the_column_list_asks_the_same_queries_for_one_and_for_many() -> None:
    client = director()
    make_column()
    client.get("/admin/news/column/")
    assert queries_of(client, "/admin/news/column/") == 6
    for number in range(30):
        make_column(f"column-{number}", name=f"栏目 {number}", parent=make_column())
    assert queries_of(client, "/admin/news/column/") == 6


@pytest.mark.parametrize("door", ["form", "list"])
@pytest.mark.parametrize("reason", ["有 1 篇稿件", "还有 1 个栏目"])
def test_a_column_in_use_is_not_deleted_and_the_reason_is_told(door: str, reason: str) -> None:
    column = make_column()
    if "篇" in reason:
        make_draft(column=column)
    else:
        make_column("child", parent=column)
    client = director()
    if door == "form":
        response = client.post(column_address(column, "delete"), {"post": "yes"}, follow=True)
    else:
        data = {"action": "delete_selected", "_selected_action": [column.pk], "post": "yes"}
        response = client.post("/admin/news/column/", data, follow=True)
    assert any(reason in one for one in told(response))
    assert Column.objects.filter(pk=column.pk).exists()


def test_an_empty_column_can_be_deleted() -> None:
    column = make_column()
    director().post(column_address(column, "delete"), {"post": "yes"})
    assert not Column.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"slug": "大写 SLUG"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"description": ""}, "description"),
        ({"keywords": "  "}, "keywords"),
        ({"update_days": "0"}, "update_days"),
        ({"update_days": "-3"}, "update_days"),
        ({"parent": "999999"}, "parent"),
        ({"parent": "SELF"}, "parent"),
        ({"parent": "CHILD"}, "parent"),
    ],
)
def test_a_wrong_column_is_refused_in_words(given: dict[str, str], field: str) -> None:
    column = make_column()
    child = make_column("child", parent=make_column("taken"))
    keys = {"SELF": str(column.pk), "CHILD": str(child.pk)}
    client = director()
    data = sent_by_browser(page(client, "news_column_change", column.pk))
    response = client.post(
        column_address(column, "change"),
        {**data, **{name: keys.get(value, value) for name, value in given.items()}},
    )
    errors = response.context["adminform"].form.errors
    assert field in errors
    assert re.search(r"[\u4e00-\u9fff]", errors[field][0])


def test_a_column_with_children_cannot_go_below_another() -> None:
    column = make_column()
    make_column("child", parent=column)
    other = make_column("other")
    client = director()
    data = sent_by_browser(page(client, "news_column_change", column.pk)) | {"parent": other.pk}
    response = client.post(column_address(column, "change"), data)
    assert "不能再放到别的栏目之下" in response.content.decode()


def test_the_history_of_a_column_is_readable() -> None:
    column = make_column(name="旧名")
    client = director()
    data = sent_by_browser(page(client, "news_column_change", column.pk)) | {"name": "新名"}
    client.post(column_address(column, "change"), data)
    entries = page(client, "news_column_history", column.pk).context["entries"]
    assert entries[0].reason == "修改：栏目名称"
    shown = client.get(f"{column_address(column, 'history')}{entries[0].pk}/").content.decode()
    assert "<del>旧</del>" in shown and "<ins>新</ins>" in shown
