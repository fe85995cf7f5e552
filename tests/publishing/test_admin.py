"""The admin of content: rights at every door, the verbs as pages, two editors, history, deletion.

Articles stand for every ``Publishable``.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from honors.models import Place
from news.attachments import attach
from news.models import Article
from publishing import workflow
from publishing.models import State, WithdrawalMode
from tests.desk import director, logged_in, page, sent_by_browser, told
from tests.makers import approve, chief, colleague, make_article, make_column, make_draft, release, revision
from tests.publishing.test_documents import docx

pytestmark = pytest.mark.django_db

ACTS = ["publish", "schedule", "unschedule", "withdraw"]
PUBLISHER = ["view_article", "publish_article"]
EDITOR = ["view_article", "change_article", "add_article", "delete_article"]


def address(article: Article, name: str) -> str:
    return reverse(f"admin:news_article_{name}", args=[article.pk])


def in_state(state: State) -> Article:
    """An article that came there through the verbs, with everybody who had to be asked."""
    public = {State.LIVE, State.EXPIRED, State.ARCHIVED, State.WITHDRAWN}
    article = make_article() if state in public else make_draft()
    match state:
        case State.IN_REVIEW:
            workflow.submit(article, by=colleague("撰稿人"))
        case State.APPROVED:
            approve(article)
        case State.SCHEDULED:
            release(article, at=timezone.now() + timedelta(days=1))
        case State.EXPIRED:
            Article.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        case State.ARCHIVED:
            workflow.archive(article, by=chief())
        case State.WITHDRAWN:
            workflow.withdraw(article, by=chief(), reason="数字有误")
    article.refresh_from_db()
    assert article.state() == state
    return article


def act(client: Client, article: Article, name: str, **given: object) -> object:
    """Open an act's page and confirm it, as a browser does."""
    form = client.get(address(article, name)).context["form"]
    data = {"opened_version": form["opened_version"].value(), **given}
    return client.post(address(article, name), data, follow=True)


# --- Rights at every door --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_right_to_publish_no_act_has_a_page(name: str, method: str) -> None:
    article = in_state(
        State.LIVE if name == "withdraw" else State.SCHEDULED if name == "unschedule" else State.DRAFT
    )
    before = Article.objects.values().get()
    client = logged_in("editor", *EDITOR)
    data = {
        "opened_version": article.lock_version,
        "at": "2030-01-01T08:00",
        "reason": "原因",
        "mode": "notice",
    }
    assert getattr(client, method)(address(article, name), data).status_code == 403
    assert Article.objects.values().get() == before


@pytest.mark.parametrize("name", [*ACTS, "preview", "history", "change", "delete"])
def test_somebody_without_any_right_on_articles_finds_every_door_shut(name: str) -> None:
    article = make_draft()
    assert page(logged_in("nobody"), f"news_article_{name}", article.pk).status_code == 403


@pytest.mark.parametrize("name", [*ACTS, "preview"])
def test_a_visitor_is_sent_to_the_log_in(name: str, client: Client) -> None:
    response = client.get(address(make_draft(), name))
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    ("state", "main", "others", "grave"),
    [
        (State.DRAFT, "送审", ["审核级别"], ["应急发布"]),
        (State.IN_REVIEW, "审核", ["专项审查", "退回", "审核级别"], ["应急发布"]),
        (State.APPROVED, "发布", ["退回", "定时发布", "期限"], ["应急发布"]),
        (State.SCHEDULED, "改定时", ["立即发布", "退回", "取消定时", "期限"], []),
        (State.LIVE, "修订", ["归档", "期限"], ["撤回"]),
        (State.EXPIRED, "期限", ["修订"], ["撤回"]),
        (State.ARCHIVED, "修订", ["取消归档", "期限"], ["撤回"]),
        (State.WITHDRAWN, "修订", ["恢复发布", "期限"], []),
    ],
)
def test_the_form_offers_the_acts_of_the_state_the_next_one_first_and_the_grave_ones_last(
    state: State, main: str, others: list[str], grave: list[str]
) -> None:
    article = in_state(state)
    response = page(director(), "news_article_change", article.pk)
    acts = [one for one in response.context["acts"] if one.label != "首页位置"]
    assert [(one.label, one.look) for one in acts] == [
        (main, "main"), *((label, "plain") for label in others), *((label, "grave") for label in grave)
    ]  # fmt: skip
    content = response.content.decode()
    for one in response.context["acts"]:
        assert f'<a class="act act--{one.look}" href="{one.address}">{one.label}</a>' in content


