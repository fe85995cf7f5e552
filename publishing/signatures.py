"""What a file is by its first bytes, whatever its name says.

Images and documents are both judged by content. This is the one table of contents both know, so that a
refusal can name what was really uploaded.
"""

from __future__ import annotations

import re

# Chinese names of contents, used in refusals. Keys are what `content_of` answers.
CONTENT_NAMES = {
    "jpeg": "JPG 图片",
    "png": "PNG 图片",
    "gif": "GIF 图片",
    "webp": "WebP 图片",
    "heic": "HEIC 图片",
    "avif": "AVIF 图片",
    "tiff": "TIFF 图片",
    "bmp": "BMP 图片",
    "psd": "PSD 图片",
    "jpeg2000": "JPEG 2000 图片",
    "icon": "ICO 图标",
    "svg": "SVG 图形",
    "html": "网页（HTML）",
    "xml": "XML 文件",
    "rtf": "RTF 文档",
    "pdf": "PDF 文件",
    "zip": "ZIP 压缩包",
    "rar": "RAR 压缩包",
    "7z": "7z 压缩包",
    "gzip": "GZIP 压缩包",
    "ole2": "旧版 Office 或 WPS 文件",
    "exe": "可执行程序",
    "media": "音频或视频",
    "text": "纯文本",
    "unknown": "无法识别的内容",
}

IMAGE_CONTENTS = frozenset(
    ("jpeg", "png", "gif", "webp", "heic", "avif", "tiff", "bmp", "psd", "jpeg2000", "icon", "svg")
)

_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"8BPS", "psd"),
    (b"BM", "bmp"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"\x00\x00\x00\x0cjP  ", "jpeg2000"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole2"),
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
    (b"#!", "exe"),
    (b"{\\rtf", "rtf"),
    (b"%PDF-", "pdf"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"\x1aE\xdf\xa3", "media"),
)

_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))

_HTML_START = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|title|meta|table|div|p|a|h1|style|img)\b"
)
_SVG_START = re.compile(r"<(?:\w+:)?svg\b")
_MARKUP_PREAMBLE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s+svg.*?>)*", re.DOTALL)

_HEAD = 4096
# Readers accept a PDF whose header stands anywhere in the first kilobyte.
_PDF_HEAD = 1024


def content_name(content: str) -> str:
    """Return the Chinese name of a content to follow Chinese words: spaced off where it begins in Latin."""
    name = CONTENT_NAMES[content]
    return f" {name}" if name[0].isascii() else name


def content_of(data: bytes) -> str:
    """Return the key of `CONTENT_NAMES` that describes `data`; reads the first kilobytes only."""
    for magic, content in _MAGICS:
        if data.startswith(magic) and _is_plausible(content, data):
            return content
    if data[:4] == b"RIFF":
        return "webp" if data[8:12] == b"WEBP" else "media"
    if data[4:8] == b"ftyp":
        return _content_of_brand(data[8:12], data[16:64])
    return _content_of_text(data)


def _is_plausible(content: str, data: bytes) -> bool:
    """Two letters alone prove nothing: a text may begin with BM or MZ."""
    if content == "bmp":
        return data[6:10] == b"\x00\x00\x00\x00"
    if content == "exe" and data.startswith(b"MZ"):
        return b"\x00" in data[:64]
    return True


def _content_of_brand(major: bytes, compatible: bytes) -> str:
    brands = {compatible[start : start + 4] for start in range(0, len(compatible), 4)}
    if major in _AVIF_BRANDS or (major in (b"mif1", b"msf1") and brands & _AVIF_BRANDS):
        return "avif"
    return "heic" if major in _HEIC_BRANDS else "media"


def _content_of_text(data: bytes) -> str:
    text = _decoded_head(data)
    if text is not None:
        start = _MARKUP_PREAMBLE.sub("", text.lower(), count=1)
        if _SVG_START.match(start):
            return "svg"
        if _HTML_START.match(start):
            return "html"
    if b"%PDF-" in data[:_PDF_HEAD]:
        return "pdf"
    if text is None:
        return "unknown"
    return "xml" if text.lstrip().startswith("<?xml") else "text"


def _decoded_head(data: bytes) -> str | None:
    """Return the beginning as text, or None when it is not text in any encoding used in China."""
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")
    if b"\x00" in head:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return head.decode(encoding)
        except UnicodeDecodeError as error:
            # A character cut in two by the end of the head is no fault of the text.
            if error.start > len(head) - 4 and len(data) > _HEAD:
                return head[: error.start].decode(encoding)
    return None
