"""What the preflight says of one item: its findings, and those that keep it from the public page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Model

from publishing.designations import normalised, with_short_names
from publishing.preflight import registry
from publishing.preflight.catalogue import KINDS, Kind, Level
from publishing.preflight.content import Content, File, Text
from publishing.preflight.files import file_findings
from publishing.preflight.models import Consent, Override, Slip
from publishing.preflight.secrets import Reading, covered

# So many places of one finding in one text are told; the number of all of them is told too.
TOLD_PLACES = 20
_FILE_NAME = re.compile(
    r".*\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic)|(?:img|dsc|dscn|dcim|p|mmexport|wx_camera|screenshot|image|pic|photo"
    r"|微信图片|微信截图|企业微信截图|qq图片|qq截图|截图|图片|图|照片)?[\s_\-]*\d[\d_\-()（） ]*|图片|照片|图|image|photo|pic",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text something stands; `excerpt` covers every secret. `offset` counts characters from 0."""

    offset: int | None
    excerpt: str


@dataclass(frozen=True)
class Finding:
    """One kind of finding in one text or file, with its places: what an override speaks of."""

    id: str
    key: str
    label: str
    digest: str
    places: tuple[Place, ...]
    count: int
    override: Override | None = None

    @property
    def kind(self) -> Kind:
        return KINDS[self.id]

    @property
    def is_open(self) -> bool:
        """Whether it still stands against the item. What blocks is mended, never overridden."""
        overridden = self.override is not None and self.override.is_in_force
        return self.kind.level == Level.BLOCK or not overridden

    @property
    def stops(self) -> bool:
        """Whether it keeps the item from the public page."""
        return self.is_open and self.kind.level != Level.WARN

    @property
    def handle(self) -> str:
        """Names the finding in a form: it changes with the text."""
        return hashlib.sha256(f"{self.id}\0{self.key}\0{self.digest}".encode()).hexdigest()[:24]

    @property
    def sentence(self) -> str:
        """What an editor reads where publishing is refused."""
        if self.kind.level != Level.SECOND:
            return f"{self.said}{self.kind.hint}"
        if self.override is not None:
            return f"{self.said}已写明理由，等另一位同事在“预检”里确认。"
        return f"{self.said}请删改；要照原样发布，请打开“预检”写明理由，由另一位同事确认。"

    @property
    def said(self) -> str:
        number = f" {self.count} 处" if self.count > 1 else ""
        return f"{self.label}：{self.kind.name}{number}（{self.places[0].excerpt}）。"


@dataclass(frozen=True)
class Knowledge:
    """What is the same for every item of a run."""

    names: frozenset[str]
    slips: tuple[tuple[str, str], ...] = ()

    @classmethod
    def gathered(cls, *, thorough: bool) -> Knowledge:
        kept = _kept.get()
        if kept is None:
            return cls._asked(thorough)
        if thorough not in kept:
            kept[thorough] = cls._asked(thorough)
        return kept[thorough]

    @classmethod
    def _asked(cls, thorough: bool) -> Knowledge:
        places = {name for names in registry.known_names for name in names()}
        consents = Consent.objects.in_force().values_list("words", flat=True)
        slips = tuple(Slip.objects.values_list("wrong", "right")) if thorough else ()
        names = with_short_names(places) | {normalised(words) for words in consents}
        return cls(frozenset(names), slips)


_kept: ContextVar[dict[bool, Knowledge] | None] = ContextVar("kept_knowledge", default=None)


