"""The acts of the desk as pages: what a person reads before each, what it needs, where it leads, and who is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from news.attachments import attach
from news.models import Article
from publishing import workflow
from publishing.models import ReviewStep, StepKind
from tests.desk import director, logged_in, page, person, sent_by_browser, told
from tests.makers import approve, chief, colleague, make_article, make_draft, revision
from tests.publishing.preflight.papers import SECRET
from tests.publishing.test_admin import act, address
from tests.publishing.test_documents import docx

pytestmark = pytest.mark.django_db

MOBILE = "<p>请拨打13800138000。</p>"


def of_role(role: str) -> Client:
    user = User.objects.create_user(f"某{role}", is_staff=True, first_name=f"演示{role}")
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def handed_in(**fields: Any) -> Article:
    article = make_draft(**fields)
    workflow.submit(article, by=colleague("撰稿人"))
    return article


def shown(client: Client, article: Article, name: str) -> str:
    return str(client.get(address(article, name)).content.decode())


# --- 送审 --------------------------------------------------------------------------------------------------------


def test_what_blocks_is_refused_at_the_page_of_the_submission_and_by_a_forged_one() -> None:
    article = make_draft(body=f"<p>{SECRET}</p>")
    client = of_role("编辑")
    content = shown(client, article, "submit")
    assert "现在还不能送审" in content and "身份证号" in content and "确认送审" not in content
    assert SECRET not in content
    client.post(address(article, "submit"), {"opened_version": article.lock_version})
    article.refresh_from_db()
    assert article.status == "draft"


def test_what_needs_a_second_person_is_told_at_the_submission_and_lets_it_pass() -> None:
    article = make_draft(body=MOBILE, summary="")
    client = of_role("编辑")
    content = shown(client, article, "submit")
    assert "需要另一人确认" in content and "手机号码" in content and "确认送审" in content
    assert f'href="{address(article, "preflight")}"' in content
    response = act(client, article, "submit", note="请先看第一段")
    assert told(response) == [f"已送审：“{article}”。"]
    article.refresh_from_db()
    assert article.status == "in_review"
    assert ReviewStep.objects.get(kind=StepKind.SUBMITTED).opinion == "请先看第一段"


# --- 审核 --------------------------------------------------------------------------------------------------------


def test_a_reviewer_reads_level_authors_steps_findings_and_the_ways_to_read_on() -> None:
    article = handed_in(body=MOBILE)
    workflow.approve(
        article, by=person("first", "review_1_article", first_name="演示甲"), opinion="数字<已核>"
    )
    content = shown(of_role("二审"), article, "review")
    for words in (
        "B 重要：一审、二审", "撰稿人", "一审通过", "演示甲", "数字&lt;已核&gt;", "还缺二审。", "还没有人签“保密审查”。",
        "需要另一人确认", "手机号码",
    ):  # fmt: skip
        assert words in content, words
    for name in ("preview", "preflight", "sheet"):
        assert f'href="{address(article, name)}"' in content


def test_a_reviewer_of_a_revision_reads_what_it_changes_attachments_too() -> None:
    article = make_article(body="<p>原来的第一段。</p>")
    draft = revision(article, body="<p>改过的第一段。</p>")
    attach(draft, docx(), "新办法.docx")
    workflow.submit(draft, by=colleague("撰稿人"))
    content = shown(of_role("一审"), draft, "review")
    assert "和公开的相比改了什么" in content
    assert "<del>原来</del>" in content and "<ins>改过</ins>" in content and "新办法" in content
    assert "和公开的相比改了什么" not in shown(of_role("二审"), handed_in(), "review")


def test_reviews_and_signatures_lead_to_the_approval_and_stand_with_their_names() -> None:
    article = handed_in()
    act(of_role("一审"), article, "review", opinion="同意公开", signs=["secrecy"])
    act(of_role("二审"), article, "review", signs=["military"])
    article.refresh_from_db()
    assert article.status == "approved"
    rows = ReviewStep.objects.exclude(kind__in=[StepKind.AUTHOR, StepKind.SUBMITTED])
    assert [(row.name, row.person.first_name, row.opinion) for row in rows] == [
        ("一审通过", "演示一审", "同意公开"), ("保密审查", "演示一审", ""), ("二审通过", "演示二审", "同意。"),
        ("涉军审核", "演示二审", ""),
    ]  # fmt: skip


def test_an_author_is_told_before_the_act_that_another_reviews() -> None:
    article = make_draft()
    author = person("author", "view_article", "change_article", "review_1_article")
    workflow.submit(article, by=author)
    client = Client()
    client.force_login(author)
    content = shown(client, article, "review")
    assert "您参与撰写或修改了它，要由另一位同事审核。" in content and "确认审核" not in content
    client.post(address(article, "review"), {"opened_version": article.lock_version})
    assert workflow.step_due(article) == 1


def test_a_step_that_is_not_ones_own_is_told_before_the_act() -> None:
    content = shown(of_role("二审"), handed_in(), "review")
    assert "现在等待一审，您没有一审的权限。" in content and "确认审核" not in content


def test_a_reviewer_cannot_sign_for_what_they_have_no_right_to() -> None:
    article = handed_in()
    client = of_role("一审")
    assert 'value="military"' not in shown(client, article, "review")
    response = act(client, article, "review", signs=["military"])
    assert response.context["form"].errors["signs"]
    assert workflow.step_due(article) == 1


def test_words_of_a_review_that_is_refused_stay_in_the_form() -> None:
    article = handed_in()
    client = of_role("一审")
    seen = client.get(address(article, "review")).context["form"]["opened_version"].value()
    Article.objects.get().save()
    response = client.post(address(article, "review"), {"opened_version": seen, "opinion": "写了很久的意见"})
    content = response.content.decode()
    assert "别人保存过这条内容" in content and "写了很久的意见" in content
    assert workflow.step_due(article) == 1


def test_a_reviewer_confirms_an_override_that_the_author_asked_for_and_asks_for_none() -> None:
    article = handed_in(body=MOBILE)
    where = address(article, "preflight")
    editor, reviewer = of_role("编辑"), of_role("一审")
    group = next(one for one in editor.get(where).context["groups"] if one["findings"])
    handle = group["findings"][0]["finding"].handle
    asked = {"finding": handle, "verb": "ask", "reason": "是公布的工作电话"}
    assert reviewer.post(where, asked).status_code == 403
    assert "申请例外" not in reviewer.get(where).content.decode()
    editor.post(where, asked)
    assert "我看过了，确认可以公开" in reviewer.get(where).content.decode()
    reviewer.post(where, {"finding": handle, "verb": "confirm"})
    content = shown(reviewer, article, "review")
    assert "是公布的工作电话" in content and "演示一审确认" in content
    nobody = logged_in("reader", "view_article")
    assert nobody.post(where, {"finding": handle, "verb": "drop"}).status_code == 403


# --- 退回, 收回, 级别 --------------------------------------------------------------------------------------------


def test_sending_back_needs_a_reason() -> None:
    article = handed_in()
    client = of_role("一审")
    response = act(client, article, "send-back", reason="  ")
    assert response.context["form"].errors["reason"]
    article.refresh_from_db()
    assert article.status == "in_review"
    act(client, article, "send-back", reason="改标题")
    article.refresh_from_db()
    assert (article.status, ReviewStep.objects.last().opinion) == ("draft", "改标题")  # type: ignore[union-attr]


def test_only_its_author_is_offered_to_take_a_submission_back() -> None:
    article = make_draft()
    client = of_role("编辑")
    act(client, article, "submit")
    other = logged_in("other", "view_article", "change_article")
    labels = [one.label for one in page(other, "news_article_change", article.pk).context["acts"]]
    assert "收回" not in labels
    other.post(address(article, "take-back"), {"opened_version": 99})
    act(other, article, "take-back")
    article.refresh_from_db()
    assert article.status == "in_review"
    act(client, article, "take-back")
    article.refresh_from_db()
    assert article.status == "draft"


def test_an_author_may_raise_the_level_and_not_lower_it() -> None:
    article = make_draft()
    client = of_role("编辑")
    act(client, article, "level", level="C")
    act(client, article, "submit")
    article.refresh_from_db()
    assert article.level == "C"
    response = act(client, article, "level", level="B")
    assert "作者不能降低审核级别，请由审核的同事来改。" in response.context["obstacles"]
    article.refresh_from_db()
    assert article.level == "C"


# --- 修订, 放弃, 期限, 应急 ----------------------------------------------------------------------------------------


def test_revising_leads_to_the_copy_and_giving_it_up_back_to_what_is_public() -> None:
    article = make_article("公开的")
    client = of_role("编辑")
    response = act(client, article, "revise")
    draft = Article.objects.get(revision_of=article)
    assert response.redirect_chain == [(address(draft, "change"), 302)]
    assert "修订" not in [
        one.label for one in page(client, "news_article_change", article.pk).context["acts"]
    ]
    again = shown(client, article, "revise")
    assert "修订已经开始。请打开那份修订稿。" in again and "确认修订" not in again
    response = act(client, draft, "discard")
    assert response.redirect_chain == [(address(article, "change"), 302)]
    assert not Article.objects.filter(revision_of=article).exists()


def test_publishing_a_revision_leads_to_the_public_row() -> None:
    article = make_article("公开的")
    draft = approve(revision(article, title="改过的"))
    response = act(of_role("二审"), draft, "publish")
    assert response.redirect_chain == [(address(article, "change"), 302)]
    article.refresh_from_db()
    assert article.title == "改过的"
    assert of_role("三审").get(f"/admin/news/article/{draft.pk}/publish/").status_code == 404


def test_the_end_and_the_day_of_review_are_set_without_a_review() -> None:
    article = make_article()
    day = timezone.localdate() + timedelta(days=30)
    client = of_role("二审")
    act(client, article, "terms", expires_at=f"{day}T08:00", review_on=str(day))
    article.refresh_from_db()
    assert (timezone.localtime(article.expires_at).isoformat()[:16], article.review_on) == (
        f"{day}T08:00",
        day,
    )
    assert article.is_published()
    response = act(client, article, "terms", expires_at="2020-01-01T08:00", review_on="9999-12-31")
    assert set(response.context["form"].errors) == {"expires_at", "review_on"}


def test_publishing_in_an_emergency_stands_apart_needs_a_reason_and_stays_to_be_checked() -> None:
    article = make_draft("停水")
    assert of_role("编辑").get(address(article, "emergency")).status_code == 403
    client = of_role("三审")
    content = shown(client, article, "emergency")
    assert "act-page--grave" in content and "只用于等不及审核的紧急情况" in content
    assert act(client, article, "emergency", reason="").context["form"].errors["reason"]
    act(client, article, "emergency", reason="全城停水")
    article.refresh_from_db()
    assert article.is_published() and article.check_is_open
    form = page(client, "news_article_change", article.pk).content.decode()
    assert "应急发布，还没有补审" in form
    assert "您参与撰写或修改了它" in shown(client, article, "review")
    act(of_role("一审"), article, "review", signs=["secrecy"])
    act(of_role("二审"), article, "review", signs=["military"])
    article.refresh_from_db()
    assert not article.check_is_open


# --- Lists -------------------------------------------------------------------------------------------------------


def test_chosen_drafts_are_handed_in_and_refusals_told_one_by_one() -> None:
    good, bad, done = make_draft("好的"), make_draft("缺来源的", source_name=""), handed_in(title="送过的")
    data = {"action": "submit_selected", "_selected_action": [good.pk, bad.pk, done.pk]}
    response = of_role("编辑").post(reverse("admin:news_article_changelist"), data, follow=True)
    assert sorted(told(response)) == sorted(
        [
            "已送审 1 条：《好的》",
            "没有送审“缺来源的”：请填写来源，公开的稿件都要写明来源。",
            "没有送审“送过的”：只有草稿可以送审。",
        ]
    )


def test_no_list_approves_what_nobody_opened() -> None:
    handed_in()
    content = director().get(reverse("admin:news_article_changelist")).content.decode()
    assert "送审所选稿件" in content and "发布所选稿件" in content
    assert "审核所选" not in content and "批准所选" not in content


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("in_review", {"审核中的"}),
        ("approved", {"待发布的"}),
        ("archived", {"归档的"}),
        ("returned", {"退回的"}),
        ("revising", {"公开的", "改过的"}),
        ("check", {"应急的"}),
        ("to_review", {"审核中的", "应急的"}),
        ("to_sign", {"审核中的", "应急的"}),
    ],
)
def test_the_filter_knows_the_states_and_what_cuts_across_them(state: str, expected: set[str]) -> None:
    handed_in(title="审核中的")
    approve(make_draft("待发布的"))
    workflow.archive(make_article("归档的"), by=chief())
    workflow.send_back(back := handed_in(title="退回的"), by=colleague("甲"), reason="改标题")
    assert back.status == "draft"
    revision(make_article("公开的"), title="改过的")
    workflow.publish_in_emergency(make_draft("应急的"), by=chief(), reason="停水")
    response = director().get(reverse("admin:news_article_changelist"), {"state": state})
    assert {one.title for one in response.context["cl"].result_list} == expected


def test_marks_of_the_list_tell_what_waits() -> None:
    workflow.send_back(handed_in(title="退回的"), by=colleague("甲"), reason="改标题")
    draft = revision(make_article("公开的"), title="改过的")
    workflow.publish_in_emergency(make_draft("应急的"), by=chief(), reason="停水")
    content = director().get(reverse("admin:news_article_changelist")).content.decode()
    for words in (
        ">被退回<",
        ">修订稿·草稿<",
        ">已发布·待补审<",
        f'href="{address(draft, "change")}">修订中<',
    ):
        assert words in content, words


@pytest.mark.parametrize("number", [1, 20])
def test_a_list_costs_the_same_with_one_and_with_many_of_each_state(number: int) -> None:
    for index in range(number):
        revision(make_article(f"公开 {index}"), title=f"改 {index}")
        handed_in(title=f"审 {index}")
    client = director()
    client.get(reverse("admin:news_article_changelist"))
    with CaptureQueriesContext(connection) as caught:
        client.get(reverse("admin:news_article_changelist"), {"state": "to_review"})
    assert len(caught) == 9


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_of_a_review_costs_the_same_with_few_and_with_many_rows(number: int) -> None:
    article = handed_in()
    for _ in range(number):
        workflow.send_back(article, by=colleague("甲"), reason="改标题")
        workflow.submit(article, by=colleague("撰稿人"))
    client = of_role("一审")
    client.get(address(article, "review"))
    with CaptureQueriesContext(connection) as caught:
        client.get(address(article, "review"))
    assert len(caught) == 35


@pytest.mark.parametrize("state", ["in review", "approved"])
def test_the_end_is_not_set_in_the_form_of_what_was_handed_in(state: str) -> None:
    article = make_draft()
    if state == "approved":
        approve(article)
    else:
        workflow.submit(article, by=colleague("撰稿人"))
    client = logged_in("writer", "view_article", "change_article")
    form = reverse("admin:news_article_change", args=[article.pk])
    sent = sent_by_browser(client.get(form)) | {"expires_at_0": "2100-01-01", "expires_at_1": "00:00"}
    refused = client.post(form, sent)
    assert "“期限”" in refused.context["adminform"].form.errors["expires_at"][0]
    assert "2100-01-01" in refused.text  # nothing that was typed is lost
    article.refresh_from_db()
    assert article.expires_at is None
