"""Versions of content: one timeline of an item and its revisions, any two compared, one restored into a draft."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, Event, Result
from honors.models import Place, Round
from news.attachments import attach
from news.models import Article
from publishing import versions, workflow
from publishing.declared import names_to_copy
from publishing.models import Publishable, ReviewStep, State, StepKind
from publishing.querysets import Status
from publishing.timeline import timeline
from publishing.workflow import Refused
from tests.desk import director, logged_in, page, person, told
from tests.honors.rolls import make_source, make_title
from tests.makers import (
    approve,
    chief,
    colleague,
    make_article,
    make_column,
    make_draft,
    make_picture,
    release,
    revision,
)
from tests.partnerships.needs import make_need, make_note
from tests.partnerships.pacts import make_pact, make_partner
from tests.publishing.preflight.papers import xlsx_with

pytestmark = pytest.mark.django_db

EDITOR = ["view_article", "change_article"]


def address(item: Any, name: str, *more: Any) -> str:
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_{name}", args=[item.pk, *more])


def saved(item: Any, **fields: Any) -> Any:
    """Save other words, as a save of its own, and return the record of what stood before."""
    before = item.history.first()
    item._change_reason = f"第 {item.lock_version} 次保存"
    for name, value in fields.items():
        setattr(item, name, value)
    item.save()
    return before


def restored(item: Any, record: Any, **options: Any) -> Any:
    return versions.restore(item, record, by=colleague("恢复的人"), **options).item


def refused(item: Any, record: Any, **options: Any) -> list[str]:
    """The reasons, and nothing done."""
    before = stored()
    with pytest.raises(Refused) as refusal:
        restored(item, record, **options)
    assert stored() == before
    return refusal.value.reasons


def stored() -> list[Any]:
    steps = list(ReviewStep.objects.order_by("pk").values())
    return [list(Article.objects.order_by("pk").values()), Article.history.count(), steps]  # type: ignore[attr-defined]


def draft_round(slug: str, ordinal: int, **fields: Any) -> Round:
    given = {
        "year": 2020,
        "date": date(2020, 1, 1),
        "date_precision": "year",
        "source": make_source(),
        **fields,
    }
    return Round.objects.create(title=make_title(), slug=slug, ordinal=ordinal, cycle=9, **given)


def overwritten_in_the_database(record: Any, body: str) -> None:
    """What somebody with a database tool could have put into the history: no field cleans it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {record._meta.db_table} SET body = %s WHERE history_id = %s",
            [body, record.pk],
        )


# --- The verb --------------------------------------------------------------------------------------


def test_every_declared_field_of_every_kind_is_in_the_history() -> None:
    kinds = [one for one in apps.get_models() if issubclass(one, Publishable)]
    assert len(kinds) == 4
    for kind in kinds:
        tracked = {one.name for one in kind.history.model.tracked_fields}  # type: ignore[attr-defined]
        tracked |= {one.name for one in kind.history.model._history_m2m_fields}  # type: ignore[attr-defined]
        assert set(names_to_copy(kind)) <= tracked, kind


def test_an_open_draft_says_again_what_it_said() -> None:
    article = make_draft("旧题", body="<p>旧文。</p>", column=make_column("yaowen"))
    old = saved(article, title="新题", body="<p>新文。</p>", column=make_column("tongzhi", name="通知公告"))
    assert restored(article, old).pk == article.pk
    article = Article.objects.get()
    assert (article.title, article.body, article.column.slug) == ("旧题", "<p>旧文。</p>", "yaowen")
    newest = article.history.first()
    assert newest.history_user == article.updated_by == colleague("恢复的人")
    assert newest.history_change_reason.startswith("恢复 20") and newest.history_change_reason.endswith(
        "的内容"
    )
    assert "新题" in {one.title for one in article.history.all()}, "what was replaced stays in the history"


def test_who_restores_is_an_author_of_what_is_handed_in_next() -> None:
    article = make_draft("旧题")
    restored(article, saved(article, title="新题"))
    workflow.submit(article, by=colleague("撰稿人"))
    reasons = workflow.approve_obstacles(article, by=colleague("恢复的人"))
    assert any("由另一位同事审核" in one for one in reasons)


