"""The picture library: taking pictures in through the form and the editor, showing and deleting them."""

import struct
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from publishing import pictures, workflow
from publishing.models import Picture, Redirect
from publishing.pictures import picture_users
from publishing.storage import private_storage
from tests.desk import director, logged_in, page
from tests.makers import approve, chief, make_article, make_draft, make_picture, picture_bytes, release

UPLOAD = "admin:publishing_picture_upload"
LATEST = "admin:publishing_picture_latest"
ADD = "admin:publishing_picture_add"

pytestmark = pytest.mark.django_db


def bomb() -> bytes:
    """A PNG whose header promises 200 megapixels."""
    header = struct.pack(">IIBBBBB", 20_000, 10_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + b"\0" * 64


# Name, bytes, and a word of the sentence that the editor reads.
REFUSED = {
    "html named .jpg": ("a.jpg", b"<!doctype html><html><body><p>x</p></body></html>", "不是图片"),
    "svg": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
    "svg named .png": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "SVG"),
    "200 megapixels": ("a.png", bomb(), "2 亿像素"),
    "half a picture": ("a.jpg", picture_bytes()[:400], "已损坏"),
    "empty": ("a.jpg", b"", "0 字节"),
}


def file(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def upload(client: Client, **data: Any) -> Any:
    return client.post(reverse(UPLOAD), data)


def add(client: Client, **data: Any) -> Any:
    given = {"alt": "山与河", "caption": "", "credit": "", "focal_x": "50", "focal_y": "50", **data}
    return client.post(reverse(ADD), given)


# --- through the editor ----------------------------------------------------------------------------


def test_the_editor_uploads_a_picture() -> None:
    client = logged_in("writer", "add_picture", "view_picture")
    answer = upload(
        client, file=file(picture_bytes()), alt=" 山与河 ", caption="说明", credit="摄影：演示编辑"
    )
    picture = Picture.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "id": picture.pk,
        "src": f"/admin/files/p{picture.pk}/800.jpg",
        "thumbnail": f"/admin/files/p{picture.pk}/400.jpg",
        "alt": "山与河",
        "caption": "说明",
        "credit": "摄影：演示编辑",
        "width": 900,
        "height": 600,
    }
    assert picture.created_by.username == "writer"
    assert client.get(answer.json()["src"])["Content-Type"] == "image/jpeg"


def test_the_same_bytes_give_the_same_picture() -> None:
    client = logged_in("writer", "add_picture")
    first = upload(client, file=file(picture_bytes()), alt="第一次").json()
    second = upload(client, file=file(picture_bytes()), alt="第二次").json()
    assert first["id"] == second["id"] and second["alt"] == "第一次"
    assert Picture.objects.count() == 1


def test_two_uploads_of_the_same_bytes_at_once_are_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = pictures.prepare_picture

    def overtaken(data: bytes) -> pictures.PreparedPicture:
        monkeypatch.setattr(pictures, "prepare_picture", prepare)
        make_picture("先到的")
        return prepare(data)

    monkeypatch.setattr(pictures, "prepare_picture", overtaken)
    answer = upload(logged_in("writer", "add_picture"), file=file(picture_bytes()), alt="后到的")
    assert answer.status_code == 200 and answer.json()["alt"] == "先到的"
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_is_refused_with_a_sentence(case: str) -> None:
    name, data, word = REFUSED[case]
    answer = upload(logged_in("writer", "add_picture"), file=file(data, name), alt="山与河")
    assert answer.status_code == 400
    assert word in "".join(answer.json()["errors"]["file"])
    assert not Picture.objects.exists()


def test_too_many_bytes_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.images.MAX_BYTES", 1000)
    answer = upload(logged_in("writer", "add_picture"), file=file(picture_bytes(1200, 900)), alt="山与河")
    assert answer.status_code == 400 and "上限" in answer.json()["errors"]["file"][0]


@pytest.mark.parametrize("alt", ["", "   ", "字" * 201])
def test_a_picture_without_words_is_refused(alt: str) -> None:
    answer = upload(logged_in("writer", "add_picture"), file=file(picture_bytes()), alt=alt)
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["alt"]
    assert not Picture.objects.exists()


def test_a_missing_file_is_refused() -> None:
    answer = upload(logged_in("writer", "add_picture"), alt="山与河")
    assert answer.json() == {"errors": {"file": ["请选择图片文件。"]}}


