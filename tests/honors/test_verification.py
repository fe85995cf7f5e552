"""核验 and what follows it, at every door of the admin: a second person, with the right, who sees what is confirmed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from honors import records
from honors.models import Award, Evidence, RollSheet, Standing
from tests.desk import logged_in, page, person, told
from tests.honors.rolls import clerk, make_place, make_province, make_round, make_sheet, make_source

pytestmark = pytest.mark.django_db

VERIFY = ("view_rollsheet", "verify_rollsheet")
EDIT = ("view_rollsheet", "add_rollsheet", "change_rollsheet", "delete_rollsheet")


def verifying(name: str = "second") -> Client:
    return logged_in(name, *VERIFY)


def client_of(user: User) -> Client:
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


def address(sheet: RollSheet) -> str:
    return reverse("admin:honors_rollsheet_verify", args=[sheet.pk])


def confirm(client: Client, sheet: RollSheet) -> Any:
    """Open the page and press its one button, as a browser does; where there is no button, post all the same."""
    shown = client.get(address(sheet)).content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', shown)
    return client.post(address(sheet), {"seen": seen[1] if seen else ""})


def waiting(*places: Any, **fields: Any) -> RollSheet:
    return make_sheet(make_round(), *(places or (make_place(),)), verified=False, **fields)


def nothing_is_public() -> bool:
    return not Evidence.objects.filter(verified_by__isnull=False).exists() and not Standing.objects.exists()


# --- The page ----------------------------------------------------------------------------------------------


def test_the_second_person_sees_rows_beside_the_source_and_confirms_once() -> None:
    sheet = waiting(declared_count=1, source=make_source("某省日报", url="https://paper.example/1"))
    client = verifying()
    shown = client.get(address(sheet)).content.decode()
    for words in (
        "内蒙古自治区乌海市",
        "某省日报",
        "https://paper.example/1",
        "已逐条对照，确认核验",
        "立即公开",
    ):
        assert words in shown
    assert "现在还不能核验" not in shown and nothing_is_public()
    response = confirm(client, sheet)
    assert response.status_code == 302
    sheet.refresh_from_db()
    assert (sheet.verified_by.username, Award.objects.get().state) == ("second", "named")
    assert "1 条已经公开" in told(client.get(response.url))[0]


def test_the_page_marks_names_printed_otherwise() -> None:
    sheet = waiting()
    records.enter(sheet, make_place("150200", "包头市"), by=clerk(), name_printed="鹿城", title_printed="x")
    assert (
        page(verifying(), "honors_rollsheet_verify", sheet.pk).content.decode().count("与现行名称不同") == 1
    )


def test_every_obstacle_is_told_before_the_act() -> None:
    sheet = waiting(complete=True, declared_count=3, scope=make_province())
    both = person("both", *VERIFY, *EDIT[1:])
    records.enter(sheet, make_place("150200", "包头市"), by=both, name_printed="包头市", title_printed="x")
    shown = client_of(both).get(address(sheet)).content.decode()
    assert "您录入过名单中的条目，请由另一个人核验。" in shown
    assert "完整名单应有 3 个，现在录入了 2 个" in shown
    assert "确认核验" not in shown


def test_a_row_entered_after_the_page_was_opened_is_never_confirmed_unseen() -> None:
    sheet, client = waiting(), verifying()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', client.get(address(sheet)).content.decode())
    assert seen
    records.enter(sheet, make_place("150200", "包头市"), by=clerk(), name_printed="包头市", title_printed="x")
    response = client.post(address(sheet), {"seen": seen[1]})
    assert "名单有改动" in response.content.decode() and nothing_is_public()
    assert confirm(client, sheet).status_code == 302
    assert Evidence.objects.filter(verified_by__isnull=False).count() == 2


def test_a_sheet_of_a_draft_round_says_when_it_becomes_public() -> None:
    sheet = waiting()
    type(sheet.round).objects.update(status="draft", published_at=None)
    client = verifying()
    assert "在届次发布后公开" in client.get(address(sheet)).content.decode()
    assert "在届次发布后公开" in told(client.get(confirm(client, sheet).url))[0]


def test_the_page_costs_the_same_for_any_number_of_rows(django_assert_num_queries: Any) -> None:
    client = verifying()
    few = waiting()
    many = waiting(*[make_place(f"15{number}00", f"测试{number}市") for number in range(10, 50)])
    client.get(address(few))
    for sheet in (few, many):
        with django_assert_num_queries(13):
            assert client.get(address(sheet)).status_code == 200


# --- Who is refused ----------------------------------------------------------------------------------------


def enterer(sheet: RollSheet) -> User:
    return sheet.entered_by


def row_enterer(sheet: RollSheet) -> User:
    user = person("row")
    records.enter(sheet, make_place("150200", "包头市"), by=user, name_printed="包头市", title_printed="x")
    return user


def head_changer(sheet: RollSheet) -> User:
    user = person("head", *EDIT)
    form = {"scope": "", "basis": "list", "source": sheet.source_id, "declared_count": "1", "note": "改过"}
    response = client_of(user).post(
        reverse("admin:honors_rollsheet_change", args=[sheet.pk]), {**form, **management()}
    )
    assert response.status_code == 302
    return user


def row_mender(sheet: RollSheet) -> User:
    user = person("mender", *EDIT)
    row = sheet.evidence.get()
    given = {"name_printed": "乌海", "title_printed": row.title_printed}
    response = client_of(user).post(
        reverse("admin:honors_rollsheet_row", args=[sheet.pk, row.pk, "edit"]), given
    )
    assert response.status_code == 302
    return user


def row_remover(sheet: RollSheet) -> User:
    user = person("remover", *EDIT)
    row = records.enter(
        sheet, make_place("150200", "包头市"), by=clerk(), name_printed="包头市", title_printed="x"
    )
    response = client_of(user).post(reverse("admin:honors_rollsheet_row", args=[sheet.pk, row.pk, "remove"]))
    assert response.status_code == 302
    return user


def management(total: int = 0) -> dict[str, str]:
    return {"evidence-TOTAL_FORMS": str(total), "evidence-INITIAL_FORMS": "0"}


INVOLVED = [enterer, row_enterer, head_changer, row_mender, row_remover]


@pytest.mark.parametrize("involve", INVOLVED)
def test_who_entered_or_changed_anything_is_refused_at_every_door(involve: Any) -> None:
    sheet = waiting()
    user = involve(sheet)
    user.user_permissions.add(*Permission.objects.filter(codename__in=VERIFY))
    client = client_of(User.objects.get(pk=user.pk))
    shown = client.get(address(sheet)).content.decode()
    assert "请由另一个人核验" in shown and "确认核验" not in shown
    assert "请由另一个人核验" in client.post(address(sheet), {"seen": "x"}).content.decode()
    listed = client.post(
        reverse("admin:honors_rollsheet_changelist"),
        {"action": "verify_selected", "_selected_action": [sheet.pk]},
        follow=True,
    )
    assert any("请由另一个人核验" in message for message in told(listed))
    assert nothing_is_public()


def test_without_the_right_every_door_is_shut() -> None:
    sheet = waiting()
    client = logged_in("editor", *EDIT)
    assert client.get(address(sheet)).status_code == 403
    assert client.post(address(sheet), {"seen": "x"}).status_code == 403
    changelist = reverse("admin:honors_rollsheet_changelist")
    assert "核验所选名单" not in client.get(changelist).content.decode()
    client.post(changelist, {"action": "verify_selected", "_selected_action": [sheet.pk]})
    assert "verify/" not in page(client, "honors_rollsheet_change", sheet.pk).content.decode()
    assert nothing_is_public()


def test_visitors_and_other_verbs_are_refused() -> None:
    sheet = waiting()
    assert "/login/" in Client().get(address(sheet)).url
    assert verifying().put(address(sheet)).status_code == 405
    assert page(logged_in("third", *VERIFY), "honors_rollsheet_verify", sheet.pk + 99).status_code == 404
    assert nothing_is_public()


def test_the_list_action_leads_to_the_page_and_verifies_nothing_itself() -> None:
    ready, empty = waiting(), make_sheet(make_round(), verified=False)
    client = verifying()
    response = client.post(
        reverse("admin:honors_rollsheet_changelist"),
        {"action": "verify_selected", "_selected_action": [ready.pk, empty.pk]},
    )
    assert response.url == address(ready)
    assert any("名单上还没有条目" in message for message in told(client.get(response.url)))
    assert nothing_is_public()


# --- After verification ------------------------------------------------------------------------------------


def verified(**fields: Any) -> RollSheet:
    return make_sheet(make_round(), make_place(), **fields)


def test_a_verified_sheet_is_for_reading() -> None:
    sheet = verified()
    client = logged_in("editor", *EDIT)
    url = reverse("admin:honors_rollsheet_change", args=[sheet.pk])
    shown = client.get(url).content.decode()
    assert 'name="declared_count"' not in shown and "evidence-TOTAL_FORMS" not in shown
    assert "已核验" in shown and "更正" in shown and "作废" in shown
    form = {"basis": "report", "source": sheet.source_id, "note": "x", **management(1)}
    assert client.post(url, form).status_code == 403
    assert client.post(
        reverse("admin:honors_rollsheet_delete", args=[sheet.pk]), {"post": "yes"}
    ).status_code in (
        302,
        403,
    )
    changelist = reverse("admin:honors_rollsheet_changelist")
    client.post(changelist, {"action": "delete_selected", "_selected_action": [sheet.pk], "post": "yes"})
    row = sheet.evidence.get()
    for act in ("edit", "remove"):
        place = reverse("admin:honors_rollsheet_row", args=[sheet.pk, row.pk, act])
        assert "不能修改或删除" in client.get(place).content.decode()
        answer = client.post(place, {"name_printed": "x", "title_printed": "y"}).content.decode()
        assert "不能修改或删除" in answer
    fresh = RollSheet.objects.get(pk=sheet.pk)
    assert (fresh.basis, fresh.note, fresh.evidence.get().name_printed) == ("list", "", "乌海市")


def test_a_correction_waits_for_another_person_and_keeps_the_old_row_public() -> None:
    sheet = verified()
    row, right = sheet.evidence.get(), make_place("150200", "包头市")
    client = logged_in("editor", *EDIT)
    place = reverse("admin:honors_rollsheet_row", args=[sheet.pk, row.pk, "correct"])
    assert "在此之前访客看到的仍是原来的一条" in client.get(place).content.decode()
    same = {
        "holder": row.award.place_id,
        "name_printed": "乌海市",
        "title_printed": row.title_printed,
        "quote": "",
    }
    assert "没有要更正的" in client.post(place, same).content.decode()
    given = {**same, "holder": right.pk, "name_printed": "包头市"}
    assert client.post(place, given).status_code == 302
    assert Standing.objects.get().place == row.award.place
    assert "有 1 条更正等待核验" in page(client, "honors_rollsheet_change", sheet.pk).content.decode()
    assert "正在等待核验" in client.post(place, given).content.decode()
    writer = User.objects.get(username="editor")
    writer.user_permissions.add(*Permission.objects.filter(codename__in=VERIFY))
    assert "请由另一个人核验" in confirm(client_of(writer), sheet).content.decode()
    # Who verified the sheet before may verify its correction too.
    assert confirm(client_of(User.objects.get(username="核验员")), sheet).status_code == 302
    assert Standing.objects.get().place == right


def test_voiding_says_what_happens_and_keeps_the_reason() -> None:
    sheet = verified(basis="report")
    row = sheet.evidence.get()
    place = reverse("admin:honors_rollsheet_row", args=[sheet.pk, row.pk, "void"])
    editor = logged_in("editor", *EDIT)
    assert "作废须有核验名单的权限" in editor.get(place).content.decode()
    assert "作废须有核验名单的权限" in editor.post(place, {"reason": "x"}).content.decode()
    assert logged_in("reader", *VERIFY).post(place, {"reason": "x"}).status_code == 403
    client = logged_in("chief", *EDIT, "verify_rollsheet")
    assert client.post(place, {"reason": " "}).status_code == 200
    assert Award.objects.get().state == "named"
    assert client.post(place, {"reason": "来源已更正"}).status_code == 302
    row.refresh_from_db()
    assert (row.void_reason, row.voided_by.username, Award.objects.get().state) == (
        "来源已更正",
        "chief",
        "waiting",
    )
    assert "这一条已经作废" in client.get(place).content.decode()


def test_rows_of_a_complete_sheet_are_not_voided() -> None:
    sheet = verified(complete=True, declared_count=1, scope=make_province())
    row = sheet.evidence.get()
    place = reverse("admin:honors_rollsheet_row", args=[sheet.pk, row.pk, "void"])
    client = logged_in("chief", *EDIT, "verify_rollsheet")
    assert "请用更正" in client.post(place, {"reason": "x"}).content.decode()
    assert Evidence.objects.get().voided_at is None


@pytest.mark.parametrize("act", ["edit", "remove", "correct", "void"])
def test_acts_on_rows_need_the_right_and_a_row_of_the_sheet(act: str) -> None:
    sheet = waiting()
    other = make_sheet(make_round(11, 9, 2020), make_place(), verified=False)
    place = reverse("admin:honors_rollsheet_row", args=[sheet.pk, sheet.evidence.get().pk, act])
    strange = reverse("admin:honors_rollsheet_row", args=[sheet.pk, other.evidence.get().pk, act])
    assert logged_in("reader", *VERIFY).post(place).status_code == 403
    assert logged_in("editor", *EDIT).get(strange).status_code == 404
    assert Evidence.objects.count() == 2


def test_there_is_no_other_act() -> None:
    sheet = waiting()
    row = sheet.evidence.get()
    assert (
        page(logged_in("editor", *EDIT), "honors_rollsheet_row", sheet.pk, row.pk, "publish").status_code
        == 404
    )


def test_a_revocation_is_recorded_with_day_and_source() -> None:
    verified()
    award = Award.objects.get()
    place = reverse("admin:honors_award_revoke", args=[award.pk])
    given = {"on": str(timezone.localdate()), "source": make_source("撤销决定").pk}
    for rights in (("view_award", "change_award"), EDIT):
        client = logged_in("-".join(rights)[:20], *rights)
        assert client.get(place).status_code == 403 and client.post(place, given).status_code == 403
    client = logged_in("chief", "view_award", "verify_rollsheet")
    assert "撤销不能取消" in client.get(place).content.decode()
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    assert "不能在将来" in client.post(place, {**given, "on": tomorrow}).content.decode()
    assert "不能早于命名日期" in client.post(place, {**given, "on": "2001-01-01"}).content.decode()
    assert client.post(place, {**given, "source": ""}).status_code == 200
    award.refresh_from_db()
    assert award.revoked_on is None
    assert client.post(place, given).status_code == 302
    award.refresh_from_db()
    assert (award.state, award.revocation_source.name) == ("revoked", "撤销决定")
    assert "已经登记为撤销" in client.post(place, given).content.decode()


def test_what_nobody_verified_cannot_be_revoked() -> None:
    waiting()
    award = Award.objects.get()
    client = logged_in("chief", "view_award", "verify_rollsheet")
    place = reverse("admin:honors_award_revoke", args=[award.pk])
    given = {"on": str(timezone.localdate()), "source": make_source().pk}
    assert "只有已经核验的命名" in client.post(place, given).content.decode()
    award.refresh_from_db()
    assert award.revoked_on is None