def test_relations_come_back() -> None:
    place = Place.objects.create(code="990000", name="测试省", kind="province", level="province")
    article = make_draft(places=[place])
    old = article.history.first()
    article.places.clear()
    restored(article, old)
    assert list(Article.objects.get().places.all()) == [place]
    assert "恢复" in article.history.first().history_change_reason
    assert [one.place_id for one in article.history.first().places.all()] == [place.pk]


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.APPROVED])
def test_what_was_handed_in_goes_back_to_draft(state: State) -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    if state == State.APPROVED:
        approve(article)
    else:
        workflow.submit(article, by=colleague("撰稿人"))
    restored(article, old)
    article.refresh_from_db()
    assert (article.title, article.status, article.approved_hash) == ("旧题", Status.DRAFT, "")
    last = ReviewStep.objects.about(article).filter(kind=StepKind.EDITED).get()
    assert last.person == colleague("恢复的人")


@pytest.mark.parametrize("state", [State.LIVE, State.EXPIRED, State.ARCHIVED, State.WITHDRAWN])
def test_what_was_public_stays_as_it_is_and_a_revision_says_it(state: State) -> None:
    article = make_draft("旧题")
    old = saved(article, title="公开的题")
    release(article)
    if state == State.EXPIRED:
        Article.objects.update(expires_at=timezone.now())
    if state == State.ARCHIVED:
        workflow.archive(article, by=chief())
    if state == State.WITHDRAWN:
        workflow.withdraw(article, by=chief(), reason="数字有误")
    article.refresh_from_db()
    assert article.state() == state
    draft = restored(article, old)
    article.refresh_from_db()
    assert (article.title, article.state()) == ("公开的题", state)
    assert (draft.title, draft.status, draft.revision_of) == ("旧题", Status.DRAFT, article)


def test_the_revision_under_way_is_filled_only_by_who_knows_of_it() -> None:
    article = make_article("第一版")
    old = article.history.first()
    draft = revision(article, title="别人正在写的")
    assert refused(article, old) == [versions.UNDER_WAY]
    assert restored(article, old, overwrites=True).pk == draft.pk
    draft.refresh_from_db()
    assert draft.title == "第一版"
    assert "别人正在写的" in {one.title for one in timeline(Article, article.pk)}


def test_a_version_of_a_revision_that_was_given_up_comes_back() -> None:
    article = make_article("公开的题")
    given_up = revision(article, title="放弃了的题")
    workflow.discard(given_up, by=colleague("撰稿人"))
    article = Article.objects.get()
    record = timeline(Article, article.pk).filter(title="放弃了的题").first()
    draft = restored(article, record)
    assert (draft.title, draft.revision_of) == ("放弃了的题", article)


def test_a_version_of_the_public_row_is_restored_into_its_revision() -> None:
    article = make_article("公开的题")
    old = article.history.first()
    draft = revision(article, title="修订的题")
    assert restored(draft, old).pk == draft.pk
    draft.refresh_from_db()
    assert draft.title == "公开的题"


def test_a_script_in_the_history_does_not_come_back() -> None:
    article = make_draft(body="<p>旧文。</p>")
    old = saved(article, body="<p>新文。</p>")
    overwritten_in_the_database(old, '<p onclick="x()">旧文。</p><script>alert(1)</script>')
    old.refresh_from_db()
    assert "<script>" in old.body
    restored(article, old)
    body = Article.objects.get().body
    assert body == "<p>旧文。</p>"
    assert "script" not in article.history.first().body


def test_attachments_and_notes_stay_as_they_are() -> None:
    article = make_draft("旧题")
    attach(article, xlsx_with("cell"), "名册.xlsx")
    restored(article, saved(article, title="新题"))
    assert [one.name for one in article.attachments.all()] == ["名册.xlsx"]
    need = make_need(public_content="旧的事")
    make_note(need, "已对接")
    restored(need, saved(need, public_content="新的事", content="内部的话"))
    need.refresh_from_db()
    assert (need.public_content, need.content, need.notes.count()) == ("旧的事", "", 1)