def test_nobody_uploads_without_the_right() -> None:
    client = logged_in("reader", "view_picture", "change_picture", "change_article")
    assert upload(client, file=file(picture_bytes()), alt="山与河").status_code == 403
    assert not Picture.objects.exists()


def test_a_visitor_is_sent_to_the_log_in(client: Client) -> None:
    answer = upload(client, file=file(picture_bytes()), alt="山与河")
    assert answer.status_code == 302 and "/admin/login/" in answer["Location"]
    assert client.get(reverse(LATEST)).status_code == 302
    assert not Picture.objects.exists()


def test_the_doors_take_their_own_method_only() -> None:
    client = director()
    assert client.get(reverse(UPLOAD)).status_code == 405
    assert client.post(reverse(LATEST)).status_code == 405


def test_an_upload_needs_the_forms_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(logged_in("writer", "add_picture").get(reverse("admin:index")).wsgi_request.user)
    assert upload(client, file=file(picture_bytes()), alt="山与河").status_code == 403
    token = client.get(reverse(ADD)).context["csrf_token"]
    answer = client.post(
        reverse(UPLOAD), {"file": file(picture_bytes()), "alt": "山与河"}, headers={"x-csrftoken": str(token)}
    )
    assert answer.status_code == 200


# --- the editor's choice from the library ------------------------------------------------------------


def test_the_newest_pictures_come_first_and_a_word_finds_them() -> None:
    for index in range(14):
        make_picture(f"第 {index} 张", colour=f"#0000{index:02x}", kind="PNG")
    client = logged_in("writer", "view_picture")
    newest = client.get(reverse(LATEST)).json()["pictures"]
    assert [each["alt"] for each in newest] == [f"第 {index} 张" for index in range(13, 1, -1)]
    found = client.get(reverse(LATEST), {"q": "第 11 张"}).json()["pictures"]
    assert [each["alt"] for each in found] == ["第 11 张"]
    assert client.get(reverse(LATEST), {"q": "没有\0这个词"}).json() == {"pictures": []}


def test_the_choice_costs_the_same_for_many_pictures(django_assert_num_queries: Any) -> None:
    client = logged_in("writer", "view_picture")
    for index in range(2):
        make_picture(f"第 {index} 张", colour=f"#0000{index:02x}", kind="PNG")
        with django_assert_num_queries(5):
            client.get(reverse(LATEST))


def test_nobody_looks_through_the_library_without_the_right() -> None:
    make_picture()
    assert logged_in("writer", "add_picture", "change_article").get(reverse(LATEST)).status_code == 403


# --- the library's own form ----------------------------------------------------------------------------


def test_the_form_takes_a_picture_in() -> None:
    client = logged_in("keeper", "add_picture", "view_picture", "change_picture")
    answer = add(client, file=file(picture_bytes()), caption="说明", focal_x="20")
    picture = Picture.objects.get()
    assert answer.status_code == 302
    assert (picture.alt, picture.caption, picture.focal_x, picture.width) == ("山与河", "说明", 20, 900)
    assert picture.created_by.username == "keeper" and len(picture.sha256) == 64
    assert private_storage().exists(picture.rendition_path("800.webp"))


@pytest.mark.parametrize("case", REFUSED)
def test_the_form_keeps_what_was_typed_when_it_refuses_the_file(case: str) -> None:
    name, data, word = REFUSED[case]
    answer = add(director(), file=file(data, name), alt="辛苦写的替代文字")
    form = answer.context["adminform"].form
    assert list(form.errors) == ["file"] and word in form.errors["file"][0]
    assert form["alt"].value() == "辛苦写的替代文字" and "辛苦写的替代文字" in answer.text
    assert not Picture.objects.exists()


def test_the_form_wants_words_and_a_file() -> None:
    answer = add(director(), alt="  ")
    assert set(answer.context["adminform"].form.errors) == {"file", "alt"}


def test_the_form_names_the_picture_that_is_there_already() -> None:
    picture = make_picture("原来的图")
    answer = add(director(), file=file(picture_bytes()))
    assert f"编号 {picture.pk}，“原来的图”" in answer.context["adminform"].form.errors["file"][0]
    assert Picture.objects.count() == 1


def test_changing_the_words_leaves_the_picture() -> None:
    picture = make_picture()
    address = reverse("admin:publishing_picture_change", args=[picture.pk])
    data = {"alt": "新的说法", "caption": "", "credit": "", "focal_x": "10", "focal_y": "90"}
    assert director().post(address, data).status_code == 302
    changed = Picture.objects.get()
    assert (changed.alt, changed.focal_x, changed.sha256) == ("新的说法", 10, picture.sha256)
    refused = director_again().post(address, data | {"focal_x": "101", "alt": ""})
    assert set(refused.context["adminform"].form.errors) == {"alt", "focal_x"}


