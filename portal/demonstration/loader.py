"""Bringing the demonstration into a database; running it again changes only what the files changed."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from honors.places import load_places
from news.attachments import attach
from news.importers import load_columns, save_changed
from news.models import Article, Column
from portal.demonstration import covers, tables
from portal.demonstration.content import (
    FOLDER,
    ArticleFile,
    ContentError,
    read_articles,
    read_rows,
    read_site,
    reference,
)
from portal.demonstration.dual_list import bring_in_dual_list
from portal.demonstration.partnerships import bring_in_partnerships
from portal.demonstration.places import place_of
from portal.demonstration.records import bring_in_records
from portal.demonstration.report import Report
from portal.models import FriendlyLink, NavigationItem, SiteIdentity, SiteLink
from publishing import documents, workflow
from publishing.body import clean_body, with_facts
from publishing.models import Picture
from publishing.pictures import store_picture
from publishing.querysets import Status

# Drawing and encoding a cover takes half a second: articles of one family share so many of them.
COVERS_OF_A_FAMILY = 3


class NotADemonstration(Exception):
    """The database belongs to a real site; nothing was changed."""


def refuse_real_site() -> None:
    """Raise ``NotADemonstration`` unless the database is empty or a demonstration."""
    identity = SiteIdentity.objects.first()
    if identity is not None and not identity.is_demonstration:
        raise NotADemonstration(f"这个数据库里是“{identity.name}”，不是演示站点，没有作任何改动。")
    if identity is None and (Column.objects.exists() or Article.objects.exists()):
        raise NotADemonstration("这个数据库里已经有栏目或稿件，演示只装入空的数据库，没有作任何改动。")


@transaction.atomic
def load(folder: Path = FOLDER) -> Report:
    """Load identity, places, columns, articles, covers, attachments, honor records, partnerships and the dual
    list from the content files.

    Content that somebody changed in the admin goes back to what the files say; verified records do not, since
    they are only ever corrected. The publishing time of an article is fixed by its first load, because it is
    part of the address. Raises ``NotADemonstration``, ``ContentError``, ``ValidationError`` and ``Refused``; the
    database is then as before.
    """
    refuse_real_site()
    report = Report()
    report.counts.update(load_places())
    bring_in_site(read_site(folder / "site.json"), report)
    report.counts.update(load_columns(folder / "columns.csv"))
    articles = read_articles(folder / "articles")
    bring_in_articles(articles, _by_article(folder / "pictures.csv"), report)
    for row in read_rows(folder / "attachments.csv"):
        bring_in_attachment(row, folder / "data", report)
    bring_in_records(folder, report)
    bring_in_partnerships(folder, report)
    bring_in_dual_list(folder, report)
    return report


# --- the site ----------------------------------------------------------------------------------------------

MARKS = [
    "name",
    "slogan",
    "description",
    "domain",
    "site_id_code",
    "icp",
    "police_filing",
    "party_mark_url",
    "error_report_url",
    "sponsor",
    "organiser",
    "maintainer",
    "address",
    "postcode",
    "report_phone",
    "report_mailbox",
    "partner_name",
    "partner_url",
]


def bring_in_site(described: dict[str, Any], report: Report) -> None:
    if unknown := set(described) - {*MARKS, "home_place", "navigation", "friendly_links"}:
        raise ContentError(f"site.json：不认识 {'、'.join(sorted(unknown))}。")
    identity = SiteIdentity.objects.first() or SiteIdentity()
    values = {mark: described.get(mark, "") for mark in MARKS}
    values |= {"home_place": place_of(*described["home_place"].split("/")), "is_demonstration": True}
    report.counts[save_changed(identity, values)] += 1
    bring_in_links(NavigationItem, described.get("navigation", []), report)
    bring_in_links(FriendlyLink, described.get("friendly_links", []), report)


def bring_in_links(model: type[SiteLink], entries: list[dict[str, str]], report: Report) -> None:
    """Make the links of a kind exactly those of the file, in its order."""
    wanted = [(entry["label"], entry["url"], order) for order, entry in enumerate(entries, start=1)]
    rows = model._default_manager.all()
    if list(rows.values_list("label", "url", "order")) == wanted:
        report.counts["unchanged"] += len(wanted)
        return
    report.counts["updated" if rows.exists() else "created"] += len(wanted)
    rows.delete()
    for label, url, order in wanted:
        link = model(label=label, url=url, order=order)
        link.full_clean()
        link.save()


# --- articles ----------------------------------------------------------------------------------------------


def bring_in_articles(files: list[ArticleFile], captions: dict[str, str], report: Report) -> None:
    """Create, update and publish the articles; ``captions`` names those that show their cover in the text."""
    if strange := set(captions) - {file.slug for file in files if file.cover}:
        raise ContentError(f"pictures.csv：{'、'.join(sorted(strange))} 没有这篇稿件或没有封面。")
    known = {
        article.import_ref: article
        for article in Article.objects.filter(import_ref__startswith="demo:").select_related(
            "cover", "column"
        )
    }
    columns = {column.slug: column for column in Column.objects.all()}
    drawn: dict[tuple[str, str], Picture] = {}
    for file in files:
        article = known.get(reference(file.slug)) or Article(import_ref=reference(file.slug))
        if file.column not in columns:
            raise ContentError(f"{file.slug}：没有栏目“{file.column}”。")
        cover = cover_of(file, article, drawn)
        body = body_of(file, cover if file.slug in captions else None, captions.get(file.slug, ""))
        values = {**file.fields, "column": columns[file.column], "cover": cover, "body": body}
        try:
            changed = save_changed(article, values)
        except ValidationError as error:
            raise ContentError(f"{file.slug}：{' '.join(error.messages)}") from error
        if _set_places(article, file) and changed == "unchanged":
            changed = "updated"
        report.counts[changed] += 1
        show(article, file, report)


def show(article: Article, file: ArticleFile, report: Report) -> None:
    """Publish a new article under its file's moment; one that was public keeps its own."""
    if article.status == Status.DRAFT:
        if file.date <= timezone.now():
            workflow.import_published(article, by=None, at=file.date)
        else:
            workflow.publish(article, by=None, at=file.date)
    elif article.published_at != file.date:
        report.remarks.append(f"{file.slug}：发布时间已经固定，没有随文件改动。")