@pytest.mark.parametrize(
    ("rights", "state", "labels"),
    [
        (EDITOR, State.DRAFT, ["送审", "审核级别"]),
        (EDITOR, State.LIVE, ["修订"]),
        (["view_article"], State.DRAFT, []),
        (["view_article", "review_1_article"], State.IN_REVIEW, ["审核", "退回", "审核级别"]),
        (["view_article", "sign_military_article"], State.APPROVED, []),
        (["view_article", "sign_military_article"], State.IN_REVIEW, ["专项审查"]),
        (PUBLISHER, State.APPROVED, ["发布", "退回", "定时发布", "期限"]),
        (PUBLISHER, State.IN_REVIEW, ["退回"]),
        (["view_article", "emergency_article"], State.DRAFT, ["应急发布"]),
    ],
)
def test_nobody_is_offered_an_act_without_its_right(
    rights: list[str], state: State, labels: list[str]
) -> None:
    article = in_state(state)
    response = page(logged_in("somebody", *rights), "news_article_change", article.pk)
    assert [one.label for one in response.context["acts"] if one.label != "首页位置"] == labels


def test_the_review_is_the_main_act_of_those_only_whose_turn_it_is() -> None:
    article = in_state(State.IN_REVIEW)
    first, second = (logged_in(f"r{step}", "view_article", f"review_{step}_article") for step in (1, 2))

    def looks(client: Client) -> dict[str, str]:
        acts = page(client, "news_article_change", article.pk).context["acts"]
        return {one.label: one.look for one in acts}

    assert (looks(first)["审核"], looks(second)["审核"]) == ("main", "plain")
    act(first, article, "review")
    assert (looks(first)["审核"], looks(second)["审核"]) == ("plain", "main")


def test_one_who_may_publish_but_not_change_sees_the_form_without_saving() -> None:
    article = in_state(State.APPROVED)
    client = logged_in("publisher", *PUBLISHER)
    response = page(client, "news_article_change", article.pk)
    assert "发布" in [one.label for one in response.context["acts"]]
    assert 'name="_save"' not in response.content.decode()
    assert client.post(address(article, "change"), {"title": "改"}).status_code == 403
    act(client, article, "publish")
    article.refresh_from_db()
    assert article.is_published()


def test_one_who_may_only_view_can_preview_but_not_save() -> None:
    article = make_draft()
    client = logged_in("reader", "view_article")
    assert page(client, "news_article_preview", article.pk).status_code == 200
    response = page(client, "news_article_change", article.pk)
    assert response.status_code == 200
    assert 'name="opened_version"' not in response.content.decode()
    assert client.post(address(article, "change"), {"title": "改"}).status_code == 403


def test_the_list_action_is_offered_only_with_the_right_and_a_forged_one_does_nothing() -> None:
    article = in_state(State.APPROVED)
    forged = {"action": "publish_selected", "_selected_action": [article.pk]}
    editor = logged_in("editor", *EDITOR)
    listing = page(editor, "news_article_changelist")
    assert "publish_selected" not in listing.content.decode()
    editor.post(reverse("admin:news_article_changelist"), forged)
    article.refresh_from_db()
    assert not article.is_published()
    publisher = logged_in("publisher", *EDITOR, "publish_article")
    assert "发布所选稿件" in page(publisher, "news_article_changelist").content.decode()
    publisher.post(reverse("admin:news_article_changelist"), forged)
    article.refresh_from_db()
    assert article.is_published()


