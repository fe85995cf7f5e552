"""The view counter: once per reader and half hour, from our own pages only, knowing nobody."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from news.models import ArticleViews, ViewMark
from news.readers import count_view
from publishing import workflow
from tests.makers import chief, make_article, make_draft

pytestmark = pytest.mark.django_db

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def post(client: Client, pk: int, **headers: str):
    return client.post(f"/news/views/{pk}", headers={**SAME_ORIGIN, **headers})


def test_a_reader_counts_once_in_half_an_hour(client: Client) -> None:
    article = make_article()
    assert post(client, article.pk).json() == {"views": 1}
    assert post(client, article.pk).json() == {"views": 1}
    assert post(client, article.pk, **{"User-Agent": "another"}).json() == {"views": 2}
    ViewMark.objects.update(counted_at=timezone.now() - timedelta(minutes=31))
    assert post(client, article.pk).json() == {"views": 3}
    assert ViewMark.objects.count() == 1


def test_midnight_does_not_count_a_reader_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    article = make_article()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for minutes, views in ((-10, 1), (10, 1), (21, 2), (30, 2)):
        moment = midnight + timedelta(minutes=minutes)
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        assert count_view(article, "读者") == views


def test_two_articles_count_apart() -> None:
    first, second = make_article("甲"), make_article("乙")
    assert (count_view(first, "读者"), count_view(second, "读者"), count_view(first, "读者")) == (1, 1, 1)


def test_who_it_was_is_not_stored(client: Client) -> None:
    article = make_article()
    client.post(
        f"/news/views/{article.pk}",
        headers={**SAME_ORIGIN, "User-Agent": "marker-agent"},
        REMOTE_ADDR="192.0.2.77",
    )
    stored = str(list(ViewMark.objects.values())) + str(list(ArticleViews.objects.values()))
    assert "192.0.2.77" not in stored and "marker-agent" not in stored
    assert "Set-Cookie" not in post(client, article.pk)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_may_count(client: Client, headers: dict[str, str], status: int) -> None:
    article = make_article()
    assert client.post(f"/news/views/{article.pk}", headers=headers).status_code == status
    assert ArticleViews.objects.count() == (1 if status == 200 else 0)


def test_what_is_not_public_is_not_counted(client: Client) -> None:
    withdrawn = make_article()
    workflow.withdraw(withdrawn, by=chief(), reason="数字有误")
    for pk in (make_draft().pk, withdrawn.pk, 999_999):
        assert post(client, pk).status_code == 404
    assert not ArticleViews.objects.exists()


def test_get_is_refused_and_pages_carry_no_count(client: Client) -> None:
    article = make_article()
    for reader in range(37):
        count_view(article, str(reader))
    assert client.get(f"/news/views/{article.pk}").status_code == 405
    assert ">37<" not in client.get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("proxies", "expected"), [(0, 1), (1, 2), (2, 1)])
def test_addresses_are_read_past_trusted_proxies_only(
    client: Client, settings, proxies: int, expected: int
) -> None:
    settings.PROXIES = proxies
    article = make_article()
    post(client, article.pk, **{"X-Forwarded-For": "198.51.100.1, 203.0.113.1"})
    assert post(client, article.pk, **{"X-Forwarded-For": "198.51.100.1, 203.0.113.2"}).json() == {
        "views": expected
    }