def cover_of(file: ArticleFile, article: Article, drawn: dict[tuple[str, str], Picture]) -> Picture | None:
    """The cover that a file asks for; the one the article has is kept while it is of that family."""
    if not file.cover:
        return None
    if file.cover not in covers.FAMILIES:
        raise ContentError(f"{file.slug}：没有封面“{file.cover}”。")
    alt = covers.alt_text(file.cover)
    if article.cover is not None and article.cover.alt == alt:
        return article.cover
    variant = hashlib.sha256(file.slug.encode()).digest()[0] % COVERS_OF_A_FAMILY
    key = (file.cover, str(variant))
    if key not in drawn:
        drawn[key] = store_picture(covers.draw_cover(*key), alt=alt, credit=covers.CREDIT)
    return drawn[key]


def body_of(file: ArticleFile, picture: Picture | None, caption: str) -> str:
    """The body as it will be stored, with the picture after its first paragraph."""
    body = file.body
    if picture is not None:
        address = f"/files/p{picture.pk}/800.jpg"
        figure = f'<figure><img src="{address}" alt=""><figcaption>{caption}</figcaption></figure>'
        body = body.replace("</p>", f"</p>{figure}", 1)
    return with_facts(clean_body(body), [picture] if picture else [])


def _set_places(article: Article, file: ArticleFile) -> bool:
    wanted = {place_of(*place) for place in file.places}
    if set(article.places.all()) == wanted:
        return False
    article.places.set(wanted)
    return True


# --- attachments -------------------------------------------------------------------------------------------


def bring_in_attachment(row: dict[str, str], data: Path, report: Report) -> None:
    """Make a table and put it under its article; a table that says the same as before stays as it is."""
    article = Article.objects.filter(import_ref=reference(row["article_slug"])).first()
    if article is None:
        raise ContentError(f"attachments.csv：没有稿件“{row['article_slug']}”。")
    kind = tables.written_kind(row["kind"])
    name = documents.safe_name(row["file_name"], kind)
    made = tables.make_table(row["source"], kind, Path(name).stem, data)
    existing = article.attachments.filter(name=name).first()
    # The files carry the time they were written: what tells two of them apart is their text.
    if existing is not None and existing.text == documents.extract_text(made, kind):
        report.counts["unchanged"] += 1
        return
    if existing is not None:
        existing.delete()
    attach(article, made, name)
    report.counts["created" if existing is None else "updated"] += 1


# --- helpers -----------------------------------------------------------------------------------------------


def _by_article(path: Path) -> dict[str, str]:
    return {row["article_slug"]: row["caption"] for row in read_rows(path)}