def test_status_and_dates_are_no_form_fields() -> None:
    article = make_draft()
    client = logged_in("editor", *EDITOR)
    data = sent_by_browser(page(client, "news_article_change", article.pk))
    forged = {
        "status": "published",
        "published_at": "2020-01-01 00:00",
        "published_at_0": "2020-01-01",
        "lock_version": "99",
    }
    assert client.post(address(article, "change"), {**data, **forged}).status_code == 302
    article.refresh_from_db()
    assert (article.status, article.published_at) == ("draft", None)


# --- The verbs as pages ----------------------------------------------------------------------------


def test_publishing_tells_the_live_address_and_who_did_it() -> None:
    article = in_state(State.APPROVED)
    response = act(director(), article, "publish")
    article.refresh_from_db()
    assert article.is_published()
    assert [f'<a href="{article.get_absolute_url()}">查看页面</a>' in one for one in told(response)] == [True]
    record = article.history.first()
    assert (record.history_user.username, record.history_change_reason) == ("director", "发布")


def test_obstacles_are_a_list_before_the_act_and_stop_a_forged_one() -> None:
    article = make_draft(source_name="", body="")
    client = director()
    content = client.get(address(article, "publish")).content.decode()
    assert "<li>还没有批准，不能发布。请先送审。</li>" in content
    assert "<li>请填写来源，公开的稿件都要写明来源。</li>" in content
    assert "<li>请填写正文，或填写转到的网址。</li>" in content
    assert "确认发布" not in content
    response = client.post(address(article, "publish"), {"opened_version": article.lock_version})
    assert response.status_code == 200
    article.refresh_from_db()
    assert article.status == "draft"


def test_an_act_is_not_done_on_a_text_that_changed_since_its_page_was_opened() -> None:
    article = in_state(State.APPROVED)
    client = director()
    seen = client.get(address(article, "publish")).context["form"]["opened_version"].value()
    Article.objects.get().save()
    response = client.post(address(article, "publish"), {"opened_version": seen})
    assert "别人保存过这条内容" in response.content.decode()
    article.refresh_from_db()
    assert article.status == "approved"
    # The page that came back shows the new state of things: confirming it again is a decision.
    again = response.context["form"]["opened_version"].value()
    client.post(address(article, "publish"), {"opened_version": again})
    article.refresh_from_db()
    assert article.is_published()


def test_scheduling_takes_office_time() -> None:
    article = in_state(State.APPROVED)
    day = timezone.localdate() + timedelta(days=3)
    response = act(director(), article, "schedule", at=f"{day}T08:30")
    article.refresh_from_db()
    assert article.is_scheduled()
    assert timezone.localtime(article.published_at).strftime("%Y-%m-%d %H:%M") == f"{day} 08:30"
    assert f"{day} 08:30（北京时间）" in told(response)[0]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("", "这个字段是必填项"),
        ("明天", "请填写日期和时间"),
        ("2001-01-01T00:00", "已经过了"),
        ("0001-01-01T00:00", "已经过了"),
        ("9999-12-31T23:59", "请检查年份"),
        ("2026-02-31T08:00", "请填写日期和时间"),
        ("\0", ""),
    ],
)
def test_a_wrong_moment_is_refused_at_its_field(at: str, said: str) -> None:
    article = in_state(State.APPROVED)
    response = act(director(), article, "schedule", at=at)
    assert response.status_code == 200
    errors = response.context["form"].errors["at"]
    assert said in " ".join(errors)
    article.refresh_from_db()
    assert article.status == "approved"


def make_approved(title: str) -> Article:
    article = make_draft(title)
    approve(article)
    return article


def director_page(article: Article, name: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username="director"))
    return str(client.get(address(article, name)).content.decode())


def test_a_scheduled_item_can_be_moved_and_called_off() -> None:
    article = in_state(State.SCHEDULED)
    client = director()
    shown = f'value="{timezone.localtime(article.published_at):%Y-%m-%dT%H:%M}"'
    assert shown in client.get(address(article, "schedule")).content.decode()
    day = timezone.localdate() + timedelta(days=9)
    act(client, article, "schedule", at=f"{day}T09:00")
    article.refresh_from_db()
    assert timezone.localdate(article.published_at) == day
    act(client, article, "unschedule")
    article.refresh_from_db()
    assert (article.status, article.published_at) == ("approved", None)


