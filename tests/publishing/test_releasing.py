"""From the approval to the public page: now, later, in an emergency, or as an import; and every refusal."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from honors.models import Round
from news.models import Article
from publishing import workflow
from publishing.models import ReviewStep
from publishing.workflow import Refused
from tests.desk import person
from tests.honors.rolls import make_round
from tests.makers import approve, chief, colleague, make_article, make_column, make_draft, revision
from tests.publishing.preflight.papers import SECRET

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BOTH = ("secrecy", "military")


def soon() -> datetime:
    return timezone.now() + DAY


def stored() -> Article:
    return Article.objects.get()


# --- publishing ------------------------------------------------------------------------------------------------


def test_publish_sets_now_even_when_asked_for_the_past() -> None:
    article, before = approve(make_draft()), timezone.now()
    workflow.publish(article, by=chief(), at=before - DAY)
    assert stored().status == "published"
    assert before <= stored().published_at <= timezone.now()


@pytest.mark.parametrize("by", ["撰稿人", "发布人"])
def test_a_draft_is_published_by_nobody(by: str) -> None:
    article, who = make_draft(), colleague(by)
    assert who.is_superuser
    for act in (
        lambda: workflow.publish(article, by=who),
        lambda: workflow.publish(article, by=who, at=soon()),
        lambda: workflow.import_published(article, by=who, at=timezone.now() - DAY),
    ):
        with pytest.raises(Refused, match="批准"):
            act()
    workflow.submit(article, by=colleague("撰稿人"))
    with pytest.raises(Refused, match="还在审核，不能发布。 还缺一审、二审。"):
        workflow.publish(article, by=who)
    assert stored().status == "in_review"


def test_nobody_publishes_without_saying_who() -> None:
    for act in (
        lambda item: workflow.publish(item, by=None),
        lambda item: workflow.publish_in_emergency(item, by=None, reason="防汛"),
        lambda item: workflow.import_published(item, by=None, at=timezone.now() - DAY),
    ):
        with pytest.raises(Refused, match="没有说明由谁"):
            act(approve(make_draft()))


def test_reviews_without_signatures_do_not_publish() -> None:
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    workflow.approve(article, by=colleague("甲"), signs=["secrecy"])
    workflow.approve(article, by=colleague("乙"))
    with pytest.raises(Refused, match="还没有人签“涉军审核”"):
        workflow.publish(article, by=chief())
    workflow.sign(article, by=colleague("丙"), signs=["military"])
    workflow.publish(article, by=chief())
    assert stored().is_published()


def test_publish_refuses_what_is_public_already_and_keeps_its_moment() -> None:
    article = make_article()
    moment = article.published_at
    with pytest.raises(Refused, match="已经发布"):
        workflow.publish(article, by=chief(), at=soon())
    assert stored().published_at == moment


def test_what_must_not_go_out_is_refused_after_the_approval_too() -> None:
    """A number that a later rule of the preflight finds, or that came in past the form."""
    article = approve(make_draft())
    Article.objects.update(summary=SECRET)
    reasons = workflow.publish_obstacles(stored(), by=chief())
    assert "改过" in reasons[0] and "身份证号" in reasons[-1]
    with pytest.raises(Refused):
        workflow.publish(article, by=chief())


# --- later -----------------------------------------------------------------------------------------------------


def test_a_scheduled_item_gets_another_moment_until_its_own_has_come() -> None:
    article, at = approve(make_draft()), soon()
    workflow.publish(article, by=chief(), at=at)
    assert stored().is_scheduled() and stored().published_at == at
    workflow.publish(article, by=chief(), at=at + DAY)
    assert stored().published_at == at + DAY
    workflow.unschedule(article, by=chief())
    assert (stored().status, stored().published_at) == ("approved", None)
    workflow.publish(article, by=chief())
    assert stored().is_published()
    with pytest.raises(Refused, match="已经公开的请用“撤回”"):
        workflow.unschedule(article, by=chief())


def test_a_scheduled_item_that_is_sent_back_does_not_go_out() -> None:
    article = approve(make_draft())
    workflow.publish(article, by=chief(), at=soon())
    workflow.send_back(article, by=colleague("甲"), reason="情况有变")
    assert (stored().status, stored().published_at) == ("draft", None)
    assert not Article.objects.published(at=soon() + DAY).exists()


def test_a_scheduled_item_that_was_edited_past_the_form_gets_no_other_moment() -> None:
    article = approve(make_draft())
    workflow.publish(article, by=chief(), at=soon())
    Article.objects.update(body="<p>另一段。</p>")
    with pytest.raises(Refused, match="改过.*请先退回"):
        workflow.publish(article, by=chief(), at=soon() + DAY)


def test_an_end_before_the_moment_is_refused_at_every_road() -> None:
    article = approve(make_draft(expires_at=soon()))
    with pytest.raises(Refused, match="到期时间"):
        workflow.publish(article, by=chief(), at=soon() + DAY)
    Article.objects.update(expires_at=timezone.now() - DAY)
    for act in (
        lambda: workflow.publish(article, by=chief()),
        lambda: workflow.import_published(article, by=chief(), at=timezone.now() - DAY / 2),
    ):
        with pytest.raises(Refused, match="到期时间"):
            act()


def test_a_round_is_not_scheduled() -> None:
    named = make_round()
    Round.objects.update(status="approved", published_at=None)
    with pytest.raises(Refused, match="不能定时"):
        workflow.publish(named, by=chief(), at=soon())


# --- in an emergency -------------------------------------------------------------------------------------------


def test_an_emergency_goes_out_at_once_and_stays_open_until_others_have_reviewed() -> None:
    article = make_draft(created_by=colleague("起草人"))
    workflow.publish_in_emergency(article, by=colleague("应急"), reason="防汛通知")
    assert stored().is_published() and stored().check_is_open and stored().approved_hash == ""
    for name in ("应急", "起草人"):
        with pytest.raises(Refused, match="另一位同事"):
            workflow.approve(stored(), by=colleague(name))
        with pytest.raises(Refused, match="另一位同事"):
            workflow.sign(stored(), by=colleague(name), signs=["secrecy"])
    workflow.approve(stored(), by=colleague("甲"))
    assert stored().check_is_open
    workflow.approve(stored(), by=colleague("乙"))
    assert stored().check_is_open
    workflow.sign(stored(), by=colleague("乙"), signs=BOTH)
    assert not stored().check_is_open
    assert stored().approved_hash == workflow.Submission.of(stored()).hashed
    with pytest.raises(Refused, match="没有等待审核"):
        workflow.approve(stored(), by=colleague("丙"))


def test_an_emergency_in_review_keeps_what_was_reviewed() -> None:
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    workflow.approve(article, by=colleague("甲"), signs=BOTH)
    # Who handed it in has reviewed nothing: their acting takes nothing from those who have.
    workflow.publish_in_emergency(article, by=colleague("撰稿人"), reason="防汛通知")
    assert (len(workflow.valid_steps(article)), workflow.step_due(article)) == (1, 2)
    workflow.approve(article, by=colleague("乙"))
    assert not stored().check_is_open


def test_a_reviewer_who_publishes_in_an_emergency_takes_the_own_review_back() -> None:
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    workflow.approve(article, by=colleague("甲"))
    workflow.publish_in_emergency(article, by=colleague("甲"), reason="防汛通知")
    assert workflow.valid_steps(article) == []
    with pytest.raises(Refused, match="另一位同事"):
        workflow.approve(article, by=colleague("甲"))


def test_an_emergency_with_a_text_that_changed_since_is_reviewed_as_it_went_out() -> None:
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    workflow.approve(article, by=colleague("甲"))
    Article.objects.update(title="改过的标题")
    workflow.publish_in_emergency(article, by=colleague("应急"), reason="防汛通知")
    for name in ("甲", "乙"):
        workflow.approve(article, by=colleague(name), signs=BOTH if name == "甲" else ())
    assert not stored().check_is_open


def test_an_emergency_lets_nothing_out_that_must_not_go_out() -> None:
    article = make_draft(body=f"<p>{SECRET}</p>")
    with pytest.raises(Refused, match="身份证号"):
        workflow.publish_in_emergency(article, by=chief(), reason="防汛通知")
    assert stored().status == "draft" and not ReviewStep.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_an_emergency_needs_a_reason_that_fits(reason: str) -> None:
    with pytest.raises(Refused, match="写明|最多"):
        workflow.publish_in_emergency(make_draft(), by=chief(), reason=reason)


def test_what_is_approved_needs_no_emergency_but_what_was_taken_back_may() -> None:
    article = approve(make_draft())
    with pytest.raises(Refused, match="直接用“发布”"):
        workflow.publish_in_emergency(article, by=chief(), reason="防汛通知")
    workflow.take_back(article, by=colleague("撰稿人"))
    workflow.publish_in_emergency(article, by=chief(), reason="防汛通知")
    assert stored().check_is_open


def test_an_emergency_that_was_withdrawn_comes_back_only_by_a_revision_that_others_review() -> None:
    article = make_draft()
    workflow.publish_in_emergency(article, by=colleague("应急"), reason="防汛通知")
    workflow.withdraw(article, by=chief(), reason="数字有误")
    with pytest.raises(Refused, match="还缺一审、二审。请用“修订”"):
        workflow.publish(article, by=chief())
    draft = workflow.revise(stored(), by=colleague("接手人"))
    workflow.submit(draft, by=colleague("接手人"))
    with pytest.raises(Refused, match="另一位同事"):
        workflow.approve(draft, by=colleague("应急"))


def test_a_revision_does_not_launder_an_emergency() -> None:
    """Who published it must not review their own words in a revision that somebody else began."""
    workflow.publish_in_emergency(make_draft(), by=colleague("应急"), reason="防汛通知")
    draft = revision(stored())
    workflow.submit(draft, by=colleague("撰稿人"))
    with pytest.raises(Refused, match="另一位同事"):
        workflow.approve(draft, by=colleague("应急"))
    # Once others have reviewed what stood there, the next revision is free of it.
    for name in ("甲", "乙"):
        workflow.approve(draft, by=colleague(name), signs=BOTH if name == "甲" else ())
    root = workflow.publish(draft, by=chief())
    assert not root.check_is_open
    draft = revision(root)
    workflow.submit(draft, by=colleague("撰稿人"))
    workflow.approve(draft, by=colleague("应急"))


def test_only_who_has_the_right_publishes_in_an_emergency() -> None:
    with pytest.raises(Refused, match="没有“应急发布”稿件的权限"):
        workflow.publish_in_emergency(make_draft(), by=person("甲", "publish_article"), reason="防汛通知")
    workflow.publish_in_emergency(make_draft("乙"), by=person("乙", "emergency_article"), reason="防汛通知")


# --- an import -------------------------------------------------------------------------------------------------


def test_an_import_is_the_only_way_to_the_past_and_says_so() -> None:
    article, moment = approve(make_draft()), timezone.now() - 400 * DAY
    workflow.import_published(article, by=chief(), at=moment)
    assert stored().published_at == moment and stored().imported_at is not None
    assert "原发布时间" in article.history.first().history_change_reason


def test_an_import_refuses_the_future_and_what_was_public() -> None:
    with pytest.raises(Refused, match="将来"):
        workflow.import_published(approve(make_draft()), by=chief(), at=soon())
    with pytest.raises(Refused, match="还没有公开过"):
        workflow.import_published(make_article(), by=chief(), at=timezone.now() - DAY)


def test_every_save_raises_the_lock_version() -> None:
    article = approve(make_draft(column=make_column(review_level="A")))
    first = stored().lock_version
    workflow.publish(article, by=chief())
    assert stored().lock_version == first + 1


def test_a_verb_sees_the_row_and_not_a_stale_copy() -> None:
    article = approve(make_draft())
    stale = stored()
    release_again = [
        lambda: workflow.publish(article, by=chief()),
        lambda: workflow.publish(stale, by=chief()),
    ]
    release_again[0]()
    with pytest.raises(Refused, match="已经发布"):
        release_again[1]()
