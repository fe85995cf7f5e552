"""Reading the content files of the demonstration: article files, the site's description.

An article file has header lines ``key: value``, an empty line and the body as HTML.
"""

import csv
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

FOLDER = Path(__file__).parent

# Header keys that go into the article's field of the same name as they stand.
TEXTS = [
    "title",
    "lead_title",
    "subtitle",
    "summary",
    "author",
    "source_name",
    "source_url",
    "editor",
    "keywords",
    "original_title",
    "original_author",
    "link_out",
]
SWITCHES = ["headline", "is_reprint"]
MOMENTS = ["pinned_until"]
OTHERS = ["column", "date", "places", "cover"]
KEYS = {*TEXTS, *SWITCHES, *MOMENTS, *OTHERS}


class ContentError(ValueError):
    """A content file that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class ArticleFile:
    """One article as its file describes it. ``fields`` are values of the model's fields of the same name."""

    slug: str
    fields: dict[str, Any]
    column: str
    date: datetime
    places: list[tuple[str, str]]
    cover: str
    body: str


def read_articles(folder: Path) -> list[ArticleFile]:
    """All articles of a folder, the oldest first. Raises ``ContentError``."""
    read = [read_article(path) for path in sorted(folder.glob("*.html"))]
    return sorted(read, key=lambda article: (article.date, article.slug))


def read_article(path: Path) -> ArticleFile:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    headers: dict[str, str] = {}
    for line in head.splitlines():
        key, separator, value = line.partition(":")
        if not separator or key not in KEYS or key in headers:
            raise ContentError(f"{path.name}：看不懂的一行“{line[:40]}”。")
        headers[key] = value.strip()
    if missing := [key for key in ("title", "column", "date") if not headers.get(key)]:
        raise ContentError(f"{path.name}：缺少 {'、'.join(missing)}。")
    fields: dict[str, Any] = {key: headers.get(key, "") for key in TEXTS}
    fields |= {key: headers.get(key) == "yes" for key in SWITCHES}
    fields |= {key: _moment(path, headers[key]) if headers.get(key) else None for key in MOMENTS}
    return ArticleFile(
        slug=path.stem,
        fields=fields,
        column=headers["column"],
        date=_moment(path, headers["date"]),
        places=[_place(path, place) for place in headers.get("places", "").split(";") if place.strip()],
        cover=headers.get("cover", ""),
        body=body.strip(),
    )


def _moment(path: Path, value: str) -> datetime:
    try:
        return timezone.make_aware(datetime.strptime(value, "%Y-%m-%d %H:%M"))
    except ValueError as error:
        raise ContentError(f"{path.name}：时间“{value}”应写成 2025-04-23 09:00。") from error


def _place(path: Path, value: str) -> tuple[str, str]:
    province, separator, name = value.strip().partition("/")
    if not separator:
        raise ContentError(f"{path.name}：地方“{value}”应写成“省/地”。")
    return province, name


def reference(slug: str) -> str:
    """What an article's ``import_ref`` says of the file that it comes from."""
    return f"demo:{slug}"


def read_site(path: Path) -> dict[str, Any]:
    """The site's description: identity marks, ``home_place``, ``navigation``, ``friendly_links``."""
    described = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(described, dict) or not described.get("name"):
        raise ContentError(f"{path.name}：缺少 name。")
    return described


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