def test_the_schedule_page_says_what_stands_against_it_before_a_time_is_set() -> None:
    article = in_state(State.APPROVED)
    Article.objects.update(expires_at=timezone.now() - timedelta(days=1))
    content = director().get(address(article, "schedule")).content.decode()
    assert "<li>到期时间早于发布时间，请先修改到期时间。</li>" in content
    assert "北京时间" in director_page(make_approved("可以定时的"), "schedule")


def test_withdrawing_asks_for_reason_and_mode() -> None:
    article = make_article()
    client = director()
    response = act(client, article, "withdraw", reason="  ", mode="")
    assert set(response.context["form"].errors) == {"reason", "mode"}
    article.refresh_from_db()
    assert article.is_published()
    act(client, article, "withdraw", reason="数字有误", mode="notice")
    article.refresh_from_db()
    assert (article.state(), article.withdrawal_reason) == (State.WITHDRAWN, "数字有误")


@pytest.mark.parametrize(
    "target", ["", "//elsewhere.example/", "https://elsewhere.example/", "news/", "/a b/", "ITSELF"]
)
def test_a_withdrawn_page_leads_only_to_another_page_of_the_site(target: str) -> None:
    article = make_article()
    client = director()
    target = article.get_absolute_url() if target == "ITSELF" else target
    response = act(client, article, "withdraw", reason="合并", mode=WithdrawalMode.REDIRECT, target=target)
    assert response.context["obstacles"]
    assert "合并" in response.content.decode(), "what was filled in stays"
    article.refresh_from_db()
    assert article.is_published()


def test_a_withdrawn_page_can_lead_on() -> None:
    article = make_article()
    act(director(), article, "withdraw", reason="合并", mode=WithdrawalMode.REDIRECT, target="/news/")
    article.refresh_from_db()
    assert (article.state(), article.withdrawal_target) == (State.WITHDRAWN, "/news/")


def test_a_withdrawn_item_returns_at_once_and_is_never_scheduled() -> None:
    article = in_state(State.WITHDRAWN)
    client = director()
    assert "不能定时" in client.get(address(article, "schedule")).content.decode()
    act(client, article, "publish")
    article.refresh_from_db()
    assert article.is_published()


@pytest.mark.parametrize("name", [*ACTS, "preview", "history"])
@pytest.mark.parametrize("pk", ["999999", "abc", "9" * 30, "1%00"])
def test_an_unknown_item_is_404(name: str, pk: str) -> None:
    assert director().get(f"/admin/news/article/{pk}/{name}/").status_code == 404


def test_the_list_action_reports_each_item() -> None:
    good, bad, back = make_approved("可以发布的"), make_draft("没送审的"), in_state(State.WITHDRAWN)
    data = {"action": "publish_selected", "_selected_action": [good.pk, bad.pk, back.pk]}
    response = director().post(reverse("admin:news_article_changelist"), data, follow=True)
    assert sorted(told(response)) == sorted(
        [
            "已公开 1 条：《可以发布的》",
            "没有发布“没送审的”：还没有批准，不能发布。请先送审。",
            f"没有发布“{back.title}”：它曾被撤回。请打开它，看过撤回原因后逐篇恢复。",
        ]
    )
    assert [one.title for one in Article.objects.published()] == ["可以发布的"]


# --- Saving ----------------------------------------------------------------------------------------


def test_the_admin_notes_who_made_and_who_changed() -> None:
    column = make_column()
    first, second = logged_in("first", *EDITOR), logged_in("second", *EDITOR)
    data = sent_by_browser(page(first, "news_article_add")) | {"title": "新稿", "column": column.pk}
    assert first.post(reverse("admin:news_article_add"), data).status_code == 302
    article = Article.objects.get()
    data = sent_by_browser(page(second, "news_article_change", article.pk)) | {"title": "新稿二"}
    second.post(address(article, "change"), data)
    article.refresh_from_db()
    assert (article.created_by.username, article.updated_by.username) == ("first", "second")
    assert [record.history_change_reason for record in article.history.all()] == ["修改：标题", "新建"]


