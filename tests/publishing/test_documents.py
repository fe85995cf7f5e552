"""Documents are judged by content, named safely, and read once."""

from __future__ import annotations

import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx import Document
from openpyxl.comments import Comment
from PIL import Image
from pptx import Presentation
from pptx.util import Inches
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from publishing.documents import (
    DocumentFacts,
    DocumentRefused,
    content_type,
    extract_text,
    kind_label,
    recognise_document,
    safe_name,
    size_label,
)
from publishing.documents import text as text_module

# --- real files --------------------------------------------------------------------------------------------


def saved(document: Any) -> bytes:
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def docx(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs or ("双拥工作简报",):
        document.add_paragraph(paragraph)
    return saved(document)


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows or (("双拥工作", 1),):
        workbook.active.append(row)  # type: ignore[union-attr]
    return saved(workbook)


def pptx(text: str = "双拥工作汇报") -> bytes:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = text
    return saved(deck)


def pdf(*pages: str, **options: Any) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    target = BytesIO()
    canvas = Canvas(target, **options)
    for page in pages or ("双拥工作简报",):
        canvas.setFont("STSong-Light", 18)
        canvas.drawString(72, 700, page)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def ofd(*lines: str) -> bytes:
    objects = "".join(
        f'<ofd:TextObject ID="{number}" Boundary="0 {number} 90 8"><ofd:TextCode X="0" Y="6">{line}</ofd:TextCode>'
        "</ofd:TextObject>"
        for number, line in enumerate(lines or ("双拥工作简报",))
    )
    namespace = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return zipped(
        {
            "OFD.xml": f"<ofd:OFD {namespace} Version='1.1' DocType='OFD'><ofd:DocBody>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {namespace}/>",
            "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {namespace}><ofd:Content>{objects}</ofd:Content></ofd:Page>",
        }
    )


def zipped(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def rezipped(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same container with its files changed."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    return zipped(dict(files))


def with_text_replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    def change(files: dict[str, bytes]) -> None:
        assert old.encode() in files[part]
        files[part] = files[part].replace(old.encode(), new.encode())

    return rezipped(data, change)


def ole2(*streams: str) -> bytes:
    """An OLE2 file with a header sector and a directory sector that lists the streams."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    directory = b""
    for name, kind in [("Root Entry", 5), *((stream, 2) for stream in streams)]:
        spelled = f"{name}\0".encode("utf-16-le")
        directory += spelled.ljust(64, b"\0") + struct.pack("<HBB", len(spelled), kind, 1) + b"\xff" * 60
    return bytes(header) + directory.ljust(512, b"\0")


def changed_pdf(change: Callable[[PdfWriter], None]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    change(writer)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def encrypted_pdf(user: str, owner: str) -> bytes:
    return changed_pdf(lambda writer: writer.encrypt(user, owner, algorithm="RC4-128"))


MAKERS = {"pdf": pdf, "docx": docx, "xlsx": xlsx, "pptx": pptx, "ofd": ofd}


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(DocumentRefused) as caught:
        recognise_document(data, name)
    message = str(caught.value)
    assert message.endswith("。")
    return message


# --- accepted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MAKERS)
def test_a_document_is_recognised_by_its_content(kind: str) -> None:
    data = MAKERS[kind]()
    assert recognise_document(data, f"工作简报.{kind}") == DocumentFacts(kind, len(data))
    assert recognise_document(data, f"工作.简报.{kind.upper()}").kind == kind


def test_a_pdf_header_may_stand_within_the_first_kilobyte() -> None:
    assert recognise_document(b"\n" * 900 + pdf(), "a.pdf").kind == "pdf"


def test_a_pdf_that_only_restricts_printing_is_taken() -> None:
    data = encrypted_pdf("", "owner")
    assert PdfReader(BytesIO(data)).is_encrypted
    assert recognise_document(data, "a.pdf").kind == "pdf"
    assert "双拥工作简报" in (extract_text(data, "pdf") or "")


def test_links_and_outlines_that_only_speak_of_scripts_are_taken() -> None:
    def speak(writer: PdfWriter) -> None:
        writer.add_outline_item(title="JavaScript 与 Launch 简介", page_number=0)
        link = Link(rect=(0, 0, 9, 9), url="https://www.example.gov.cn/JavaScript/Launch/EmbeddedFile")
        writer.add_annotation(0, link)

    data = changed_pdf(speak)
    assert b"/URI" in data
    assert recognise_document(data, "a.pdf").kind == "pdf"


def test_a_font_named_like_a_script_is_taken() -> None:
    def name_fonts(writer: PdfWriter) -> None:
        fonts = writer.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
        fonts[NameObject("/JS")] = fonts[NameObject("/EF")] = next(iter(fonts.values()))

    assert recognise_document(changed_pdf(name_fonts), "a.pdf").kind == "pdf"


def test_the_main_part_is_found_by_relationship() -> None:
    def rename(files: dict[str, bytes]) -> None:
        files["word/document2.xml"] = files.pop("word/document.xml")
        files["word/_rels/document2.xml.rels"] = files.pop("word/_rels/document.xml.rels")
        for part in ("[Content_Types].xml", "_rels/.rels"):
            files[part] = files[part].replace(b"word/document.xml", b"word/document2.xml")

    data = rezipped(docx("正文在另一个部件"), rename)
    assert recognise_document(data, "a.docx").kind == "docx"
    assert extract_text(data, "docx") == extract_text(docx("正文在另一个部件"), "docx")


# --- refused: old, foreign, disguised ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("streams", "name", "says", "hint"),
    [
        (["WordDocument", "1Table"], "通知.doc", "旧版 Word 格式", "“另存为” .docx"),
        (["Workbook"], "名单.xls", "旧版 Excel 格式", "“另存为” .xlsx"),
        (["Book"], "名单.xls", "旧版 Excel 格式", "“另存为” .xlsx"),
        (["PowerPoint Document"], "汇报.ppt", "旧版 PowerPoint 格式", "“另存为” .pptx"),
        (["WordDocument"], "通知.docx", "旧版 Word 格式", "“另存为” .docx"),
        (["WordDocument"], "通知.wps", "WPS 专用格式", "“另存为” .docx"),
        (["Workbook"], "名单.et", "WPS 专用格式", "“另存为” .xlsx"),
        (["PowerPoint Document"], "汇报.dps", "WPS 专用格式", "“另存为” .pptx"),
        (["EncryptedPackage", "EncryptionInfo"], "通知.docx", "设置了打开密码", "取消密码"),
        (["Bookmarks"], "x.dat", "旧版 Office 或 WPS 文件", "“另存为” .docx"),
    ],
)
def test_old_office_files_are_told_apart(streams: list[str], name: str, says: str, hint: str) -> None:
    message = refusal(ole2(*streams), name)
    assert says in message
    assert hint in message
    assert "WPS" in message


def test_a_wps_name_is_refused_whatever_is_inside() -> None:
    assert "WPS 专用格式" in refusal(docx(), "通知.wps")
    assert "WPS 专用格式" in refusal(xlsx(), "名单.ET")


def picture(kind: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (20, 20)).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "says", "hint"),
    [
        (picture("JPEG"), "a.jpg", "这是 JPG 图片", "图片请插入正文"),
        (picture("PNG"), "a.pdf", "文件名以 .pdf 结尾，内容却是 PNG 图片", "图片请插入正文"),
        (b"<svg><script/></svg>", "a.svg", "SVG 图形", "图片请插入正文"),
        (b"<!doctype html><script>alert(1)</script>", "a.pdf", "内容却是网页（HTML）", "打印成 PDF"),
        (b"<html><body>%PDF-1.4</body></html>", "a.pdf", "内容却是网页（HTML）", "打印成 PDF"),
        ("姓名,电话\n".encode("gb18030"), "a.csv", "纯文本", "另存为 .docx 或 .xlsx"),
        ("通知".encode(), "a.docx", "文件名以 .docx 结尾，内容却是纯文本", "另存为 .docx 或 .xlsx"),
        (b"{\\rtf1\\ansi}", "a.rtf", "RTF 文档", "另存为 .docx"),
        (b"<?xml version='1.0'?><Workbook/>", "a.xml", "XML 文件", "另存为 .docx"),
        (b"MZ\x90\0" + b"\0" * 80, "a.exe", "可执行程序", "程序不能作为附件"),
        (b"MZ\x90\0" + b"\0" * 80, "a.pdf", "内容却是可执行程序", "程序不能作为附件"),
        (b"#!/bin/sh\n", "a.sh", "可执行程序", "程序不能作为附件"),
        (b"Rar!\x1a\x07\x01\0", "a.rar", "RAR 压缩包", "解压后"),
        (b"7z\xbc\xaf\x27\x1c\0\0", "a.7z", "7z 压缩包", "解压后"),
        (zipped({"a.txt": "a"}), "a.zip", "ZIP 压缩包", "解压后"),
        (zipped({"a.txt": "a"}), "a.docx", "文件名以 .docx 结尾，内容却是 ZIP 压缩包", "解压后"),
        (zipped({}), "a.zip", "ZIP 压缩包", "解压后"),
        (zipped({"OFD.xml": "<not-ofd/>"}), "a.ofd", "内容却是 ZIP 压缩包", "解压后"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 40, "a.mp4", "音频或视频", "可以上传的格式"),
        (b"\x01\x02\x00\xff", "a.bin", "无法识别的内容", "请确认选对了文件"),
    ],
)
def test_foreign_content_is_refused_with_its_name_and_what_is_taken(
    data: bytes, name: str, says: str, hint: str
) -> None:
    message = refusal(data, name)
    assert says in message
    assert hint in message
    assert "pdf、docx、xlsx、pptx、ofd" in message


def test_an_opendocument_file_is_told_to_save_as() -> None:
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})
    assert "OpenDocument" in refusal(data, "a.odt")


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        ("docx", "a.pdf", ["以 .pdf 结尾", "Word 文档（.docx）"]),
        ("xlsx", "a.docx", ["以 .docx 结尾", "Excel 表格（.xlsx）"]),
        ("pdf", "a.ofd", ["以 .ofd 结尾", "PDF 文件（.pdf）"]),
        ("docx", "a.doc", ["以 .doc 结尾", "Word 文档（.docx）"]),
        ("ofd", "a", ["没有扩展名", "OFD 版式文件（.ofd）"]),
        ("pptx", "a.pptx.exe", ["以 .exe 结尾", "PowerPoint 演示文稿（.pptx）"]),
    ],
)
def test_a_name_that_disagrees_with_the_content_is_refused_naming_both(
    kind: str, name: str, says: list[str]
) -> None:
    message = refusal(MAKERS[kind](), name)
    assert all(words in message for words in says)


def test_an_empty_file_is_refused() -> None:
    assert "0 字节" in refusal(b"", "a.pdf")


def test_more_than_50_megabytes_are_refused_with_both_numbers() -> None:
    message = refusal(b"%PDF-1.4" + b" " * (53 * 1024 * 1024), "a.pdf")
    assert "53.0 MB" in message
    assert "50.0 MB" in message


# --- refused: macros, bombs, damage ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (
            with_text_replaced(
                docx(),
                "[Content_Types].xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                "application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "a.docm",
        ),
        (
            with_text_replaced(
                xlsx(),
                "[Content_Types].xml",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            ),
            "a.xlsx",
        ),
        (rezipped(docx(), lambda files: files.update({"word/vbaProject.bin": ole2("VBA")})), "a.docx"),
        (rezipped(xlsx(), lambda files: files.update({"xl/VBAPROJECT.BIN": b"x"})), "a.xlsx"),
        (rezipped(xlsx(), lambda files: files.update({"xl/macrosheets/sheet1.xml": b"<a/>"})), "a.xlsx"),
    ],
)
def test_macros_are_refused_under_any_name(data: bytes, name: str) -> None:
    assert "带有宏" in refusal(data, name)


def test_a_template_is_told_to_save_as() -> None:
    data = with_text_replaced(docx(), "[Content_Types].xml", "document.main+xml", "template.main+xml")
    assert "模板" in refusal(data, "a.dotx")


@pytest.mark.parametrize("lost", ["[Content_Types].xml", "_rels/.rels", "word/document.xml"])
def test_a_document_without_its_main_parts_is_refused(lost: str) -> None:
    refusal(rezipped(docx(), lambda files: files.pop(lost) and None), "a.docx")


def test_a_content_type_alone_makes_no_document() -> None:
    relations = (
        '<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    types = '<Types><Override PartName="/word/document.xml" ContentType="text/plain"/></Types>'
    data = zipped({"[Content_Types].xml": types, "_rels/.rels": relations, "word/document.xml": "<a/>"})
    assert "不是 Word 文档" in refusal(data, "a.docx")


def test_entities_in_the_manifest_are_refused() -> None:
    bomb = b'<!DOCTYPE Types [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Types>&b;</Types>'
    data = rezipped(docx(), lambda files: files.update({"[Content_Types].xml": bomb}))
    assert "已损坏" in refusal(data, "a.docx")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "ofd"])
def test_a_container_cut_short_is_refused(kind: str, share: float) -> None:
    data = MAKERS[kind]()
    assert "没有传完" in refusal(data[: int(len(data) * share)], f"a.{kind}")


def test_a_damaged_part_is_refused() -> None:
    data = bytearray(zipped({"OFD.xml": "<OFD/>", "Page.xml": "<Page>text</Page>"}, zipfile.ZIP_STORED))
    data[data.index(b"text")] ^= 1
    assert "已损坏" in refusal(bytes(data), "a.ofd")


def test_a_locked_entry_is_refused() -> None:
    data = bytearray(ofd())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    assert "密码" in refusal(bytes(data), "a.ofd")


def test_a_high_ratio_is_a_bomb_even_beside_ballast() -> None:
    bomb = {"OFD.xml": "<OFD/>", "Page.xml": b" " * (11 * 1024 * 1024)}
    assert "压缩炸弹" in refusal(zipped(dict(bomb)), "a.ofd")
    target = BytesIO(zipped(dict(bomb)))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("ballast.bin", bytes(range(256)) * 4096)
    assert len(target.getvalue()) > 1024 * 1024
    assert "压缩炸弹" in refusal(target.getvalue(), "a.ofd")


def test_many_small_bombs_are_one() -> None:
    files: dict[str, str | bytes] = {f"{n}.xml": b" " * (4 * 1024 * 1024) for n in range(4)}
    assert "压缩炸弹" in refusal(zipped({"OFD.xml": "<OFD/>", **files}), "a.ofd")


def test_more_than_500_declared_megabytes_are_refused_without_unpacking() -> None:
    """The sizes only have to be declared: what is really inside is never looked at."""
    data = bytearray(zipped({"OFD.xml": "<OFD/>", "Page.xml": b"x" * 100}, zipfile.ZIP_STORED))
    entry = data.rindex(b"PK\x01\x02")
    struct.pack_into("<II", data, entry + 20, 400 * 1024 * 1024, 501 * 1024 * 1024)
    start = time.perf_counter()
    assert "压缩炸弹" in refusal(bytes(data), "a.ofd")
    assert time.perf_counter() - start < 0.2


def test_white_space_below_the_floor_is_no_bomb() -> None:
    data = zipped({"OFD.xml": "<OFD/>", "Page.xml": b" " * (9 * 1024 * 1024)})
    assert recognise_document(data, "a.ofd").kind == "ofd"


def test_too_many_entries_are_refused_before_the_container_is_opened() -> None:
    data = ofd() + b"PK\x01\x02" * 20_001
    assert "条目过多" in refusal(data, "a.ofd")


# --- refused: PDF ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", pdf()[:400], b"%PDF-1.7\n" + b"\0" * 500, changed_pdf(lambda w: w.remove_page(0))]
)
def test_a_broken_or_empty_pdf_is_refused(data: bytes) -> None:
    assert "已损坏" in refusal(data, "a.pdf")


def test_a_pdf_that_needs_a_password_is_refused() -> None:
    assert "要输入密码" in refusal(encrypted_pdf("user", "owner"), "a.pdf")


def test_an_encryption_that_cannot_be_read_here_is_refused() -> None:
    def foreign(writer: PdfWriter) -> None:
        """Declare a way of encrypting that only its maker's programs know."""
        writer.encrypt("", "owner", algorithm="RC4-128")
        assert writer._encrypt_entry is not None
        writer._encrypt_entry[NameObject("/Filter")] = NameObject("/Foreign.Rights")

    assert "加了密，系统无法检查" in refusal(changed_pdf(foreign), "a.pdf")


@pytest.mark.parametrize("algorithm", ["AES-128", "AES-256"])
def test_what_aes_hides_behind_no_password_is_found(algorithm: str) -> None:
    def hidden(writer: PdfWriter) -> None:
        open_action(launch())(writer)
        writer.encrypt("", "owner", algorithm=algorithm)

    assert "会启动程序" in refusal(changed_pdf(hidden), "a.pdf")


def test_too_many_objects_are_refused_unread() -> None:
    table = b"xref\n0 100002\n" + b"0000000000 65535 f \n" + b"0000000009 00000 n \n" * 100_001
    body = b"%%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    pages = b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n3 0 obj<</Type/Page>>\nendobj\n"
    start = len(body + pages)
    data = body + pages + table + b"trailer<</Size 100002/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    begun = time.perf_counter()
    assert "过于庞大" in refusal(data, "a.pdf")
    assert time.perf_counter() - begun < 5


def launch(name: str = "/Launch") -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject(name), NameObject("/F"): TextStringObject("calc.exe")}
    )


def open_action(action: DictionaryObject) -> Callable[[PdfWriter], None]:
    return lambda writer: writer.root_object.update({NameObject("/OpenAction"): writer._add_object(action)})


def script_by_name(writer: PdfWriter) -> None:
    """As Acrobat stores the scripts of a document: in the name tree of its catalog."""
    action = launch("/JavaScript")
    scripts = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), action])})
    names = DictionaryObject({NameObject("/JavaScript"): writer._add_object(scripts)})
    writer.root_object[NameObject("/Names")] = writer._add_object(names)


