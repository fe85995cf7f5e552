import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from honors.models import Place, Source
from partnerships import amounts
from partnerships.models import Agreement, Counterpart, Partner
from publishing import generation, workflow
from tests.makers import release


@pytest.fixture
def place(db: None) -> Place:
    return Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(name="某报", kind="media")


@pytest.fixture
def agreement(place: Place, source: Source) -> Agreement:
    agreement = Agreement.objects.create(
        kind="enterprise_ship", summary="签订共建协议", place=place, source=source
    )
    agreement.partners.add(Partner.objects.create(name="演示企业", kind="enterprise", place=place))
    return agreement


@pytest.mark.parametrize("name", ["12345部队", "１２３４５部队", "1 2 3 4 5部队", "第三团", "第 ３ 团"])
def test_no_door_lets_a_unit_number_in(db: None, name: str) -> None:
    with pytest.raises(ValidationError):
        Partner(name=name, kind="other").full_clean()
    with pytest.raises(ValidationError):
        Partner.objects.create(name=name, kind="other")
    with pytest.raises(ValidationError):
        Counterpart(public_name=name, kind="unit").full_clean()
    with pytest.raises(ValidationError):
        Counterpart.objects.create(public_name=name, kind="unit")
    counterpart = Counterpart.objects.create(public_name="驻军某部", kind="unit")
    counterpart.public_name = name
    with pytest.raises(ValidationError):
        counterpart.save(update_fields=["public_name"])
    assert list(Counterpart.objects.values_list("public_name", flat=True)) == ["驻军某部"]
    assert not Partner.objects.exists()


def test_a_partner_stands_once_in_each_place(place: Place) -> None:
    other = Place.objects.create(
        code="640000", name="宁夏回族自治区", kind="autonomous_region", level="province"
    )
    for where in (place, other, None):
        Partner.objects.create(name="第一中学", kind="school", place=where)
        with pytest.raises(ValidationError):
            Partner(name="第一中学", kind="school", place=where).full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            Partner.objects.create(name="第一中学", kind="school", place=where)


@pytest.mark.parametrize(("is_group", "group_size"), [(False, 958), (True, 1), (True, 0), (False, 0)])
def test_only_a_group_has_a_size(db: None, is_group: bool, group_size: int) -> None:
    values = {"name": "演示企业", "kind": "enterprise", "is_group": is_group, "group_size": group_size}
    with pytest.raises(ValidationError):
        Partner(**values).full_clean()
    with pytest.raises(IntegrityError, match="size_of_group"), transaction.atomic():
        Partner.objects.create(**values)


@pytest.mark.parametrize(("is_group", "group_size"), [(False, None), (True, None), (True, 2), (True, 958)])
def test_a_size_is_no_duty(db: None, is_group: bool, group_size: int | None) -> None:
    partner = Partner(name="演示企业", kind="enterprise", is_group=is_group, group_size=group_size)
    partner.full_clean()
    partner.save()
    assert Partner.objects.get().group_size == group_size


def test_a_public_name_stands_once(db: None) -> None:
    Counterpart.objects.create(public_name="驻军某部", kind="unit")
    with pytest.raises(IntegrityError), transaction.atomic():
        Counterpart.objects.create(public_name="驻军某部", kind="office")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        (
            {"signed_on": datetime.date(2025, 7, 25), "signed_on_precision": "day", "ends_on": "2025-07-24"},
            "ends_after_signed",
        ),
        ({"signed_on": datetime.date(2025, 7, 25)}, "signed_on_has_precision"),
        ({"signed_on_precision": "day"}, "signed_on_has_precision"),
        ({"amount_yuan": "-0.01"}, "amount_not_negative"),
        ({"status": "published", "published_at": "2025-07-25T00:00Z", "source": None}, "public_has_source"),
    ],
)
def test_the_database_refuses(agreement: Agreement, values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(**values)


def test_a_printed_amount_tells_of_no_unit(agreement: Agreement) -> None:
    agreement.amount_text = "第三团捐款若干"
    with pytest.raises(ValidationError, match="番号"):
        agreement.full_clean()
    agreement.save()  # as a row of an earlier release may stand there
    with pytest.raises(workflow.Refused, match="金额（原文）：不得出现部队番号"):
        release(agreement)


def test_who_verified_needs_when(agreement: Agreement) -> None:
    agreement.last_verified_by = get_user_model().objects.create_user("editor")
    with pytest.raises(ValidationError, match="填写核实人时须填写核实日期"):
        agreement.full_clean()
    with pytest.raises(IntegrityError, match="verified_has_date"), transaction.atomic():
        agreement.save()


def test_an_agreement_may_end_on_the_day_it_was_signed(agreement: Agreement) -> None:
    agreement.signed_on = agreement.ends_on = datetime.date(2025, 7, 25)
    agreement.signed_on_precision = "day"
    agreement.full_clean()
    agreement.save()
    assert agreement.signed_on_text == "2025年7月25日"


def test_unknown_parts_of_the_date_are_cut(agreement: Agreement) -> None:
    agreement.signed_on, agreement.signed_on_precision = datetime.date(2025, 7, 25), "year"
    agreement.save()
    agreement.refresh_from_db()
    assert (agreement.signed_on, agreement.signed_on_text) == (datetime.date(2025, 1, 1), "2025年")


def test_the_largest_amount_is_read_back_and_a_larger_one_refused(agreement: Agreement) -> None:
    agreement.amount_yuan = amounts.MOST
    agreement.full_clean()
    agreement.save()
    agreement.refresh_from_db()
    assert agreement.amount_yuan == amounts.MOST
    agreement.amount_yuan, agreement.amount_text = amounts.MOST + 1, ""
    with pytest.raises(ValidationError, match="金额太大了"):
        agreement.full_clean()


def test_a_complete_agreement_becomes_public(agreement: Agreement) -> None:
    before = generation.current()
    release(agreement)
    assert list(Agreement.objects.published()) == [agreement]
    assert generation.current() > before
    assert agreement.history.first().history_change_reason == "发布"


def test_an_incomplete_agreement_says_all_that_is_missing(place: Place) -> None:
    agreement = Agreement.objects.create(kind="other", summary=" ", place=place)
    with pytest.raises(workflow.Refused) as refusal:
        release(agreement)
    assert refusal.value.reasons == [
        "请填写内容。",
        "请填写至少一个共建单位。",
        "请填写来源，公开的协议都要写明来源。",
    ]
    assert not Agreement.objects.published().exists()


def test_parties_read_from_local_to_military(agreement: Agreement) -> None:
    assert agreement.parties == "演示企业"
    agreement.counterpart = Counterpart.objects.create(public_name="驻军某部", kind="unit")
    assert agreement.parties == "演示企业 — 驻军某部"


def test_what_an_agreement_names_cannot_be_deleted(
    agreement: Agreement, place: Place, source: Source
) -> None:
    for used in (place, source):
        with pytest.raises(IntegrityError):
            used.delete()
