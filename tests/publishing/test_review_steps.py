"""The rules that the database itself keeps: rows that no verb would write are refused on both databases."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from news.models import Article
from publishing import workflow
from publishing.models import ReviewStep
from tests.makers import approve, colleague, make_article, make_draft
from tests.partnerships.needs import make_need

pytestmark = pytest.mark.django_db

HASH = "a" * 64


def row(kind: str, who: str, *, submission: int = 1, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "person": colleague(who), "submission": submission, **fields}


def approval(who: str, step: int, submission: int = 1) -> dict[str, Any]:
    return row("approved", who, step=step, submission=submission, content_hash=HASH)


def write(*rows: dict[str, Any], about: int = 1) -> None:
    article = ContentType.objects.get_for_model(Article)
    with transaction.atomic():
        ReviewStep.objects.bulk_create(
            ReviewStep(content_type=article, object_id=about, **one) for one in rows
        )


REFUSED = {
    "an author reviews": lambda: [row("author", "甲"), approval("甲", 1)],
    "a reviewer becomes an author": lambda: [approval("甲", 1), row("author", "甲")],
    "one person twice": lambda: [approval("甲", 1), approval("甲", 2)],
    "one step twice": lambda: [approval("甲", 1), approval("乙", 1)],
    "an author signs for the secrecy": lambda: [row("author", "甲"), row("secrecy", "甲", content_hash=HASH)],
    "an author signs for the military": lambda: [
        row("author", "甲"),
        row("military", "甲", content_hash=HASH),
    ],
    "a signature twice": lambda: [
        row("secrecy", "甲", content_hash=HASH),
        row("secrecy", "乙", content_hash=HASH),
    ],
    "handed in twice": lambda: [row("submitted", "甲"), row("submitted", "乙")],
    "a review of nothing": lambda: [row("approved", "甲", step=1)],
    "a signature of nothing": lambda: [row("secrecy", "甲")],
    "a review of no step": lambda: [approval("甲", 0)],
    "a fourth review": lambda: [approval("甲", 4)],
    "a return without a reason": lambda: [row("returned", "甲")],
    "an emergency without a reason": lambda: [row("emergency", "甲", content_hash=HASH)],
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_table_refuses(case: str) -> None:
    with pytest.raises(IntegrityError):
        write(*REFUSED[case]())
    assert not ReviewStep.objects.exists()


def test_the_table_takes_what_the_rule_allows() -> None:
    write(
        row("author", "甲"), row("author", "乙"), row("submitted", "甲"), approval("丙", 1), approval("丁", 2)
    )
    write(row("secrecy", "丙", content_hash=HASH), row("military", "丙", content_hash=HASH))
    write(row("returned", "丙", opinion="请核实"), row("taken_back", "甲"), row("edited", "乙"))
    # The next submission, and another item, begin anew.
    write(approval("甲", 1, submission=2))
    write(approval("丙", 1), about=2)
    assert ReviewStep.objects.count() == 12


@pytest.mark.parametrize("sql", [
    "UPDATE publishing_reviewstep SET opinion = 'x'",
    "UPDATE publishing_reviewstep SET person_id = person_id",
    "DELETE FROM publishing_reviewstep",
])  # fmt: skip
def test_no_row_is_changed_or_deleted_by_any_door(sql: str) -> None:
    article = approve(make_draft())
    number = ReviewStep.objects.count()
    for act in (
        lambda: connection.cursor().execute(sql),
        lambda: ReviewStep.objects.update(opinion="x"),
        lambda: ReviewStep.objects.all().delete(),
        lambda: ReviewStep.objects.filter(kind="author").first().delete(),  # type: ignore[union-attr]
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()
    assert ReviewStep.objects.count() == number and workflow.approval_obstacles(article) == []


def test_a_row_that_was_written_past_the_verbs_counts_only_for_the_text_that_it_names() -> None:
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    write(approval("甲", 1), about=article.pk)
    assert workflow.valid_steps(article) == [] and workflow.step_due(article) == 1


def test_the_road_of_one_item_is_not_that_of_another_with_the_same_number() -> None:
    article, need = make_draft(), make_need()
    while make_draft().pk < need.pk:
        pass
    same = Article.objects.filter(pk=need.pk).first() or article
    approve(same)
    assert not ReviewStep.objects.about(need).exists()


def test_the_rows_of_a_deleted_draft_are_never_those_of_a_later_one() -> None:
    article = approve(make_draft())
    workflow.send_back(article, by=colleague("甲"), reason="不发了")
    number = article.pk
    article.delete()
    assert ReviewStep.objects.filter(object_id=number).exists() and make_article().pk != number
