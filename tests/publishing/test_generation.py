"""The generation number rises with every change of anything public, through every door, in the same transaction."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from honors.models import Place
from news.attachments import attach
from news.models import Article, Attachment, Column
from news.readers import count_view
from portal.models import FriendlyLink, NavigationItem, SiteIdentity
from publishing import generation, workflow
from publishing.models import Redirect
from tests.makers import (
    approve,
    chief,
    make_article,
    make_column,
    make_draft,
    make_picture,
    release,
    revision,
)
from tests.partnerships.needs import make_need, publish_need
from tests.publishing.test_documents import docx

pytestmark = pytest.mark.django_db


def raises(change) -> bool:
    before = generation.current()
    change()
    return generation.current() > before


def test_public_changes_raise_it() -> None:
    article, column = make_article(), make_column()
    SiteIdentity.objects.create(name="测试双拥")
    changes = [
        lambda: Article.objects.filter(pk=article.pk).update(title="改名"),
        lambda: article.save(),
        lambda: Column.objects.filter(pk=column.pk).update(name="要闻"),
        lambda: SiteIdentity.objects.update(slogan="拥军优属"),
        lambda: NavigationItem.objects.create(label="新闻", url="/news/"),
        lambda: FriendlyLink.objects.bulk_create([FriendlyLink(label="甲", url="/about/")]),
        lambda: FriendlyLink.objects.all().delete(),
        lambda: make_picture(),
        lambda: Redirect.objects.create(old_path="/a/", new_path="/b/"),
        lambda: Place.objects.create(code="990000", name="测试省", kind="省", level="province"),
        lambda: article.places.set(Place.objects.filter(code="990000")),
        lambda: workflow.withdraw(article, by=chief(), reason="数字有误"),
        lambda: Article.objects.filter(pk=article.pk).update(withdrawal_reason="换一个原因"),
    ]
    assert [raises(change) for change in changes] == [True] * len(changes)


def test_sql_from_a_console_raises_it() -> None:
    article = make_article()

    def by_hand() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE news_article SET title = 'x' WHERE id = %s", [article.pk])

    assert raises(by_hand)


def test_drafts_do_not_raise_it() -> None:
    make_column()
    assert not raises(lambda: make_draft())
    draft = Article.objects.drafts().get()
    assert not raises(lambda: Article.objects.filter(pk=draft.pk).update(title="还是草稿"))
    assert raises(lambda: release(draft))


def test_what_belongs_to_a_draft_does_not_raise_it_and_what_belongs_to_a_public_item_does() -> None:
    place = Place.objects.create(code="990000", name="测试省", kind="省", level="province")
    for item, expected in ((make_draft(), False), (make_article(), True)):
        changes = [
            lambda item=item: attach(item, docx("简报"), "简报.docx"),
            lambda item=item: item.attachments.update(order=2),
            lambda item=item: item.places.add(place),
            lambda item=item: item.places.remove(place),
            lambda item=item: item.attachments.all().delete(),
        ]
        assert [raises(change) for change in changes] == [expected] * len(changes)
    for need, expected in ((make_need(), False), (publish_need(number=2), True)):
        assert raises(lambda need=need: need.notes.create(date="2024-05-06", text="已办")) is expected


def test_a_file_that_moves_from_a_draft_to_a_public_article_raises_it() -> None:
    draft, article = make_draft(), make_article()
    attach(draft, docx("简报"), "简报.docx")
    assert raises(lambda: Attachment.objects.update(article=article))
    assert raises(lambda: Attachment.objects.update(article=draft))


def test_work_on_a_revision_raises_nothing_until_it_is_brought_in() -> None:
    article = make_article()

    def work() -> None:
        draft = revision(article, body="<p>修订。</p>")
        attach(draft, docx("简报"), "简报.docx")
        approve(draft)

    assert not raises(work)
    assert raises(lambda: workflow.publish(Article.objects.get(revision_of=article), by=chief()))


def test_every_verb_that_visitors_notice_raises_it() -> None:
    article, later = make_article(), timezone.now() + timedelta(days=1)
    verbs = [
        lambda: workflow.set_terms(article, by=chief(), expires_at=later, review_on=None),
        lambda: workflow.archive(article, by=chief()),
        lambda: workflow.reopen(article, by=chief()),
        lambda: workflow.withdraw(article, by=chief(), reason="数字有误"),
        lambda: workflow.publish(article, by=chief()),
    ]
    assert [raises(verb) for verb in verbs] == [True] * len(verbs)


def test_counting_a_reader_does_not_raise_it() -> None:
    article = make_article()
    assert not raises(lambda: count_view(article, "甲"))


def test_it_rises_in_the_same_transaction() -> None:
    article = make_article()
    before = generation.current()
    with pytest.raises(RuntimeError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(title="不算")
        assert generation.current() > before
        raise RuntimeError
    assert generation.current() == before


def test_every_public_model_is_watched() -> None:
    """A model that visitors see and that nobody registered would leave stale pages behind."""
    watched = {one.table for one in generation.watched_tables()}
    unseen = {
        "news_articleviews", "news_viewmark",  # counts, apart from the page
        "publishing_generation",
        "publishing_consent", "publishing_override", "publishing_slip", "publishing_reviewstep",  # the desk's own
        "portal_passwordrecord",
    }  # fmt: skip
    ours = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.split(".")[0] in {"portal", "news", "partnerships", "honors", "publishing"}
        and not model._meta.db_table.split("_")[1].startswith("historical")
    }
    assert watched == ours - unseen
