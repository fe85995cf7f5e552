"""The HTML of an article's body: what may stand in it, on every way in, and how it is shown.

Stored bodies are canonical: nh3 has serialised them, pictures point at ``/files/p<id>/…`` of this site
without path prefix, and nothing else is kept. The allowlist below is the only one; the editor's
extensions (``publishing.fields``) produce nothing beyond it.
"""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nh3
from django.utils.safestring import SafeString, mark_safe

from publishing.links import as_browsers_read, host_of, is_outside, is_own, leave_href, own_href

if TYPE_CHECKING:
    from publishing.models import Picture

TAGS = {
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "strong",
    "em",
    "u",
    "s",
    "sub",
    "sup",
    "a",
    "br",
    "hr",
    "figure",
    "figcaption",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
# Their text is no text of the article: it goes with the tag. (Others lose the tag and keep the text.)
DROPPED_WITH_CONTENT = {"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math"}

# The canonical form leaves attributes in double quotes only, so these three suffice on stored bodies.
IMG = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
LINK = re.compile(r'<a((?:\s+[\w-]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
OWN_PICTURE = re.compile(r"/files/p(\d{1,18})/[\w.-]+$")
# What other editors and old sites write for paragraphs and headings; without it a legacy text would run together.
OTHER_HEADING = re.compile(r"<(/?)h([1456])\b[^>]*>", re.I)
PLAIN_BLOCK = re.compile(
    r"<(div|center|section|article)\b[^>]*>"
    r"((?:(?!</?(?:div|center|section|article|p|h[1-6]|ul|ol|table|blockquote|figure|hr)\b).)*)</\1>",
    re.I | re.S,
)
EMPTY_FIGURE = re.compile(r"<figure>(?:\s|<p>\s*</p>)*(?:<figcaption>(.*?)</figcaption>)?\s*</figure>", re.S)
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|<br>|&nbsp;)*</p>")
EMPTY_BODY = re.compile(r"(?:\s|<p>(?:\s|<br>|&nbsp;|\xa0)*</p>)*$")


def _keep(tag: str, name: str, value: str) -> str | None:
    """Filter of nh3: pictures of this site only, addresses without control characters."""
    if tag == "img" and name == "src":
        found = OWN_PICTURE.search(value)
        elsewhere = re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", value) and not is_own(host_of(value))
        return f"/files/p{int(found[1])}/800.jpg" if found and not elsewhere else None
    if tag == "a" and name == "href":
        # Typed as people say it; without a scheme it would lead nowhere on this site.
        return as_browsers_read(f"https://{value}" if value.lower().startswith("www.") else value)
    # The editor's dialog sends a title that nobody wrote.
    return None if name == "title" and not value.strip() else value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=DROPPED_WITH_CONTENT,
    attributes=ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes=SCHEMES,
    link_rel=None,
    strip_comments=True,
)


def clean_body(value: str) -> str:
    """Return the canonical, harmless form of a body; "" for one that says nothing. Idempotent."""
    cleaned = _cleaner.clean(_in_our_words(value.replace("\0", "")))
    cleaned = IMG.sub(lambda found: found[0] if "src" in _attributes(found[1]) else "", cleaned)
    cleaned = EMPTY_FIGURE.sub(lambda found: f"<p>{found[1]}</p>" if found[1] else "", cleaned)
    cleaned = _without_empty_end(cleaned)
    return "" if EMPTY_BODY.match(cleaned) else cleaned


def _in_our_words(value: str) -> str:
    """Name paragraphs and headings as this site does: a page has one h1, its title."""
    value = OTHER_HEADING.sub(lambda found: f"<{found[1]}h{2 if found[2] == '1' else 3}>", value)
    return PLAIN_BLOCK.sub(r"<p>\2</p>", value)


def _without_empty_end(body: str) -> str:
    """The body without the empty paragraphs at its end, where an editor leaves a line to write on."""
    while True:
        end = body.rstrip()
        last = end.rfind("<p>")
        if last < 0 or not EMPTY_PARAGRAPH.fullmatch(end, last):
            return body
        body = end[:last]


@dataclass
class Removed:
    """What cleaning takes out of a body, as an editor would name it."""

    outside_pictures: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.outside_pictures or self.active)

    def sentences(self) -> list[str]:
        told = []
        if self.outside_pictures:
            told.append(
                f"正文里有 {len(self.outside_pictures)} 张图片不在本站，没有保留："
                f"{'、'.join(self.outside_pictures[:3])}。请先把图片上传到本站，再插入正文。"
            )
        if self.active:
            told.append(f"正文里的脚本或不安全的链接已去掉：{'、'.join(self.active)}。文字没有变。")
        return told


