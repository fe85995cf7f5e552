"""Synthetic articles and awards for measuring: many, quickly, and clearly nothing that happened."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from honors import standings
from honors.models import Award, AwardState, Basis, Evidence, Place, RollSheet, Round, Source, Title
from news.models import Article, Column, ColumnType
from portal.demonstration.desk import Desk
from portal.demonstration.report import Report
from publishing.permissions import HONORS, THIRD
from publishing.querysets import Status

MAX_NUMBER = 100_000
MAX_CHARACTERS = 20_000
BATCH = 500
FIRST_YEAR = 1981
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


@transaction.atomic
def add_awards(number: int) -> int:
    """Add synthetic awards under a title that says what it is; return how many there are now.

    Every place gets one in the first round, then in the second, and so on. Awards and evidence are written by
    ``bulk_create`` past the verbs; the standings are derived from them as always.
    """
    title, _ = Title.objects.get_or_create(
        slug="yaliceshi",
        defaults={
            "name": "压力测试荣誉",
            "level": "national",
            "rounds_known": True,
            "description": "为测量网站速度由程序生成的记录，没有任何实际内容。",
            "order": 999,
        },
    )
    existing = Award.objects.filter(round__title=title).count()
    places = list(Place.objects.order_by("code"))
    left, serial = number, existing
    while left:
        ordinal, taken = divmod(serial, len(places))
        holders = list(islice(places, taken, taken + left))
        _add_to_round(_sheet(title, ordinal + 1), holders)
        left, serial = left - len(holders), serial + len(holders)
    standings.refresh()
    return serial


def _sheet(title: Title, ordinal: int) -> RollSheet:
    """The verified sheet of a synthetic round."""
    desk = Desk(Report())
    enterer, verifier = desk.people[HONORS], desk.people[THIRD]
    source, _ = Source.objects.get_or_create(name="程序生成", defaults={"kind": Source.Kind.OTHER})
    year = FIRST_YEAR + ordinal
    one, created = Round.objects.get_or_create(
        slug=f"yaliceshi-{ordinal}",
        defaults={
            "title": title,
            "ordinal": ordinal,
            "cycle": ordinal,
            "year": year,
            "date": date(year, 1, 1),
            "date_precision": "year",
            "source": source,
            "created_by": enterer,
        },
    )
    if created:
        desk.release(one, by=enterer, at=timezone.now())
    sheet, _ = RollSheet.objects.get_or_create(
        round=one,
        basis=Basis.LIST,
        source=source,
        entered_by=enterer,
        defaults={"verified_by": verifier, "verified_at": timezone.now()},
    )
    return sheet


def _add_to_round(sheet: RollSheet, holders: list[Place]) -> None:
    named = {"state": AwardState.NAMED, "basis": sheet.basis}
    awards = Award.objects.bulk_create(
        [Award(round=sheet.round, place=place, **named) for place in holders], batch_size=BATCH
    )
    people = {"entered_by": sheet.entered_by, "verified_by": sheet.verified_by, "verified_at": timezone.now()}
    printed = [(award, place.name) for award, place in zip(awards, holders, strict=True)]
    evidence = Evidence.objects.bulk_create(
        [
            Evidence(award=award, sheet=sheet, name_printed=name, title_printed="压力测试荣誉", **people)
            for award, name in printed
        ],
        batch_size=BATCH,
    )
    for award, row in zip(awards, evidence, strict=True):
        award.shown = row
    Award.objects.bulk_update(awards, ["shown"], batch_size=BATCH)