WORDS = {"alt": "假的说法", "caption": "假的图片说明", "credit": "摄影：别人"}
BOUND = {
    "in review": lambda cover: workflow.submit(make_draft(cover=cover), by=chief()),
    "approved": lambda cover: approve(make_draft(cover=cover)),
    "scheduled": lambda cover: release(make_draft(cover=cover), at=timezone.now() + timedelta(days=1)),
    "public": lambda cover: make_article(cover=cover),
    "withdrawn": lambda cover: workflow.withdraw(make_article(cover=cover), by=chief(), reason="有误"),
}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("state", BOUND)
def test_the_words_of_a_cover_that_was_handed_in_are_not_changed(state: str, word: str) -> None:
    cover = make_picture()
    BOUND[state](cover)
    client, address = director_again(), reverse("admin:publishing_picture_change", args=[cover.pk])
    assert "光荣牌怎样悬挂" in client.get(address).text and "换一张封面" in client.get(address).text
    data = {"alt": cover.alt, "caption": "", "credit": "", "focal_x": "10", "focal_y": "90"}
    refused = client.post(address, data | {word: WORDS[word]})
    assert "光荣牌怎样悬挂" in refused.context["adminform"].form.non_field_errors()[0]
    assert WORDS[word] in refused.text  # nothing that was typed is lost
    assert getattr(Picture.objects.get(), word) == getattr(cover, word)
    assert client.post(address, data).status_code == 302
    assert Picture.objects.get().focal_x == 10


@pytest.mark.parametrize("use", ["cover of a draft", "body of a public article"])
def test_the_words_that_nobody_reviewed_are_changed(use: str) -> None:
    picture = make_picture()
    if use == "cover of a draft":
        make_draft(cover=picture)
    else:
        make_article(body=in_body(picture))
    address = reverse("admin:publishing_picture_change", args=[picture.pk])
    data = {**WORDS, "focal_x": "10", "focal_y": "90"}
    assert director_again().post(address, data).status_code == 302
    assert Picture.objects.get().alt == WORDS["alt"]


@pytest.mark.parametrize("word", WORDS)
def test_an_approval_is_bound_to_the_words_of_the_cover(word: str) -> None:
    article = approve(make_draft(cover=make_picture()))
    Picture.objects.update(**{word: WORDS[word]})
    article.refresh_from_db()
    assert any("改过" in told for told in workflow.publish_obstacles(article, by=chief()))


def director_again() -> Client:
    return logged_in("second", "view_picture", "change_picture")


@pytest.mark.parametrize(
    ("right", "allowed"),
    [
        ("view_picture", {"changelist", "change"}),
        ("add_picture", {"add"}),
        ("change_picture", {"changelist", "change"}),
        ("delete_picture", {"delete"}),
    ],
)
def test_each_door_asks_for_its_right(right: str, allowed: set[str]) -> None:
    picture = make_picture()
    client = logged_in("somebody", right)
    doors = {"changelist": [], "add": [], "change": [picture.pk], "delete": [picture.pk]}
    opened = {
        door
        for door, args in doors.items()
        if page(client, f"publishing_picture_{door}", *args).status_code == 200
    }
    assert opened == allowed


def test_a_reader_changes_nothing() -> None:
    picture = make_picture()
    client = logged_in("reader", "view_picture")
    address = reverse("admin:publishing_picture_change", args=[picture.pk])
    assert client.post(address, {"alt": "别的"}).status_code == 403
    assert add(client, file=file(picture_bytes(300, 200))).status_code == 403
    assert Picture.objects.get().alt == picture.alt


# --- lists ---------------------------------------------------------------------------------------------


def test_the_list_shows_pictures_of_drafts_and_whether_they_are_used() -> None:
    used, unused = make_picture("用到的"), make_picture("没用到的", colour="#123456")
    make_draft(cover=used)
    client = director()
    address = reverse("admin:publishing_picture_changelist")
    assert f"/admin/files/p{used.pk}/400.jpg" in client.get(address).text
    shown = {
        value: [p.alt for p in client.get(address, {"used": value}).context["cl"].result_list]
        for value in "10"
    }
    assert shown == {"1": ["用到的"], "0": ["没用到的"]}
    assert [p.pk for p in client.get(address, {"q": "没用到"}).context["cl"].result_list] == [unused.pk]