def removed_from(value: str) -> Removed:
    """Say what ``clean_body`` will take out of a body that an editor would miss or should know of."""
    removed = Removed()

    def watch(tag: str, name: str, content: str) -> str | None:
        if tag == "img" and name == "src" and _keep(tag, name, content) is None:
            removed.outside_pictures.append(content[:80])
        if name.startswith("on") or re.match(r"(?i)\s*(javascript|vbscript|data):", content) and tag == "a":
            removed.active.append(f"{tag} {name}")
        return content

    handlers = {"onclick", "onerror", "onload", "onmouseover", "onfocus"}
    watched = {tag: ATTRIBUTES.get(tag, set()) | handlers for tag in TAGS}
    nh3.clean(
        value,
        tags=TAGS,
        attributes=watched,
        attribute_filter=watch,
        url_schemes=SCHEMES | {"javascript", "vbscript", "data", "file", "blob"},
        link_rel=None,
    )
    removed.active += [
        f"<{tag}>" for tag in sorted(DROPPED_WITH_CONTENT - {"title"}) if f"<{tag}" in value.lower()
    ]
    return removed


def picture_ids(body: str) -> set[int]:
    """The ids of the pictures that a canonical body shows."""
    return {int(found[1]) for found in re.finditer(r'<img[^>]*\ssrc="/files/p(\d+)/', body)}


def with_facts(body: str, pictures: Iterable["Picture"]) -> str:
    """Complete the pictures of a body: size, and the picture's own alt text where the body gives none.

    Pictures that do not exist are taken out. The result is canonical, so that showing it needs no query.
    """
    known = {picture.pk: picture for picture in pictures}

    def complete(found: re.Match[str]) -> str:
        attributes = _attributes(found[1])
        picture = known.get(_picture_id(attributes))
        if picture is None:
            return ""
        alt = attributes.get("alt", "").strip() or html.escape(picture.alt)
        address = f"/files/p{picture.pk}/800.jpg"
        return f'<img src="{address}" alt="{alt}" width="{picture.width}" height="{picture.height}">'

    return clean_body(IMG.sub(complete, body))


def render_body(body: str) -> SafeString:
    """The body as a page shows it: responsive pictures, prefixed addresses, notices before outside links."""
    shown = IMG.sub(lambda found: _picture_html(_attributes(found[1])), body)
    shown = LINK.sub(_link_html, shown)
    # A wide table scrolls inside its own frame instead of widening a phone's page.
    shown = shown.replace(
        "<table>", '<div class="table-frame" role="group" aria-label="表格" tabindex="0"><table>'
    )
    return mark_safe(shown.replace("</table>", "</table></div>"))  # noqa: S308 -- clean_body's output


def replace_pictures(body: str, address_of: Callable[[int], str]) -> SafeString:
    """The body with each picture's address replaced, e.g. by a data: address for a file that is read offline.

    Links to this site keep their place under the path prefix; all others stay as they are.
    """

    def replaced(found: re.Match[str]) -> str:
        attributes = _attributes(found[1])
        return f'<img src="{html.escape(address_of(_picture_id(attributes)))}" alt="{attributes.get("alt", "")}">'

    return mark_safe(LINK.sub(_prefixed_link, IMG.sub(replaced, body)))  # noqa: S308 -- clean_body's output


def _prefixed_link(found: re.Match[str]) -> str:
    return found[0].replace('href="/', f'href="{html.escape(own_href("/"))}', 1)


def _attributes(text: str) -> dict[str, str]:
    """Attributes as they stand, still escaped."""
    return dict(ATTRIBUTE.findall(text))


def _picture_id(attributes: dict[str, str]) -> int:
    found = OWN_PICTURE.search(attributes.get("src", ""))
    return int(found[1]) if found else 0


def _picture_html(attributes: dict[str, str]) -> str:
    from publishing.images import rendition_widths  # noqa: PLC0415 -- Pillow is slow to import

    number = _picture_id(attributes)
    width, height = int(attributes.get("width") or 0), int(attributes.get("height") or 0)
    if not (number and width and height):
        return ""
    widths = rendition_widths(width)
    base = own_href(f"/files/p{number}")
    middle = min(widths, key=lambda candidate: abs(candidate - 800))

    def sources(extension: str) -> str:
        return ", ".join(f"{base}/{w}.{extension} {w}w" for w in widths)

    sizes = "(min-width: 62rem) 54rem, 100vw"
    return (
        f'<picture><source type="image/webp" srcset="{sources("webp")}" sizes="{sizes}">'
        f'<img src="{base}/{middle}.jpg" srcset="{sources("jpg")}" sizes="{sizes}" alt="{attributes.get("alt", "")}" '
        f'width="{width}" height="{height}" loading="lazy" decoding="async"></picture>'
    )


def _link_html(found: re.Match[str]) -> str:
    attributes = _attributes(found[1])
    url = html.unescape(attributes.get("href", ""))
    if not url:
        return found[0]
    title = f' title="{attributes["title"]}"' if "title" in attributes else ""
    outside = ' rel="external nofollow"' if is_outside(url) else ""
    return f'<a href="{html.escape(leave_href(url))}"{title}{outside}>'
