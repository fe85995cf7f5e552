"""What an uploaded document is, or why it is refused."""

from __future__ import annotations

from publishing.documents.archives import kind_of_archive
from publishing.documents.kinds import (
    ACCEPTED,
    KINDS,
    SAVE_AS_ANY,
    DocumentFacts,
    DocumentRefused,
    kind_label,
    size_label,
)
from publishing.documents.names import ending_of
from publishing.documents.pdf import refuse_unsafe_pdf
from publishing.signatures import IMAGE_CONTENTS, content_name, content_of

MAX_BYTES = 50 * 1024 * 1024

_SAVE_AS = {
    "Word": "请用 Word 或 WPS 打开，“另存为” .docx 后再上传。",
    "Excel": "请用 Excel 或 WPS 打开，“另存为” .xlsx 后再上传。",
    "PowerPoint": "请用 PowerPoint 或 WPS 打开，“另存为” .pptx 后再上传。",
}
_WPS_ENDINGS = {"wps": "Word", "et": "Excel", "dps": "PowerPoint"}
# Streams of an OLE2 file that tell the program, as its directory spells them (in UTF-16).
_OLE2_STREAMS = {
    "WordDocument": "Word",
    "Workbook": "Excel",
    "Book": "Excel",
    "PowerPoint Document": "PowerPoint",
}
_HINTS = {
    "html": "请用 Word 打开后另存为 .docx，或打印成 PDF 后再上传。",
    "exe": "程序不能作为附件。",
    **dict.fromkeys(IMAGE_CONTENTS, "图片请插入正文，不要作为附件上传。"),
    **dict.fromkeys(("zip", "rar", "7z", "gzip"), "请解压后把里面的文件逐个上传。"),
    **dict.fromkeys(("text", "xml", "rtf"), "请粘贴到 Word 或 Excel 中，另存为 .docx 或 .xlsx 后再上传。"),
}


def recognise_document(data: bytes, name: str) -> DocumentFacts:
    """Return what the document is, or raise `DocumentRefused`.

    The content decides; `name` must end as the content says, because visitors' programs go by the ending.
    """
    if not data:
        raise DocumentRefused("文件是空的（0 字节），可能没有传完。请检查原文件后重新上传。")
    if len(data) > MAX_BYTES:
        raise DocumentRefused(
            f"文件有 {size_label(len(data))}，超过 {size_label(MAX_BYTES)} 的上限。"
            "请压缩其中的图片或拆成几个文件后再上传。"
        )
    ending = ending_of(name)
    kind = _kind_of(data, ending)
    if ending != kind:
        raise _wrong_ending(ending, kind)
    return DocumentFacts(kind, len(data))


def _kind_of(data: bytes, ending: str) -> str:
    content = content_of(data)
    if content == "ole2":
        raise _refused_ole2(data, ending)
    if ending in _WPS_ENDINGS:
        raise _refused_wps(ending)
    if content == "pdf":
        refuse_unsafe_pdf(data)
        return "pdf"
    if content == "zip" and (kind := kind_of_archive(data)) is not None:
        return kind
    raise _refused_foreign(content, ending)


def _refused_ole2(data: bytes, ending: str) -> DocumentRefused:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return DocumentRefused(
            "这个文件设置了打开密码，系统无法检查内容，访客也打不开。"
            "请用 Word 或 WPS 打开，取消密码并“另存为” .docx、.xlsx 或 .pptx 后再上传。"
        )
    if ending in _WPS_ENDINGS:
        return _refused_wps(ending)
    for stream, program in _OLE2_STREAMS.items():
        # In the directory a name is padded with zeros; without them a longer name would match too.
        if f"{stream}\0".encode("utf-16-le") in data:
            return DocumentRefused(f"这是旧版 {program} 格式（97-2003）。{_SAVE_AS[program]}")
    return DocumentRefused(f"这是旧版 Office 或 WPS 文件。{SAVE_AS_ANY}")


def _refused_wps(ending: str) -> DocumentRefused:
    hint = _SAVE_AS[_WPS_ENDINGS[ending]]
    return DocumentRefused(f".{ending} 是 WPS 专用格式，访客不一定打得开。{hint}")


def _refused_foreign(content: str, ending: str) -> DocumentRefused:
    said = f"文件名以 .{ending} 结尾，内容却是" if ending in KINDS else "这是"
    hint = _HINTS.get(content, "请确认选对了文件。")
    return DocumentRefused(f"{said}{content_name(content)}，不能上传。{hint}{ACCEPTED}")


def _wrong_ending(ending: str, kind: str) -> DocumentRefused:
    said = f"文件名以 .{ending} 结尾" if ending else "文件名没有扩展名"
    return DocumentRefused(
        f"{said}，内容却是 {kind_label(kind)}（.{kind}）。"
        f"请把文件名改为以 .{kind} 结尾，或另存为需要的格式后再上传。"
    )
