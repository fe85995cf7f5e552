"""File names: the ending an editor's file has, and the name a visitor downloads."""

from __future__ import annotations

import re
import unicodedata

from publishing.documents.kinds import KINDS

MAX_NAME = 120
# File systems allow 255 bytes in a name; most Chinese characters take three.
MAX_NAME_BYTES = 250

# Endings a name may already carry; they give way to the right one.
_DOCUMENT_ENDINGS = frozenset(KINDS) | {"doc", "xls", "ppt", "wps", "et", "dps", "docm", "xlsm", "pptm"}
_RESERVED = re.compile(r'[<>:"|?*]')
# Windows cannot open a file with one of these names, whatever its ending.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def ending_of(name: str) -> str:
    """Return what stands after the last dot, in lower case; empty without a dot."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def safe_name(name: str, kind: str) -> str:
    """Return the name under which visitors download the file: readable, harmless anywhere, never empty.

    At most `MAX_NAME` characters and `MAX_NAME_BYTES` bytes, NFC, with the ending of `kind`; no path, no
    control or invisible character, no leading dot, nothing Windows reserves.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = _without_ending(re.sub(r" +", " ", _RESERVED.sub("", _visible(base))).strip(" ."))
    ending = f".{kind}"
    stem = stem[: MAX_NAME - len(ending)].encode()[: MAX_NAME_BYTES - len(ending)].decode(errors="ignore")
    return (stem.rstrip(" .") or "附件") + ending


def _visible(text: str) -> str:
    """Drop control, format (also bidirectional overrides) and unassigned characters; any space is a space."""
    spaced = (" " if char.isspace() else char for char in text)
    return "".join(char for char in spaced if not unicodedata.category(char).startswith("C"))


def _without_ending(name: str) -> str:
    stem = name
    while ending_of(stem) in _DOCUMENT_ENDINGS:
        stem = stem.rpartition(".")[0].rstrip(" .")
    # What is left of ".docx" is the ending alone.
    if stem.lower() in _DOCUMENT_ENDINGS or _DEVICE.fullmatch(stem):
        return ""
    return stem