@contextmanager
def gathered_once() -> Iterator[None]:
    """Ask for names and slips only once meanwhile: for a run of many verbs that changes neither."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def inspect(item: Model, *, thorough: bool = True, knowledge: Knowledge | None = None) -> list[Finding]:
    """The findings of an item, the most serious first; not `thorough` leaves out what only reminds.

    A model that nobody registered has none.
    """
    subject = registry.subjects.get(type(item))
    if subject is None:
        return []
    knowledge = knowledge or Knowledge.gathered(thorough=thorough)
    found = list(_findings(subject.content(item), knowledge, thorough))
    if thorough:
        found += [
            _finding(one.id, one.label, one.words)
            for check in registry.checks.get(type(item), [])
            for one in check(item)
        ]
    return sorted(_with_overrides(item, found), key=lambda one: list(Level).index(one.kind.level))


def obstacles(item: Model, levels: Collection[Level] = tuple(Level)) -> list[str]:
    """Every finding of some levels that keeps an item from the public page, as sentences."""
    found = inspect(item, thorough=False)
    return [one.sentence for one in found if one.stops and one.kind.level in levels]


def text_obstacles(content: Content, onward: str) -> list[str]:
    """The same for what is not part of an item yet, e.g. a file that is about to stand under a public one.

    Nobody can have overridden anything there, so what needs a second person stops it too; `onward` then says what
    to do.
    """
    found = _findings(content, Knowledge.gathered(thorough=False), thorough=False)
    return [
        f"{one.said}{one.kind.hint if one.kind.level == Level.BLOCK else onward}"
        for one in found
        if one.stops
    ]


def _findings(content: Content, knowledge: Knowledge, thorough: bool) -> Iterator[Finding]:
    for text in content.all_texts:
        reading = Reading(text, knowledge.names)
        hits = sorted(((hit.id, hit.start, hit.end) for hit in reading.hits), key=lambda hit: hit[0])
        if thorough:
            hits += _slips(text, knowledge.slips)
        for name, group in groupby(hits, key=lambda hit: hit[0]):
            if thorough or KINDS[name].level != Level.WARN:
                yield _in_text(name, reading, [(start, end) for _, start, end in group])
    for file in content.files:
        label = covered(file.label, knowledge.names)
        yield from (_of_file(name, file, label, words) for name, words in file_findings(file))
    if thorough:
        yield from _reminders(content)


def _in_text(name: str, reading: Reading, spans: list[tuple[int, int]]) -> Finding:
    places = tuple(Place(start, reading.excerpt(start, end)) for start, end in spans[:TOLD_PLACES])
    text, label = reading.text, covered(reading.text.label, reading.names)
    return Finding(name, text.key, label, text.digest, places, len(spans))


def _of_file(name: str, file: File, label: str, words: str) -> Finding:
    return Finding(name, file.key, label, file.sha256, (Place(None, words),), 1)


def _finding(name: str, label: str, words: str) -> Finding:
    digest = hashlib.sha256(f"{label}\0{words}".encode()).hexdigest()
    return Finding(name, f"{name}:{digest[:16]}", label, digest, (Place(None, words),), 1)


def _slips(text: Text, slips: Iterable[tuple[str, str]]) -> list[tuple[str, int, int]]:
    """Where wrong words stand; not where they are part of the right one."""
    found = []
    for wrong, right in slips:
        inside = right.find(wrong)
        for match in re.finditer(re.escape(wrong), text.content):
            begin = match.start() - inside
            if inside < 0 or begin < 0 or not text.content.startswith(right, begin):
                found.append(("wording.slip", *match.span()))
    return sorted(found)


def _reminders(content: Content) -> Iterator[Finding]:
    from publishing.preflight.links import link_finding  # noqa: PLC0415 -- it asks models that are not loaded yet

    for link in content.links:
        if wrong := link_finding(link):
            yield _finding(wrong[0], link.label, wrong[1])
    for alt in content.alts:
        if not alt.alt.strip() or _FILE_NAME.fullmatch(alt.alt.strip()):
            yield _finding("picture.alt", alt.label, f"“{alt.alt}”" if alt.alt.strip() else "没有文字")


def _with_overrides(item: Model, found: list[Finding]) -> Iterator[Finding]:
    if item.pk is None or not any(one.kind.level != Level.BLOCK for one in found):
        yield from found
        return
    rows = Override.objects.about(item)
    known = {
        (row.finding, row.key, row.digest): row for row in rows.select_related("asked_by", "confirmed_by")
    }
    for one in found:
        yield replace(one, override=known.get((one.id, one.key, one.digest)))
