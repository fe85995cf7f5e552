"""The demonstration's articles, each with its cover, its attachments and the agreements that it tells of."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from news.attachments import attach
from news.models import Article, Column
from news.placement import PLACEMENT
from partnerships.models import Agreement
from portal.demonstration import covers, tables
from portal.demonstration.content import ArticleFile, ContentError, read_articles, read_rows, reference
from portal.demonstration.desk import Desk, Said
from portal.demonstration.places import place_of
from publishing import documents
from publishing.body import clean_body, with_facts
from publishing.models import Picture
from publishing.permissions import EDITOR
from publishing.pictures import store_picture

# Drawing and encoding a cover takes half a second: articles of one family share so many of them.
COVERS_OF_A_FAMILY = 3


def bring_in_articles(folder: Path, desk: Desk, agreements: dict[str, set[Agreement]]) -> None:
    """Load the articles of a folder with what lies beside them; `agreements` are those that each tells of.

    Raises ``ContentError``.
    """
    Loading(folder, desk, agreements).run()


class Loading:
    """One run: what the files beside the articles say, and the covers that were drawn, are kept here."""

    def __init__(self, folder: Path, desk: Desk, agreements: dict[str, set[Agreement]]) -> None:
        self.desk, self.agreements = desk, agreements
        self.files = read_articles(folder / "articles")
        self.captions = {row["article_slug"]: row["caption"] for row in read_rows(folder / "pictures.csv")}
        self.documents = [
            made_document(row, folder / "data") for row in read_rows(folder / "attachments.csv")
        ]
        self.columns = {column.slug: column for column in Column.objects.all()}
        self.drawn: dict[tuple[str, str], Picture] = {}

    def run(self) -> None:
        self.refuse_strange()
        known = {one.import_ref: one for one in _loaded().select_related("cover", "column")}
        for file in self.files:
            ref = reference(file.slug)
            self.bring_in(file, known.get(ref) or Article(import_ref=ref))

    def refuse_strange(self) -> None:
        """Raise ``ContentError`` for a row of another file that speaks of an article which is not there."""
        if strange := set(self.captions) - {file.slug for file in self.files if file.cover}:
            raise ContentError(f"pictures.csv：{'、'.join(sorted(strange))} 没有这篇稿件或没有封面。")
        slugs = {file.slug for file in self.files}
        others = {
            "attachments.csv": {document.slug for document in self.documents},
            "article_partnerships.csv": set(self.agreements),
        }
        for name, told in others.items():
            if strange := told - slugs:
                raise ContentError(f"{name}：没有稿件“{'、'.join(sorted(strange))}”。")

    def bring_in(self, file: ArticleFile, article: Article) -> None:
        if file.column not in self.columns:
            raise ContentError(f"{file.slug}：没有栏目“{file.column}”。")
        was_public = article.published_at is not None
        self.desk.bring_in(
            article,
            self.said(file, article),
            by=self.desk.people[EDITOR],
            at=file.date,
            label=file.slug,
        )
        if was_public and article.published_at not in {None, file.date}:
            self.desk.report.remarks.append(f"{file.slug}：发布时间已经固定，没有随文件改动。")

    def said(self, file: ArticleFile, article: Article) -> Said:
        cover = self.cover(file, article)
        body = body_of(file, cover if file.slug in self.captions else None, self.captions.get(file.slug, ""))
        values = {**content_of(file), "column": self.columns[file.column], "cover": cover, "body": body}
        relations: dict[str, set[Any]] = {
            "places": {place_of(*place) for place in file.places},
            "agreements": self.agreements.get(file.slug, set()),
        }
        under = tuple(one for one in self.documents if one.slug == file.slug)
        return Said(values, relations, under, placement(file))

    def cover(self, file: ArticleFile, article: Article) -> Picture | None:
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
        if key not in self.drawn:
            self.drawn[key] = store_picture(covers.draw_cover(*key), alt=alt, credit=covers.CREDIT)
        return self.drawn[key]


def placement(file: ArticleFile) -> dict[str, Any]:
    """Where on the home page an article stands; a day that has passed pins nothing any more."""
    until = file.fields["pinned_until"]
    return {
        "headline": file.fields["headline"],
        "pinned_until": until if until is not None and until > timezone.now() else None,
    }


def content_of(file: ArticleFile) -> dict[str, Any]:
    return {name: value for name, value in file.fields.items() if name not in PLACEMENT}


def _loaded() -> Any:
    return Article.objects.roots().filter(import_ref__startswith=reference(""))


def body_of(file: ArticleFile, picture: Picture | None, caption: str) -> str:
    """The body as it will be stored, with the picture after its first paragraph."""
    body = file.body
    if picture is not None:
        address = f"/files/p{picture.pk}/800.jpg"
        figure = f'<figure><img src="{address}" alt=""><figcaption>{caption}</figcaption></figure>'
        body = body.replace("</p>", f"</p>{figure}", 1)
    return with_facts(clean_body(body), [picture] if picture else [])


@dataclass(frozen=True)
class MadeDocument:
    """A table that was made to lie under an article as its attachment."""

    slug: str
    name: str
    data: bytes
    text: str | None

    def lie_under(self, article: Article) -> bool:
        # The files carry the time they were written: what tells two of them apart is their text.
        found = article.attachments.filter(name=self.name).first()
        return found is not None and found.text == self.text

    def put_under(self, article: Article) -> None:
        article.attachments.filter(name=self.name).delete()
        attach(article, self.data, self.name)


def made_document(row: dict[str, str], data: Path) -> MadeDocument:
    """The document of a row of ``attachments.csv``. Raises ``ContentError``."""
    kind = tables.written_kind(row["kind"])
    name = documents.safe_name(row["file_name"], kind)
    made = tables.make_table(row["source"], kind, Path(name).stem, data)
    return MadeDocument(row["article_slug"], name, made, documents.extract_text(made, kind))