CLOSED_STATES = [State.SCHEDULED, State.LIVE, State.EXPIRED, State.ARCHIVED, State.WITHDRAWN]


@pytest.mark.parametrize("state", CLOSED_STATES)
def test_what_is_public_or_will_be_is_read_in_the_form_which_says_how_to_change_it(state: State) -> None:
    article = in_state(state)
    content = page(director(), "news_article_change", article.pk).content.decode()
    assert 'name="title"' not in content and 'name="_save"' not in content
    assert "这里只供查看" in content
    assert ("取消定时" if state == State.SCHEDULED else "请用“修订”") in content


@pytest.mark.parametrize("state", CLOSED_STATES)
def test_a_form_that_meets_what_was_published_meanwhile_keeps_every_word(state: State) -> None:
    """Of the fields, the body and the attachments: nothing is saved, nothing that was typed is lost."""
    draft = make_draft()
    attach(draft, docx(), "办法.docx")
    client = director()
    opened = sent_by_browser(page(client, "news_article_change", draft.pk))
    typed = {
        **opened,
        "title": "晚到的标题",
        "body": "<p>晚到的<strong>正文</strong>。</p>",
        "attachments-0-order": "7",
    }
    if state == State.SCHEDULED:
        release(draft, at=timezone.now() + timedelta(days=1))
    else:
        release(draft)
    if state == State.EXPIRED:
        Article.objects.update(
            expires_at=timezone.now() - timedelta(minutes=1), published_at=timezone.now() - timedelta(hours=1)
        )
    if state == State.ARCHIVED:
        workflow.archive(draft, by=chief())
    if state == State.WITHDRAWN:
        workflow.withdraw(draft, by=chief(), reason="数字有误")
    before = Article.objects.values().get()

    response = client.post(address(draft, "change"), typed)

    assert response.status_code == 200
    assert Article.objects.values().get() == before
    content = response.content.decode()
    assert "没有保存：您打开之后，它已经公开或已定时" in content
    back = sent_by_browser(response)
    assert back["title"] == "晚到的标题" and "晚到的<strong>正文</strong>" in back["body"]
    assert back["attachments-0-order"] == "7"
    assert 'name="_save"' not in content, "saving once more would be refused once more"
    assert "<ins>晚到的标题</ins>" in content


def test_what_is_in_review_warns_before_it_is_saved_and_goes_back_when_its_content_changed() -> None:
    article = in_state(State.IN_REVIEW)
    client = logged_in("editor", *EDITOR)
    form = page(client, "news_article_change", article.pk)
    assert (
        form.content.decode().count("保存改动后，它会退回草稿") == 2
    )  # above the form, and beside its button
    reader = logged_in("reader", "view_article")
    assert "保存改动后" not in page(reader, "news_article_change", article.pk).content.decode()
    data = sent_by_browser(form)
    assert client.post(address(article, "change"), data).status_code == 302
    article.refresh_from_db()
    assert article.status == "in_review", "nothing was changed"
    data = sent_by_browser(page(client, "news_article_change", article.pk)) | {"title": "改过的"}
    response = client.post(address(article, "change"), data, follow=True)
    assert any("已退回草稿" in one for one in told(response))
    article.refresh_from_db()
    assert article.status == "draft"


