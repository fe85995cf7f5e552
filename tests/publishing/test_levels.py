"""The level of review: raised by anybody who works on it, lowered by a reviewer, never by its author."""

import pytest

from news.models import Article, Column
from publishing import workflow
from publishing.workflow import Refused
from tests.desk import person
from tests.makers import approve, chief, colleague, make_column, make_draft, release

pytestmark = pytest.mark.django_db


def handed_in(level: str) -> Article:
    article = make_draft(column=make_column("ceshi", review_level=level))
    workflow.submit(article, by=colleague("撰稿人"))
    return article


def test_the_author_raises_and_cannot_lower() -> None:
    article, author = make_draft(column=make_column("ceshi", review_level="A")), colleague("撰稿人")
    workflow.note_edit(article, by=author)
    workflow.set_level(article, by=author, level="C")
    assert article.level == "C"
    with pytest.raises(Refused, match="作者不能降低"):
        workflow.set_level(article, by=author, level="B")
    workflow.submit(article, by=author)
    with pytest.raises(Refused, match="作者不能降低"):
        workflow.set_level(article, by=author, level="A")


def test_who_may_only_change_cannot_lower_and_a_reviewer_can() -> None:
    article = make_draft(column=make_column("ceshi", review_level="A"))
    workflow.set_level(article, by=colleague("甲"), level="C")
    with pytest.raises(Refused, match="只有审核的同事"):
        workflow.set_level(article, by=person("编辑甲", "change_article"), level="A")
    workflow.set_level(article, by=person("审核甲", "review_2_article"), level="B")
    assert Article.objects.get().level == "B"


@pytest.mark.parametrize("level", ["", "D", "a", "AA"])
def test_no_other_level(level: str) -> None:
    with pytest.raises(Refused, match="请选择"):
        workflow.set_level(make_draft(), by=chief(), level=level)


def test_nobody_goes_below_the_level_of_the_column() -> None:
    article = handed_in("B")
    with pytest.raises(Refused, match="不能再低"):
        workflow.set_level(article, by=colleague("甲"), level="A")


def test_a_level_that_is_lowered_to_what_was_done_approves() -> None:
    article = handed_in("A")
    workflow.set_level(article, by=colleague("甲"), level="B")
    workflow.approve(article, by=colleague("乙"))
    assert article.status == "in_review"
    workflow.set_level(article, by=colleague("丙"), level="A")
    assert (article.status, bool(article.approved_hash)) == ("approved", True)


def test_a_column_whose_level_is_lowered_does_not_shorten_a_review_under_way() -> None:
    article = handed_in("C")
    Column.objects.update(review_level="A")
    workflow.approve(Article.objects.get(), by=colleague("甲"))
    article = Article.objects.get()
    assert (article.status, article.level, workflow.step_due(article)) == ("in_review", "C", 2)
    with pytest.raises(Refused, match="作者不能降低"):
        workflow.set_level(article, by=colleague("撰稿人"), level="A")
    workflow.set_level(article, by=colleague("乙"), level="A")
    assert Article.objects.get().status == "approved"


def test_a_column_whose_level_is_raised_asks_more_of_what_is_approved_already() -> None:
    article = approve(make_draft(column=make_column("ceshi", review_level="B")))
    Column.objects.update(review_level="C")
    article = Article.objects.get()
    assert workflow.publish_obstacles(article, by=chief()) == ["还缺三审。请先退回。"]
    workflow.send_back(article, by=chief(), reason="级别提高了")
    release(article)
    assert article.is_published()


def test_the_level_is_settled_before_the_approval_only() -> None:
    with pytest.raises(Refused, match="批准以后"):
        workflow.set_level(approve(make_draft()), by=chief(), level="C")
