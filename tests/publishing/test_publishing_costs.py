"""What a verb costs: a fixed number of queries, however much there is already."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.attachments import attach
from publishing import workflow
from tests.desk import person
from tests.makers import approve, chief, colleague, make_articles, make_draft, make_picture, release
from tests.publishing.test_documents import docx

pytestmark = pytest.mark.django_db

LIMIT = 25  # issue 5, for the publishing of one article


def cost(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def full_draft(title: str = "新稿") -> Any:
    picture = make_picture()
    article = make_draft(title, cover=picture, body=f'<p>图：</p><img src="{picture.src}">')
    attach(article, docx("简报"), "简报.docx")
    return article


def publisher() -> User:
    """Somebody with this right only, whose rights nobody has asked for yet."""
    return User.objects.get(pk=person("值班", "publish_article").pk)


@pytest.mark.parametrize("number", [20, 3_000])
def test_publishing_costs_the_same_among_few_and_among_many(number: int) -> None:
    make_articles(number)
    release(make_draft("先发一篇"))
    article, by = approve(full_draft()), publisher()
    asked = cost(lambda: workflow.publish(article, by=by))
    assert asked == 24 <= LIMIT


def test_publishing_costs_the_same_with_many_files_and_many_submissions() -> None:
    article = full_draft()
    for number in range(5):
        attach(article, docx(f"简报{number}"), f"简报{number}.docx")
        workflow.submit(approve(article) and _sent_back(article), by=colleague("撰稿人"))
        _sent_back(article)
    approve(article)
    by = publisher()
    assert cost(lambda: workflow.publish(article, by=by)) == 24


def _sent_back(article: Any) -> Any:
    workflow.send_back(article, by=chief(), reason="请核实")
    return article


def test_what_the_other_verbs_cost() -> None:
    release(make_draft("先发一篇"))
    article, author, first, second, by = full_draft(), *(colleague(name) for name in "甲乙丙丁")
    both = ["secrecy", "military"]
    costs = {
        "submit": cost(lambda: workflow.submit(article, by=author)),
        "first review": cost(lambda: workflow.approve(article, by=first)),
        "second review, signed": cost(lambda: workflow.approve(article, by=second, signs=both)),
        "publish": cost(lambda: workflow.publish(article, by=by)),
        "withdraw": cost(lambda: workflow.withdraw(article, by=by, reason="数字有误")),
        "return": cost(lambda: workflow.publish(article, by=by)),
        "archive": cost(lambda: workflow.archive(article, by=by)),
        "revise": cost(lambda: workflow.revise(article, by=author)),
        "bring in": 0,
    }
    draft = approve(article.__class__.objects.get(revision_of=article))
    costs["bring in"] = cost(lambda: workflow.publish(draft, by=by))
    assert costs == {
        "submit": 25,
        "first review": 25,
        "second review, signed": 31,
        "publish": 22,
        "withdraw": 15,
        "return": 22,
        "archive": 13,
        "revise": 30,
        "bring in": 59,
    }
