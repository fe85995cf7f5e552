"""Attachments: secrets in every corner, what cannot be read, photos that say where they were taken."""

from collections.abc import Callable

import pytest

from news.attachments import attach, prepare_document
from news.models import Attachment
from publishing.documents.pictures import PictureFacts, pictures_in
from publishing.documents.text import MAX_TEXT
from publishing.preflight.inspection import inspect, obstacles
from publishing.storage import private_storage
from tests.makers import make_draft
from tests.publishing.preflight.papers import SECRET, docx_with, docx_with_photo, pdf, photo, scan, xlsx_with
from tests.publishing.test_documents import docx, pptx

pytestmark = pytest.mark.django_db

CORNERS_XLSX = [
    "cell", "hidden sheet", "very hidden sheet", "hidden row", "hidden column", "comment", "header", "sheet name",
    "far away",
]  # fmt: skip
CORNERS_DOCX = [
    "paragraph", "parted runs", "hidden text", "table", "table in a table", "header", "footer", "comment", "text box",
    "footnote",
]  # fmt: skip


def found_in(data: bytes, name: str) -> list[str]:
    article = make_draft(keywords="双拥")
    attach(article, data, name)
    return [one.id for one in inspect(article)]


@pytest.mark.parametrize("corner", CORNERS_XLSX)
def test_a_secret_in_a_corner_of_a_workbook_is_found(corner: str) -> None:
    assert found_in(xlsx_with(corner), "名单.xlsx") == ["pii.id18"]


@pytest.mark.parametrize("corner", CORNERS_DOCX)
def test_a_secret_in_a_corner_of_a_document_is_found(corner: str) -> None:
    assert found_in(docx_with(corner), "名单.docx") == ["pii.id18"]


@pytest.mark.parametrize(
    "make", [lambda: docx_with("nowhere"), lambda: xlsx_with("nowhere"), lambda: pdf("双拥工作简报"), pptx]
)
def test_a_document_without_secrets_is_quiet(make: Callable[[], bytes]) -> None:
    data = make()
    kind = {b"%PDF": "pdf"}.get(data[:4]) or next(
        kind for kind in ("docx", "xlsx", "pptx") if f"{ {'docx': 'word', 'xlsx': 'xl', 'pptx': 'ppt'}[kind]}/".encode() in data
    )  # fmt: skip
    assert found_in(data, f"简报.{kind}") == []


def test_a_telephone_stored_as_a_number_is_found() -> None:
    assert found_in(xlsx_with("number", "13800138000"), "名单.xlsx") == ["pii.mobile"]


def test_an_identity_number_stored_as_a_number_is_found_though_its_end_is_lost() -> None:
    # 91: cards of foreigners, whose areas end in the country; this one does not exist.
    assert found_in(xlsx_with("number", "910000199001010000"), "名单.xlsx") == ["pii.id18-rounded"]


def test_a_secret_in_a_pdf_is_found() -> None:
    assert found_in(pdf(f"证件号 {SECRET}"), "名单.pdf") == ["pii.id18"]


def test_a_cover_number_over_two_lines_of_a_page_is_found() -> None:
    article = make_draft(keywords="双拥")
    attach(article, pdf("简报"), "简报.pdf")
    Attachment.objects.update(text="慰问12345\n部队官兵")
    assert [one.id for one in inspect(article)] == ["military.cover-number"]


def test_a_secret_in_the_name_of_a_file_is_found() -> None:
    article = make_draft(keywords="双拥")
    attach(article, docx("简报"), f"{SECRET}.docx")
    (found,) = inspect(article)
    assert found.id == "pii.id18" and SECRET not in found.sentence


def test_a_scan_needs_a_second_person() -> None:
    article = make_draft(keywords="双拥")
    attach(article, scan(), "扫描件.pdf")
    (found,) = inspect(article)
    assert (found.id, found.kind.level) == ("file.unread", "second")
    assert "附件《扫描件.pdf》：未能检查" in obstacles(article)[0]


def test_a_text_that_was_cut_is_not_taken_for_the_whole() -> None:
    article = make_draft(keywords="双拥")
    attach(article, docx("简报"), "长文.docx")
    Attachment.objects.update(text="字" * MAX_TEXT)
    assert [one.id for one in inspect(article)] == ["file.cut"]


def test_pictures_in_a_document_need_a_second_person() -> None:
    assert found_in(docx_with_photo(positioned=False), "简报.docx") == ["file.pictures"]


def test_a_photo_with_its_position_blocks() -> None:
    assert found_in(docx_with_photo(positioned=True), "简报.docx") == [
        "military.photo-position",
        "file.pictures",
    ]


def test_a_file_that_is_gone_blocks() -> None:
    article = make_draft(keywords="双拥")
    attachment = attach(article, docx("简报"), "简报.docx")
    private_storage().delete(attachment.path)
    assert [one.id for one in inspect(article)] == ["file.missing"]


def test_positions_are_read_from_the_pictures_themselves() -> None:
    assert pictures_in(docx_with_photo(positioned=True), "docx") == PictureFacts(1, 1)
    assert pictures_in(docx_with_photo(positioned=False), "docx") == PictureFacts(1, 0)
    page = b"%PDF-1.4 <</Subtype /Image>> stream " + photo(positioned=True) + b" <</Subtype/Image>>"
    assert pictures_in(page, "pdf") == PictureFacts(2, 1)


def test_the_text_is_read_once_at_upload() -> None:
    assert SECRET in (prepare_document(xlsx_with("hidden row"), "名单.xlsx").text or "")