def test_what_the_form_derives_is_derived_here_too() -> None:
    pact = make_pact(published=False, amount_text="42.79万元")
    old = saved(pact, amount_text="10万元", amount_yuan=100_000)
    assert old.amount_yuan is None
    restored(pact, old)
    pact.refresh_from_db()
    assert (pact.amount_text, pact.amount_yuan) == ("42.79万元", 427_900)


def test_what_was_deleted_since_is_left_as_it_is_and_said() -> None:
    column, picture = make_column("gone", name="撤销的栏目"), make_picture()
    article = make_draft("旧题", column=column, body=f'<p>一</p><img src="/files/p{picture.pk}/800.jpg">')
    old = saved(article, title="新题", column=make_column("tongzhi", name="通知公告"), body="<p>二</p>")
    column.delete()
    picture.delete()
    done = versions.restore(article, old, by=chief())
    article.refresh_from_db()
    assert (article.title, article.column.slug, article.body) == ("旧题", "tongzhi", "<p>一</p>")
    assert done.left == [
        "栏目：那时选的已被删除，保持现在的。",
        "正文：有 1 张图片已不存在，恢复后没有它们。",
    ]


def test_of_several_choices_those_that_still_exist_come_back() -> None:
    gone, kept = make_partner("注销的企业"), make_partner("在的企业")
    pact = make_pact(gone, kept, published=False)
    old = pact.history.first()
    pact.partners.set([make_partner("另一家企业")])
    gone.delete()
    done = versions.restore(pact, old, by=chief())
    assert list(pact.partners.all()) == [kept]
    assert done.left == ["共建单位：那时选的有 1 项已被删除，不能恢复。"]


# --- Refusals of the verb --------------------------------------------------------------------------


def test_a_record_of_another_item_is_refused() -> None:
    article, other = make_draft("甲"), make_draft("乙")
    assert refused(article, other.history.first()) == [versions.STRANGER]


def test_a_record_of_the_same_number_of_another_kind_is_refused() -> None:
    article, need = make_draft("甲"), make_need()
    record = need.history.first()
    record.id = article.pk
    assert refused(article, record) == [versions.STRANGER]


def test_a_record_of_a_revision_of_another_item_is_refused() -> None:
    article, other = make_draft("甲"), make_article("乙")
    draft = revision(other, title="乙的修订")
    assert refused(article, draft.history.first()) == [versions.STRANGER]


def test_what_says_the_same_is_not_restored() -> None:
    article = make_draft("题")
    assert refused(article, article.history.first()) == [versions.SAME]
    live = make_article("公开的题")
    assert refused(live, live.history.first()) == [versions.SAME]
    assert live.open_revision is None


def test_what_waits_for_its_moment_is_not_restored() -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    release(article, at=timezone.now() + timedelta(days=1))
    assert refused(article, old) == ["等待定时发布的内容不能恢复旧版本，请先取消定时。"]


@pytest.mark.parametrize("public", [False, True])
def test_without_the_right_to_change_nothing_is_restored(public: bool) -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    if public:
        release(article)
    before = stored()
    for by in (person("reader", "view_article", "publish_article"), None):
        with pytest.raises(Refused):
            versions.restore(article, old, by=by)
    assert stored() == before


def test_an_item_that_is_gone_is_refused() -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    Article.objects.get().delete()
    with pytest.raises(Refused, match="刚才被删除"):
        restored(article, old)


def test_what_the_form_would_refuse_is_refused_with_the_words_of_the_form() -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    type(old).objects.filter(pk=old.pk).update(is_reprint=True, original_title="")
    old.refresh_from_db()
    reasons = refused(article, old)
    assert any(one.startswith("那一版的“原标题”不能照原样恢复：转载须填写原标题") for one in reasons)


def test_a_number_that_was_taken_since_is_refused() -> None:
    need = make_need(1)
    old = saved(need, number=2)
    make_need(1)
    with pytest.raises(Refused, match="这一年这份清单里已有这个编号"):
        restored(need, old)
    need.refresh_from_db()
    assert need.number == 2


def test_an_address_that_was_taken_since_is_refused_for_a_draft() -> None:
    one = draft_round("door-1", 21)
    old = saved(one, slug="door-2", ordinal=22)
    draft_round("door-1", 21)
    with pytest.raises(Refused):
        restored(one, old)
    one.refresh_from_db()
    assert (one.slug, one.ordinal) == ("door-2", 22)


