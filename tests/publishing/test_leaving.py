"""What becomes of a public item: withdrawn, archived, given an end and a day to look at it again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from news.models import Article
from publishing import workflow
from publishing.workflow import Refused
from tests.makers import approve, chief, colleague, make_article, make_draft, revision

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def stored() -> Any:
    return Article.objects.get(revision_of=None)


# --- withdrawn -------------------------------------------------------------------------------------------------


def test_withdrawing_and_returning_keep_the_first_moment() -> None:
    article = make_article(at=timezone.now() - 3 * DAY)
    moment = article.published_at
    workflow.withdraw(article, by=chief(), reason=" 数字有误 ")
    assert (stored().status, stored().withdrawal_reason, stored().withdrawal_mode) == (
        "withdrawn", "数字有误", "notice",
    )  # fmt: skip
    workflow.publish(article, by=chief())
    assert (stored().status, stored().published_at, stored().withdrawal_reason) == ("published", moment, "")


def test_what_was_changed_while_it_was_withdrawn_returns_by_a_revision_only() -> None:
    article = make_article()
    workflow.withdraw(article, by=chief(), reason="数字有误")
    Article.objects.update(body="<p>改过。</p>")
    with pytest.raises(Refused, match="请用“修订”"):
        workflow.publish(article, by=chief())


def test_a_return_is_not_scheduled() -> None:
    article = make_article()
    workflow.withdraw(article, by=chief(), reason="数字有误")
    with pytest.raises(Refused, match="不能定时"):
        workflow.publish(article, by=chief(), at=timezone.now() + DAY)


@pytest.mark.parametrize(
    ("reason", "mode", "target", "said"),
    [
        ("", "notice", "", "原因"),
        ("   ", "notice", "", "原因"),
        ("数字有误", "vanish", "", "撤回方式"),
        ("数字有误", "redirect", "", "本站地址"),
        ("数字有误", "redirect", "https://example.com/", "本站地址"),
        ("数字有误", "redirect", "//example.com/", "本站地址"),
    ],
)
def test_withdraw_refuses(reason: str, mode: str, target: str, said: str) -> None:
    article = make_article()
    with pytest.raises(Refused, match=said):
        workflow.withdraw(article, by=chief(), reason=reason, mode=mode, target=target)
    assert stored().status == "published"


def test_what_is_not_public_is_not_withdrawn() -> None:
    scheduled = approve(make_draft("定时"))
    workflow.publish(scheduled, by=chief(), at=timezone.now() + DAY)
    for item in (make_draft(), approve(make_draft("待发布")), scheduled, revision(make_article("公开"))):
        with pytest.raises(Refused, match="已经公开"):
            workflow.withdraw(item, by=chief(), reason="数字有误")


@pytest.mark.parametrize(
    "written",
    [
        "{own}",
        "{own}?a=1#b",
        "/news/yaowen/202501/t20250101_{pk}.html",
        "/news/other/202501/t20250101_{pk}.html",
    ],
)
def test_a_withdrawn_item_never_leads_to_itself(written: str) -> None:
    article = make_article()
    target = written.format(own=article.get_absolute_url(), pk=article.pk)
    with pytest.raises(Refused, match="自己的地址"):
        workflow.withdraw(article, by=chief(), reason="合并", mode="redirect", target=target)


def test_a_withdrawn_item_leads_to_another_of_its_kind() -> None:
    article, other = make_article("甲"), make_article("乙")
    workflow.withdraw(article, by=chief(), reason="合并", mode="redirect", target=other.get_absolute_url())
    assert article.withdrawal_target == other.get_absolute_url()


# --- archived --------------------------------------------------------------------------------------------------


def test_an_archived_page_is_public_and_can_be_taken_out_again() -> None:
    article = make_article()
    moment = article.published_at
    workflow.archive(article, by=chief())
    assert (stored().state(), stored().is_published(), stored().published_at) == ("archived", True, moment)
    assert list(Article.objects.archived()) == [article]
    workflow.reopen(article, by=chief())
    assert (stored().state(), stored().archived_at) == ("live", None)
    workflow.archive(article, by=chief())
    workflow.withdraw(article, by=chief(), reason="数字有误")
    assert (stored().state(), stored().archived_at) == ("withdrawn", None)


def test_what_is_unfinished_is_not_archived() -> None:
    article = make_article()
    revision(article)
    with pytest.raises(Refused, match="修订还没有做完"):
        workflow.archive(stored(), by=chief())
    urgent = make_draft("应急")
    workflow.publish_in_emergency(urgent, by=colleague("应急"), reason="防汛通知")
    with pytest.raises(Refused, match="补审还没有做完"):
        workflow.archive(urgent, by=chief())


@pytest.mark.parametrize("state", ["draft", "approved", "withdrawn", "archived", "expired"])
def test_only_what_is_live_is_archived(state: str) -> None:
    article = (
        make_draft() if state == "draft" else approve(make_draft()) if state == "approved" else make_article()
    )
    if state == "withdrawn":
        workflow.withdraw(article, by=chief(), reason="数字有误")
    elif state == "archived":
        workflow.archive(article, by=chief())
    elif state == "expired":
        Article.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert stored().state() == state
    with pytest.raises(Refused, match="只有已经公开的内容可以归档"):
        workflow.archive(article, by=chief())
    if state != "archived":
        with pytest.raises(Refused, match="没有归档"):
            workflow.reopen(article, by=chief())


# --- an end and a day to look again ----------------------------------------------------------------------------


def test_an_end_takes_the_text_away_by_the_clock_and_can_be_moved() -> None:
    article, end = make_article(), timezone.now() + DAY
    workflow.set_terms(article, by=chief(), expires_at=end, review_on=None)
    assert stored().is_published() and not Article.objects.published(at=end).exists()
    assert stored().state(end) == "expired"
    workflow.set_terms(article, by=chief(), expires_at=None, review_on=timezone.localdate() + DAY)
    assert stored().is_published(end) and stored().review_on == timezone.localdate() + DAY


def test_an_end_in_the_past_and_a_day_that_is_over_are_refused() -> None:
    article = make_article()
    with pytest.raises(Refused, match="到期时间必须在将来.* 复核日期必须在今天之后"):
        workflow.set_terms(article, by=chief(), expires_at=timezone.now(), review_on=timezone.localdate())
    assert stored().expires_at is None


def test_a_draft_and_a_revision_have_no_terms() -> None:
    for item, said in ((make_draft(), "批准以后"), (revision(make_article()), "已公开的那一条")):
        with pytest.raises(Refused, match=said):
            workflow.set_terms(item, by=chief(), expires_at=None, review_on=None)


def test_what_was_withdrawn_and_has_run_out_meanwhile_can_return_with_another_end() -> None:
    article = make_article(at=timezone.now() - 3 * DAY)
    workflow.withdraw(article, by=chief(), reason="数字有误")
    Article.objects.update(expires_at=timezone.now() - DAY)
    with pytest.raises(Refused, match="先修改到期时间"):
        workflow.publish(article, by=chief())
    workflow.set_terms(article, by=chief(), expires_at=None, review_on=None)
    workflow.publish(article, by=chief())
    assert stored().is_published()
