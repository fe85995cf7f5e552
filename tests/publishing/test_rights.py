"""Every verb asks for its own right: who has all the others is refused in words, and who has only it is not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User

from news.models import Article
from publishing import workflow
from publishing.permissions import CONTENT_RIGHTS
from publishing.workflow import table
from publishing.workflow.table import VERBS, Verb, has_right
from tests.desk import person
from tests.makers import approve, chief, colleague, make_article, make_draft, revision

pytestmark = pytest.mark.django_db

ALL = ("view", "add", "change", "delete", *CONTENT_RIGHTS)


def handed_in() -> Article:
    article = make_draft()
    workflow.submit(article, by=colleague("撰稿人"))
    return article


def scheduled() -> Article:
    article = approve(make_draft())
    workflow.publish(article, by=chief(), at=article.created_at.replace(year=2099))
    return article


def archived() -> Article:
    article = make_article()
    workflow.archive(article, by=chief())
    return article


# How a verb is done, on an item in a state where it can be; the rights that let somebody do it.
ROADS: dict[Verb, tuple[Callable[[], Any], Callable[[Any, Any], object], tuple[str, ...]]] = {
    table.SUBMIT: (make_draft, lambda item, by: workflow.submit(item, by=by), ("change",)),
    table.TAKE_BACK: (handed_in, lambda item, by: workflow.take_back(item, by=by), ("change",)),
    table.APPROVE: (handed_in, lambda item, by: workflow.approve(item, by=by), ("review_1",)),
    table.SEND_BACK: (
        handed_in,
        lambda item, by: workflow.send_back(item, by=by, reason="请核实"),
        ("review_1", "review_2", "review_3", "publish"),
    ),
    table.SIGN: (
        handed_in,
        lambda item, by: workflow.sign(item, by=by, signs=["military"]),
        ("sign_military",),
    ),
    table.SET_LEVEL: (
        make_draft,
        lambda item, by: workflow.set_level(item, by=by, level="C"),
        ("change", "review_1", "review_2", "review_3"),
    ),
    table.PUBLISH: (lambda: approve(make_draft()), lambda item, by: workflow.publish(item, by=by), ("publish",)),
    table.UNSCHEDULE: (scheduled, lambda item, by: workflow.unschedule(item, by=by), ("publish",)),
    table.EMERGENCY: (
        make_draft,
        lambda item, by: workflow.publish_in_emergency(item, by=by, reason="防汛通知"),
        ("emergency",),
    ),
    table.WITHDRAW: (
        make_article,
        lambda item, by: workflow.withdraw(item, by=by, reason="数字有误"),
        ("publish",),
    ),
    table.ARCHIVE: (make_article, lambda item, by: workflow.archive(item, by=by), ("publish",)),
    table.REOPEN: (archived, lambda item, by: workflow.reopen(item, by=by), ("publish",)),
    table.SET_TERMS: (
        make_article,
        lambda item, by: workflow.set_terms(item, by=by, expires_at=None, review_on=None),
        ("publish",),
    ),
    table.REVISE: (make_article, lambda item, by: workflow.revise(item, by=by), ("change",)),
    table.DISCARD: (
        lambda: revision(make_article()),
        lambda item, by: workflow.discard(item, by=by),
        ("change",),
    ),
}  # fmt: skip


def user_with(rights: tuple[str, ...]) -> User:
    return person("某人", *(f"{right}_article" for right in rights))


def test_every_verb_of_the_table_has_its_road_here() -> None:
    # Restoring an old version is told in test_versions.py.
    assert set(ROADS) == set(VERBS) - {table.RESTORE}


@pytest.mark.parametrize("verb", ROADS, ids=lambda verb: verb.name)
def test_with_every_right_but_its_own_the_verb_is_refused(verb: Verb) -> None:
    make, do, rights = ROADS[verb]
    item = make()
    before = vars(Article.objects.get(pk=item.pk)).copy()
    by = user_with(tuple(right for right in ALL if right not in rights))
    with pytest.raises(workflow.Refused, match="权限"):
        do(item, by)
    after = vars(Article.objects.get(pk=item.pk))
    assert {name: after[name] for name in before if name != "_state"} == {
        name: value for name, value in before.items() if name != "_state"
    }


@pytest.mark.parametrize(
    ("verb", "right"),
    [(verb, right) for verb in ROADS for right in ROADS[verb][2]],
    ids=lambda given: given.name if isinstance(given, Verb) else given,
)
def test_with_its_own_right_alone_the_verb_is_done(verb: Verb, right: str) -> None:
    make, do, _ = ROADS[verb]
    item, by = make(), user_with((right,))
    if verb is table.TAKE_BACK:
        item = make_draft("自己的")
        workflow.note_edit(item, by=by)
        workflow.submit(item, by=colleague("撰稿人"))
    do(item, by)


@pytest.mark.parametrize("verb", ROADS, ids=lambda verb: verb.name)
def test_nobody_and_who_is_disabled_do_nothing(verb: Verb) -> None:
    make, do, _ = ROADS[verb]
    item = make()
    for by in (None, User(username="停用", is_active=False, is_superuser=True), AnonymousUser()):
        with pytest.raises(workflow.Refused):
            do(item, by)


def test_a_right_is_that_of_one_kind_of_content() -> None:
    by = person("某人", "publish_article", "sign_military_round")
    assert has_right(by, "publish", Article)
    assert not has_right(by, "sign_military", Article)
    assert not has_right(by, "publish", make_draft().column)  # type: ignore[arg-type]