# --- The timeline ----------------------------------------------------------------------------------


def test_one_timeline_for_an_item_and_its_revisions() -> None:
    article = make_article("第一版")
    draft = approve(revision(article, title="第二版"))
    key = draft.pk
    workflow.publish(draft, by=chief())
    again = revision(article, title="第三版")
    client = director()
    shown = page(client, "news_article_history", article.pk).context["entries"]
    assert [(one.reason, one.revision, one.brought_in) for one in shown if one.revision or one.brought_in][
        -1
    ] == (
        "开始修订",
        1,
        None,
    )
    assert [(one.reason, one.brought_in) for one in shown if one.brought_in] == [("发布修订", 1)]
    assert {one.revision for one in shown} == {None, 1, 2}
    of_revision = page(client, "news_article_history", again.pk).context["entries"]
    of_deleted = page(client, "news_article_history", key).context["entries"]
    assert [one.pk for one in shown] == [one.pk for one in of_revision] == [one.pk for one in of_deleted]


def test_the_page_marks_what_belongs_to_a_revision_and_what_brought_it_in() -> None:
    article = make_article("第一版")
    workflow.publish(approve(revision(article, title="第二版")), by=chief())
    shown = page(director(), "news_article_history", article.pk).content.decode()
    assert "修订稿 1</span>" in shown and "修订稿 1 成为公开的" in shown


def test_what_a_publishing_changed_is_told_against_what_was_public() -> None:
    article = make_article("第一版")
    workflow.publish(approve(revision(article, title="第二版")), by=chief())
    client = director()
    entries = page(client, "news_article_history", article.pk).context["entries"]
    assert entries[0].reason == "发布修订"
    shown = client.get(f"{address(article, 'history')}{entries[0].pk}/").content.decode()
    assert "第<del>一</del>版" in shown and "第<ins>二</ins>版" in shown
    begun = timeline(Article, article.pk).get(history_type="+", revision_of=article)
    assert "没有改动内容" in client.get(f"{address(article, 'history')}{begun.pk}/").content.decode()


def test_a_history_costs_the_same_for_one_save_and_for_many(django_assert_num_queries: Any) -> None:
    article, client = make_article("题"), director()
    page(client, "news_article_history", article.pk)
    with django_assert_num_queries(HISTORY_QUERIES):
        page(client, "news_article_history", article.pk)
    for number in range(30):
        saved(article, title=f"题{number}")
    draft = revision(article)
    for number in range(10):
        saved(draft, title=f"修订题{number}")
    with django_assert_num_queries(HISTORY_QUERIES):
        page(client, "news_article_history", article.pk)


HISTORY_QUERIES = 7


def test_from_a_later_page_the_newest_version_can_still_be_chosen() -> None:
    article = make_draft("题")
    for number in range(60):
        saved(article, title=f"题{number}")
    response = director().get(f"{address(article, 'history')}?p=2")
    newest = article.history.first().pk
    assert [one.pk for one in response.context["newest"]] == [newest]
    assert f'name="new" value="{newest}" checked' in response.content.decode()


# --- Comparing -------------------------------------------------------------------------------------


def compare(client: Client, item: Any, **chosen: Any) -> Any:
    return client.get(address(item, "compare"), chosen)


def test_any_two_versions_are_compared_whichever_is_named_first() -> None:
    article = make_draft("共八次命名", body="<p>百分之十。</p>")
    first = article.history.first()
    saved(article, title="中间的题")
    saved(article, title="共九次命名", body="<p>百分之二十。</p>")
    last, client = article.history.first(), director()
    for chosen in ({"old": first.pk, "new": last.pk}, {"old": last.pk, "new": first.pk}):
        shown = compare(client, article, **chosen).content.decode()
        for expected in ("共<del>八</del>次命名", "共<ins>九</ins>次命名", "百分之<ins>二</ins>十"):
            assert expected in shown
        assert "中间的题" not in shown


