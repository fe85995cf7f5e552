"""Import of tables for any record, tried on redirects: judged row by row, written together, by pages of the admin."""

from typing import Any

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import include, path

from portal import urls
from publishing.admin_imports import ImportPages
from publishing.imports import Judgement, Problems, Report, State, TableResource, import_table
from publishing.models import Redirect
from publishing.tables import Columns
from tests.desk import logged_in, told
from tests.tables import kept_files, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

HEADS = ["旧地址", "新地址"]
OLD, FRESH, CHANGED, BAD = ["/a/", "/b/"], ["/c/", "/d/"], ["/a/", "/x/"], ["a", "/b/"]


class RedirectResource(TableResource):
    columns = Columns({"old_path": "旧地址", "new_path": "新地址"}, required=["old_path"])

    def open(self) -> None:
        self.record = {one.old_path: one for one in Redirect.objects.all()}
        self.fresh: list[Redirect] = []

    def judge(self, number: int, row: dict[str, str]) -> Judgement:
        said = Redirect(**row)
        self.refuse_twice(said.old_path, number)
        if held := self.record.get(said.old_path):
            same = held.new_path == said.new_path
            return Judgement.known([] if same else [f"新地址是“{held.new_path}”。"])
        said.clean_fields()
        self.fresh.append(said)
        return Judgement(State.NEW)

    def enter(self) -> None:
        Redirect.objects.bulk_create(self.fresh)


def imported(*rows: list[str], writes: bool = True) -> Report:
    return Report(import_table(workbook(HEADS, *rows), RedirectResource(writes=writes)))


class RedirectImports(ImportPages, ModelAdmin):  # type: ignore[type-arg]
    import_columns = RedirectResource.columns
    import_shown = ("old_path", "new_path")
    import_title = "导入转向"
    import_about = "第一行是表头。"
    import_back = "不做，回到转向"

    def import_file(self, data: bytes, *, by: Any, dry_run: bool, **options: Any) -> Report:
        assert options == {}
        return Report(import_table(data, RedirectResource(writes=not dry_run)))

    def import_explains(self, report: Report) -> str:
        return f"将建立 {len(report.new)} 条。"

    def import_done(self, report: Report) -> str:
        return f"已建立 {len(report.new)} 条。"


site = AdminSite()
site.register(Redirect, RedirectImports)
urlpatterns = [path("admin/", site.urls), path("", include(urls.urlpatterns[:-1]))]


@pytest.fixture(autouse=True)
def _record(db: None) -> None:
    Redirect.objects.create(old_path="/a/", new_path="/b/")


def paths() -> dict[str, str]:
    return dict(Redirect.objects.values_list("old_path", "new_path"))


class TestRows:
    def test_new_rows_are_written_and_known_ones_are_not(self) -> None:
        report = imported(OLD, FRESH)
        assert [(line.number, line.state, line.words) for line in report.lines] == [
            (2, "known", "已经在记录里，不改动"),
            (3, "new", ""),
        ]
        assert report.lines[1].cells == {"old_path": "/c/", "new_path": "/d/"}
        assert paths() == {"/a/": "/b/", "/c/": "/d/"}

    def test_a_row_that_differs_is_told_and_not_written_and_stops_no_other(self) -> None:
        report = imported(CHANGED, FRESH)
        assert [line.words for line in report.differs] == ["与记录不同，不改动：新地址是“/b/”。"]
        assert (len(report.new), report.known, report.wrong) == (1, [], [])
        assert paths() == {"/a/": "/b/", "/c/": "/d/"}

    def test_one_wrong_row_stops_all(self) -> None:
        report = imported(FRESH, BAD)
        assert [line.number for line in report.wrong] == [3] and "以一条“/”开头" in report.wrong[0].words
        assert paths() == {"/a/": "/b/"}

    def test_the_same_key_twice_is_wrong(self) -> None:
        assert [line.words for line in imported(FRESH, FRESH).wrong] == ["与第 2 行重复。"]
        assert paths() == {"/a/": "/b/"}

    def test_a_resource_that_does_not_write_only_judges(self) -> None:
        assert len(imported(FRESH, writes=False).new) == 1
        assert paths() == {"/a/": "/b/"}

    def test_what_fails_while_writing_leaves_nothing(self) -> None:
        class Failing(RedirectResource):
            def enter(self) -> None:
                super().enter()
                raise RuntimeError("the disk is full")

        with pytest.raises(RuntimeError, match="the disk is full"):
            import_table(workbook(HEADS, FRESH), Failing(writes=True))
        assert paths() == {"/a/": "/b/"}

    def test_what_has_to_be_looked_at_stands_first(self) -> None:
        report = imported(OLD, FRESH, BAD, ["b", ""], writes=False)
        assert [line.number for line in report.sorted_lines()] == [4, 5, 3, 2]
        report = imported(FRESH, CHANGED, writes=False)
        assert [line.state for line in report.sorted_lines()] == ["differs", "new"]