def test_the_form_of_a_revision_says_so_and_leaves_the_end_to_the_public_row() -> None:
    article = in_state(State.LIVE)
    draft = revision(article, title="改过的")
    client = director()
    response = page(client, "news_article_change", draft.pk)
    content = response.content.decode()
    assert "这是修订稿" in content and f'href="{address(article, "change")}"' in content
    assert 'name="expires_at_0"' not in content
    assert (
        'name="expires_at_0"' in page(client, "news_article_change", make_draft("草稿").pk).content.decode()
    )
    data = sent_by_browser(response) | {"expires_at_0": "2030-01-01", "expires_at_1": "08:00"}
    assert client.post(address(draft, "change"), data).status_code == 302
    draft.refresh_from_db()
    assert draft.expires_at is None
    there = page(client, "news_article_change", article.pk).content.decode()
    assert f'<a href="{address(draft, "change")}">打开修订稿</a>' in there


def test_an_author_reads_above_the_form_why_it_was_sent_back() -> None:
    article = in_state(State.IN_REVIEW)
    reviewer = logged_in("reviewer", "view_article", "review_1_article", first_name="演示一审")
    response = act(reviewer, article, "send-back", reason="第二段的数字\n请写明<出处>")
    assert told(response) == [f"已退回：“{article}”。"]
    content = page(logged_in("editor", *EDITOR), "news_article_change", article.pk).content.decode()
    assert "被退回：请改好再送审" in content and "演示一审" in content
    assert "第二段的数字<br>请写明&lt;出处&gt;" in content
    workflow.submit(article, by=colleague("撰稿人"))
    assert "被退回：请改好再送审" not in director_page_of(article)


def director_page_of(article: Article) -> str:
    return str(page(director(), "news_article_change", article.pk).content.decode())


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_date_out_of_this_world_is_refused_at_its_field(year: str) -> None:
    article = make_draft()
    client = director()
    data = sent_by_browser(page(client, "news_article_change", article.pk))
    data |= {"expires_at_0": f"{year}-01-01", "expires_at_1": "00:00:00"}
    response = client.post(address(article, "change"), data)
    assert response.context["adminform"].form.errors["expires_at"] == ["请检查年份。"]


# --- Two editors -----------------------------------------------------------------------------------


def test_the_second_of_two_editors_sees_both_texts_loses_nothing_and_may_overwrite() -> None:
    article = make_draft("原来的标题", body="<p>第一段原文。</p><p>第二段。</p>", summary="原摘要")
    one = logged_in("one", *EDITOR, first_name="甲")
    two = logged_in("two", *EDITOR, first_name="乙")
    opened_by_one = sent_by_browser(page(one, "news_article_change", article.pk))
    opened_by_two = sent_by_browser(page(two, "news_article_change", article.pk))
    saved = {**opened_by_one, "title": "甲的标题", "body": "<p>第一段甲文。</p><p>第二段。</p>"}
    assert one.post(address(article, "change"), saved).status_code == 302
    stored = Article.objects.values().get()

    mine = {
        **opened_by_two,
        "title": "乙的标题",
        "body": "<p>第一段乙文。</p><p>第二段。</p>",
        "summary": "乙的摘要",
    }
    response = two.post(address(article, "change"), mine)

    assert response.status_code == 200
    assert Article.objects.values().get() == stored, "nothing of it is saved"
    shown = {
        difference.label: (
            ["".join(piece.text for piece in line) for line in difference.old],
            ["".join(piece.text for piece in line) for line in difference.new],
        )
        for difference in response.context["differences"]
    }
    assert shown == {
        "标题": (["甲的标题"], ["乙的标题"]),
        "摘要": (["原摘要"], ["乙的摘要"]),
        "正文": (["第一段甲文。", "第二段。"], ["第一段乙文。", "第二段。"]),
    }
    content = response.content.decode()
    assert "<del>甲</del>" in content and "<ins>乙</ins>" in content
    assert "甲在" in content and "现在已保存的" in content and "您的" in content
    assert "您刚才选的文件要重新选择" in content
    returned = sent_by_browser(response)
    assert (returned["title"], returned["summary"]) == ("乙的标题", "乙的摘要")
    assert "第一段乙文。" in returned["body"]

    assert two.post(address(article, "change"), returned).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.body) == ("乙的标题", "<p>第一段乙文。</p><p>第二段。</p>")
    assert "甲的标题" in [record.title for record in article.history.all()], (
        "what was overwritten is in the history"
    )


