"""Two people at the same moment: one act results, the other person is told in Chinese, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from audit import verification
from news.models import Article
from publishing import workflow
from publishing.models import ReviewStep, StepKind
from publishing.workflow import Refused
from publishing.workflow.reviewing import _add_once
from tests.desk import person
from tests.makers import approve, colleague, make_article, make_draft
from tests.partnerships.needs import publish_need

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_real_file(settings: Any) -> None:
    """SQLite in memory is one connection for all threads; the rule is tested where it has a file of its own."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("SQLite in memory has one connection; PostgreSQL tests this")


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What calls at one moment return, or the reasons for which they were refused."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except Refused as refused:
            return refused.reasons
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def fresh() -> Article:
    return Article.objects.get(revision_of=None)


def refusals(found: list[Any]) -> list[str]:
    return [" ".join(one) for one in found if isinstance(one, list)]


def test_of_two_first_reviewers_one_has_done_the_review() -> None:
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    people = [person(name, "review_1_article") for name in ("甲", "乙")]
    found = together(*(lambda by=by: workflow.approve(fresh(), by=by) for by in people))
    [told] = refusals(found)
    assert "没有二审的权限" in told
    assert ReviewStep.objects.filter(kind="approved").count() == 1
    assert (fresh().status, workflow.step_due(fresh())) == ("in_review", 2)
    assert list(verification.findings()) == []


def test_of_two_who_opened_the_same_page_one_has_done_the_review() -> None:
    """Both may do every step: without the number of the form the second would unknowingly do the next one."""
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    clients = []
    for name in ("甲", "乙"):
        client = Client(raise_request_exception=True)
        client.force_login(person(name, "view_article", "review_1_article", "review_2_article"))
        clients.append(client)
    address = reverse("admin:news_article_review", args=[article.pk])
    sent = {"opened_version": fresh().lock_version, "opinion": "同意。"}
    found = together(*(lambda client=client: client.post(address, sent) for client in clients))
    assert sorted(response.status_code for response in found) == [200, 302]
    [told] = [response.content.decode() for response in found if response.status_code == 200]
    assert "别人保存过" in told
    assert ReviewStep.objects.filter(kind="approved").count() == 1


def test_past_the_lock_the_table_lets_one_reviewer_through() -> None:
    """Should a verb ever forget the lock: both read that the first review is due, and write it."""
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    hashed = workflow.Submission.of(article).hashed

    def write(by: User) -> None:
        with transaction.atomic():
            _add_once(fresh(), StepKind.APPROVED, by, step=1, hashed=hashed)

    people = [colleague("甲"), colleague("乙")]
    found = together(*(lambda by=by: write(by) for by in people))
    assert refusals(found) == ["别人刚刚审过或改过这条内容。请看最新的审核情况。"]
    assert len(workflow.valid_steps(article)) == 1


@pytest.mark.parametrize("make", [make_article, publish_need])
def test_of_two_who_begin_a_revision_one_does(make: Callable[[], Any]) -> None:
    item = make()
    model, people = type(item), [colleague("甲"), colleague("乙")]
    found = together(*(lambda by=by: workflow.revise(model.objects.get(pk=item.pk), by=by) for by in people))
    assert refusals(found) == ["修订已经开始。请打开那份修订稿。"]
    assert model.objects.filter(revision_of=item).count() == 1


@pytest.mark.parametrize("author_first", [True, False, True, False])
def test_what_is_saved_while_it_is_published_is_either_public_as_approved_or_sent_back(
    author_first: bool,
) -> None:
    article, author, publisher = approve(make_draft()), colleague("撰稿人"), colleague("发布人")

    def save() -> None:
        with transaction.atomic():
            held = Article.objects.select_for_update().get()
            if held.is_open:
                held.title = "作者改的标题"
                held.save()
                workflow.note_edit(held, by=author)

    def publish() -> None:
        workflow.publish(fresh(), by=publisher)

    found = together(*((save, publish) if author_first else (publish, save)))
    after = fresh()
    if refusals(found):
        assert (after.status, after.title) == ("draft", "作者改的标题")
    else:
        assert (after.status, after.title) == ("published", article.title)
        assert after.approved_hash == workflow.Submission.of(after).hashed


def test_of_two_who_publish_a_revision_one_does() -> None:
    draft = approve(workflow.revise(make_article(), by=colleague("撰稿人")))
    publisher, copies = colleague("发布人"), [Article.objects.get(pk=draft.pk) for _ in range(2)]
    found = together(*(lambda copy=copy: workflow.publish(copy, by=publisher) for copy in copies))
    [told] = refusals(found)
    assert "已经发布或放弃" in told and Article.objects.count() == 1


def test_who_publishes_a_revision_and_who_withdraws_the_page_wait_for_each_other() -> None:
    draft = approve(workflow.revise(make_article(), by=colleague("撰稿人")))
    publisher = colleague("发布人")
    found = together(
        lambda: workflow.publish(Article.objects.get(pk=draft.pk), by=publisher),
        lambda: workflow.withdraw(fresh(), by=publisher, reason="数字有误"),
    )
    assert refusals(found) == []
    assert fresh().status in {"published", "withdrawn"} and Article.objects.count() == 1