def test_the_list_costs_the_same_for_many_pictures(django_assert_num_queries: Any) -> None:
    client = director()
    for index in range(3):
        make_draft(
            f"稿件 {index}", cover=make_picture(f"第 {index} 张", colour=f"#0000{index:02x}", kind="PNG")
        )
        with django_assert_num_queries(6):
            page(client, "publishing_picture_changelist")


def test_a_cover_is_found_by_its_words() -> None:
    picture = make_picture("光荣牌悬挂现场")
    client = logged_in("writer", "view_picture", "change_article")
    found = client.get(
        reverse("admin:autocomplete"),
        {"term": "光荣牌", "app_label": "news", "model_name": "article", "field_name": "cover"},
    )
    assert [each["id"] for each in found.json()["results"]] == [str(picture.pk)]


# --- deletion ------------------------------------------------------------------------------------------


def in_body(picture: Picture) -> str:
    return f'<figure><img src="/files/p{picture.pk}/800.jpg" alt="甲"></figure>'


@pytest.mark.parametrize("use", ["cover of a draft", "body of a draft", "body of a public article"])
def test_a_picture_in_use_is_not_deleted_at_any_door(use: str) -> None:
    picture = make_picture()
    match use:
        case "cover of a draft":
            user = make_draft(cover=picture)
        case "body of a draft":
            user = make_draft(body=in_body(picture))
        case _:
            user = make_article(body=in_body(picture))
    assert picture_users(picture) == [user]
    client = director()
    one = client.post(reverse("admin:publishing_picture_delete", args=[picture.pk]), {"post": "yes"})
    assert user.title in one.text
    data = {"action": "delete_selected", "_selected_action": [picture.pk], "post": "yes"}
    many = client.post(reverse("admin:publishing_picture_changelist"), data)
    assert user.title in many.text
    assert Picture.objects.filter(pk=picture.pk).exists()
    assert private_storage().exists(picture.rendition_path("800.jpg"))


@pytest.mark.parametrize("door", ["form", "list"])
def test_an_unused_picture_goes_with_its_files(door: str, django_capture_on_commit_callbacks: Any) -> None:
    picture = make_picture()
    paths = [picture.rendition_path(name) for name in ("400.jpg", "400.webp", "800.jpg", "900.webp")]
    assert all(private_storage().exists(path) for path in paths)
    client = director()
    with django_capture_on_commit_callbacks(execute=True):
        if door == "form":
            client.post(reverse("admin:publishing_picture_delete", args=[picture.pk]), {"post": "yes"})
        else:
            data = {"action": "delete_selected", "_selected_action": [picture.pk], "post": "yes"}
            client.post(reverse("admin:publishing_picture_changelist"), data)
    assert not Picture.objects.exists()
    assert not any(private_storage().exists(path) for path in paths)


def test_a_picture_that_only_the_past_shows_can_go() -> None:
    picture = make_picture()
    article = make_draft(cover=picture)
    article.cover = None
    article.save()
    assert article.history.filter(cover_id=picture.pk).exists()
    assert picture_users(picture) == []


# --- redirects -----------------------------------------------------------------------------------------


def test_redirects_are_entered_and_checked() -> None:
    client = logged_in("keeper", "add_redirect", "view_redirect")
    address = reverse("admin:publishing_redirect_add")
    assert client.post(address, {"old_path": "/old/", "new_path": "/news/"}).status_code == 302
    for old, new in [("old", ""), ("/old/", ""), ("/a/", "/a/"), ("/b/", "https://outside.example/")]:
        refused = client.post(address, {"old_path": old, "new_path": new})
        assert refused.status_code == 200 and refused.context["errors"], (old, new)
    assert [str(each) for each in Redirect.objects.all()] == ["/old/ → /news/"]
    assert page(client, "publishing_redirect_changelist").status_code == 200
    assert logged_in("reader", "view_picture").get(address).status_code == 403


def test_what_is_no_content_of_the_desk_has_the_page_of_every_record() -> None:
    """Django takes ``admin/<app>/change_form.html`` for every model of an app: the form of content goes by another name."""
    picture = make_picture()
    shown = (
        logged_in("library", "view_picture", "change_picture")
        .get(reverse("admin:publishing_picture_change", args=[picture.pk]))
        .content.decode()
    )
    assert f'href="{reverse("admin:publishing_picture_history", args=[picture.pk])}"' in shown
    assert 'href=""' not in shown and "state-line" not in shown
