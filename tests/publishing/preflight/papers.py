"""Documents with a secret in every corner that a program reads, and none that a person sees at once."""

from __future__ import annotations

import random
from io import BytesIO
from typing import Any

import openpyxl
from docx import Document
from docx.oxml import OxmlElement
from openpyxl.comments import Comment
from PIL import Image

from tests.publishing.preflight import corpus
from tests.publishing.test_documents import pdf, rezipped, saved

SECRET = corpus.id18(random.Random(7))


def xlsx_with(corner: str, secret: str = SECRET) -> bytes:
    """A workbook that holds the secret in one corner: cell, hidden sheet, very hidden sheet, hidden row …"""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["姓名", "单位"])
    sheet.append(["张某", "测试单位"])
    match corner:
        case "cell":
            sheet["B3"] = secret
        case "number":
            sheet["B3"] = int(secret)
        case "hidden sheet" | "very hidden sheet":
            other: Any = book.create_sheet("底稿")
            other["A1"] = secret
            other.sheet_state = "hidden" if corner == "hidden sheet" else "veryHidden"
        case "hidden row":
            sheet["B9"] = secret
            sheet.row_dimensions[9].hidden = True
        case "hidden column":
            sheet["F3"] = secret
            sheet.column_dimensions["F"].hidden = True
        case "comment":
            sheet["B2"].comment = Comment(f"核对：{secret}", "录入")
        case "header":
            sheet.oddHeader.center.text = secret
        case "sheet name":
            sheet.title = secret
        case "far away":
            sheet["ZZ5000"] = secret
    return saved(book)


def docx_with(corner: str, secret: str = SECRET) -> bytes:
    document: Any = Document()
    document.add_paragraph("双拥工作简报")
    match corner:
        case "paragraph":
            document.add_paragraph(f"联系人 {secret}")
        case "parted runs":
            paragraph = document.add_paragraph("号码")
            for part in (secret[:6], secret[6:10], secret[10:]):
                paragraph.add_run(part).bold = True
        case "hidden text":
            document.add_paragraph().add_run(secret).font.hidden = True
        case "table":
            document.add_table(1, 2).rows[0].cells[1].text = secret
        case "table in a table":
            inner = document.add_table(1, 1).rows[0].cells[0].add_table(1, 1)
            inner.rows[0].cells[0].text = secret
        case "header":
            document.sections[0].header.paragraphs[0].text = secret
        case "footer":
            document.sections[0].footer.paragraphs[0].text = secret
        case "comment":
            run = document.add_paragraph("正文").runs[0]
            document.add_comment(run, text=f"核对 {secret}", author="录入")
        case "text box":
            _text_box(document.add_paragraph(), secret)
        case "footnote":
            return _with_footnote(saved(document), secret)
    return saved(document)


def _text_box(paragraph: Any, words: str) -> None:
    run = paragraph.add_run()._r
    pict, box, content, inner, words_run, text = (
        OxmlElement(name) for name in ("w:pict", "w:pict", "w:txbxContent", "w:p", "w:r", "w:t")
    )
    text.text = words
    words_run.append(text)
    inner.append(words_run)
    content.append(inner)
    box.append(content)
    pict.append(box)
    run.append(pict)


def _with_footnote(data: bytes, words: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f"<w:footnotes {space}><w:footnote><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote></w:footnotes>"

    def add(files: dict[str, bytes]) -> None:
        files["word/footnotes.xml"] = notes.encode()

    return rezipped(data, add)


def photo(*, positioned: bool) -> bytes:
    """A small JPEG; with the position of a point in the sea where it says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    if positioned:
        exif.get_ifd(0x8825).update({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)})
    target = BytesIO()
    Image.new("RGB", (40, 30), "#86600f").save(target, "JPEG", exif=exif)
    return target.getvalue()


def docx_with_photo(*, positioned: bool) -> bytes:
    document: Any = Document()
    document.add_paragraph("双拥工作简报")
    document.add_picture(BytesIO(photo(positioned=positioned)))
    return saved(document)


def scan() -> bytes:
    """A PDF whose only page holds no letter."""
    return pdf(" ")