class TestProblems:
    def refuse(self, *words: str) -> str:
        raise ValidationError(list(words))

    def test_all_of_them_are_told_together(self) -> None:
        problems = Problems()
        assert problems.read(self.refuse, "甲。") is None
        assert problems.read(int, "5") == 5
        assert problems.read(self.refuse, "乙。", "丙。") is None
        with pytest.raises(ValidationError) as caught:
            problems.refuse()
        assert caught.value.messages == ["甲。", "乙。", "丙。"]

    def test_none_refuse_nothing(self) -> None:
        problems = Problems()
        problems.read(int, "5")
        problems.refuse()


class TestPages:
    upload_page = "/admin/publishing/redirect/import/"

    def client(self) -> Client:
        return logged_in("importer", "view_redirect", "add_redirect")

    def upload(self, client: Client, *rows: list[str]) -> str:
        file = SimpleUploadedFile("a.xlsx", workbook(HEADS, *rows))
        return client.post(self.upload_page, {"file": file}).content.decode()

    def test_the_list_leads_to_the_upload_for_who_may(self) -> None:
        link = f'<a href="{self.upload_page}">导入表格</a>'
        assert link in self.client().get("/admin/publishing/redirect/").content.decode()
        reader = logged_in("reader", "view_redirect")
        assert link not in reader.get("/admin/publishing/redirect/").content.decode()
        assert reader.get(self.upload_page).status_code == 403
        assert reader.post(f"{self.upload_page}confirm/", {"name": "x"}).status_code == 403

    def test_the_upload_names_the_columns(self) -> None:
        page = self.client().get(self.upload_page).content.decode()
        assert "可以用的列：旧地址（必填）、新地址。" in page
        assert "<h1>导入转向</h1>" in page and "第一行是表头。" in page and "不做，回到转向" in page

    def test_rows_that_differ_are_counted_and_the_others_can_be_confirmed(self) -> None:
        client, before = self.client(), kept_files()
        page = self.upload(client, CHANGED, FRESH)
        assert "与记录不同 <strong>1</strong> 条" in page and ">不同</span>" in page
        assert "新地址是“/b/”。" in page and "将建立 1 条。" in page
        assert '<td>/c/</td><td data-label="新地址">/d/</td>' in page
        (name,) = set(kept_files()) - set(before)
        response = client.post(f"{self.upload_page}confirm/", {"name": name})
        assert response.url == "/admin/publishing/redirect/"
        assert told(client.get(response.url)) == ["已建立 1 条。"]
        assert paths() == {"/a/": "/b/", "/c/": "/d/"} and kept_files() == before

    def test_nothing_differs_and_nothing_is_said_of_it(self) -> None:
        assert "与记录不同" not in self.upload(self.client(), OLD, FRESH)

    def test_only_rows_that_differ_leave_nothing_to_confirm(self) -> None:
        before = kept_files()
        page = self.upload(self.client(), CHANGED)
        assert "没有新的条目" in page and "确认导入" not in page and kept_files() == before