def script_as_stream(writer: PdfWriter) -> None:
    script = StreamObject()
    script.set_data(b"app.alert(1)")
    action = DictionaryObject({NameObject("/S"): NameObject("/Rendition")})
    action[NameObject("/JS")] = writer._add_object(script)
    open_action(action)(writer)


def launch_in_an_annotation(writer: PdfWriter) -> None:
    annotation = FreeText(text="x", rect=(0, 0, 9, 9))
    annotation[NameObject("/A")] = launch()
    writer.add_annotation(0, annotation)


def attached_by_annotation(writer: PdfWriter) -> None:
    stream = StreamObject()
    stream.set_data(b"MZ")
    files = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    annotation = FreeText(text="x", rect=(0, 0, 9, 9))
    annotation[NameObject("/FS")] = DictionaryObject({NameObject("/EF"): files})
    writer.add_annotation(0, annotation)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (script_by_name, "带有脚本（JavaScript）"),
        (script_as_stream, "带有脚本（JavaScript）"),
        (open_action(launch("/JavaScript")), "带有脚本（JavaScript）"),
        (open_action(launch()), "会启动程序的动作"),
        (launch_in_an_annotation, "会启动程序的动作"),
        (lambda writer: writer.add_attachment("a.exe", b"MZ"), "里面嵌有其他文件"),
        (attached_by_annotation, "里面嵌有其他文件"),
    ],
)
def test_active_content_in_a_pdf_is_refused(change: Callable[[PdfWriter], None], says: str) -> None:
    message = refusal(changed_pdf(change), "a.pdf")
    assert says in message
    assert "打印成 PDF" in message


