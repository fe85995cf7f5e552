"""The verbs: what they do, and every reason for which they refuse."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from news.models import Article
from publishing import workflow
from publishing.workflow import Refused
from tests.makers import make_article, make_draft

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_publish_sets_now_even_when_asked_for_the_past() -> None:
    article = make_draft()
    before = timezone.now()
    workflow.publish(article, by=None, at=before - DAY)
    article.refresh_from_db()
    assert article.status == "published"
    assert before <= article.published_at <= timezone.now()


def test_publish_schedules_the_future_and_may_change_it_until_then() -> None:
    article, soon, later = make_draft(), timezone.now() + DAY, timezone.now() + 2 * DAY
    workflow.publish(article, by=None, at=soon)
    assert article.is_scheduled() and article.published_at == soon
    workflow.publish(article, by=None, at=later)
    assert article.published_at == later
    workflow.unschedule(article, by=None)
    article.refresh_from_db()
    assert (article.status, article.published_at) == ("draft", None)


def test_publish_records_who_and_what() -> None:
    editor = User.objects.create_user("bianji")
    article = make_draft()
    workflow.publish(article, by=editor)
    newest = article.history.first()
    assert (newest.history_user, newest.history_change_reason) == (editor, "发布")
    assert article.updated_by == editor


def test_publish_refuses_what_is_public_already() -> None:
    article = make_article()
    moment = article.published_at
    with pytest.raises(Refused, match="已经发布"):
        workflow.publish(article, by=None, at=timezone.now() + DAY)
    article.refresh_from_db()
    assert article.published_at == moment


def test_publish_says_every_obstacle_at_once() -> None:
    article = make_draft(source_name="", body="")
    assert workflow.publish_obstacles(article) == [
        "请填写来源，公开的稿件都要写明来源。",
        "请填写正文，或填写转到的网址。",
    ]
    with pytest.raises(Refused) as refusal:
        workflow.publish(article, by=None)
    assert refusal.value.reasons == workflow.publish_obstacles(article)
    article.refresh_from_db()
    assert article.status == "draft"


def test_publish_refuses_an_expiry_before_the_moment() -> None:
    article = make_draft(expires_at=timezone.now() + DAY)
    with pytest.raises(Refused, match="到期时间"):
        workflow.publish(article, by=None, at=timezone.now() + 2 * DAY)


def test_withdraw_and_return_keep_the_first_moment() -> None:
    article = make_article(at=timezone.now() - 3 * DAY)
    moment = article.published_at
    workflow.withdraw(article, by=None, reason=" 数字有误 ")
    assert (article.status, article.withdrawal_reason, article.withdrawal_mode) == (
        "withdrawn",
        "数字有误",
        "notice",
    )
    workflow.publish(article, by=None)
    article.refresh_from_db()
    assert (article.status, article.published_at, article.withdrawal_reason) == ("published", moment, "")


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
        workflow.withdraw(article, by=None, reason=reason, mode=mode, target=target)
    article.refresh_from_db()
    assert article.status == "published"


def test_withdraw_refuses_drafts_and_scheduled() -> None:
    draft, scheduled = make_draft(), make_draft("定时")
    workflow.publish(scheduled, by=None, at=timezone.now() + DAY)
    for article in (draft, scheduled):
        with pytest.raises(Refused, match="已经公开"):
            workflow.withdraw(article, by=None, reason="数字有误")


def test_unschedule_refuses_what_is_public() -> None:
    with pytest.raises(Refused, match="撤回"):
        workflow.unschedule(make_article(), by=None)


def test_import_published_is_the_only_way_to_the_past_and_says_so() -> None:
    article, moment = make_draft(), timezone.now() - 400 * DAY
    workflow.import_published(article, by=None, at=moment)
    article.refresh_from_db()
    assert article.published_at == moment
    assert article.imported_at is not None
    assert "原发布时间" in article.history.first().history_change_reason


def test_import_published_refuses_the_future_and_what_is_no_draft() -> None:
    with pytest.raises(Refused, match="将来"):
        workflow.import_published(make_draft(), by=None, at=timezone.now() + DAY)
    with pytest.raises(Refused, match="草稿"):
        workflow.import_published(make_article(), by=None, at=timezone.now() - DAY)


def test_a_verb_sees_the_row_and_not_a_stale_copy() -> None:
    article = make_draft()
    stale = Article.objects.get(pk=article.pk)
    workflow.publish(article, by=None)
    with pytest.raises(Refused, match="已经发布"):
        workflow.publish(stale, by=None)


def test_every_save_raises_the_lock_version() -> None:
    article = make_draft()
    first = article.lock_version
    workflow.publish(article, by=None)
    article.refresh_from_db()
    assert article.lock_version == first + 1


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
        workflow.withdraw(article, by=None, reason="合并", mode="redirect", target=target)


def test_a_withdrawn_item_leads_to_another_of_its_kind() -> None:
    article, other = make_article("甲"), make_article("乙")
    workflow.withdraw(article, by=None, reason="合并", mode="redirect", target=other.get_absolute_url())
    assert article.withdrawal_target == other.get_absolute_url()
