"""Synthetic articles for measuring: many, quickly, and clearly nothing that happened."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from news.models import Article, Column, ColumnType
from publishing.querysets import Status

MAX_ARTICLES = 100_000
MAX_CHARACTERS = 20_000
BATCH = 500
SENTENCE = "这是为测量网站速度由程序生成的文字，没有任何实际内容。"
PARAGRAPH = 200


@transaction.atomic
def add_articles(number: int, characters: int) -> int:
    """Add published synthetic articles of about so many characters; return how many there are now.

    They are written by ``bulk_create`` past the verbs and leave no history: they have no story to keep.
    """
    column, _ = Column.objects.get_or_create(
        slug="yaliceshi",
        defaults={
            "name": "压力测试",
            "column_type": ColumnType.DATA,
            "description": "为测量网站速度由程序生成的稿件，没有任何实际内容。",
            "keywords": "压力测试,程序生成",
            "order": 999,
        },
    )
    existing = Article.objects.filter(import_ref__startswith="bulk:").count()
    Article.objects.bulk_create(_articles(column, existing, number, characters), batch_size=BATCH)
    return existing + number


def _articles(column: Column, existing: int, number: int, characters: int) -> Iterator[Article]:
    now = timezone.now()
    body = body_of(characters)
    for serial in range(existing + 1, existing + number + 1):
        yield Article(
            column=column,
            import_ref=f"bulk:{serial:06d}",
            title=f"压力测试稿件 {serial:06d}",
            summary=f"第 {serial} 篇由程序生成的测试稿件。",
            body=body,
            author="程序",
            source_name="程序生成",
            editor="程序",
            keywords="压力测试",
            status=Status.PUBLISHED,
            published_at=now - timedelta(minutes=10 * serial),
            imported_at=now,
        )


def body_of(characters: int) -> str:
    """Paragraphs that hold exactly so many characters of text."""
    text = (SENTENCE * (characters // len(SENTENCE) + 1))[:characters]
    return "".join(f"<p>{text[start : start + PARAGRAPH]}</p>" for start in range(0, characters, PARAGRAPH))