def test_without_a_choice_the_last_two_are_compared() -> None:
    article = make_draft("第一题")
    saved(article, title="第二题")
    saved(article, title="第三题")
    shown = compare(director(), article).content.decode()
    assert "第<del>二</del>题" in shown and "第<ins>三</ins>题" in shown


def test_versions_of_a_revision_and_of_the_public_row_are_compared() -> None:
    article = make_article("第一版", places=[])
    public = article.history.first()
    place = Place.objects.create(code="990000", name="测试省", kind="province", level="province")
    draft = revision(article, title="第二版")
    draft.places.set([place])
    shown = compare(director(), draft, old=public.pk, new=draft.history.first().pk).content.decode()
    assert "第<ins>二</ins>版" in shown and "<ins>测试省</ins>" in shown
    assert "修订的是" not in shown, "states are no content"


def test_a_deleted_choice_is_named_as_such() -> None:
    column = make_column("gone", name="撤销的栏目")
    article = make_draft("题", column=column)
    old = saved(article, column=make_column("tongzhi", name="通知公告"))
    column.delete()
    shown = compare(director(), article, old=old.pk, new=article.history.first().pk).content.decode()
    assert "（已删除）" in shown and "通知公告" in shown


def test_files_are_told_by_the_reasons_between_and_the_page_says_so() -> None:
    article = make_draft("题")
    old = article.history.first()
    article._change_reason, article.title = "增加附件 名册.xlsx", "新题"
    article.save()
    shown = compare(director(), article, old=old.pk, new=article.history.first().pk).content.decode()
    assert "附件没有自己的版本" in shown and "增加附件 名册.xlsx" in shown
    pact = make_pact(published=False)
    saved(pact, summary="另一件事")
    assert "没有自己的版本" not in compare(director_again(), pact).content.decode()


def director_again() -> Client:
    client = Client()
    client.force_login(colleague("director"))
    return client


@pytest.mark.parametrize(
    "chosen",
    [
        {"old": "abc", "new": "1"},
        {"old": "", "new": "1"},
        {"new": "1"},
        {"old": "-1", "new": "1"},
        {"old": "1.5", "new": "1"},
        {"old": "9" * 30, "new": "1"},
        {"old": "一", "new": "二"},
        {"old": "1\x00", "new": "1"},
    ],
)
def test_a_choice_that_is_none_is_met_with_a_sentence(chosen: dict[str, str]) -> None:
    response = compare(director(), make_draft(), **chosen)
    assert response.status_code == 200
    assert "请在“修改记录”里选两个版本" in response.content.decode()


def test_the_same_version_twice_and_a_single_version_are_met_with_a_sentence() -> None:
    article, client = make_draft(), director()
    Article.history.exclude(pk=article.history.first().pk).delete()  # type: ignore[attr-defined]
    only = article.history.get().pk
    assert "选的是同一个版本" in compare(client, article, old=only, new=only).content.decode()
    assert "只有一个版本" in compare(client, article).content.decode()


def test_a_version_of_another_item_is_404() -> None:
    one, other = make_draft("甲"), make_draft("乙")
    client = director()
    mine, theirs = one.history.first().pk, other.history.first().pk
    assert compare(client, one, old=mine, new=theirs).status_code == 404
    assert compare(client, one, old=theirs, new=mine).status_code == 404
    assert compare(client, one, old=mine, new=10**15).status_code == 404


def test_comparing_needs_the_right_to_view_and_a_log_in() -> None:
    article = make_draft()
    saved(article, title="新题")
    assert compare(logged_in("nobody"), article).status_code == 403
    assert compare(Client(), article)["Location"].startswith("/admin/login/")
    assert compare(logged_in("reader", "view_article"), article).status_code == 200
    assert director().post(address(article, "compare")).status_code == 405
    assert compare(director_again(), Article(pk=10**6)).status_code == 404
    last = AuditEvent.objects.filter(event=Event.VIEW).order_by("-number").first()
    assert last is not None and last.detail == "比较版本"


