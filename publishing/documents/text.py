"""The text inside a document, read once at upload for search and for the checks before publishing."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
from defusedxml.ElementTree import iterparse

from publishing.documents.archives import local_name, open_archive
from publishing.documents.pdf import pdf_pieces

MAX_TEXT = 1_000_000
# All parts that are read of one document, unpacked, in bytes: a few seconds of parsing.
MAX_XML = 100 * 1024 * 1024
# Cells of a workbook, empty ones within a row included: one far to the right makes a row of 16,384.
MAX_CELLS = 10_000_000
# An editor waits for the upload; what takes longer counts as not checked.
MAX_SECONDS = 20

# Parts that hold what people wrote, in reading order. Layouts and masters hold only "click here to type".
_DOCX_PARTS = (
    r"word/document\d*\.xml",
    r"word/(header|footer)\d*\.xml",
    r"word/(footnotes|endnotes|comments)\w*\.xml",
    r"word/(charts|diagrams)/\w+\.xml",
)
_PPTX_PARTS = (
    r"ppt/slides/\w+\.xml",
    r"ppt/notesSlides/\w+\.xml",
    r"ppt/comments/\w+\.xml",
    r"ppt/(charts|diagrams)/\w+\.xml",
)
_XLSX_PARTS = (r"xl/(threadedComments/|comments/)?\w*[cC]omments?\d*\.xml", r"xl/(drawings|charts)/\w+\.xml")
_OFD_PARTS = (r".*\.xml",)

# Headers and footers of a sheet; so many bytes at its end hold them.
_EDGES = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>(.*?)</", re.S)
_EDGE_LENGTH = 256 * 1024

# Elements whose text is read: runs, deleted runs of tracked changes, threaded comments, chart labels.
_OFFICE_TEXT = frozenset(("t", "delText", "text", "v"))
_OFD_TEXT = frozenset(("TextCode",))
# Elements that end a word or a line; without them neighbouring numbers would run into one.
_BREAKS = frozenset(("p", "tab", "br", "cr", "tc", "si", "comment", "text", "pt", "TextObject"))


def extract_text(data: bytes, kind: str) -> str | None:
    """Return the text of a document that `recognise_document` accepted as `kind`, or None.

    None means it cannot be checked: the document is damaged, too large or slow to be read here, or holds no
    text at all (a scan). Hidden sheets, rows and columns, comments, notes, headers, footers and deleted but tracked
    words are included; pictures and embedded files are not. At most `MAX_TEXT` characters, without NUL.
    Never raises.
    """
    try:
        text = _bounded(_pieces(data, kind))
    except Exception:
        return None
    return text if text.strip() else None


def _pieces(data: bytes, kind: str) -> Iterator[str]:
    if kind == "pdf":
        yield from pdf_pieces(data)
        return
    with open_archive(data) as archive:
        match kind:
            case "docx":
                yield from _xml_pieces(archive, _DOCX_PARTS, _OFFICE_TEXT)
            case "pptx":
                yield from _xml_pieces(archive, _PPTX_PARTS, _OFFICE_TEXT)
            case "ofd":
                yield from _xml_pieces(archive, _OFD_PARTS, _OFD_TEXT)
            case "xlsx":
                yield from _cell_pieces(data, archive)
                yield from _page_edges(archive)
                yield from _xml_pieces(archive, _XLSX_PARTS, _OFFICE_TEXT)


def _bounded(pieces: Iterable[str]) -> str:
    kept: list[str] = []
    room = MAX_TEXT
    deadline = time.monotonic() + MAX_SECONDS
    for piece in pieces:
        if time.monotonic() > deadline:
            raise TimeoutError("document takes too long to be read")
        clean = piece.replace("\0", "")[:room]
        kept.append(clean)
        room -= len(clean)
        if room <= 0:
            break
    return "".join(kept)


# --- XML parts ---------------------------------------------------------------------------------------------


def _xml_pieces(
    archive: zipfile.ZipFile, patterns: tuple[str, ...], text_elements: frozenset[str]
) -> Iterator[str]:
    parts = _parts(archive, patterns)
    _refuse_too_much(archive, parts)
    for part in parts:
        with archive.open(part) as stream:
            for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
                name = local_name(element.tag)
                if name in text_elements:
                    yield element.text or ""
                if name in _BREAKS:
                    yield "\n"
                element.clear()
        yield "\n"


def _parts(archive: zipfile.ZipFile, patterns: tuple[str, ...]) -> list[str]:
    """Return the names that match, pattern by pattern, slide 2 before slide 10."""
    names = sorted(archive.namelist(), key=_natural)
    return [name for pattern in patterns for name in names if re.fullmatch(pattern, name)]


def _natural(name: str) -> list[tuple[str, int]]:
    return [(letters, int(digits or 0)) for letters, digits in re.findall(r"(\D*)(\d*)", name)]


def _refuse_too_much(archive: zipfile.ZipFile, parts: Iterable[str]) -> None:
    if sum(archive.getinfo(part).file_size for part in parts) > MAX_XML:
        raise ValueError("document too large to be read")


# --- workbooks ---------------------------------------------------------------------------------------------


def _cell_pieces(data: bytes, archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield sheet names and what the cells show, row by row, also hidden; formulas by their last result."""
    _refuse_too_much(archive, _parts(archive, (r"xl/worksheets/\w+\.xml", r"xl/sharedStrings\.xml")))
    # Read-only mode goes row by row; the usual one would take fifty times the file's size in memory.
    workbook = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    cells = 0
    for sheet in workbook.worksheets:
        yield sheet.title + "\n"
        # What a sheet says about its own extent is often wrong, and would hide the cells outside.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            cells += len(row)
            if cells > MAX_CELLS:
                raise ValueError("workbook too large to be read")
            shown = [_shown(value) for value in row if value is not None]
            if shown:
                yield "\t".join(shown) + "\n"


def _page_edges(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield what stands above and below the printed pages of the sheets: it follows the cells in a sheet's part."""
    for part in _parts(archive, (r"xl/(?:work|chart)sheets/\w+\.xml",)):
        tail = b""
        with archive.open(part) as stream:
            while piece := stream.read(_EDGE_LENGTH):
                tail = (tail + piece)[-_EDGE_LENGTH:]
        for found in _EDGES.finditer(tail):
            yield unescape(found[1].decode(errors="replace")) + "\n"


def _shown(value: Any) -> str:
    """Return a cell's value as digits where it is a whole number: 1.38E+10 would hide a telephone number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
