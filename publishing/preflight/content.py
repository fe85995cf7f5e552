"""What of an item visitors can read: its texts, files and pictures, as content apps tell them to the preflight."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Model

from publishing.documents.text import MAX_TEXT

# What ends a line of a body, and what ends a cell of its tables.
_LINES = re.compile(r"<(?:/(?:p|h2|h3|li|blockquote|figcaption|tr)|br|hr)\s*/?>")
_CELLS = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
_SPOKEN = re.compile(r'\s(?:alt|title)="([^"]*)"|\shref="((?:tel|mailto):[^"]*)"')
_HREF = re.compile(r"<a(\s[^>]*)?>(.*?)</a>", re.S)
_IMAGE = re.compile(r"<img\s[^>]*>")
_ALT = re.compile(r'\salt="([^"]*)"')


@dataclass(frozen=True)
class Text:
    """A text that visitors read. `key` names it in overrides, `label` to the editor.

    `wraps`: its lines are those of a printed page, so that a word may begin on one and end on the next.
    """

    key: str
    label: str
    content: str
    wraps: bool = False

    @cached_property
    def digest(self) -> str:
        """Changes with every change of the text: an override speaks of this text and no other."""
        return hashlib.sha256(f"{self.key}\0{self.content}".encode()).hexdigest()


@dataclass(frozen=True)
class File:
    """A document. `text` is what was read of it at upload, None where nothing could be read.

    It lies under `path` in the private storage, unless `data` brings it along.
    """

    key: str
    name: str
    kind: str
    path: str
    sha256: str
    text: str | None
    data: bytes | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        return f"附件《{self.name}》"

    @property
    def as_text(self) -> Text:
        return Text(self.key, self.label, self.text or "", wraps=self.kind == "pdf")

    @property
    def is_cut(self) -> bool:
        return len(self.text or "") >= MAX_TEXT


@dataclass(frozen=True)
class Link:
    """A link of a body and the words that it stands under."""

    label: str
    href: str
    words: str


@dataclass(frozen=True)
class Alt:
    """What a picture says to a reader who does not see it."""

    label: str
    alt: str


@dataclass(frozen=True)
class Content:
    texts: Sequence[Text] = ()
    files: Sequence[File] = ()
    links: Sequence[Link] = ()
    alts: Sequence[Alt] = ()

    @property
    def all_texts(self) -> list[Text]:
        return [*self.texts, *(file.as_text for file in self.files if file.text)]


def field_texts(row: Model, names: Iterable[str]) -> list[Text]:
    """The texts of the fields that hold something, under the names that the forms give them."""
    return [
        Text(name, str(row._meta.get_field(name).verbose_name), value)  # type: ignore[union-attr]
        for name in names
        if (value := getattr(row, name))
    ]


def body_content(key: str, label: str, body: str) -> Content:
    """The texts, links and pictures of a canonical body (``publishing.body``)."""
    spoken = "\n".join(html.unescape(found[1] or found[2]) for found in _SPOKEN.finditer(body))
    texts = [Text(key, label, plain_text(body))]
    if spoken:
        texts.append(Text(f"{key}.attributes", f"{label}的链接和图片说明", spoken))
    links = [
        Link(label, html.unescape(_attribute(found[1] or "", "href")), plain_text(found[2]).strip())
        for found in _HREF.finditer(body)
    ]
    alts = []
    for number, image in enumerate(_IMAGE.findall(body), start=1):
        alt = _ALT.search(image)
        alts.append(Alt(f"{label}第 {number} 张图片", html.unescape(alt[1]) if alt else ""))
    return Content(texts=texts, links=links, alts=alts)


def plain_text(body: str) -> str:
    """The words of a body as they are read: a line for a block, a tab between cells, nothing for marked words."""
    lined = _CELLS.sub("\t", _LINES.sub("\n", body))
    return html.unescape(_TAG.sub("", lined))


def _attribute(attributes: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', attributes)
    return found[1] if found else ""
