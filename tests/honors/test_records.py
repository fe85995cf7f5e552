"""The verbs of the record: two persons, append-only, standings in the same transaction."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from honors import records, standings
from honors.models import Award, Evidence, RollSheet, Round, Standing
from publishing import workflow
from publishing.workflow import Refused
from tests.honors.rolls import (
    clerk,
    make_place,
    make_province,
    make_round,
    make_sheet,
    make_source,
    make_title,
    verifier,
)
from tests.makers import chief, release

pytestmark = pytest.mark.django_db


def standing(place) -> Standing:
    return Standing.objects.get(place=place, title=make_title())


def test_nothing_counts_before_a_second_person_has_verified_it() -> None:
    place = make_place()
    sheet = make_sheet(make_round(), place, verified=False)
    award = Award.objects.get()
    assert award.state == "waiting"
    assert not Award.objects.public().exists() and not Standing.objects.exists()
    assert records.verify(sheet, by=verifier()) == 1
    award.refresh_from_db()
    assert (award.state, award.basis) == ("named", "list")
    assert list(Award.objects.public()) == [award]
    assert standing(place).line == "?" * 9 + "Y"


def test_who_entered_a_row_cannot_verify_the_sheet() -> None:
    sheet = make_sheet(make_round(), make_place(), verified=False)
    both = verifier()
    records.enter(
        sheet, make_place("150200", "包头市"), by=both, name_printed="包头市", title_printed="全国双拥模范城"
    )
    with pytest.raises(Refused, match="录入过名单中的条目"):
        records.verify(sheet, by=both)
    with pytest.raises(Refused, match="没有核验名单的权限"):
        records.verify(sheet, by=clerk("无权限"))
    opener = verifier("开单人")
    RollSheet.objects.filter(pk=sheet.pk).update(entered_by=opener)
    with pytest.raises(Refused, match="请由另一个人核验"):
        records.verify(sheet, by=opener)
    assert not Evidence.objects.filter(verified_by__isnull=False).exists()


def test_who_changed_the_sheet_cannot_verify_it() -> None:
    sheet = make_sheet(make_round(), make_place(), verified=False)
    changer = verifier()
    sheet.note = "改过"
    sheet._history_user = changer
    sheet.save()
    with pytest.raises(Refused, match="录入或修改过这张名单"):
        records.verify(sheet, by=changer)


def test_the_database_refuses_one_person_for_both() -> None:
    sheet = make_sheet(make_round(), make_place(), verified=False)
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        RollSheet.objects.filter(pk=sheet.pk).update(verified_by=sheet.entered_by, verified_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(verified_by=clerk(), verified_at=now)


def test_a_complete_sheet_must_hold_what_it_declares() -> None:
    sheet = make_sheet(
        make_round(), make_place(), complete=True, declared_count=2, scope=make_province(), verified=False
    )
    with pytest.raises(Refused, match="应有 2 个，现在录入了 1 个"):
        records.verify(sheet, by=verifier())
    records.enter(
        sheet,
        make_place("150200", "包头市"),
        by=clerk(),
        name_printed="包头市",
        title_printed="全国双拥模范城",
    )
    assert records.verify(sheet, by=verifier()) == 2


@pytest.mark.parametrize(
    "fields", [{"complete": True, "declared_count": 1, "basis": "report"}, {"complete": True}]
)
def test_the_database_refuses_a_complete_sheet_that_is_none(fields) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_sheet(make_round(), verified=False, **fields)


def test_a_complete_sheet_says_of_others_in_its_area_that_they_were_not_named() -> None:
    named, absent, elsewhere = (
        make_place(),
        make_place("152900", "阿拉善盟"),
        make_place("650100", "乌鲁木齐市", make_province("650000", "新疆维吾尔自治区")),
    )
    for place in (absent, elsewhere):
        make_sheet(make_round(11, 9, 2020), place, basis="report")
    make_sheet(make_round(), named, complete=True, declared_count=1, scope=make_province())
    assert standing(absent).line.endswith("YN") and (standing(absent).lower, standing(absent).upper) == (1, 9)
    assert standing(elsewhere).line.endswith("Y?")


def test_a_report_against_a_complete_list_is_a_conflict_for_editors() -> None:
    named, contested = make_place(), make_place("152900", "阿拉善盟")
    make_sheet(make_round(), contested, basis="report")
    make_sheet(make_round(), named, complete=True, declared_count=1, scope=make_province())
    assert standing(contested).line.endswith("!")
    assert list(Standing.objects.filter(standings.conflicts())) == [standing(contested)]


def test_proposals_are_shown_and_never_counted() -> None:
    place = make_place()
    make_sheet(make_round(), place, basis="notice")
    award = Award.objects.get()
    assert (award.state, award.basis) == ("proposed", "notice")
    assert (standing(place).total, standing(place).line[-1]) == (0, "P")
    make_sheet(make_round(), place, basis="report")
    award.refresh_from_db()
    assert (award.state, award.basis, standing(place).total) == ("named", "report", 1)


def test_verified_rows_are_append_only_at_every_door() -> None:
    make_sheet(make_round(), make_place())
    row = Evidence.objects.get()
    for change in ({"name_printed": "别的市"}, {"quote": "改了"}, {"entered_by": clerk("别人")}):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            Evidence.objects.filter(pk=row.pk).update(**change)
    row.name_printed = "别的市"
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        row.save()
    with pytest.raises(Refused, match="已经核验，不能再加"):
        records.enter(
            row.sheet, make_place("150200", "包头市"), by=clerk(), name_printed="包头市", title_printed="x"
        )


def test_a_correction_adds_a_row_and_the_old_one_stays_until_it_is_verified() -> None:
    wrong, right = make_place(), make_place("150200", "包头市")
    sheet = make_sheet(make_round(), wrong)
    old = Evidence.objects.get()
    new = records.correct(old, by=clerk(), holder=right, name_printed="包头市")
    assert standing(wrong).total == 1 and not Standing.objects.filter(place=right).exists()
    with pytest.raises(Refused, match="正在等待核验"):
        records.correct(old, by=clerk(), holder=right)
    with pytest.raises(Refused):
        records.verify(sheet, by=clerk())
    records.verify(sheet, by=verifier())
    old.refresh_from_db()
    new.refresh_from_db()
    assert old.voided_at is not None and "更正" in old.void_reason and new.verified_at is not None
    assert not Standing.objects.filter(place=wrong).exists() and standing(right).total == 1


def test_voiding_needs_a_reason_and_a_sheet_that_is_not_complete() -> None:
    place = make_place()
    make_sheet(make_round(), place, basis="report")
    row = Evidence.objects.get()
    with pytest.raises(Refused, match="原因"):
        records.void(row, by=verifier(), reason=" ")
    with pytest.raises(Refused, match="须有核验名单的权限"):
        records.void(row, by=clerk(), reason="来源已更正")
    records.void(row, by=verifier(), reason="来源已更正")
    assert Award.objects.get().state == "waiting" and not Standing.objects.exists()
    with pytest.raises(Refused, match="已经作废"):
        records.void(row, by=verifier(), reason="再来")
    make_sheet(make_round(11, 9, 2020), place, complete=True, declared_count=1)
    with pytest.raises(Refused, match="请用更正"):
        records.void(Evidence.objects.get(voided_at__isnull=True), by=verifier(), reason="不要了")


def test_a_correction_never_puts_a_place_on_a_sheet_twice() -> None:
    first, second, third = make_place(), make_place("150200", "包头市"), make_place("150400", "赤峰市")
    sheet = make_sheet(make_round(), first, second, complete=True, declared_count=2)
    of_first, of_second = sheet.evidence.order_by("pk")
    with pytest.raises(Refused, match="“内蒙古自治区包头市”已经在这张名单上"):
        records.correct(of_first, by=clerk(), holder=second)
    records.correct(of_second, by=clerk(), holder=third)
    records.correct(of_first, by=clerk(), holder=second)  # which now makes room
    records.verify(sheet, by=verifier())
    assert sorted(Award.objects.public().values_list("place__name", flat=True)) == ["包头市", "赤峰市"]


def test_a_row_that_nobody_verified_is_mended_and_not_corrected() -> None:
    sheet = make_sheet(make_round(), make_place(), verified=False)
    with pytest.raises(Refused, match="还没有核验，请直接修改"):
        records.correct(sheet.evidence.get(), by=clerk(), name_printed="乌海")
    records.discard(sheet)
    assert not RollSheet.objects.exists()


def test_the_verifier_of_a_sheet_can_verify_its_corrections_too() -> None:
    sheet = make_sheet(make_round(), make_place())
    records.correct(Evidence.objects.get(), by=clerk(), name_printed="乌海市（更正）")
    assert records.verify_obstacles(sheet, by=verifier()) == []
    records.verify(sheet, by=verifier())
    assert Evidence.objects.get(voided_at__isnull=True).name_printed == "乌海市（更正）"


def test_rows_are_mended_and_taken_back_only_before_they_are_verified() -> None:
    sheet = make_sheet(make_round(), make_place(), make_place("150200", "包头市"), verified=False)
    first, second = sheet.evidence.all()
    mender = verifier("改字人")
    records.change(first, by=mender, name_printed="乌海市人民政府", title_printed="全国双拥模范城")
    with pytest.raises(Refused, match="录入或修改过"):
        records.verify(sheet, by=mender)
    remover = verifier("删行人")
    records.remove(second, by=remover)
    assert not Award.objects.filter(place__name="包头市").exists()
    with pytest.raises(Refused, match="录入或修改过"):
        records.verify(sheet, by=remover)
    records.verify(sheet, by=verifier())
    for act in (records.change, records.remove):
        given = {"name_printed": "x", "title_printed": "y"} if act is records.change else {}
        with pytest.raises(Refused, match="已经核验"):
            act(first, by=clerk(), **given)
    with pytest.raises(Refused, match="已经核验"):
        records.discard(sheet)


def test_who_took_a_waiting_row_off_cannot_verify_the_sheet() -> None:
    sheet = make_sheet(make_round(), make_place(), make_place("150200", "包头市"), verified=False)
    records.void(sheet.evidence.first(), by=verifier("作废人"), reason="重复")
    with pytest.raises(Refused, match="录入或修改过"):
        records.verify(sheet, by=verifier("作废人"))
    assert records.verify(sheet, by=verifier()) == 1


def test_a_waiting_correction_is_corrected_again_and_never_voided() -> None:
    make_sheet(make_round(), make_place(), basis="report")
    wrong = records.correct(Evidence.objects.get(), by=clerk(), name_printed="写错了")
    with pytest.raises(Refused, match="再更正一次"):
        records.void(wrong, by=verifier(), reason="写错了")
    records.correct(wrong, by=clerk(), name_printed="写对了")
    records.verify(wrong.sheet, by=verifier())
    assert Evidence.objects.get(voided_at__isnull=True).name_printed == "写对了"


def test_a_sheet_that_nobody_verified_is_discarded_with_its_rows() -> None:
    kept = make_sheet(make_round(), make_place())
    sheet = make_sheet(make_round(), make_place(), make_place("150200", "包头市"), verified=False)
    records.discard(sheet)
    assert list(RollSheet.objects.all()) == [kept]
    assert [award.place.name for award in Award.objects.all()] == ["乌海市"]


def test_a_place_is_refused_under_a_title_for_units() -> None:
    one = make_round(title=make_title("units", name="模范单位", recipient_kind="unit"), cycle=None)
    with pytest.raises(Refused, match="这个称号授予单位"):
        make_sheet(one, make_place(), verified=False)


def test_saving_a_round_or_title_derives_standings_in_the_same_transaction() -> None:
    place, one = make_place(), make_round()
    make_sheet(one, place)
    assert len(standing(place).line) == 10
    one.cycle = 8
    one.save()
    assert len(standing(place).line) == 8
    title = make_title()
    title.rounds_known = False
    title.save()
    assert (standing(place).line, standing(place).total) == ("", 1)


def test_a_revocation_ends_the_streak_and_the_count() -> None:
    place = make_place()
    make_sheet(make_round(11, 9, 2020), place)
    make_sheet(make_round(), place)
    assert (standing(place).lower, standing(place).total) == (2, 2)
    award = Award.objects.get(round__ordinal=12)
    today = timezone.localdate()
    for on, source, said in (
        (today, None, "来源"),
        (today + timedelta(days=1), make_source(), "将来"),
        (date(2024, 1, 1), make_source(), "早于"),
    ):
        with pytest.raises(Refused, match=said):
            records.revoke(award, on=on, source=source, by=verifier())
    with pytest.raises(Refused, match="权限"):
        records.revoke(award, on=today, source=make_source(), by=clerk())
    records.revoke(award, on=today, source=make_source(), by=verifier())
    award.refresh_from_db()
    assert award.state == "revoked" and standing(place).line.endswith("YR")
    assert (standing(place).lower, standing(place).total) == (0, 1)


def test_a_withdrawn_round_takes_its_awards_along_in_the_same_transaction() -> None:
    place, one = make_place(), make_round()
    make_sheet(one, place)
    workflow.withdraw(one, by=chief(), reason="核对中")
    assert not Standing.objects.exists() and not Award.objects.public().exists()
    workflow.publish(one, by=chief())
    assert standing(place).total == 1


def test_a_round_cannot_be_scheduled() -> None:
    one = Round.objects.create(
        title=make_title(),
        ordinal=13,
        slug="n13",
        year=2029,
        date=date(2029, 1, 1),
        cycle=11,
        source=make_source(),
    )
    with pytest.raises(Refused, match="不能定时"):
        release(one, at=timezone.now() + timedelta(days=1))


def test_rebuilding_changes_nothing_that_the_verbs_kept() -> None:
    place = make_place()
    make_sheet(make_round(11, 9, 2020), place)
    make_sheet(make_round(), place, make_place("150200", "包头市"), complete=True, declared_count=2)
    before = list(
        Standing.objects.order_by("place", "title").values(
            "place", "title", "line", "lower", "upper", "total"
        )
    )
    call_command("rebuild_standings", verbosity=0)
    assert before == list(
        Standing.objects.order_by("place", "title").values(
            "place", "title", "line", "lower", "upper", "total"
        )
    )


@pytest.mark.parametrize("places", [1, 60])
def test_rebuilding_costs_the_same_queries_for_any_number_of_places(
    django_assert_num_queries, places: int
) -> None:
    made = [make_place(f"15{number:02}00", f"测试{number}市") for number in range(10, 10 + places)]
    make_sheet(make_round(), *made)
    with django_assert_num_queries(10):
        standings.rebuild()
