"""Articles under revision: what visitors read stays, with its address, files, counts and links, until it is replaced."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from news.attachments import attach
from news.models import Article, ArticleViews, Attachment, Column
from publishing import workflow
from publishing.pictures import store_picture
from publishing.storage import private_storage
from tests.desk import director, logged_in, page, sent_by_browser
from tests.honors.rolls import make_place
from tests.makers import (
    approve,
    chief,
    colleague,
    make_article,
    make_articles,
    make_column,
    make_draft,
    make_identity,
    picture_bytes,
    release,
    revision,
)
from tests.news.test_admin import docx, with_file
from tests.partnerships.pacts import make_pact

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def address(article: Article, name: str = "change") -> str:
    return reverse(f"admin:news_article_{name}", args=[article.pk])


def bring_in(draft: Article) -> Article:
    approve(draft)
    live: Article = workflow.publish(draft, by=chief())
    return live


def private(attachment: Attachment) -> str:
    return reverse("admin:file", args=[f"a{attachment.pk}", attachment.name])


def with_files(*names: str) -> Article:
    article = make_draft("带附件的稿件")
    for number, name in enumerate(names):
        attachment = attach(article, docx(name), f"{name}.docx")
        Attachment.objects.filter(pk=attachment.pk).update(order=number)
    release(article)
    return article


def status(client: Client, attachment: Attachment) -> int:
    return client.get(attachment.href).status_code


# --- Attachments ---------------------------------------------------------------------------------------------


def test_a_revision_has_rows_of_its_own_with_the_same_file(client: Client) -> None:
    article = with_files("办法")
    stored = article.attachments.get()
    copy = revision(article).attachments.get()
    assert copy.pk != stored.pk
    told = ("name", "kind", "size", "sha256", "text", "order", "path")
    assert [getattr(copy, one) for one in told] == [getattr(stored, one) for one in told]
    assert (status(client, stored), status(client, copy)) == (200, 404)


def test_kept_files_keep_their_address_added_ones_get_public_and_removed_ones_go(client: Client) -> None:
    article = with_files("留下", "去掉", "改次序")
    kept, removed, moved = article.attachments.all()
    draft = revision(article)
    draft.attachments.get(sha256=removed.sha256).delete()
    draft.attachments.filter(sha256=moved.sha256).update(order=9)
    added = attach(draft, docx("新增"), "新增.docx")
    assert [status(client, one) for one in (kept, removed, moved, added)] == [200, 200, 200, 404]
    live = bring_in(draft)
    assert [one.pk for one in live.attachments.all()] == [kept.pk, added.pk, moved.pk]
    assert [status(client, one) for one in (kept, removed, moved, added)] == [200, 404, 200, 200]
    shown = client.get(live.get_absolute_url()).content.decode()
    assert all(one.href in shown for one in (kept, moved, added)) and removed.href not in shown
    assert Attachment.objects.count() == 3


def test_the_same_file_taken_out_and_put_in_again_is_the_same_row(client: Client) -> None:
    article = with_files("办法")
    stored = article.attachments.get()
    draft = revision(article)
    content = private_storage().open(stored.path).read()
    draft.attachments.all().delete()
    attach(draft, content, "改了名字.docx")
    live = bring_in(draft)
    again = live.attachments.get()
    assert (again.pk, again.name) == (stored.pk, "改了名字.docx")
    assert (client.get(stored.href).status_code, status(client, again)) == (404, 200)


def test_deleting_a_row_never_deletes_a_file_that_another_uses(client: Client) -> None:
    article = with_files("办法")
    stored = article.attachments.get()
    other = with_files("办法的副本")
    attach(other, private_storage().open(stored.path).read(), "办法.docx")
    draft = revision(article)
    workflow.discard(draft, by=chief())
    assert status(client, stored) == 200
    again = revision(Article.objects.get(pk=article.pk))
    again.attachments.all().delete()
    bring_in(again)
    assert status(client, stored) == 404
    assert private_storage().exists(stored.path)
    assert status(client, other.attachments.get(sha256=stored.sha256)) == 200


def test_a_file_is_added_to_a_revision_in_its_form_and_is_for_staff_only(client: Client) -> None:
    draft, office = revision(with_files("办法")), director()
    form = sent_by_browser(page(office, "news_article_change", draft.pk))
    office.post(address(draft), {**form, **with_file("新增.docx", docx("新增"), row=1)})
    added = draft.attachments.get(name="新增.docx")
    assert status(client, added) == 404
    assert client.get(private(added)).status_code == 302
    assert logged_in("stranger").get(private(added)).status_code == 404
    assert logged_in("reader", "view_attachment").get(private(added)).status_code == 200


def test_the_form_of_a_public_article_is_for_reading_and_shows_its_files() -> None:
    article = with_files("办法")
    stored, office = article.attachments.get(), director()
    answer = page(office, "news_article_change", article.pk)
    assert f'<a href="{private(stored)}">办法.docx</a>' in answer.content.decode()
    assert "attachments-0-file" not in answer.content.decode()
    forged = {
        "title": "直接改", "column": article.column_id, "source_name": "本站", "body": "<p>改</p>",
        "opened_version": article.lock_version, "attachments-TOTAL_FORMS": "2", "attachments-INITIAL_FORMS": "1",
        "attachments-0-id": stored.pk, "attachments-0-article": article.pk, "attachments-0-DELETE": "on",
    }  # fmt: skip
    answer = office.post(address(article), {**forged, **with_file("新.docx", docx("新"), row=1)})
    assert answer.status_code == 200 and "不能再直接修改" in answer.content.decode()
    assert "直接改" in answer.content.decode()
    article.refresh_from_db()
    assert article.title == "带附件的稿件" and [one.pk for one in article.attachments.all()] == [stored.pk]


def test_for_reading_the_body_is_shown_as_it_is_read() -> None:
    picture = store_picture(picture_bytes(), alt="示意图")
    article = make_article(body=f'<h2>小标题</h2><p>正文</p><img src="/files/p{picture.pk}/800.jpg">')
    reader = logged_in("reader", "view_article", "view_picture")
    for client, item in ((director(), article), (reader, article), (reader, revision(article))):
        shown = page(client, "news_article_change", item.pk).content.decode()
        assert "<h2>小标题</h2>" in shown and "&lt;h2&gt;" not in shown
        assert f"/admin/files/p{picture.pk}/" in shown and '"/files/' not in shown


def test_who_may_not_change_attachments_reads_them_in_the_form_of_a_draft() -> None:
    draft = revision(with_files("办法"))
    client = logged_in("writer", "view_article", "change_article", "view_attachment")
    shown = page(client, "news_article_change", draft.pk).content.decode()
    assert f'<a href="{private(draft.attachments.get())}">办法.docx</a>' in shown


# --- Pictures ------------------------------------------------------------------------------------------------


def test_a_picture_of_a_revision_is_private_until_it_is_published(client: Client) -> None:
    old = store_picture(picture_bytes(colour="#112233"), alt="旧图")
    new = store_picture(picture_bytes(colour="#445566"), alt="新图")
    cover = store_picture(picture_bytes(colour="#778899"), alt="新封面")
    article = make_article(body=f'<p>正文</p><img src="/files/p{old.pk}/800.jpg">')
    draft = revision(article, body=f'<p>正文</p><img src="/files/p{new.pk}/800.jpg">', cover=cover)
    assert [client.get(one.src).status_code for one in (old, new, cover)] == [200, 404, 404]
    office = director()
    assert [office.get(f"/admin{one.src}").status_code for one in (old, new, cover)] == [200, 200, 200]
    live = bring_in(draft)
    assert [client.get(one.src).status_code for one in (old, new, cover)] == [404, 200, 200]
    assert list(live.pictures.all()) == [new]


# --- The preview ---------------------------------------------------------------------------------------------


def test_the_preview_shows_the_new_text_where_it_will_stand(client: Client) -> None:
    make_identity()
    column, other = make_column(), make_column("tongzhi", name="通知公告")
    now = timezone.now()
    make_article("更早的一篇", at=now - 3 * DAY, column=column)
    article = make_article("原来的标题", at=now - 2 * DAY, column=column)
    make_article("更新的一篇", at=now - DAY, column=column)
    make_article("通知里更早的", at=now - 5 * DAY, column=other)
    make_article("通知里更新的", at=now - timedelta(hours=1), column=other)
    picture = store_picture(picture_bytes(), alt="新图")
    draft = revision(
        article, title="改后的标题", body=f'<p>改后的正文</p><img src="/files/p{picture.pk}/800.jpg">'
    )
    added = attach(draft, docx("新增"), "新增.docx")
    office = director()
    shown = office.get(address(draft, "preview")).content.decode()
    assert "改后的标题" in shown and "改后的正文" in shown and "新增.docx" in shown
    assert f"/admin/files/p{picture.pk}/" in shown and f"/admin/files/a{added.pk}/" in shown
    assert '"/files/' not in shown
    assert "上一条：</span>更新的一篇" in shown and "下一条：</span>更早的一篇" in shown
    assert f"{timezone.localtime(article.published_at):%Y-%m-%d %H:%M}" in shown
    assert f"/admin/news/article/{article.pk}/" not in shown and 'data-views-endpoint=""' in shown
    related = office.get(address(draft, "preview")).context["related"]
    assert article.pk not in {one.pk for one in related}
    draft.column = other
    draft.save()
    shown = office.get(address(draft, "preview")).content.decode()
    assert "上一条：</span>通知里更新的" in shown and "下一条：</span>通知里更早的" in shown
    assert "原来的标题" in client.get(article.get_absolute_url()).content.decode()


def test_the_preview_of_a_revision_asks_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    draft = revision(make_article())
    office = director()
    office.get(address(draft, "preview"))
    make_articles(100)
    with django_assert_max_num_queries(17):
        assert office.get(address(draft, "preview")).status_code == 200


# --- Addresses, counts, links ----------------------------------------------------------------------------------


def test_readings_links_and_related_articles_outlive_a_revision(client: Client) -> None:
    place, pact = make_place(), make_pact()
    article = make_article("被看过的", places=[place])
    article.agreements.set([pact])
    beside = make_article("旁边的", at=timezone.now() - DAY)
    views = reverse("news:views", args=[article.pk])
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert client.post(views, headers=headers).json() == {"views": 1}
    draft = revision(article, title="改过的")
    assert client.post(reverse("news:views", args=[draft.pk]), headers=headers).status_code == 404
    before, since = article.get_absolute_url(), article.published_at
    live = bring_in(draft)
    assert (live.pk, live.get_absolute_url(), live.published_at) == (article.pk, before, since)
    assert client.post(views, headers={**headers, "User-Agent": "another"}).json() == {"views": 2}
    assert [one.pk for one in ArticleViews.objects.all()] == [article.pk]
    shown = client.get(before).content.decode()
    assert "改过的" in shown and f"/partnerships/{pact.pk}/" in shown and place.name in shown
    assert "改过的" in client.get(beside.get_absolute_url()).content.decode()
    assert "改过的" in client.get("/honors/places/150300/").content.decode()
    assert "改过的" in client.get(pact.get_absolute_url()).content.decode()


def test_another_column_moves_the_address_and_the_old_one_leads_there(client: Client) -> None:
    other: Column = make_column("tongzhi", name="通知公告")
    article = make_article()
    old, old_file = article.get_absolute_url(), article.offline_href
    draft = revision(article, column=other)
    assert (
        client.get(old).status_code == 200
        and f"_{article.pk}.html" not in client.get("/news/tongzhi/").content.decode()
    )
    live = bring_in(draft)
    assert live.get_absolute_url() == old.replace("yaowen", "tongzhi")
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, live.get_absolute_url())
    assert client.get(old_file).status_code == 200
    assert f"_{article.pk}.html" in client.get("/news/tongzhi/").content.decode()
    assert f"_{article.pk}.html" not in client.get("/news/yaowen/").content.decode()


def test_a_revision_has_no_address_of_its_own(client: Client) -> None:
    article = make_article()
    draft = revision(article)
    forged = article.get_absolute_url().replace(f"_{article.pk}.", f"_{draft.pk}.")
    assert client.get(forged).status_code == 404
    assert client.get(forged.replace(".html", ".offline.html")).status_code == 404


def test_columns_count_an_article_once(client: Client) -> None:
    article = make_article()
    revision(article)
    counted = Column.objects.with_figures().get()
    assert (counted.public_count, counted.article_count) == (1, 1)


# --- Columns: the level of review ------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "reviews"), [("A", 1), ("B", 2), ("C", 3)])
def test_the_column_says_how_many_reviews_its_articles_need(level: str, reviews: int) -> None:
    article = make_draft(column=make_column("c", review_level=level))
    assert (article.level, article.level.reviews) == (level, reviews)


def test_the_level_of_a_column_is_set_in_its_form_and_shown_in_the_list() -> None:
    column, office = make_column(), director()
    form = sent_by_browser(page(office, "news_column_change", column.pk))
    assert form["review_level"] == "B"
    office.post(reverse("admin:news_column_change", args=[column.pk]), {**form, "review_level": "C"})
    assert Column.objects.get().review_level == "C"
    for query, expected in {"": ["C"], "?review_level__exact=C": ["C"], "?review_level__exact=A": []}.items():
        listed = office.get(f"/admin/news/column/{query}")
        assert re.findall(r'class="field-level">(\w)<', listed.content.decode()) == expected


def test_the_level_is_not_lowered_under_an_article_that_is_being_reviewed() -> None:
    column, office = make_column(), director()
    article = make_draft(column=column)
    workflow.submit(article, by=colleague("撰稿人"))
    form = sent_by_browser(page(office, "news_column_change", column.pk))
    url = reverse("admin:news_column_change", args=[column.pk])
    answer = office.post(url, {**form, "review_level": "A"})
    assert "有 1 篇稿件正在审核" in answer.context["adminform"].form.errors["review_level"][0]
    assert office.post(url, {**form, "review_level": "C"}).status_code == 302
    workflow.take_back(article, by=colleague("撰稿人"))
    assert office.post(url, {**form, "review_level": "A"}).status_code == 302
    assert Column.objects.get().review_level == "A"
