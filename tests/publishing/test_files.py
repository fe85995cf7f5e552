"""Files are private until something public uses them."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from news.attachments import attach
from publishing import workflow
from publishing.images import ImageRefused
from publishing.models import Picture
from publishing.pictures import store_picture
from tests.makers import chief, make_article, make_draft, make_picture, picture_bytes, release

pytestmark = pytest.mark.django_db


def xlsx() -> bytes:
    book, out = Workbook(), BytesIO()
    book.active["A1"] = "乌海市"
    book.save(out)
    return out.getvalue()


def test_a_picture_is_public_only_while_a_public_body_or_cover_shows_it(client: Client) -> None:
    picture = make_picture()
    article = make_draft(body=f'<img src="/files/p{picture.pk}/800.jpg">')
    address = picture.href("800.webp")
    assert client.get(address).status_code == 404
    release(article)
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert b"".join(response).startswith(b"RIFF")
    workflow.withdraw(article, by=chief(), reason="数字有误")
    assert client.get(address).status_code == 404


def test_a_cover_is_public_with_its_article_and_not_before_a_scheduled_one(client: Client) -> None:
    cover = make_picture()
    article = make_draft(cover=cover)
    release(article, at=timezone.now() + timedelta(days=1))
    assert client.get(cover.src).status_code == 404
    article = make_article("另一篇", cover=cover)
    assert client.get(cover.src).status_code == 200


def test_an_attachment_follows_its_article(client: Client) -> None:
    article = make_draft()
    attachment = attach(article, xlsx(), "名单.xlsx")
    assert client.get(attachment.href).status_code == 404
    release(article)
    response = client.get(attachment.href)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    assert b"".join(response) == xlsx() or response["Content-Type"].endswith("sheet")
    assert attachment.text is not None and "乌海市" in attachment.text


@pytest.mark.parametrize(
    "path",
    ["/files/p0/800.jpg", "/files/x1/800.jpg", "/files/p/800.jpg", "/files/p٣/800.jpg", "/files/p1/../../secret-key",
     "/files/p99999999999999999999/800.jpg", "/files/p1/%00.jpg"],
)  # fmt: skip
def test_made_up_addresses_are_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_made_up_names_of_a_public_file_are_not_found(client: Client) -> None:
    cover = make_picture()
    make_article(cover=cover)
    for name in ("801.jpg", "800.png", "original", "800.jpg.exe", "..%2f800.jpg"):
        assert client.get(f"/files/p{cover.pk}/{name}").status_code == 404


def test_unchanged_files_are_not_sent_again(client: Client) -> None:
    cover = make_picture()
    make_article(cover=cover)
    etag = client.get(cover.src)["ETag"]
    assert client.get(cover.src, headers={"If-None-Match": etag}).status_code == 304


def test_staff_see_private_files_below_admin_with_permission_only(client: Client) -> None:
    picture = make_picture()
    address = f"/admin/files/p{picture.pk}/800.jpg"
    assert client.get(address).status_code == 302
    user = User.objects.create_user("bianji", is_staff=True)
    client.force_login(user)
    assert client.get(address).status_code == 404
    user.user_permissions.add(Permission.objects.get(codename="view_picture"))
    response = client.get(address)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]


def test_the_same_bytes_are_stored_once() -> None:
    assert make_picture("甲").pk == make_picture("乙").pk
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_picture_without_alt_text_is_refused(alt: str) -> None:
    with pytest.raises(ValueError, match="替代文字"):
        store_picture(picture_bytes(), alt=alt)
    assert not Picture.objects.exists()


def test_a_refused_picture_leaves_nothing_behind() -> None:
    with pytest.raises(ImageRefused):
        store_picture(b"<html><script>1</script></html>", alt="图")
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (50, 50, "focus-centre-middle"),
        (0, 0, "focus-left-top"),
        (100, 100, "focus-right-bottom"),
        (33, 68, "focus-left-bottom"),
    ],
)
def test_the_focus_of_a_picture_names_a_third_that_the_styles_know(
    client: Client, x: int, y: int, expected: str
) -> None:
    cover = make_picture()
    Picture.objects.update(focal_x=x, focal_y=y)
    make_article(cover=cover, headline=True)
    assert f'class="{expected}"' in client.get("/").content.decode()
    rules = (Path(__file__).parents[2] / "static" / "css" / "pages" / "home.css").read_text()
    assert expected == "focus-centre-middle" or f".{expected} " in rules
