"""What of articles and columns visitors read, for the preflight, and what an article should not lack."""

from __future__ import annotations

from collections.abc import Iterator

from honors.streaks_said import remarks_on
from news.attachments import PreparedDocument
from news.models import Article, Attachment, Column
from publishing.preflight import registry
from publishing.preflight.content import Alt, Content, File, Text, body_content, field_texts
from publishing.preflight.pictures import picture_content
from publishing.preflight.registry import Remark

# Public on the article's page, in its tags or in lists.
FIELDS = [
    "lead_title",
    "title",
    "subtitle",
    "summary",
    "author",
    "source_name",
    "source_url",
    "original_title",
    "original_author",
    "link_out",
    "editor",
    "keywords",
]


def register() -> None:
    registry.register_subject(
        Article, article_content, lambda: Article.objects.published().select_related("cover", "column")
    )
    registry.register_subject(Column, column_content, Column.objects.all)
    registry.register_check(Article, missing_facts)
    registry.register_check(Article, streaks)


def article_content(article: Article) -> Content:
    body = body_content("body", "正文", article.body)
    files = [attachment_file(one) for one in article.attachments.all()] if article.pk else []
    names = [Text(f"{file.key}.name", f"{file.label}的文件名", file.name) for file in files]
    cover = article.cover
    spoken = picture_content(cover).texts if cover else []
    alts = [*body.alts, *([Alt("封面图", cover.alt)] if cover else [])]
    return Content([*field_texts(article, FIELDS), *body.texts, *names, *spoken], files, body.links, alts)


def attachment_file(attachment: Attachment) -> File:
    return File(
        _key(attachment.sha256),
        attachment.name,
        attachment.kind,
        attachment.path,
        attachment.sha256,
        attachment.text,
    )


def document_file(document: PreparedDocument) -> File:
    """A document that is about to become an attachment."""
    key = _key(document.sha256)
    return File(key, document.name, document.kind, "", document.sha256, document.text, document.data)


def _key(sha256: str) -> str:
    return f"file.{sha256[:32]}"


def column_content(column: Column) -> Content:
    return Content(field_texts(column, ["name", "description", "keywords"]))


def missing_facts(article: Article) -> Iterator[Remark]:
    """What an inspector of page tags would miss."""
    if not article.source_name.strip():
        yield Remark("content.source", "来源", "来源是空的")
    if not article.keywords.strip() and not article.link_out:
        yield Remark("content.keywords", "关键词", "关键词是空的")
    if article.column.description.strip() in {"", article.column.name}:
        yield Remark("content.column", "栏目", f"“{article.column}”没有说明")


def streaks(article: Article) -> Iterator[Remark]:
    """What the article says of streaks and totals of its places, where the record says otherwise."""
    if article.pk is None:
        return
    content, places = article_content(article), list(article.places.all())
    shown = {"title", "subtitle", "lead_title", "summary", "body"}
    for text in content.texts:
        if text.key in shown:
            yield from (
                Remark("content.streak", text.label, words) for words in remarks_on(text.content, places)
            )
