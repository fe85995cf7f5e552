"""Rows for tests, made the way the office makes them: through the verbs and real files."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from PIL import Image

from news.models import Article, Column, ColumnType
from portal.models import SiteIdentity
from publishing import workflow
from publishing.models import Picture
from publishing.pictures import store_picture


def make_column(slug: str = "yaowen", **fields: Any) -> Column:
    given = {
        "name": "双拥要闻",
        "column_type": ColumnType.NEWS,
        "description": "报道双拥工作。",
        "keywords": "双拥,要闻",
        **fields,
    }
    return Column.objects.get_or_create(slug=slug, defaults=given)[0]


def make_draft(title: str = "光荣牌怎样悬挂", **fields: Any) -> Article:
    given = {"body": "<p>正文第一段。</p>", "source_name": "本站", "author": "演示编辑", **fields}
    places = given.pop("places", [])
    article = Article.objects.create(title=title, column=given.pop("column", None) or make_column(), **given)
    article.places.set(places)
    return article


def make_article(title: str = "光荣牌怎样悬挂", at: datetime | None = None, **fields: Any) -> Article:
    """A published article, since an hour ago unless told otherwise."""
    article = make_draft(title, **fields)
    release(article, at=at or timezone.now() - timedelta(hours=1))
    return article


def colleague(name: str) -> User:
    """Somebody of the office who may do everything, except what only another person may do."""
    return User.objects.get_or_create(username=name, defaults={"is_superuser": True, "is_staff": True})[0]


def chief() -> User:
    """Who publishes and withdraws in tests where it does not matter who."""
    return colleague("发布人")


def approve(item: Any) -> Any:
    """Bring a draft through all its reviews and signatures, each by another person."""
    workflow.submit(item, by=colleague("撰稿人"))
    signs = ["secrecy", "military"]
    for step in range(1, item.level.reviews + 1):
        workflow.approve(item, by=colleague(f"审核人{step}"), signs=signs)
        signs = []
    return item


def release(item: Any, at: datetime | None = None) -> Any:
    """Bring a draft to the public page: now, later, or under an earlier moment as an import does."""
    approve(item)
    if at is not None and at <= timezone.now():
        workflow.import_published(item, by=chief(), at=at)
    else:
        workflow.publish(item, by=chief(), at=at)
    return item


def revision(item: Any, **fields: Any) -> Any:
    """A revision of a public item, in which these fields say something else."""
    draft = workflow.revise(item, by=colleague("撰稿人"))
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def make_articles(number: int, column: Column | None = None, **fields: Any) -> None:
    """Many published articles at once, an hour apart, the last one newest."""
    column = column or make_column()
    start = timezone.now() - timedelta(hours=number + 1)
    Article.objects.bulk_create(
        Article(
            title=f"稿件 {index:05}",
            column=column,
            source_name="本站",
            body="<p>正文。</p>",
            status="published",
            published_at=start + timedelta(hours=index),
            **fields,
        )
        for index in range(number)
    )


def picture_bytes(width: int = 900, height: int = 600, colour: str = "#86600f", kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def make_picture(alt: str = "示意图：山与河", **size: Any) -> Picture:
    return store_picture(picture_bytes(**size), alt=alt)


def make_identity(**fields: Any) -> SiteIdentity:
    """An office's identity with every mark filled in by made-up values."""
    given = {
        "name": "测试双拥网",
        "slogan": "拥军优属 拥政爱民",
        "description": "测试用的双拥门户。",
        "domain": "shuangyong.example",
        "site_id_code": "0000000001",
        "icp": "测ICP备00000000号",
        "police_filing": "测公网安备00000000000000号",
        "party_mark_url": "https://mark.example.gov.cn/",
        "error_report_url": "https://report.example.gov.cn/",
        "sponsor": "测试市双拥办",
        "organiser": "测试市退役军人事务局",
        "maintainer": "测试市大数据中心",
        "address": "测试市测试路1号",
        "postcode": "000000",
        "report_phone": "0000-0000000",
        "report_mailbox": "report@shuangyong.example",
        **fields,
    }
    return SiteIdentity.objects.create(**given)
