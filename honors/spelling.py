"""What people type, brought to the spelling in which names are stored."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# Other romanizations of syllables with ü: passports write lyu, keyboards lue. Not nyu: 晋源 is jin-yuan.
SPELT_WITH_V = {"lyu": "lv", "lue": "lve"}


def plain(text: str) -> str:
    """Without spaces of any width, and with full-width letters and digits made plain."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def folded_pinyin(text: str) -> str:
    """Pinyin as it is stored: `Lǚliáng`, `dong'e`, `Wu Hai` become `lvliang`, `donge`, `wuhai`; else ""."""
    text = unicodedata.normalize("NFD", plain(text).lower())
    text = "".join(c for c in text.replace("u\u0308", "v") if not unicodedata.combining(c))
    text = re.sub(r"['’‘-]", "", text)
    for other, stored in SPELT_WITH_V.items():
        text = text.replace(other, stored)
    return text if re.fullmatch(r"[a-z]+", text) else ""


def simplified(text: str) -> str:
    """Traditional characters made simplified: 廈門市 becomes 厦门市."""
    return text if text.isascii() else _converter().convert(text)


@functools.cache
def _converter() -> OpenCC:
    # Its dictionaries take memory and time that only a look-up in Chinese should cost.
    from opencc import OpenCC  # noqa: PLC0415

    return OpenCC("t2s")