def test_a_script_spelled_in_escapes_is_refused() -> None:
    data = changed_pdf(open_action(launch("/JavaXXript")))
    assert "脚本" in refusal(data.replace(b"/JavaXXript", b"/J#61vaScrip#74"), "a.pdf")


def test_a_script_inside_an_object_stream_is_refused() -> None:
    """Compressed objects hide from a search of the bytes."""
    inner = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    stream = b"5 0 " + inner
    body = b"%PDF-1.5\n"
    offsets = {}
    for number, content in {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        4: zipped_stream(b"/Type/ObjStm/N 1/First 4", stream),
    }.items():
        offsets[number] = len(body)
        body += b"%d 0 obj" % number + content + b"\nendobj\n"
    offsets[6] = len(body)
    rows = [(0, 0, 65535), *((1, offsets[n], 0) for n in (1, 2, 3, 4)), (2, 4, 0), (1, offsets[6], 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    body += b"6 0 obj" + zipped_stream(b"/Type/XRef/Size 7/W[1 4 2]/Root 1 0 R", table) + b"\nendobj\n"
    data = body + b"startxref\n%d\n%%%%EOF" % offsets[6]
    assert b"JavaScript" not in data
    assert "带有脚本（JavaScript）" in refusal(data, "a.pdf")


def zipped_stream(entries: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


# --- names and labels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("双拥工作简报（第3期）.docx", "docx", "双拥工作简报（第3期）.docx"),
        ("工作 简报.PDF", "pdf", "工作 简报.pdf"),
        ("简报", "pdf", "简报.pdf"),
        ("简报.doc", "docx", "简报.docx"),
        ("简报.doc.docx", "docx", "简报.docx"),
        ("2024.12 简报.pdf", "pdf", "2024.12 简报.pdf"),
        ("../../etc/简报.pdf", "pdf", "简报.pdf"),
        ("C:\\用户\\简报.pdf", "pdf", "简报.pdf"),
        ("...简报.pdf", "pdf", "简报.pdf"),
        (".htaccess", "pdf", "htaccess.pdf"),
        ("a\x00b\r\nc\x7f.pdf", "pdf", "ab c.pdf"),
        ('a<b>"c"|d?*:e.pdf', "pdf", "abcde.pdf"),
        ("简报\u202egpj.pdf", "pdf", "简报gpj.pdf"),
        ("简\u200b报\ufeff.pdf", "pdf", "简报.pdf"),
        ("简\u3000\u00a0 报.pdf", "pdf", "简 报.pdf"),
        ("e\u0301te\u0301.pdf", "pdf", "été.pdf"),
        ("简报.pdf...  ", "pdf", "简报.pdf"),
        ("CON.pdf", "pdf", "附件.pdf"),
        ("nul.tar.pdf", "pdf", "附件.pdf"),
        ("", "ofd", "附件.ofd"),
        (".docx", "docx", "附件.docx"),
        ("/", "pdf", "附件.pdf"),
        ("???.pdf", "pdf", "附件.pdf"),
        ("..", "pdf", "附件.pdf"),
        ("\ud800.pdf", "pdf", "附件.pdf"),
    ],
)
def test_safe_name(name: str, kind: str, expected: str) -> None:
    assert safe_name(name, kind) == expected
    assert safe_name(expected, kind) == expected


@pytest.mark.parametrize("letter", ["a", "双", "😀", ".", " ", "e\u0301"])
def test_a_long_name_is_cut_to_what_file_systems_hold(letter: str) -> None:
    name = safe_name("x" + letter * 500 + ".docx", "docx")
    assert len(name) <= 120
    assert len(name.encode()) <= 255
    assert name.endswith(".docx")
    assert name == unicodedata.normalize("NFC", name)


def test_the_cut_leaves_as_much_as_it_may() -> None:
    assert safe_name("a" * 500, "pdf") == "a" * 116 + ".pdf"
    assert safe_name("双" * 500, "pdf") == "双" * 82 + ".pdf"


def test_labels_and_media_types() -> None:
    assert [kind_label(kind) for kind in MAKERS] == [
        "PDF 文件",
        "Word 文档",
        "Excel 表格",
        "PowerPoint 演示文稿",
        "OFD 版式文件",
    ]
    assert content_type("pdf") == "application/pdf"
    assert len({content_type(kind) for kind in MAKERS}) == 5


@pytest.mark.parametrize("function", [kind_label, content_type])
def test_an_unknown_kind_has_no_label(function: Callable[[str], str]) -> None:
    with pytest.raises(KeyError):
        function("exe")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 KB"),
        (1, "1 KB"),
        (34 * 1024, "34 KB"),
        (34 * 1024 + 1, "35 KB"),
        (1023 * 1024, "1023 KB"),
        (1024 * 1024 - 1, "1.0 MB"),
        (1_258_291, "1.2 MB"),
        (50 * 1024 * 1024, "50.0 MB"),
    ],
)
def test_size_label(size: int, expected: str) -> None:
    assert size_label(size) == expected


