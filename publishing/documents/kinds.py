"""The kinds of documents the portal takes, and how they are named to people and browsers."""

from __future__ import annotations

import math
from dataclasses import dataclass


class DocumentRefused(ValueError):
    """The upload is not taken. str() is a Chinese sentence for the editor: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What an accepted document is; size in bytes."""

    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is called in Chinese, and the media type it is served with."""

    label: str
    content_type: str


OPENXML = "application/vnd.openxmlformats-officedocument."

# A kind's key is also the ending of its file names.
KINDS = {
    "pdf": Kind("PDF 文件", "application/pdf"),
    "docx": Kind("Word 文档", OPENXML + "wordprocessingml.document"),
    "xlsx": Kind("Excel 表格", OPENXML + "spreadsheetml.sheet"),
    "pptx": Kind("PowerPoint 演示文稿", OPENXML + "presentationml.presentation"),
    "ofd": Kind("OFD 版式文件", "application/ofd"),
}

ACCEPTED = "可以上传的格式：pdf、docx、xlsx、pptx、ofd。"
SAVE_AS_ANY = "请用 Word 或 WPS 打开，“另存为” .docx（表格存为 .xlsx，演示存为 .pptx）后再上传。"


def kind_label(kind: str) -> str:
    """Return the Chinese name of one of `KINDS`; KeyError for anything else."""
    return KINDS[kind].label


def content_type(kind: str) -> str:
    """Return the media type a document of this kind is served with; KeyError for an unknown kind."""
    return KINDS[kind].content_type


def size_label(size: int) -> str:
    """Return a number of bytes as people know it: 34 KB, 1.2 MB. One KB is 1024 bytes, begun ones count."""
    kilobytes = math.ceil(size / 1024)
    if kilobytes < 1024:
        return f"{kilobytes} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def broken() -> DocumentRefused:
    """The refusal of a file that its own kind's reader cannot make sense of."""
    return DocumentRefused("文件已损坏或没有传完，无法打开。请用原程序打开检查，另存一份后重新上传。")
