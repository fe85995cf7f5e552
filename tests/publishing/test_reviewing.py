"""From the draft to the approval: who may review, what a review is bound to, and every reason for a refusal."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from audit.models import AuditEvent
from honors.models import Place
from news.attachments import attach
from news.models import Article
from publishing import workflow
from publishing.models import ReviewStep
from publishing.workflow import Refused
from tests.desk import person
from tests.makers import approve, colleague, make_article, make_column, make_draft, make_picture
from tests.partnerships.needs import make_need
from tests.publishing.preflight.papers import SECRET
from tests.publishing.test_documents import docx

pytestmark = pytest.mark.django_db

BOTH = ("secrecy", "military")


def handed_in(**fields: Any) -> Article:
    article = make_draft(**fields)
    workflow.submit(article, by=colleague("撰稿人"))
    return article


def stored(item: Any) -> Any:
    return type(item).objects.get(pk=item.pk)


def state(item: Any) -> str:
    return str(stored(item).status)


def kinds(item: Any) -> list[tuple[str, str, int]]:
    return [(row.kind, row.person.username, row.submission) for row in ReviewStep.objects.about(item)]


# --- the road --------------------------------------------------------------------------------------------------


def test_an_article_goes_from_the_draft_through_its_reviews_to_the_approval() -> None:
    article = handed_in()
    assert (state(article), workflow.step_due(article)) == ("in_review", 1)
    workflow.approve(article, by=colleague("甲"), opinion="可以")
    assert (state(article), workflow.step_due(article)) == ("in_review", 2)
    workflow.approve(article, by=colleague("乙"), signs=BOTH)
    assert (state(article), workflow.step_due(article)) == ("approved", 0)
    assert kinds(article) == [
        ("author", "撰稿人", 1), ("submitted", "撰稿人", 1), ("approved", "甲", 1), ("approved", "乙", 1),
        ("secrecy", "乙", 1), ("military", "乙", 1),
    ]  # fmt: skip
    assert [row.opinion for row in workflow.valid_steps(article)] == ["可以", "同意。"]
    assert workflow.approval_obstacles(article) == []


def test_each_act_is_one_entry_of_the_history_and_one_of_the_trail() -> None:
    article = handed_in()
    reviewer = colleague("甲")
    before = article.history.count(), AuditEvent.objects.count()
    workflow.approve(article, by=reviewer, signs=BOTH)
    assert (article.history.count(), AuditEvent.objects.count()) == (before[0] + 1, before[1] + 1)
    newest = article.history.first()
    assert (newest.history_user.username, newest.history_change_reason) == ("甲", "一审通过")
    assert AuditEvent.objects.latest("number").person == "甲"


@pytest.mark.parametrize(("level", "reviews"), [("A", 1), ("B", 2), ("C", 3)])
def test_the_level_of_the_column_says_how_many_people_review(level: str, reviews: int) -> None:
    article = handed_in(column=make_column(level.lower(), review_level=level))
    for number in range(reviews):
        assert state(article) == "in_review"
        workflow.approve(article, by=colleague(f"审核人{number}"))
    assert state(article) == "approved"
    with pytest.raises(Refused, match="没有等待审核"):
        workflow.approve(article, by=colleague("再一人"))


def test_submitting_says_every_obstacle_at_once_and_changes_nothing() -> None:
    article = make_draft(source_name="", body="", title=f"公示{SECRET}")
    reasons = workflow.submit_obstacles(article, by=colleague("甲"))
    assert reasons[:2] == ["请填写来源，公开的稿件都要写明来源。", "请填写正文，或填写转到的网址。"]
    assert "身份证号" in reasons[2]
    with pytest.raises(Refused) as refusal:
        workflow.submit(article, by=colleague("甲"))
    assert refusal.value.reasons == reasons
    assert state(article) == "draft" and not ReviewStep.objects.exists()


@pytest.mark.parametrize("words", ["长" * 501])
def test_words_that_do_not_fit_are_refused_and_not_cut(words: str) -> None:
    article = make_draft()
    with pytest.raises(Refused, match="最多 500 字"):
        workflow.submit(article, by=colleague("甲"), note=words)
    workflow.submit(article, by=colleague("甲"), note=words[:500])
    for act in (
        lambda: workflow.approve(article, by=colleague("乙"), opinion=words),
        lambda: workflow.send_back(article, by=colleague("乙"), reason=words),
    ):
        with pytest.raises(Refused, match="最多 500 字"):
            act()


# --- who -------------------------------------------------------------------------------------------------------


def test_the_author_neither_reviews_nor_signs() -> None:
    article, author = handed_in(), colleague("撰稿人")
    with pytest.raises(Refused, match="另一位同事审核"):
        workflow.approve(article, by=author, signs=BOTH)
    with pytest.raises(Refused, match="另一位同事签"):
        workflow.sign(article, by=author, signs=["secrecy"])
    assert workflow.valid_steps(article) == [] and workflow.signatures(article) == {}


def test_who_began_it_and_who_saved_it_are_authors_though_another_submits() -> None:
    article = make_draft(created_by=colleague("起草人"))
    workflow.note_edit(article, by=colleague("改稿人"))
    workflow.submit(article, by=colleague("撰稿人"))
    for name in ("起草人", "改稿人", "撰稿人"):
        with pytest.raises(Refused, match="另一位同事审核"):
            workflow.approve(article, by=colleague(name))
    workflow.approve(article, by=colleague("甲"))


def test_authors_of_a_submission_that_came_back_stay_authors_of_the_next() -> None:
    article = handed_in()
    workflow.send_back(article, by=colleague("甲"), reason="请核实")
    workflow.submit(article, by=colleague("接手人"))
    workflow.send_back(article, by=colleague("甲"), reason="再核实")
    workflow.submit(article, by=colleague("第三人"))
    assert {User.objects.get(pk=pk).username for pk in workflow.authors(article)} == {
        "撰稿人", "接手人", "第三人",
    }  # fmt: skip
    with pytest.raises(Refused, match="另一位同事审核"):
        workflow.approve(article, by=colleague("撰稿人"))


def test_a_reviewer_who_corrects_the_text_is_an_author_from_then_on() -> None:
    article = handed_in()
    workflow.approve(article, by=colleague("甲"))
    Article.objects.filter(pk=article.pk).update(title="甲改的标题")
    assert workflow.note_edit(article, by=colleague("甲"))
    workflow.submit(article, by=colleague("撰稿人"))
    with pytest.raises(Refused, match="另一位同事审核"):
        workflow.approve(article, by=colleague("甲"))


def test_one_person_reviews_one_step() -> None:
    article = handed_in()
    workflow.approve(article, by=colleague("甲"))
    with pytest.raises(Refused, match="已经审过"):
        workflow.approve(article, by=colleague("甲"))
    assert len(workflow.valid_steps(article)) == 1


def test_each_step_asks_for_its_own_right() -> None:
    article = handed_in()
    first, second = person("一", "review_1_article"), person("二", "review_2_article")
    with pytest.raises(Refused, match="没有一审的权限"):
        workflow.approve(article, by=second)
    workflow.approve(article, by=first)
    third = person("三", "review_1_article", "review_3_article")
    with pytest.raises(Refused, match="没有二审的权限"):
        workflow.approve(article, by=third)
    workflow.approve(article, by=second)
    assert state(article) == "approved"


def test_each_signature_asks_for_its_own_right_and_is_given_once() -> None:
    article = handed_in()
    clerk = person("保密员", "sign_secrecy_article")
    with pytest.raises(Refused, match="没有签“涉军审核”的权限"):
        workflow.sign(article, by=clerk, signs=BOTH)
    with pytest.raises(Refused, match="至少勾选一项"):
        workflow.sign(article, by=clerk, signs=[])
    with pytest.raises(Refused, match="没有这一项"):
        workflow.sign(article, by=clerk, signs=["approved"])
    workflow.sign(article, by=clerk, signs=["secrecy"])
    with pytest.raises(Refused, match="都已经签过"):
        workflow.sign(article, by=clerk, signs=["secrecy"])
    with pytest.raises(Refused, match="已经有人签过"):
        workflow.approve(article, by=colleague("甲"), signs=["secrecy"])
    assert list(workflow.signatures(article)) == ["secrecy"]


# --- what a review is bound to ---------------------------------------------------------------------------------

EDITS = {
    "a field": lambda item: Article.objects.filter(pk=item.pk).update(title="另一个标题"),
    "a relation": lambda item: item.places.add(
        Place.objects.create(code="990000", name="测试省", kind="省", level="province")
    ),
    "a file": lambda item: attach(item, docx("简报"), "简报.docx"),
    "the name of a file": lambda item: item.attachments.update(name="改名.docx"),
    "the order of files": lambda item: item.attachments.update(order=9),
    "a file less": lambda item: item.attachments.all().delete(),
    "a picture": lambda item: Article.objects.filter(pk=item.pk).update(cover=make_picture()),
    "the column": lambda item: Article.objects.filter(pk=item.pk).update(column=make_column("tongzhi")),
}


@pytest.mark.parametrize("edit", EDITS)
def test_whatever_visitors_read_ends_the_approval_when_it_changes(edit: str) -> None:
    article = make_draft()
    attach(article, docx("通知"), "通知.docx")
    approve(article)
    EDITS[edit](article)
    assert "内容在批准之后改过" in workflow.publish_obstacles(article, by=colleague("发布人"))[0]
    with pytest.raises(Refused, match="改过"):
        workflow.publish(article, by=colleague("发布人"))
    assert workflow.note_edit(article, by=colleague("撰稿人"))
    assert state(article) == "draft" and stored(article).approved_hash == ""


def test_what_visitors_do_not_read_leaves_the_approval_alone() -> None:
    article = approve(make_draft())
    Article.objects.filter(pk=article.pk).update(headline=True, expires_at="2099-01-01T00:00Z")
    assert not workflow.note_edit(article, by=colleague("撰稿人"))
    need = approve(make_need())
    type(need).objects.filter(pk=need.pk).update(content="内部的话")
    need.notes.create(date="2024-05-06", text="内部进展", public=False)
    assert not workflow.note_edit(need, by=colleague("撰稿人"))
    need.notes.update(public=True)
    assert workflow.note_edit(need, by=colleague("撰稿人"))


def test_a_text_that_was_changed_and_changed_back_is_what_was_approved() -> None:
    article = approve(make_draft())
    Article.objects.filter(pk=article.pk).update(title="另一个标题")
    Article.objects.filter(pk=article.pk).update(title=article.title)
    assert workflow.approval_obstacles(article) == []


def test_a_change_in_review_past_the_form_is_told_to_the_next_reviewer() -> None:
    article = handed_in()
    workflow.approve(article, by=colleague("甲"))
    Article.objects.filter(pk=article.pk).update(body="<p>换了一段。</p>")
    for act in (
        lambda: workflow.approve(article, by=colleague("乙")),
        lambda: workflow.sign(article, by=colleague("乙"), signs=["secrecy"]),
    ):
        with pytest.raises(Refused, match="送审之后改过"):
            act()
    workflow.send_back(article, by=colleague("乙"), reason="内容变了")
    approve(article)
    assert workflow.approval_obstacles(article) == []


def test_reviews_and_signatures_of_one_submission_do_not_count_in_the_next() -> None:
    article = approve(make_draft())
    workflow.send_back(article, by=colleague("甲"), reason="缓发")
    workflow.submit(article, by=colleague("撰稿人"))
    assert workflow.valid_steps(article) == [] and workflow.signatures(article) == {}
    workflow.approve(article, by=colleague("审核人1"))
    workflow.approve(article, by=colleague("审核人2"))
    assert workflow.publish_obstacles(article, by=colleague("发布人")) == [
        "还没有人签“保密审查”。", "还没有人签“涉军审核”。",
    ]  # fmt: skip


def test_verbs_judge_what_is_stored_and_not_a_copy_in_memory() -> None:
    """Two people hold the same row; what the second stored in between counts, at every verb."""
    article = make_draft()
    stale = stored(article)
    Article.objects.filter(pk=article.pk).update(body=f"<p>{SECRET}</p>")
    with pytest.raises(Refused, match="身份证号"):
        workflow.submit(stale, by=colleague("撰稿人"))
    Article.objects.filter(pk=article.pk).update(body="<p>正文。</p>")
    changed = stored(article)
    changed.title, changed.body = "没有保存的标题", "<p>没有保存的正文。</p>"
    workflow.submit(changed, by=colleague("撰稿人"))
    assert (changed.title, changed.body) == (article.title, "<p>正文。</p>")
    assert [row.content_hash for row in ReviewStep.objects.filter(kind="submitted")] == [
        workflow.Submission.of(article).hashed
    ]


def test_a_copy_that_is_saved_late_moves_no_state() -> None:
    article = handed_in()
    stale = stored(article)
    workflow.send_back(article, by=colleague("甲"), reason="请核实")
    stale.title = "晚到的标题"
    stale.save()
    found = stored(article)
    assert (found.status, found.title) == ("draft", "晚到的标题")
    assert found.returned_at is not None


def test_a_verb_on_what_is_gone_is_refused_in_words() -> None:
    article = make_draft()
    stale = stored(article)
    article.delete()
    with pytest.raises(Refused, match="刚才被删除"):
        workflow.submit(stale, by=colleague("撰稿人"))


# --- back ------------------------------------------------------------------------------------------------------


def test_sent_back_from_any_step_with_a_reason() -> None:
    for steps in range(3):
        article = handed_in(title=f"稿件{steps}")
        for step in range(steps):
            workflow.approve(article, by=colleague(f"审核人{step}"))
        with pytest.raises(Refused, match="退回原因"):
            workflow.send_back(article, by=colleague("甲"), reason="  ")
        workflow.send_back(article, by=colleague("甲"), reason=" 请核实数字 ")
        row = ReviewStep.objects.about(article).get(kind="returned")
        assert (row.opinion, row.step) == ("请核实数字", steps)
        assert state(article) == "draft" and stored(article).returned_at is not None


def test_the_author_takes_back_and_nobody_else() -> None:
    article = handed_in()
    with pytest.raises(Refused, match="只有作者"):
        workflow.take_back(article, by=colleague("甲"))
    workflow.take_back(article, by=colleague("撰稿人"))
    assert state(article) == "draft"
    with pytest.raises(Refused, match="只有已送审"):
        workflow.take_back(article, by=colleague("撰稿人"))


def test_what_is_public_is_neither_submitted_nor_sent_back_nor_taken_back() -> None:
    article = make_article()
    for act in (
        lambda: workflow.submit(article, by=colleague("撰稿人")),
        lambda: workflow.send_back(article, by=colleague("甲"), reason="晚了"),
        lambda: workflow.take_back(article, by=colleague("撰稿人")),
        lambda: workflow.sign(article, by=colleague("甲"), signs=["secrecy"]),
        lambda: workflow.approve(article, by=colleague("甲")),
    ):
        with pytest.raises(Refused):
            act()
    assert state(article) == "published"