# --- text --------------------------------------------------------------------------------------------------


def text_of(data: bytes, kind: str) -> str:
    assert recognise_document(data, f"a.{kind}").kind == kind
    text = extract_text(data, kind)
    assert text is not None
    return text


def test_word_text_comes_from_every_place_people_write() -> None:
    document = Document()
    paragraph = document.add_paragraph("正文138")
    paragraph.add_run("0013").bold = True
    paragraph.add_run("8000结尾")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "11", "22"
    document.sections[0].header.paragraphs[0].text = "页眉文字"
    document.sections[0].footer.paragraphs[0].text = "页脚文字"
    document.add_comment(paragraph.runs, text="批注文字", author="演示编辑")
    data = rezipped(
        saved(document),
        lambda files: files.update(
            {
                "word/footnotes.xml": '<w:n xmlns:w="w"><w:t>脚注文字</w:t></w:n>'.encode(),
                "word/endnotes.xml": '<w:n xmlns:w="w"><w:t>尾注文字</w:t></w:n>'.encode(),
            }
        ),
    )
    text = text_of(data, "docx")
    # A number split over runs stays whole; numbers in neighbouring cells stay apart.
    assert "正文13800138000结尾\n" in text
    assert "1122" not in text
    for part in ("11", "22", "页眉文字", "页脚文字", "批注文字", "脚注文字", "尾注文字"):
        assert part in text
    assert text.index("正文") < text.index("页眉") < text.index("脚注")


