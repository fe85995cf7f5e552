"""The rule of visibility, as a query and for one object: one table of cases for both."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from news.models import Article
from publishing.models import State
from tests.makers import make_column

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NOTICE = {"withdrawal_mode": "notice", "withdrawal_reason": "数字有误", "withdrawn_offset": -HOUR}

CASES = [
    ("a draft", {"status": "draft"}, False),
    ("a draft with an old moment", {"status": "draft", "published": -HOUR}, False),
    ("published an hour ago", {"status": "published", "published": -HOUR}, True),
    ("published this very moment", {"status": "published", "published": timedelta()}, True),
    ("scheduled for the next hour", {"status": "published", "published": HOUR}, False),
    ("expires later", {"status": "published", "published": -HOUR, "expires": HOUR}, True),
    ("expires this very moment", {"status": "published", "published": -HOUR, "expires": timedelta()}, False),
    ("expired", {"status": "published", "published": -2 * HOUR, "expires": -HOUR}, False),
    ("in review", {"status": "in_review"}, False),
    ("approved", {"status": "approved"}, False),
    ("approved with an old moment", {"status": "approved", "published": -HOUR}, False),
    ("archived", {"status": "archived", "published": -2 * HOUR, "archived": True}, True),
    (
        "archived and expired",
        {"status": "archived", "published": -2 * HOUR, "expires": -HOUR, "archived": True},
        False,
    ),
    ("withdrawn", {"status": "withdrawn", "published": -2 * HOUR, **NOTICE}, False),
]


@pytest.mark.parametrize(("name", "facts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_query_and_object_agree(name: str, facts: dict, expected: bool) -> None:
    now = timezone.now()
    article = Article(column=make_column(), title=name, source_name="本站", status=facts["status"])
    article.published_at = now + facts["published"] if "published" in facts else None
    article.expires_at = now + facts["expires"] if "expires" in facts else None
    article.archived_at = now if "archived" in facts else None
    if "withdrawn_offset" in facts:
        article.withdrawn_at = now + facts["withdrawn_offset"]
        article.withdrawal_mode, article.withdrawal_reason = (
            facts["withdrawal_mode"],
            facts["withdrawal_reason"],
        )
    article.save()
    assert article.is_published(now) is expected
    assert Article.objects.published(now).filter(pk=article.pk).exists() is expected
    # It stands in exactly one state, for one row and in a list.
    assert [state for state in State if Article.objects.in_state(state, now).exists()] == [article.state(now)]


def test_published_takes_any_moment() -> None:
    now = timezone.now()
    Article.objects.create(
        column=make_column(), title="定时", source_name="本站", status="published", published_at=now + HOUR
    )
    assert not Article.objects.published().exists()
    assert Article.objects.published(at=now + 2 * HOUR).count() == 1
    assert Article.objects.scheduled().count() == 1
    assert not Article.objects.once_public().exists()


BROKEN = [
    ("published without a moment", {"status": "published"}),
    (
        "withdrawn without a reason",
        {"status": "withdrawn", "published_at": -HOUR, "withdrawal_mode": "notice"},
    ),
    (
        "a redirect without a target",
        {"status": "draft", "withdrawal_mode": "redirect"},
    ),
    ("archived without a day", {"status": "archived", "published_at": -HOUR}),
    ("expiry before publishing", {"status": "published", "published_at": HOUR, "expires_at": -HOUR}),
    ("public without a source", {"status": "published", "published_at": -HOUR, "source_name": ""}),
    ("a reprint without its origin", {"status": "draft", "is_reprint": True}),
]


@pytest.mark.parametrize(("name", "facts"), BROKEN, ids=[case[0] for case in BROKEN])
def test_database_refuses(name: str, facts: dict) -> None:
    now = timezone.now()
    given = {key: now + value if isinstance(value, timedelta) else value for key, value in facts.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.bulk_create(
            [Article(column=make_column(), title=name, **{"source_name": "本站", **given})]
        )
