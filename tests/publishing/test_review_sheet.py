"""审核单: who wrote, reviewed, signed, sent back and published, what was changed, and what was overridden and why."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from news.models import Article
from publishing import workflow
from publishing.models import ReviewStep
from publishing.preflight import overrides
from publishing.preflight.inspection import inspect
from publishing.review_sheet import sheet_of
from tests.desk import director, logged_in, page
from tests.honors.rolls import make_round
from tests.makers import approve, chief, colleague, make_article, make_column, make_draft, release, revision
from tests.partnerships.needs import publish_need
from tests.partnerships.pacts import make_pact

pytestmark = pytest.mark.django_db

# A number of tests: nobody has it.
MOBILE = "13800138000"
SIGNS = ["secrecy", "military"]


def address(item: Any, name: str = "sheet") -> str:
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_{name}", args=[item.pk])


def words(response: Any) -> str:
    """What somebody reads on the page, without tags and with single blanks."""
    main = response.content.decode().partition('<article id="content-main"')[2].partition("</article>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def read(item: Any, client: Client | None = None) -> str:
    if client is None:
        client = Client()
        client.force_login(colleague("看单子的人"))
    return words(client.get(address(item)))


def sent_back_and_forth() -> Article:
    """An article that was sent back once, taken back once, and then published."""
    article = make_draft("三进三出", column=make_column())
    workflow.submit(article, by=colleague("撰稿人"), note="请核对第二段")
    workflow.approve(article, by=colleague("一审的人"), opinion="数字请再核", signs=["secrecy"])
    workflow.send_back(article, by=colleague("二审的人"), reason="缺来源日期")
    workflow.submit(article, by=colleague("撰稿人"))
    workflow.take_back(article, by=colleague("撰稿人"))
    workflow.submit(article, by=colleague("撰稿人"))
    workflow.approve(article, by=colleague("一审的人"), signs=SIGNS)
    workflow.approve(article, by=colleague("二审的人"), opinion="可以发")
    workflow.publish(article, by=colleague("发布的人"))
    return article


# --- What it says ----------------------------------------------------------------------------------


def test_each_submission_newest_first_with_who_when_and_opinion() -> None:
    article = sent_back_and_forth()
    sheet = sheet_of(article)
    assert [(one.number, one.outcome, one.authors) for one in sheet.submissions] == [
        (3, "已发布", ["撰稿人"]),
        (2, "收回", ["撰稿人"]),
        (1, "退回", ["撰稿人"]),
    ]
    acts = [[(act.name, act.who, act.opinion) for act in one.acts] for one in sheet.submissions]
    assert acts == [
        [
            ("送审", "撰稿人", ""),
            ("一审通过", "一审的人", "同意。"),
            ("保密审查", "一审的人", ""),
            ("涉军审核", "一审的人", ""),
            ("二审通过", "二审的人", "可以发"),
        ],
        [("送审", "撰稿人", ""), ("收回", "撰稿人", "")],
        [
            ("送审", "撰稿人", "请核对第二段"),
            ("一审通过", "一审的人", "数字请再核"),
            ("保密审查", "一审的人", ""),
            ("退回", "二审的人", "缺来源日期"),
        ],
    ]
    shown = read(article)
    for expected in (
        "第 3 次送审", "请核对第二段", "数字请再核", "缺来源日期", "可以发", "B 重要：一审、二审。这个栏目的审核级别。",
        "双拥要闻", article.get_absolute_url(), article.approved_hash[:12], "与批准的一致",
    ):  # fmt: skip
        assert expected in shown, expected
    at = timezone.localtime(ReviewStep.objects.latest("at").at)
    assert f"{at:%Y-%m-%d %H:%M}" in shown
    assert shown.index("第 3 次送审") < shown.index("第 2 次送审") < shown.index("第 1 次送审")


def test_the_hash_beside_each_review_is_that_of_what_was_reviewed() -> None:
    article = make_draft("题")
    workflow.submit(article, by=colleague("撰稿人"))
    workflow.approve(article, by=colleague("一审的人"))
    row = ReviewStep.objects.get(kind="approved")
    act = next(act for act in sheet_of(article).submissions[0].acts if act.kind == "approved")
    assert act.hashed == row.content_hash[:12] == sheet_of(article).hashed
    workflow.send_back(article, by=chief(), reason="再改")
    article.title = "改过的题"
    article.save()
    assert sheet_of(article).hashed != act.hashed


def test_a_raised_level_is_told_with_its_ground() -> None:
    article = make_draft("题")
    workflow.set_level(article, by=colleague("审核的人"), level="C")
    shown = read(article)
    assert "C 敏感：一审、二审、三审" in shown
    assert "这个栏目的审核级别是B 重要：一审、二审；这一条单独提高。" in shown


def test_what_is_still_missing_stands_above_and_goes() -> None:
    article = make_draft("题")
    assert sheet_of(article).missing == []
    workflow.submit(article, by=colleague("撰稿人"))
    assert [one.rstrip("。") for one in sheet_of(article).missing] == [
        "还缺一审、二审", "还没有人签“保密审查”", "还没有人签“涉军审核”",
    ]  # fmt: skip
    assert "还缺一审、二审" in read(article)
    workflow.approve(article, by=colleague("一审的人"), signs=SIGNS)
    workflow.approve(article, by=colleague("二审的人"))
    assert sheet_of(article).missing == []


def test_what_is_new_is_told_as_new() -> None:
    article = approve(make_draft("题"))
    assert [(one.is_first, one.changed) for one in sheet_of(article).submissions] == [(True, None)]
    assert "全部是新内容" in read(article)


def test_a_revision_is_told_against_what_was_public_before() -> None:
    article = make_article("共八次命名", body="<p>旧文。</p>")
    draft = revision(article, title="共九次命名")
    approve(draft)
    sheets = sheet_of(article), sheet_of(draft)
    assert [one.changed for one in sheets[0].submissions] == [["标题"], None]
    assert sheets[0].submissions == sheets[1].submissions
    assert "另有修订稿·待发布" in read(article)
    workflow.publish(draft, by=chief())
    article.refresh_from_db()
    approve(revision(article, body="<p>新文。</p>"))
    again = sheet_of(article).submissions
    assert [one.changed for one in again] == [["正文"], ["标题"], None]
    assert [len(one.differences) for one in again] == [1, 0, 0], "only the newest is told word by word"
    response = director().get(address(article))
    assert (
        "<del>旧</del>文。" in response.content.decode() and "<ins>新</ins>文。" in response.content.decode()
    )
    assert "改了：标题。" in words(response)


def test_a_withdrawn_page_is_what_was_public_before_its_revision() -> None:
    article = make_article("旧题")
    workflow.withdraw(article, by=chief(), reason="数字有误")
    approve(revision(article, title="新题"))
    assert [one.changed for one in sheet_of(article).submissions] == [["标题"], None]


def test_a_revision_that_was_given_up_keeps_its_submissions() -> None:
    article = make_article("题")
    draft = revision(article, title="放弃的题")
    workflow.submit(draft, by=colleague("撰稿人"))
    workflow.take_back(draft, by=colleague("撰稿人"))
    workflow.discard(draft, by=colleague("撰稿人"))
    article = Article.objects.get()
    approve(revision(article, title="第二份修订"))
    assert [(one.number, one.outcome, one.changed) for one in sheet_of(article).submissions] == [
        (3, "修订稿·待发布", ["标题"]),
        (2, "收回", ["标题"]),
        (1, "已公开", None),
    ]


def test_who_writes_what_is_not_handed_in_yet_is_named() -> None:
    article = make_article("题")
    draft = workflow.revise(article, by=colleague("修订的人"))
    assert sheet_of(draft).coming_authors == ["修订的人"]
    assert "正在撰写、还没有送审：修订的人。" in read(article)


def test_an_emergency_and_its_later_reviews() -> None:
    article = make_draft("暴雨通知")
    workflow.publish_in_emergency(article, by=colleague("值班的人"), reason="暴雨红色预警")
    sheet = sheet_of(article)
    assert sheet.missing and "已发布·待补审" in read(article) and "暴雨红色预警" in read(article)
    workflow.approve(article, by=colleague("一审的人"), signs=SIGNS)
    workflow.approve(article, by=colleague("二审的人"), opinion="补审同意")
    sheet = sheet_of(article)
    assert sheet.missing == []
    assert [act.name for act in sheet.submissions[0].acts] == [
        "应急发布", "一审通过", "保密审查", "涉军审核", "二审通过",
    ]  # fmt: skip
    assert [one.what for one in sheet.moments] == ["应急发布"]


def test_findings_and_overrides_with_reason_and_both_names() -> None:
    article = make_draft("联系我们", body=f"<p>值班电话 {MOBILE}。</p>")
    finding = next(one for one in inspect(article) if one.id == "pii.mobile")
    assert [one.id for one in sheet_of(article).findings if one.stops] == ["pii.mobile"]
    shown = read(article)
    assert "手机号码" in shown and MOBILE not in shown, "the sheet lies about; it covers what it speaks of"
    overrides.ask(article, finding.handle, reason="对外公布的值班电话", by=colleague("申请的人"))
    assert "还没有人确认" in read(article)
    overrides.confirm(article, finding.handle, by=colleague("确认的人"))
    shown = read(article)
    for expected in ("对外公布的值班电话", "申请的人", "确认的人"):
        assert expected in shown
    assert [one.stands for one in sheet_of(article).overridden] == [True]
    assert "pii.mobile" not in [one.id for one in sheet_of(article).findings]
    article.body = "<p>值班电话请见页脚。</p>"
    article.save()
    assert [one.stands for one in sheet_of(article).overridden] == [False]
    assert "文字已改，不再起作用" in read(article)


def test_what_is_public_keeps_its_override_while_a_revision_says_something_else() -> None:
    article = make_draft("联系我们", body=f"<p>值班电话 {MOBILE}。</p>")
    for step, name in ((overrides.ask, "申请的人"), (overrides.confirm, "确认的人")):
        handle = next(one for one in inspect(article) if one.id == "pii.mobile").handle
        reason = {"reason": "对外公布的值班电话"} if step is overrides.ask else {}
        step(article, handle, by=colleague(name), **reason)
    release(article)
    revision(article, body="<p>值班电话请见页脚。</p>")
    assert [one.stands for one in sheet_of(Article.objects.get(pk=article.pk)).overridden] == [True]


def test_an_override_asked_for_a_revision_stands_on_the_sheet_of_both() -> None:
    article = make_article("联系我们")
    draft = revision(article, body=f"<p>值班电话 {MOBILE}。</p>")
    finding = next(one for one in inspect(draft) if one.id == "pii.mobile")
    overrides.ask(draft, finding.handle, reason="对外公布的值班电话", by=colleague("申请的人"))
    for item in (article, draft):
        assert "对外公布的值班电话" in read(item)


def test_the_moments_of_the_public_page() -> None:
    article = make_draft("题")
    release(article, at=timezone.now() + timedelta(days=1))
    workflow.unschedule(article, by=chief())
    workflow.publish(article, by=chief())
    workflow.archive(article, by=chief())
    workflow.reopen(article, by=chief())
    workflow.set_terms(article, by=chief(), expires_at=timezone.now() + timedelta(days=9), review_on=None)
    workflow.publish(approve(revision(article, title="新题")), by=chief())
    article.refresh_from_db()
    workflow.discard(workflow.revise(article, by=colleague("撰稿人")), by=colleague("撰稿人"))
    article = Article.objects.get()
    workflow.withdraw(article, by=chief(), reason="数字有误")
    workflow.publish(approve(revision(article, title="更正的题")), by=chief())
    moments = sheet_of(Article.objects.get()).moments
    assert [one.what for one in reversed(moments)] == [
        "定时发布", "取消定时发布", "发布", "归档", "取消归档", "到期和复核日期", "开始修订", "发布修订", "开始修订",
        "放弃修订", "撤回", "开始修订", "发布修订",
    ]  # fmt: skip
    told = {one.what: (one.who, one.more) for one in moments}
    assert told["撤回"] == ("发布人", "原因：数字有误")
    assert told["定时发布"][1].startswith("定于 20") and told["放弃修订"][0] == "撰稿人"
    # Reviews move nothing that visitors see.
    assert "送审" not in told and "一审通过" not in told


@pytest.mark.parametrize("kind", ["round", "agreement", "duallistitem"])
def test_every_kind_of_content_has_its_sheet(kind: str) -> None:
    item: Any = {"round": make_round, "agreement": make_pact, "duallistitem": publish_need}[kind]()
    shown = read(item)
    assert "第 1 次送审" in shown and "审核人1" in shown and "已发布" in shown
    signers = sheet_of(item).signers
    assert signers == [
        "撰稿", *["一审", "二审", "三审"][: item.level.reviews], "保密审查", "涉军审核", "签发",
    ]  # fmt: skip


def test_a_draft_that_nobody_handed_in_has_a_sheet_too() -> None:
    shown = read(make_draft("新稿"))
    assert "还没有送审过。" in shown and "还没有公开过。" in shown and "没有公开的页面" in shown


def test_what_people_wrote_is_shown_as_words() -> None:
    article = make_draft("<b>题</b>")
    workflow.submit(article, by=colleague("撰稿人"), note="<script>alert(1)</script>")
    shown = director().get(address(article)).content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;alert(1)" in shown and "<b>题" not in shown


# --- Numbers ---------------------------------------------------------------------------------------

SHEET_QUERIES = 41


def test_a_sheet_costs_the_same_for_one_submission_and_for_many(django_assert_num_queries: Any) -> None:
    client = director()
    once = make_article("一次")
    workflow.submit(revision(once, title="改题", body="<p>改文。</p>"), by=colleague("撰稿人"))
    client.get(address(once))
    with django_assert_num_queries(SHEET_QUERIES):
        client.get(address(once))
    often = make_article("多次")
    for number in range(4):
        workflow.publish(approve(revision(often, title=f"改题{number}")), by=chief())
        often.refresh_from_db()
    draft = revision(often, title="改题", body="<p>改文。</p>")
    for _ in range(8):
        workflow.submit(draft, by=colleague("撰稿人"))
        workflow.send_back(draft, by=chief(), reason="再改")
    workflow.submit(draft, by=colleague("撰稿人"))
    assert len(sheet_of(often).submissions) == 14
    with django_assert_num_queries(SHEET_QUERIES):
        client.get(address(often))


# --- Who may read it -------------------------------------------------------------------------------


def test_a_visitor_is_sent_to_the_log_in_and_finds_no_link() -> None:
    article = make_article("公开的稿件")
    answer = Client().get(address(article))
    assert answer.status_code == 302 and answer["Location"].startswith("/admin/login/")
    public = Client().get(article.get_absolute_url()).content.decode()
    assert "/sheet/" not in public and "审核人1" not in public


@pytest.mark.parametrize("rights", [[], ["view_column"], ["view_round"]])
def test_without_the_right_to_view_the_item_there_is_no_sheet(rights: list[str]) -> None:
    article = make_article("题")
    assert logged_in("other", *rights).get(address(article)).status_code == 403


def test_whoever_may_view_reads_it_and_the_trail_knows() -> None:
    article = make_draft("没有公开的")
    response = logged_in("reader", "view_article").get(address(article))
    assert response.status_code == 200
    last = AuditEvent.objects.order_by("-number").first()
    assert last is not None
    assert (last.event, last.person, last.object_name, last.detail) == (
        "view",
        "reader",
        "没有公开的",
        "审核单",
    )
    assert response["Cache-Control"].find("no-store") >= 0


@pytest.mark.parametrize("key", ["0", "abc", "9" * 30])
def test_no_item_no_sheet(key: str) -> None:
    assert director().get(f"/admin/news/article/{key}/sheet/").status_code == 404


def test_the_sheet_is_read_only() -> None:
    article, client = make_draft(), director()
    assert client.post(address(article)).status_code == 405
    shown = client.get(address(article)).content.decode()
    assert shown.count("<form") == 1, "the one that logs out"


def test_the_form_leads_to_it() -> None:
    article = make_draft()
    shown = page(director(), "news_article_change", article.pk).content.decode()
    assert f'href="{address(article)}">审核单</a>' in shown