def test_a_third_save_in_between_is_met_again() -> None:
    article = make_draft()
    client = director()
    data = sent_by_browser(page(client, "news_article_change", article.pk)) | {"title": "我的"}
    Article.objects.get().save()
    returned = sent_by_browser(client.post(address(article, "change"), data))
    Article.objects.get().save()
    response = client.post(address(article, "change"), returned)
    assert response.context["has_conflict"]
    article.refresh_from_db()
    assert article.title != "我的"


@pytest.mark.parametrize("number", ["", "abc", "-1", "9" * 30, "\0"])
def test_a_form_without_a_usable_number_overwrites_nothing(number: str) -> None:
    article = make_draft()
    client = director()
    data = sent_by_browser(page(client, "news_article_change", article.pk))
    response = client.post(address(article, "change"), {**data, "title": "覆盖", "opened_version": number})
    assert response.context["has_conflict"]
    article.refresh_from_db()
    assert article.title == "光荣牌怎样悬挂"
    assert client.post(address(article, "change"), sent_by_browser(response)).status_code == 302


def test_a_list_is_published_as_it_stands_while_it_is_worked_through() -> None:
    """Others save meanwhile: what is stored is judged, not what the list showed."""
    approved, changed, deleted = (make_approved(title) for title in ("批准的", "旧题", "删的"))
    chosen = Article.objects.order_by("pk")
    assert len(chosen) == 3  # read, as the action has read them when it comes to the first
    Article.objects.filter(pk=changed.pk).update(title="新题")
    Article.objects.filter(pk=deleted.pk).delete()
    request = RequestFactory().post("/admin/news/article/")
    request.user, request.session = User.objects.create_superuser("director"), {}  # type: ignore[attr-defined]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    admin.site._registry[Article].publish_selected(request, chosen)  # type: ignore[attr-defined]
    words = [str(one) for one in request._messages]  # type: ignore[attr-defined]
    assert words[0] == "已公开 1 条：《批准的》"
    assert words[1].startswith("没有发布“旧题”：内容在批准之后改过，要重新送审。")
    assert words[2] == "没有发布“删的”：它刚才被删除了。"
    assert [one.pk for one in Article.objects.published()] == [approved.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_of_two_saves_at_the_same_moment_one_wins() -> None:
    article = make_draft()
    clients = [logged_in("one", *EDITOR), logged_in("two", *EDITOR)]
    forms = [sent_by_browser(page(client, "news_article_change", article.pk)) for client in clients]
    together = Barrier(2)

    def save(number: int) -> int:
        together.wait()
        try:
            title = f"第{number}位编辑"
            return (
                clients[number]
                .post(address(article, "change"), {**forms[number], "title": title})
                .status_code
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, [0, 1])) == [200, 302]


# --- History ---------------------------------------------------------------------------------------


def test_the_history_says_who_what_and_why_and_shows_old_and_new() -> None:
    column = make_column("tongzhi", name="通知公告")
    article = make_draft("旧题", body="<p>百分之十。</p>")
    client = logged_in("editor", *EDITOR, first_name="演示编辑")
    data = sent_by_browser(page(client, "news_article_change", article.pk))
    changed = {**data, "title": "新题", "body": "<p>百分之二十。</p>", "column": column.pk, "headline": "on"}
    assert client.post(address(article, "change"), changed).status_code == 302
    workflow.submit(Article.objects.get(), by=User.objects.get(username="editor"))

    response = page(client, "news_article_history", article.pk)
    entries = response.context["entries"]
    assert [(entry.who, entry.reason) for entry in entries[:2]] == [
        ("演示编辑", "送审"),
        ("演示编辑", "修改：栏目、标题、正文、首页头条"),
    ]
    shown = client.get(f"{address(article, 'history')}{entries[1].pk}/").content.decode()
    for expected in (
        "<del>双拥要闻</del>",
        "<ins>通知公告</ins>",
        "百分之<ins>二</ins>十",
        "<del>否</del>",
        "<ins>是</ins>",
    ):
        assert expected in shown, expected
    state = client.get(f"{address(article, 'history')}{entries[0].pk}/").content.decode()
    assert "草稿" in state and "审核中" in state