def test_words_deleted_under_tracked_changes_are_read() -> None:
    data = with_text_replaced(
        docx("删去的话"), "word/document.xml", "<w:t>删去的话</w:t>", "<w:delText>删去的话</w:delText>"
    )
    assert "删去的话" in text_of(data, "docx")


def test_slides_are_read_in_order_with_their_notes() -> None:
    deck = Presentation()
    for number in range(1, 12):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = f"第{number}页标题"
        slide.notes_slide.notes_text_frame.text = f"第{number}页备注"
    table = deck.slides[0].shapes.add_table(1, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "表格甲", "表格乙"
    text = text_of(saved(deck), "pptx")
    found = [text.index(f"第{number}页标题") for number in range(1, 12)]
    assert found == sorted(found)
    assert all(words in text for words in ("第1页备注", "第11页备注", "表格甲", "表格乙"))
    assert "Click to edit" not in text


def test_every_cell_of_a_workbook_is_read_hidden_or_not() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["姓名", 13800138000, 13800138001.0, 3.5, True])
    sheet.append(["隐藏行"])
    sheet["H9"] = "远处的格"
    sheet["A1"].comment = Comment("批注文字", "演示编辑")  # type: ignore[union-attr]
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["H"].hidden = True
    hidden = workbook.create_sheet("隐藏表")
    hidden["A1"] = "隐藏表里的字"
    hidden.sheet_state = "veryHidden"
    text = text_of(saved(workbook), "xlsx")
    for part in (
        "姓名\t13800138000\t13800138001\t3.5",
        "隐藏行",
        "远处的格",
        "批注文字",
        "隐藏表\n隐藏表里的字",
    ):
        assert part in text