def test_a_comparison_costs_the_same_however_long_the_history(django_assert_num_queries: Any) -> None:
    article, client = make_draft("题"), director()
    first = article.history.first().pk
    saved(article, title="新题", body="<p>新文。</p>")
    compare(client, article)
    with django_assert_num_queries(COMPARE_QUERIES):
        compare(client, article, old=first, new=article.history.first().pk)
    for number in range(30):
        saved(article, title=f"题{number}")
    saved(article, title="新题", body="<p>新文。</p>")
    with django_assert_num_queries(COMPARE_QUERIES):
        compare(client, article, old=first, new=article.history.first().pk)


COMPARE_QUERIES = 15


# --- The page that restores ------------------------------------------------------------------------


def confirm(client: Client, item: Any, record: Any, **given: Any) -> Any:
    """Open the page and press its button, as a browser does."""
    where = address(item, "restore", record.pk)
    form = client.get(where).context["form"]
    data = {"opened_version": form["opened_version"].value(), **given}
    return client.post(where, data, follow=True)


def test_the_page_shows_what_would_change_and_does_it() -> None:
    article = make_draft("共八次命名")
    old = saved(article, title="共九次命名")
    client = logged_in("editor", *EDITOR)
    shown = client.get(address(article, "restore", old.pk)).content.decode()
    assert "共<del>九</del>次命名" in shown and "共<ins>八</ins>次命名" in shown
    assert "附件和图片文件保持现在的样子" in shown
    assert Article.objects.get().title == "共九次命名"
    done = confirm(client, article, old)
    assert Article.objects.get().title == "共八次命名"
    assert done.redirect_chain == [(address(article, "change"), 302)]
    assert any("已恢复到草稿" in one for one in told(done))
    event = AuditEvent.objects.filter(event=Event.WORKFLOW, person="editor").order_by("-number").first()
    assert event is not None and event.detail.startswith("恢复 20")


def test_what_is_public_leads_to_the_revision_that_was_begun() -> None:
    article = make_draft("旧题")
    old = saved(article, title="公开的题")
    release(article)
    client = logged_in("editor", *EDITOR)
    shown = client.get(address(article, "restore", old.pk)).content.decode()
    assert "现在公开的" in shown and "确认后建立一份修订稿" in shown
    done = confirm(client, article, old)
    draft = Article.objects.get(revision_of=article)
    assert done.redirect_chain == [(address(draft, "change"), 302)]
    assert draft.title == "旧题"
    assert Client().get(article.get_absolute_url()).content.decode().count("旧题") == 0


def test_the_revision_under_way_asks_for_a_word() -> None:
    article = make_article("第一版")
    old = article.history.first()
    draft = revision(article, title="别人正在写的")
    client = logged_in("editor", *EDITOR)
    shown = client.get(address(article, "restore", old.pk)).content.decode()
    assert 'type="checkbox" name="overwrites"' in shown and "别人正在写的" not in shown.split("<table")[0]
    answer = confirm(client, article, old)
    assert versions.UNDER_WAY in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title == "别人正在写的"
    confirm(client, article, old, overwrites="on")
    draft.refresh_from_db()
    assert draft.title == "第一版"


def test_a_revision_begun_meanwhile_is_not_overwritten() -> None:
    article = make_draft("旧题")
    old = saved(article, title="公开的题")
    release(article)
    client, where = logged_in("editor", *EDITOR), address(article, "restore", old.pk)
    form = client.get(where).context["form"]
    draft = revision(article, title="别人刚写的")
    answer = client.post(where, {"opened_version": form["opened_version"].value()})
    assert answer.status_code == 200 and "现在还不能恢复" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title == "别人刚写的"


def test_a_save_meanwhile_is_shown_first() -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    client, where = logged_in("editor", *EDITOR), address(article, "restore", old.pk)
    sent = {"opened_version": client.get(where).context["form"]["opened_version"].value()}
    saved(article, title="别人的题")
    answer = client.post(where, sent)
    assert "别人保存过" in answer.content.decode() and "别人" in answer.content.decode()
    assert Article.objects.get().title == "别人的题"
    refusal = AuditEvent.objects.filter(result=Result.REFUSED).order_by("-number").first()
    assert refusal is not None and refusal.detail == "恢复"
    confirm(client, article, old)
    assert Article.objects.get().title == "旧题"