def test_the_history_names_places_and_choices() -> None:
    article = make_draft()
    place = Place.objects.create(code="990000", name="测试省", kind="province", level="province")
    client = director()
    data = sent_by_browser(page(client, "news_article_change", article.pk)) | {"places": [place.pk]}
    client.post(address(article, "change"), data)
    entries = page(client, "news_article_history", article.pk).context["entries"]
    assert entries[0].reason == "修改：涉及的地方"
    shown = client.get(f"{address(article, 'history')}{entries[0].pk}/").content.decode()
    assert "<ins>测试省</ins>" in shown


def test_history_is_for_reading_only() -> None:
    article = make_article("公开的标题")
    first = article.history.last()
    client = director()
    target = f"{address(article, 'history')}{first.pk}/"
    assert client.post(target, {"title": "恢复"}).status_code == 405
    forms = re.findall(r'<form[^>]*id="([^"]*)"', client.get(target).content.decode())
    assert forms == ["logout-form"]
    article.refresh_from_db()
    assert article.title == "公开的标题"


@pytest.mark.parametrize("version", ["abc", "0", "9" * 30])
def test_an_unknown_history_entry_is_404(version: str) -> None:
    article = make_draft()
    assert director().get(f"{address(article, 'history')}{version}/").status_code == 404


def test_an_entry_of_another_article_is_404() -> None:
    one, other = make_draft("甲"), make_draft("乙")
    assert director().get(f"{address(one, 'history')}{other.history.first().pk}/").status_code == 404


def test_the_history_of_a_deleted_draft_stays_readable() -> None:
    article = make_draft("删掉的草稿")
    pk = article.pk
    article.delete()
    response = director().get(f"/admin/news/article/{pk}/history/")
    assert response.status_code == 200 and "删掉的草稿" in response.content.decode()


# --- Deletion --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.SCHEDULED, State.LIVE, State.EXPIRED, State.WITHDRAWN])
def test_what_was_public_or_waits_is_not_deleted_at_any_door(state: State) -> None:
    article = in_state(state)
    draft = make_draft("草稿")
    client = director()
    assert 'class="deletelink"' not in page(client, "news_article_change", article.pk).content.decode()
    assert client.get(address(article, "delete")).status_code == 403
    assert client.post(address(article, "delete"), {"post": "yes"}).status_code == 403
    for confirmed in {}, {"post": "yes"}:
        data = {"action": "delete_selected", "_selected_action": [article.pk, draft.pk], **confirmed}
        response = client.post(reverse("admin:news_article_changelist"), data, follow=True)
        assert any("不能删除" in one for one in told(response))
    assert Article.objects.count() == 2


def test_a_draft_can_be_deleted_from_form_and_list() -> None:
    client = director()
    first, second = make_draft("一"), make_draft("二")
    assert 'class="deletelink"' in page(client, "news_article_change", first.pk).content.decode()
    client.post(address(first, "delete"), {"post": "yes"})
    data = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    client.post(reverse("admin:news_article_changelist"), data)
    assert not Article.objects.exists()


def test_deleting_needs_its_right() -> None:
    article = make_draft()
    client = logged_in("writer", "view_article", "change_article")
    assert client.post(address(article, "delete"), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"}
    client.post(reverse("admin:news_article_changelist"), data)
    assert Article.objects.count() == 1


# --- Preview ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.DRAFT, "预览（未公开）"),
        (State.SCHEDULED, "预览（未公开，等待定时）"),
        (State.LIVE, "预览（已公开）"),
        (State.WITHDRAWN, "预览（已撤回，访客看不到正文）"),
    ],
)
def test_the_preview_says_how_public_the_page_is_and_is_never_stored(state: State, words: str) -> None:
    article = in_state(state)
    response = page(director(), "news_article_preview", article.pk)
    assert words in response.content.decode()
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
