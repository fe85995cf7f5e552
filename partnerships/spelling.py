"""How names of parties are compared and looked up: spellings that mean one body, and pinyin."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata

from honors.places import DATA
from honors.spelling import plain, simplified

# Signs that one report sets and another leaves out: 君正·集团, 君正-集团. Brackets stay: they tell branches apart.
SIGNS = re.compile(r"[\u200b-\u200f\u2060\ufeff·・•‧\-‐-―−_'\"“”‘’《》<>、,，.。]+")


def key_of(name: str) -> str:
    """What two spellings of one name share: simplified, half-width, lower case, without spaces and signs."""
    return SIGNS.sub("", simplified(plain(name))).casefold()


def pinyin_of(name: str) -> tuple[str, str]:
    """The name as it is typed on a keyboard, whole and by first letters: 君正集团 → junzhengjituan, jzjt.

    Without tones, ü as v; letters and digits of the name stay, signs fall away.
    """
    syllables = _syllables(simplified(plain(name)))
    kept = [re.sub(r"[^a-z0-9]", "", _without_tones(syllable.lower())) for syllable in syllables]
    return "".join(kept), "".join(syllable[0] for syllable in kept if syllable)


def _syllables(name: str) -> list[str]:
    # Its dictionaries take memory and time that only saving a party should cost.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    spelt: list[str] = []
    for run in re.split(r"([^\u3400-\u9fff]+)", name):
        spelt += lazy_pinyin(run) if re.match(r"[\u3400-\u9fff]", run) else list(run)
    for text, syllables in _overrides().items():
        for found in re.finditer(re.escape(text), name):
            spelt[found.start() : found.end()] = syllables
    return spelt


@functools.cache
def _overrides() -> dict[str, list[str]]:
    """Names of places that the dictionaries spell wrongly. Single characters are only right inside a place name."""
    with (DATA / "pinyin_overrides.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["text"]) > 1]
    return {row["text"]: row["pinyin"].split() for row in sorted(rows, key=lambda row: len(row["text"]))}


def _without_tones(text: str) -> str:
    text = unicodedata.normalize("NFD", text).replace("u\u0308", "v")
    return "".join(character for character in text if not unicodedata.combining(character))
