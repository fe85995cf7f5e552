"""Agreements from files: the doors, each with the rights that it asks for."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, Event
from partnerships.models import Agreement, Partner
from tests.desk import logged_in, person, told
from tests.honors.rolls import make_source
from tests.partnerships.agreement_tables import (
    RIGHTS,
    SHIP,
    book,
    given,
    imported,
    make_places,
    text,
)
from tests.tables import kept_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    make_places()


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_agreements", str(path), *options, stdout=out)
    return out.getvalue()


def test_the_command_imports_for_a_person(tmp_path: Path) -> None:
    path = tmp_path / "agreements.csv"
    path.write_bytes(text(given(**{"来源": "", "来源网址": ""})).encode("gbk"))
    person("importer", *RIGHTS)
    said = run(path, "--as", "importer", "--dry-run")
    assert "新单位“君正集团”" in said and "什么都没有写入" in said and not Agreement.objects.exists()
    with pytest.raises(CommandError, match="不存在"):
        run(path, "--as", "importer", "--source", "没有的来源")
    make_source("某市政府网")
    assert not AuditEvent.objects.filter(event=Event.IMPORT).exists()
    assert "新建 1 条，请在后台逐条看过再送审。" in run(path, "--as", "importer", "--source", "某市政府网")
    one = Agreement.objects.get()
    assert (one.created_by.username, one.source.name) == ("importer", "某市政府网")
    event = AuditEvent.objects.get(event=Event.IMPORT)
    assert (event.person, event.object_name, event.detail) == ("importer", "导入共建协议", "新建 1 条")
    assert "新的 0 条，已经在记录里的 1 条" in run(path, "--as", "importer", "--source", "某市政府网")
    path.write_bytes(text(given(**{"内容": "另一句话"})).encode())
    changed = run(path, "--as", "importer")
    assert "第 2 行：改已有的草稿：内容：表格是“另一句话”" in changed and "改草稿 1 条，请在后台" in changed
    assert Agreement.objects.get().summary == "另一句话"


def test_the_command_refuses_in_words(tmp_path: Path) -> None:
    path = tmp_path / "agreements.xlsx"
    path.write_bytes(book(SHIP, given(**{"地方": "无此市"})))
    with pytest.raises(CommandError, match="没有用户“nobody”"):
        run(path, "--as", "nobody")
    person("reader", "view_agreement", "change_agreement")
    with pytest.raises(CommandError, match="没有录入和修改共建协议的权限"):
        run(path, "--as", "reader")
    person("importer", *RIGHTS)
    with pytest.raises(CommandError, match="(?s)第 3 行：.*无此市.*1 行有错，什么都没有写入"):
        run(path, "--as", "importer")
    assert not Agreement.objects.exists()


# --- The admin -----------------------------------------------------------------------------------------------

UPLOAD, CONFIRM = "/admin/partnerships/agreement/import/", "/admin/partnerships/agreement/import/confirm/"


def upload(client: Client, data: bytes, **more: Any) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile("agreements.xlsx", data), **more})


def importing(name: str = "importer") -> Client:
    return logged_in(name, "view_agreement", *RIGHTS)


def test_upload_preview_confirm() -> None:
    client, before, default = importing(), kept_files(), make_source("某市政府网")
    assert "名称里本来有顿号的加引号" in client.get(UPLOAD).content.decode()
    shown = upload(client, book(given(**{"来源": "", "来源网址": ""})), source=default.pk).content.decode()
    assert "新单位“君正集团”。" in shown and "确认导入" in shown and not Agreement.objects.exists()
    (name,) = set(kept_files()) - set(before)
    response = client.post(CONFIRM, {"name": name})
    assert response.url == reverse("admin:partnerships_agreement_changelist")
    assert told(client.get(response.url)) == ["已写入：新建 1 条，请逐条看过再送审。"]
    one = Agreement.objects.get()
    assert (one.status, one.source, one.created_by.username) == ("draft", default, "importer")
    assert kept_files() == before
    assert client.post(CONFIRM, {"name": name}).url == UPLOAD
    assert Agreement.objects.count() == 1


def test_wrong_and_differing_rows_are_shown_and_wrong_ones_cannot_be_confirmed() -> None:
    imported(book(SHIP))
    client, before = importing(), kept_files()
    page = upload(
        client, book(given(**{"内容": "另一句话"}), given(**{"金额": "一百万", "类别": "其他"}))
    ).content.decode()
    assert "改已有的草稿：内容" in page and "没有写单位" in page and "确认导入" not in page
    assert kept_files() == before and Agreement.objects.count() == 1


def test_two_people_who_previewed_the_same_file_enter_it_once() -> None:
    first, second, before = importing(), importing("other"), kept_files()
    upload(first, book(SHIP))
    (one,) = set(kept_files()) - set(before)
    upload(second, book(SHIP))
    (two,) = set(kept_files()) - set(before) - {one}
    assert first.post(CONFIRM, {"name": one}).status_code == 302
    response = second.post(CONFIRM, {"name": two}, follow=True)
    assert told(response) == ["没有新的内容，什么都没有写入。"]
    assert (Agreement.objects.count(), Partner.objects.count()) == (1, 1)
    assert Agreement.objects.get().created_by.username == "importer"


def test_a_file_waits_for_the_person_who_sent_it_only() -> None:
    before = kept_files()
    upload(importing(), book(SHIP))
    (name,) = set(kept_files()) - set(before)
    other = importing("other")
    assert other.post(CONFIRM, {"name": name}).url == UPLOAD
    assert other.get(CONFIRM).url == UPLOAD
    assert not Agreement.objects.exists()


def test_every_door_asks_for_the_right() -> None:
    client = logged_in(
        "reader", "view_agreement", "change_agreement", "publish_agreement", "add_duallistitem"
    )
    for response in (client.get(UPLOAD), upload(client, book(SHIP)), client.post(CONFIRM, {"name": "x"})):
        assert response.status_code == 403
    listed = reverse("admin:partnerships_agreement_changelist")
    assert "导入表格" not in client.get(listed).content.decode()
    assert "导入表格" in importing().get(listed).content.decode()
    assert "/login/" in Client().get(UPLOAD).url
    assert "/login/" in Client().post(CONFIRM, {"name": "x"}).url
    assert not Agreement.objects.exists()
