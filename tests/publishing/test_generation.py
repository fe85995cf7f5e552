"""The generation number rises with every change of anything public, through every door, in the same transaction."""

import pytest
from django.apps import apps
from django.db import connection, transaction

from honors.models import Place
from news.models import Article, Column
from news.readers import count_view
from portal.models import FriendlyLink, NavigationItem, SiteIdentity
from publishing import generation, workflow
from publishing.models import Redirect
from tests.makers import chief, make_article, make_column, make_draft, make_picture, release

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
    watched = {table for table, _ in generation.watched_tables()}
    unseen = {
        "news_articleviews", "news_viewmark",  # counts, apart from the page
        "publishing_generation",
        "publishing_consent", "publishing_override", "publishing_slip",  # the desk's own
        "portal_passwordrecord",
    }  # fmt: skip
    ours = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.split(".")[0] in {"portal", "news", "partnerships", "honors", "publishing"}
        and not model._meta.db_table.split("_")[1].startswith("historical")
    }
    assert watched == ours - unseen
