"""What templates and static files must not hold, checked on the files themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
CODE = ("portal", "news", "partnerships", "honors", "publishing")

# Found by Django and its parts under fixed names, not by a line of ours.
FOUND_BY_NAME = re.compile(
    r"^(400|403|403_csrf|404|429|500)\.html$|^(admin|account|mfa|allauth|registration|simple_history)/"
)
# A downloaded file has to carry its styles inside.
SELF_CONTAINED = "news/offline.html"

INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "javascript: address": re.compile(r"javascript:", re.I),
    "data: address": re.compile(r"[\"'(=]\s*data:", re.I),
}
OUTSIDE = re.compile(r"(?:https?:|(?<=[\"'(=]))//[\w-]+(?:\.[\w-]+)+", re.I)
# Names of XML vocabularies, never fetched.
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
COMMENTS = [
    re.compile(pattern, re.S)
    for pattern in (r"\{#.*?#\}", r"\{% comment %\}.*?\{% endcomment %\}", r"/\*.*?\*/", r"<!--.*?-->")
]
LINE_COMMENT = re.compile(r"(?m)^\s*//.*$")


def text_of(path: Path) -> str:
    """The file without its comments and without names of XML vocabularies."""
    text = path.read_text(encoding="utf-8")
    for comment in COMMENTS:
        text = comment.sub("", text)
    if path.suffix == ".js":
        text = LINE_COMMENT.sub("", text)
    for name in NAMESPACES:
        text = text.replace(name, "")
    return text


def templates() -> Iterator[tuple[str, Path]]:
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file():
            yield path.relative_to(TEMPLATES).as_posix(), path


def own_static() -> Iterator[Path]:
    for path in sorted(STATIC.rglob("*")):
        if path.suffix in {".css", ".js", ".svg"} and "vendor" not in path.parts:
            yield path


def inline_parts(text: str) -> list[str]:
    return [name for name, pattern in INLINE.items() if pattern.search(text)]


def test_the_patterns_find_what_they_name() -> None:
    bad = {
        '<p class="a" style="color:red">': "style attribute",
        "<style>p{}</style>": "style element",
        "<script>x()</script>": "inline script",
        '<a href="/" onclick="x()">': "event handler",
        '<a href="javascript:x()">': "javascript: address",
        '<img src="data:image/png;base64,x">': "data: address",
    }
    assert {inline_parts(text)[0] for text in bad} == set(bad.values())
    assert inline_parts('<script src="/a.js" defer></script><p data-print class="style">on=</p>') == []
    assert OUTSIDE.search('<img src="https://a.example.com/b.png">') and OUTSIDE.search(
        "url(//cdn.example.com/x)"
    )
    assert not OUTSIDE.search('href="/news/" action="{% url \'search\' %}"')


def test_nothing_inline_in_templates() -> None:
    found = {name: inline_parts(text_of(path)) for name, path in templates() if name != SELF_CONTAINED}
    assert {name: parts for name, parts in found.items() if parts} == {}


def test_offline_file_has_styles_inside_and_nothing_else() -> None:
    assert inline_parts(text_of(TEMPLATES / SELF_CONTAINED)) == ["style element"]


def test_no_outside_address_in_templates_and_static() -> None:
    files = [path for _, path in templates()] + list(own_static())
    found = {path.relative_to(ROOT).as_posix(): OUTSIDE.findall(text_of(path)) for path in files}
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


def test_every_template_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for _, path in templates()]
    sources += [
        path.read_text(encoding="utf-8") for package in CODE for path in (ROOT / package).rglob("*.py")
    ]
    unused = [
        name
        for name, _ in templates()
        if not FOUND_BY_NAME.search(name) and not any(f'"{name}"' in source for source in sources)
    ]
    assert unused == []


def test_every_stylesheet_script_and_picture_is_used() -> None:
    """Fetched by a template, a stylesheet or the code; offline.css is read by the code under its name."""
    sources = [path.read_text(encoding="utf-8") for _, path in templates()]
    sources += [
        path.read_text(encoding="utf-8") for package in CODE for path in (ROOT / package).rglob("*.py")
    ]
    sources += [path.read_text(encoding="utf-8") for path in own_static()]
    unused = [
        name
        for folder in ("css", "js", "img")
        for path in sorted((STATIC / folder).rglob("*"))
        if path.is_file()
        for name in [path.relative_to(STATIC).as_posix()]
        if not any(name in source for source in sources)
    ]
    assert unused == []


def test_first_view_stays_small() -> None:
    """Styles and scripts that an article fetches: what leaves room for the text in 100 KB."""
    fetched = {
        name
        for template in ("base.html", "news/article.html")
        for name in re.findall(r"{% static '((?:css|js)/[^']+)' %}", text_of(TEMPLATES / template))
    }
    assert len(fetched) > 8
    assert sum((STATIC / name).stat().st_size for name in fetched) < 50_000


def test_templates_link_by_name_only() -> None:
    """Addresses of the site stand in the URLconf alone, so that it works under a path prefix."""
    written = re.compile(r"""(?:href|src|action)="/""")
    assert [name for name, path in templates() if written.search(text_of(path))] == []
