"""Pictures inside documents: how many nobody can read by machine, and whether one says where it was taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from publishing.documents.archives import open_archive

# Not the thumbnail in docProps, which shows again what stands in the document.
_MEDIA = re.compile(r"(?:word|xl|ppt)/media/.+|(?!docProps/).*\.(?:jpe?g|png|tiff?|bmp|jp2|webp|gif)", re.I)
_PDF_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_EXIF = b"Exif\0\0"
# The largest block of facts that a JPEG holds.
_EXIF_LENGTH = 65_536
_GPS = 0x8825
MAX_PICTURE = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """`count` pictures in a document; `positioned` of them carry the position where they were taken."""

    count: int
    positioned: int


def pictures_in(data: bytes, kind: str) -> PictureFacts:
    """What pictures a document of one of ``KINDS`` holds. Raises what a damaged file makes its reader raise."""
    if kind == "pdf":
        return PictureFacts(len(_PDF_IMAGE.findall(data)), _positions(data))
    with open_archive(data) as archive:
        names = [entry for entry in archive.infolist() if _MEDIA.fullmatch(entry.filename)]
        if any(entry.file_size > MAX_PICTURE for entry in names):
            raise ValueError("picture too large to be read")
        positioned = sum(bool(_positions(archive.read(entry))) for entry in names)
    return PictureFacts(len(names), positioned)


def _positions(data: bytes) -> int:
    """How many blocks of facts with a position stand in the bytes; a TIFF or a PNG is read as such."""
    found = sum(1 for block in _exif_blocks(data) if _has_position(block))
    if not found and data[:4] in (b"II*\0", b"MM\0*"):
        return int(_has_position(_EXIF + data[:_EXIF_LENGTH]))
    if not found and data[:4] == b"\x89PNG" and (place := data.find(b"eXIf")) > 0:
        return int(_has_position(_EXIF + data[place + 4 : place + 4 + _EXIF_LENGTH]))
    return found


def _exif_blocks(data: bytes) -> Iterator[bytes]:
    place = data.find(_EXIF)
    while place >= 0:
        yield data[place : place + _EXIF_LENGTH]
        place = data.find(_EXIF, place + len(_EXIF))


def _has_position(block: bytes) -> bool:
    facts = Image.Exif()
    try:
        facts.load(block)
        return bool(facts.get_ifd(_GPS))
    except Exception:  # facts that a camera wrote wrongly: whether a position is among them is not known
        return b"\x88\x25" in block[:4096] or b"\x25\x88" in block[:4096]
