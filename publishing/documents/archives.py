"""Documents that are zip containers (docx, xlsx, pptx, ofd): declared sizes are judged before reading."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from publishing.documents.kinds import ACCEPTED, OPENXML, SAVE_AS_ANY, DocumentRefused, broken
from publishing.documents.names import ending_of

MAX_UNPACKED = 500 * 1024 * 1024
BOMB_RATIO = 200
# Below this size a high ratio is only much white space.
BOMB_FLOOR = 10 * 1024 * 1024
MAX_ENTRIES = 20_000
# Small files that describe the container; anything larger is not what it pretends to be.
_MAX_MANIFEST = 4 * 1024 * 1024

# What reading hostile bytes as zip or XML may raise.
READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,
    NotImplementedError,
    ParseError,
    DefusedXmlException,
)

_MAIN_TYPES = {
    OPENXML + "wordprocessingml.document.main+xml": "docx",
    OPENXML + "spreadsheetml.sheet.main+xml": "xlsx",
    OPENXML + "presentationml.presentation.main+xml": "pptx",
}


def kind_of_archive(data: bytes) -> str | None:
    """Return docx, xlsx, pptx or ofd; None for a container that is no document. Raises `DocumentRefused`."""
    with open_archive(data) as archive:
        try:
            kind = _kind(archive)
            # Reads every entry once against its checksum; memory stays at one chunk.
            damaged = archive.testzip()
        except DocumentRefused:
            raise
        except READ_ERRORS as error:
            raise broken() from error
    if damaged is not None:
        raise broken()
    return kind


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Return the container, its declared sizes judged, nothing unpacked yet; raises `DocumentRefused`."""
    # Counted in the raw bytes, because opening builds an object for every entry.
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise DocumentRefused("文件内部的条目过多，不像正常的办公文档。请重新另存一份后再上传。")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except READ_ERRORS as error:
        raise broken() from error
    entries = archive.infolist()
    if _is_bomb(entries):
        raise DocumentRefused(
            "文件展开后体积异常大（压缩炸弹），不能上传。请删去其中过大的内容，重新另存一份后再上传。"
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise DocumentRefused("文件内部加了密码，系统无法检查内容。请取消密码后重新上传。")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise broken()
    return archive


def local_name(tag: object) -> str:
    """Return an element's name without its namespace: the strict and the usual variant differ only there."""
    return str(tag).rpartition("}")[2]


def _is_bomb(entries: list[zipfile.ZipInfo]) -> bool:
    sizes = [(entry.file_size, entry.compress_size) for entry in entries]
    unpacked, packed = (sum(column) for column in zip(*sizes, strict=True)) if sizes else (0, 0)
    # Each entry too: a bomb hides behind stored ballast that lowers the ratio of the whole.
    return unpacked > MAX_UNPACKED or any(
        large > BOMB_FLOOR and large > BOMB_RATIO * small for large, small in (*sizes, (unpacked, packed))
    )


def _kind(archive: zipfile.ZipFile) -> str | None:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        return _openxml_kind(archive)
    if "OFD.xml" in names:
        return "ofd" if local_name(_manifest(archive, "OFD.xml").tag) == "OFD" else None
    if "mimetype" in names and archive.read("mimetype").startswith(b"application/vnd.oasis."):
        raise DocumentRefused(f"这是 OpenDocument（LibreOffice）格式。{SAVE_AS_ANY}")
    return None


def _openxml_kind(archive: zipfile.ZipFile) -> str:
    """Return the kind by the content type of the main part, found as Office finds it: by relationship."""
    types = [node.attrib for node in _manifest(archive, "[Content_Types].xml")]
    _refuse_macros(archive, [declared.get("ContentType", "") for declared in types])
    main = _main_part(archive)
    main_type = _declared_type(types, main)
    if main_type in _MAIN_TYPES and main in archive.namelist():
        return _MAIN_TYPES[main_type]
    if "template" in main_type or "slideshow" in main_type:
        raise DocumentRefused(f"这是 Office 模板或放映文件。{SAVE_AS_ANY}")
    raise DocumentRefused(f"这个 Office 文件不是 Word 文档、Excel 表格或 PowerPoint 演示文稿。{ACCEPTED}")


def _refuse_macros(archive: zipfile.ZipFile, types: Iterable[str]) -> None:
    names = (name.lower() for name in archive.namelist())
    if any("macro" in declared.lower() or "vbaproject" in declared.lower() for declared in types) or any(
        name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names
    ):
        raise DocumentRefused(
            "这个文件带有宏（程序），可能伤害访客的电脑，不能上传。"
            "请用 Word、Excel 或 WPS “另存为”不带宏的 .docx、.xlsx 或 .pptx 后再上传。"
        )


def _main_part(archive: zipfile.ZipFile) -> str:
    for relation in _manifest(archive, "_rels/.rels"):
        if relation.attrib.get("Type", "").endswith("/officeDocument"):
            return posixpath.normpath(relation.attrib.get("Target", "").lstrip("/"))
    raise broken()


def _declared_type(types: Iterable[dict[str, str]], part: str) -> str:
    """Return a part's content type: its own, or the default of its ending."""
    default = ""
    for declared in types:
        if declared.get("PartName", "").lstrip("/").lower() == part.lower():
            return declared.get("ContentType", "")
        if declared.get("Extension", "").lower() == ending_of(part):
            default = declared.get("ContentType", "")
    return default


def _manifest(archive: zipfile.ZipFile, name: str) -> Element:
    if archive.getinfo(name).file_size > _MAX_MANIFEST:
        raise broken()
    return fromstring(archive.read(name), forbid_dtd=True)
