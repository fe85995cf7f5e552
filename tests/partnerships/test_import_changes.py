"""Files that say something else than the record: drafts are changed, what is public gets a revision, nothing more."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent, Event
from honors.models import Source
from partnerships import import_changes
from partnerships.exports import DUAL_LIST, dual_list_records
from partnerships.importers import import_dual_list
from partnerships.models import Agreement, Counterpart, DualListItem, Partner, ProgressNote
from publishing import workflow
from publishing.exports import as_xlsx
from publishing.models import ReviewStep, StepKind
from publishing.workflow import Refused
from tests.desk import logged_in, told
from tests.makers import approve, chief, colleague, release
from tests.partnerships.agreement_tables import RIGHTS, book, given, imported, importer, make_places, wrong
from tests.partnerships.needs import make_need, make_note, publish_need, withdraw_need
from tests.tables import kept_files

pytestmark = pytest.mark.django_db

OTHER = {"内容": "另一句话"}


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    make_places()


def known(*, public: bool = True) -> Agreement:
    """The agreement of ``SHIP``, in the record."""
    imported(book(given()), by=importer("先来的人"))
    one = Agreement.objects.get()
    if public:
        release(one)
    return one


def line_of(**changed: Any) -> tuple[str, str]:
    """How the only row of a file was judged, and in which words."""
    (line,) = imported(book(given(**changed))).lines
    return line.state, line.words


def stored(one: Any) -> dict[str, Any]:
    return type(one).objects.filter(pk=one.pk).values().get()


# --- Agreements --------------------------------------------------------------------------------------------


def test_a_row_that_differs_from_what_is_public_begins_a_revision() -> None:
    one = known()
    before = stored(one)
    state, words = line_of(**OTHER, **{"金额": "42.79万元", "来源": "新报", "单位类别": "学校"})
    assert state == "revises" and words.startswith("访客看到的不变，建立修订稿：金额：")
    assert "不改动：单位类别：“君正集团”表格是学校，记录是企业。" in words
    assert stored(one) == before
    revision = Agreement.objects.get(revision_of=one)
    assert (revision.summary, revision.amount_text, revision.amount_yuan) == ("另一句话", "42.79万元", 427900)
    assert (revision.source.name, revision.status, revision.created_by) == ("新报", "draft", importer())
    # What the file does not say is what stands.
    assert list(revision.partners.all()) == list(one.partners.all()) and revision.signed_on == one.signed_on
    assert revision.history.latest().history_change_reason == "由表格导入"
    assert importer().pk in workflow.authors(revision, revision.submission + 1)
    approve(revision)
    workflow.publish(revision, by=chief())
    one.refresh_from_db()
    assert (one.summary, one.amount_yuan, one.is_published()) == ("另一句话", 427900, True)


def test_the_importer_of_a_revision_reviews_it_at_no_step() -> None:
    one = known()
    colleague(importer().username)
    line_of(**OTHER)
    revision = Agreement.objects.get(revision_of=one)
    workflow.submit(revision, by=colleague("撰稿人"))
    User.objects.filter(pk=importer().pk).update(is_superuser=True)
    with pytest.raises(Refused, match="您参与撰写或修改了它"):
        workflow.approve(revision, by=User.objects.get(pk=importer().pk))


def test_the_preview_begins_nothing() -> None:
    one = known()
    (line,) = imported(book(given(**OTHER)), dry_run=True).lines
    assert line.state == "revises" and one.open_revision is None
    assert Agreement.objects.count() == 1


def test_a_row_goes_on_with_the_revision_that_is_open() -> None:
    one = known()
    line_of(**OTHER)
    assert line_of(**OTHER) == ("known", "修订稿里已经是这样，不改动")
    state, words = line_of(**{"内容": "第三句话"})
    assert state == "revises"
    # What it is compared with is what it changes.
    assert words == "改已有的修订稿：内容：表格是“第三句话”，记录是“另一句话”。"
    revision = Agreement.objects.get(revision_of=one)
    assert (revision.summary, Agreement.objects.count()) == ("第三句话", 2)
    # What visitors read changes nothing, whatever the revision says.
    assert line_of()[0] == "known"


def test_a_revision_that_others_have_under_review_is_left_to_them() -> None:
    one = known()
    line_of(**OTHER)
    revision = Agreement.objects.get(revision_of=one)
    workflow.submit(revision, by=colleague("撰稿人"))
    before = stored(revision)
    stranger = importer("后来的人")
    report = imported(book(given(**{"内容": "第三句话"})), by=stranger)
    assert [line.words for line in report.wrong] == [
        "它的修订稿由别人送审了。请作者先“收回”，或由审核的同事“退回”，再导入这一行。"
    ]
    assert stored(revision) == before
    # Its author takes it back by bringing something else.
    state, words = line_of(**{"内容": "第三句话"})
    assert state == "revises" and words.startswith("已送审的退回修订稿，要重新送审：")
    revision.refresh_from_db()
    assert (revision.status, revision.summary) == ("draft", "第三句话")


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_what_was_never_public_is_changed_and_is_a_draft_then(state: str) -> None:
    one = known(public=False)
    if state == "in_review":
        workflow.submit(one, by=colleague("撰稿人"))
    elif state == "approved":
        approve(one)
    assert stored(one)["status"] == state
    kind, words = line_of(**OTHER)
    sent_back = state != "draft"
    assert kind == "updates"
    assert words.startswith("已送审的退回草稿，要重新送审：" if sent_back else "改已有的草稿：")
    one.refresh_from_db()
    assert (one.status, one.summary, one.updated_by) == ("draft", "另一句话", importer())
    assert ReviewStep.objects.about(one).filter(kind=StepKind.EDITED).exists() is sent_back
    assert importer().pk in workflow.authors(one, one.submission + 1)


def test_what_waits_for_its_moment_is_not_changed() -> None:
    one = known(public=False)
    release(one, at=timezone.now() + timedelta(days=1))
    before = stored(one)
    ((_, words),) = wrong(given(**OTHER))
    assert "等待定时的请先取消定时" in words and stored(one) == before


def test_what_was_withdrawn_gets_a_revision_and_stays_withdrawn() -> None:
    one = known()
    workflow.withdraw(one, by=chief(), reason="内容有误")
    assert line_of(**OTHER)[0] == "revises"
    one.refresh_from_db()
    assert (one.status, one.open_revision.summary) == ("withdrawn", "另一句话")


def test_without_the_right_to_change_nothing_is_revised() -> None:
    one = known()
    clerk = importer("只能录入", *(right for right in RIGHTS if right != "change_agreement"))
    report = imported(book(given(**OTHER)), by=clerk)
    assert ["没有“修订”" in line.words for line in report.wrong] == [True]
    assert one.open_revision is None


def test_empty_cells_take_nothing_away_that_a_row_must_have() -> None:
    known()
    assert line_of(**{"协议": "", "来源": "来源待补", "来源网址": ""})[0] == "differs"
    assert Agreement.objects.count() == 1


def test_an_end_before_another_day_of_signing_in_the_revision_is_a_sentence() -> None:
    one = known()
    line_of(**OTHER)
    Agreement.objects.filter(revision_of=one).update(signed_on=date(2026, 1, 1))
    ((_, words),) = wrong(given(**OTHER, **{"到期日期": "2025-12-31"}))
    assert "早于修订稿里的日期“2026-01-01”" in words


def test_one_of_several_with_the_same_key_is_not_guessed() -> None:
    one = known()
    two = Agreement.objects.get(pk=one.pk)
    two.pk, two._state.adding, two.summary, two.status, two.published_at = None, True, "第二份", "draft", None
    two.save()
    two.partners.set(one.partners.all())
    state, words = line_of(**OTHER)
    assert state == "differs" and "有 2 条，分不清是哪一条" in words
    assert line_of(**{"内容": "第二份"})[0] == "known"


def test_two_rows_that_change_one_agreement_are_told_as_twice() -> None:
    known()
    ((number, words),) = wrong(given(**OTHER), given(**{"内容": "第三句话"}))
    assert (number, words) == (3, "与第 2 行重复。")


def test_the_file_of_a_record_with_a_revision_names_each_once() -> None:
    one = known()
    line_of(**OTHER)
    report = imported(book(given(), given(**{"类别": "其他"})))
    assert [line.state for line in report.lines] == ["known", "new"]
    assert Agreement.objects.roots().count() == 2 and one.open_revision is not None


def test_somebody_else_was_faster() -> None:
    one = known()
    _, change = import_changes.judge(
        one, lambda held: import_changes.Differences(values={"summary": "另一句话"}), importer()
    )
    assert change is not None
    one.save()
    with pytest.raises(Refused, match="刚才有人改动了其中的内容"):
        import_changes.write(Agreement, change, importer())
    assert Agreement.objects.count() == 1


# --- The dual list -----------------------------------------------------------------------------------------

ITEM_RIGHTS = ("add_duallistitem", "change_duallistitem")
ROW = {"年度": 2024, "清单": "部队需求", "编号": 1}


def brought(**cells: Any) -> tuple[str, str]:
    (line,) = import_dual_list(book({**ROW, **cells}), by=importer("录入员", *ITEM_RIGHTS)).lines
    return line.state, line.words


def test_an_item_that_is_public_gets_a_revision_with_its_notes() -> None:
    need = publish_need(1, content="内部一")
    make_note(need, "已经对接")
    before = stored(need)
    state, words = brought(**{"进度": "已办结", "办结日期": "2024-06-01", "内部内容": "内部二"})
    assert state == "revises" and "内部二" not in words and "内部内容：与记录里的不同。" in words
    assert stored(need) == before
    revision = DualListItem.objects.get(revision_of=need)
    assert (revision.stage, revision.done_on, revision.content) == ("done", date(2024, 6, 1), "内部二")
    assert [note.text for note in revision.notes.all()] == ["已经对接"]
    assert revision.number == need.number and DualListItem.objects.roots().count() == 1


def test_a_file_without_the_stage_leaves_stage_and_day_alone() -> None:
    publish_need(1, stage="done", done_on=date(2024, 6, 1))
    assert brought(**{"进度": "", "办结日期": ""})[0] == "known"
    assert brought(**{"进度": "办理中"})[0] == "revises"
    revision = DualListItem.objects.exclude(revision_of=None).get()
    assert (revision.stage, revision.done_on) == ("running", None)


def test_an_exported_list_changes_nothing_while_revisions_are_open() -> None:
    need, other = publish_need(1), withdraw_need(2)
    make_note(need, "已经对接")
    brought(**{"责任单位": "演示单位乙"})
    rows = dual_list_records(DualListItem.objects.roots(), prints_numbers=lambda year, side: True)
    before = [list(table.objects.order_by("pk").values()) for table in (DualListItem, ProgressNote)]
    report = import_dual_list(as_xlsx(rows, DUAL_LIST).read(), by=importer("录入员", *ITEM_RIGHTS))
    assert [line.state for line in report.lines] == ["known", "known"] and other.pk
    assert [list(table.objects.order_by("pk").values()) for table in (DualListItem, ProgressNote)] == before


def test_a_list_under_review_is_judged_and_changed() -> None:
    need = make_need(1)
    approve(need)
    state, words = brought(**{"责任单位": "演示单位乙"})
    need.refresh_from_db()
    assert (state, need.status, need.office) == ("updates", "draft", "演示单位乙")
    assert words.startswith("已送审的退回草稿，要重新送审：责任单位")


# --- Who may bring what ------------------------------------------------------------------------------------

NEW = {"add_partner": Partner, "add_counterpart": Counterpart, "add_source": Source}
WORDS = {
    "add_partner": "“君正集团”还没有登记，您没有录入共建单位的权限。",
    "add_counterpart": "“海军乌海舰”还没有登记，您没有录入军方对象的权限。",
    "add_source": "“某报”还没有登记，您没有录入来源的权限。",
}


def without(right: str) -> tuple[str, ...]:
    return tuple(one for one in RIGHTS if one != right)


@pytest.mark.parametrize("right", NEW)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_a_file_would_make_needs_its_own_right(right: str, dry_run: bool) -> None:
    clerk = importer("录入员二", *without(right))
    report = imported(book(given()), by=clerk, dry_run=dry_run)
    assert [line.words.startswith(WORDS[right]) for line in report.wrong] == [True]
    assert not NEW[right].objects.exists() and not Agreement.objects.exists()
    # What is registered already needs none.
    imported(book(given(**{"类别": "其他"})))
    assert [line.state for line in imported(book(given()), by=clerk).lines] == ["new"]


def test_a_new_source_of_a_known_agreement_needs_its_right_too() -> None:
    known()
    report = imported(book(given(**{"来源": "新报"})), by=importer("录入员二", *without("add_source")))
    assert [line.words.startswith("“新报”还没有登记") for line in report.wrong] == [True]
    assert not Agreement.objects.exclude(revision_of=None).exists()


def upload(client: Client, kind: str, data: bytes) -> Any:
    file = SimpleUploadedFile("table.xlsx", data)
    return client.post(f"/admin/partnerships/{kind}/import/", {"file": file})


def test_the_page_refuses_and_keeps_no_file() -> None:
    before = kept_files()
    client = logged_in("importer", "view_agreement", *without("add_partner"))
    page = upload(client, "agreement", book(given())).content.decode()
    assert WORDS["add_partner"] in page and "确认导入" not in page and kept_files() == before


def test_a_right_that_was_taken_between_preview_and_confirm_is_missed() -> None:
    before = kept_files()
    client = logged_in("importer", "view_agreement", *RIGHTS)
    upload(client, "agreement", book(given()))
    (name,) = set(kept_files()) - set(before)
    importer("importer", "view_agreement", *without("add_partner"))
    page = client.post("/admin/partnerships/agreement/import/confirm/", {"name": name}).content.decode()
    assert WORDS["add_partner"] in page and not Agreement.objects.exists() and not Partner.objects.exists()


@pytest.mark.parametrize("kind", ["agreement", "duallistitem"])
@pytest.mark.parametrize("missing", ["add", "change"])
def test_adding_and_changing_are_both_needed_at_every_door(kind: str, missing: str) -> None:
    held = "change" if missing == "add" else "add"
    client = logged_in("clerk", f"view_{kind}", f"{held}_{kind}")
    listed = f"/admin/partnerships/{kind}/"
    assert "导入表格" not in client.get(listed).content.decode()
    for response in (
        client.get(f"{listed}import/"),
        upload(client, kind, book(given())),
        client.post(f"{listed}import/confirm/", {"name": "x"}),
    ):
        assert response.status_code == 403


def test_the_preview_and_the_message_count_revisions_apart() -> None:
    known()
    imported(book(given(**{"类别": "其他"})))
    before = kept_files()
    client = logged_in("importer", "view_agreement", *RIGHTS)
    rows = [given(**OTHER), given(**OTHER, **{"类别": "其他"}), given(**{"类别": "科技拥军"})]
    page = upload(client, "agreement", book(*rows)).content.decode()
    assert "修订稿 <strong>1</strong> 条" in page and "改草稿 <strong>1</strong> 条" in page
    assert "确认后新建 1 条，修订稿 1 条，改草稿 1 条。" in page
    (name,) = set(kept_files()) - set(before)
    response = client.post("/admin/partnerships/agreement/import/confirm/", {"name": name}, follow=True)
    assert told(response) == ["已写入：新建 1 条，修订稿 1 条，改草稿 1 条，请逐条看过再送审。"]
    event = AuditEvent.objects.filter(event=Event.IMPORT).latest("number")
    assert (event.person, event.object_name) == ("importer", "导入共建协议")
    assert event.detail == "新建 1 条，修订稿 1 条，改草稿 1 条"