def test_cells_outside_the_declared_extent_are_read() -> None:
    data = with_text_replaced(
        xlsx(("甲", "乙"), ("丙", "丁")),
        "xl/worksheets/sheet1.xml",
        '<dimension ref="A1:B2"',
        '<dimension ref="A1:A1"',
    )
    assert "丙\t丁" in text_of(data, "xlsx")


def test_formulas_are_read_by_their_last_result() -> None:
    data = with_text_replaced(
        xlsx(("=1+1",)), "xl/worksheets/sheet1.xml", "<f>1+1</f><v></v>", "<f>1+1</f><v>13800138000</v>"
    )
    assert "13800138000" in text_of(data, "xlsx")


def test_pdf_pages_and_notes_are_read() -> None:
    data = changed_pdf(
        lambda writer: writer.add_annotation(0, FreeText(text="注释文字", rect=(0, 0, 99, 99))) and None
    )
    text = text_of(data, "pdf")
    assert "双拥工作简报" in text
    assert "注释文字" in text
    assert text_of(pdf("第一页", "第二页"), "pdf").split() == ["第一页", "第二页"]


def test_ofd_lines_are_read() -> None:
    assert text_of(ofd("第一行", "第二行"), "ofd").split() == ["第一行", "第二行"]


def test_text_is_bounded_and_without_nul() -> None:
    assert len(text_of(docx("双" * 1_200_000), "docx")) == 1_000_000
    text = text_of(
        changed_pdf(lambda w: w.add_annotation(0, FreeText(text="a\0b", rect=(0, 0, 9, 9))) and None), "pdf"
    )
    assert "ab" in text
    assert "\0" not in text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (docx(""), "docx"),
        (zipped({"OFD.xml": "<OFD/>"}), "ofd"),
        (
            changed_pdf(lambda writer: (writer.add_blank_page(99, 99), writer.remove_page(0))[0] and None),
            "pdf",
        ),
    ],
)
def test_a_document_without_a_word_counts_as_not_checked(data: bytes, kind: str) -> None:
    assert recognise_document(data, f"a.{kind}").kind == kind
    assert extract_text(data, kind) is None