@pytest.mark.parametrize(
    "sent", [{}, {"opened_version": ""}, {"opened_version": "x"}, {"opened_version": "9" * 40}]
)
def test_a_forged_form_restores_nothing(sent: dict[str, str]) -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    answer = director().post(address(article, "restore", old.pk), sent)
    assert answer.status_code == 200
    assert Article.objects.get().title == "新题"


@pytest.mark.parametrize(
    "rights", [[], ["view_article"], ["view_article", "publish_article"], ["change_column"]]
)
def test_who_may_not_change_finds_the_door_shut_and_no_button(rights: list[str]) -> None:
    article = make_draft("旧题")
    old = saved(article, title="新题")
    client, before = logged_in("reader", *rights), stored()
    where = address(article, "restore", old.pk)
    assert client.get(where).status_code == 403
    assert client.post(where, {"opened_version": article.lock_version}).status_code == 403
    assert stored() == before
    if "view_article" in rights:
        for shown in (
            page(client, "news_article_history", article.pk),
            client.get(f"{address(article, 'history')}{old.pk}/"),
            compare(client, article),
        ):
            assert "/restore/" not in shown.content.decode()


def test_a_visitor_is_sent_to_the_log_in() -> None:
    article = make_draft("旧题")
    where = address(article, "restore", article.history.first().pk)
    for answer in (Client().get(where), Client().post(where)):
        assert answer.status_code == 302 and answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("version", ["abc", "0", "9" * 30, "-1", "1.0"])
def test_an_unknown_version_is_404(version: str) -> None:
    article, client = make_draft(), director()
    where = address(article, "restore", version)
    assert client.get(where).status_code == 404
    assert client.post(where, {"opened_version": article.lock_version}).status_code == 404


def test_a_version_of_another_item_is_no_address_of_this_one() -> None:
    one, other = make_draft("甲"), make_draft("乙")
    where = address(one, "restore", other.history.first().pk)
    client = director()
    assert client.get(where).status_code == 404
    assert client.post(where, {"opened_version": one.lock_version}).status_code == 404
    assert Article.objects.get(pk=one.pk).title == "甲"


def test_a_deleted_item_has_a_history_but_nothing_to_restore_into() -> None:
    article = make_draft("删掉的草稿")
    pk, record = article.pk, article.history.first().pk
    article.delete()
    client = director()
    shown = page(client, "news_article_history", pk)
    assert shown.status_code == 200 and "/restore/" not in shown.content.decode()
    assert client.get(f"/admin/news/article/{pk}/restore/{record}/").status_code == 404
    assert client.get(f"/admin/news/article/{pk}/history/compare/").status_code == 404


def test_the_library_s_own_doors_stay_shut() -> None:
    """Its form would bring an old state back with the words; no address and no method of it saves."""
    article = make_article("公开的题")
    draft = make_draft("草稿")
    old, client = article.history.last(), director()
    before = Article.objects.order_by("pk").values_list("title", "status", "lock_version")
    before = list(before)
    for item, record in ((article, old), (draft, saved_record(draft))):
        where = f"{address(item, 'history')}{record.pk}/"
        for sent in ({"title": "恢复"}, {"title": "恢复", "_change_history": "1"}, {"_save": "1"}):
            assert client.post(where, sent).status_code == 405
        assert client.put(where).status_code == 405
        shown = client.get(where).content.decode()
        assert 'method="post"' not in shown.replace('<form id="logout-form" method="post"', "")
        assert client.post(address(item, "history"), {"_change_history": "1"}).status_code in {200, 405}
    assert list(Article.objects.order_by("pk").values_list("title", "status", "lock_version")) == before


def saved_record(item: Any) -> Any:
    return item.history.first()


def test_every_kind_of_content_is_restored_through_its_page() -> None:
    client = director()
    need, pact = make_need(public_content="旧的事"), make_pact(published=False, summary="旧的事")
    one = draft_round("door-1", 21, document_no="旧的文号")
    for item, name, value in (
        (need, "public_content", "旧的事"),
        (pact, "summary", "旧的事"),
        (one, "document_no", "旧的文号"),
    ):
        old = saved(item, **{name: "新的"})
        assert confirm(client, item, old).status_code == 200
        item.refresh_from_db()
        assert getattr(item, name) == value