@pytest.mark.parametrize("kind", [*MAKERS, "exe"])
@pytest.mark.parametrize(
    "data", [b"", b"nonsense", b"%PDF-1.4", b"PK\x03\x04", docx()[:900], pdf()[:300], zipped({"a": "b"})]
)
def test_unreadable_bytes_give_none_and_never_raise(data: bytes, kind: str) -> None:
    assert extract_text(data, kind) is None


@pytest.mark.parametrize(
    ("limit", "kind"),
    [("MAX_XML", "docx"), ("MAX_XML", "xlsx"), ("MAX_CELLS", "xlsx"), ("MAX_SECONDS", "pptx")],
)
def test_what_is_too_large_to_read_counts_as_not_checked(
    monkeypatch: pytest.MonkeyPatch, limit: str, kind: str
) -> None:
    data = MAKERS[kind]()
    assert extract_text(data, kind) is not None
    monkeypatch.setattr(text_module, limit, -1)
    assert extract_text(data, kind) is None


def test_a_page_of_endless_drawing_is_not_read() -> None:
    def draw(writer: PdfWriter) -> None:
        stream = StreamObject()
        stream.set_data(b"0 0 m 9 9 l S\n" * 160_000)
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    data = changed_pdf(draw)
    assert recognise_document(data, "a.pdf").kind == "pdf"
    start = time.perf_counter()
    assert extract_text(data, "pdf") is None
    assert time.perf_counter() - start < 1


def test_a_part_with_entities_is_not_read() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y "&x;&x;">]><a><t>&y;</t></a>'
    data = rezipped(docx("正文"), lambda files: files.update({"word/footnotes.xml": bomb}))
    assert extract_text(data, "docx") is None


def test_a_broken_part_leaves_the_whole_unchecked() -> None:
    data = rezipped(docx("正文"), lambda files: files.update({"word/footnotes.xml": b"<a><t>x</t>"}))
    assert extract_text(data, "docx") is None
