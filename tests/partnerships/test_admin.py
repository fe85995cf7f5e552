from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from honors.models import Place, Source
from partnerships.models import Agreement, Counterpart, Partner
from publishing import workflow
from tests.makers import colleague


@pytest.fixture
def office(client: Client, db: None) -> Client:
    client.force_login(get_user_model().objects.create_superuser("office"))
    return client


@pytest.fixture
def place(db: None) -> Place:
    return Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )


@pytest.mark.parametrize(
    ("model", "field", "kind", "name", "reason"),
    [
        ("partner", "name", "other", "１２３４５部队", "部队代号"),
        ("partner", "name", "other", "第三团", "部队番号"),
        ("counterpart", "public_name", "unit", "1 2 3 4 5 部队", "部队代号"),
        ("counterpart", "public_name", "unit", "第一二师", "部队番号"),
    ],
)
def test_the_form_says_why_a_name_is_refused(
    office: Client, model: str, field: str, kind: str, name: str, reason: str
) -> None:
    response = office.post(reverse(f"admin:partnerships_{model}_add"), {field: name, "kind": kind})
    assert f"不得出现{reason}" in response.content.decode()
    assert not Partner.objects.exists()
    assert not Counterpart.objects.exists()


def test_an_agreement_is_entered_as_a_draft(office: Client, place: Place) -> None:
    partner = Partner.objects.create(name="演示企业", kind="enterprise", place=place)
    counterpart = Counterpart.objects.create(public_name="驻军某部", kind="unit")
    source = Source.objects.create(name="某报", kind="media")
    url = reverse("admin:partnerships_agreement_add")
    form = {
        "kind": "civil_military",
        "partners": [str(partner.pk)],
        "counterpart": str(counterpart.pk),
        "signed_on": "2025-07-25",
        "signed_on_precision": "day",
        "ends_on": "2025-07-24",
        "summary": "签订共建协议",
        "place": str(place.pk),
        "source": str(source.pk),
        # Nobody publishes by hand-made form data.
        "status": "published",
        "published_at": "2020-01-01 00:00",
    }
    assert "协议到期日期不能早于签订日期。" in office.post(url, form).content.decode()
    assert not Agreement.objects.exists()

    assert office.post(url, {**form, "ends_on": "2026-07-24"}).status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.status, agreement.published_at) == ("draft", None)
    listed = office.get(reverse("admin:partnerships_agreement_changelist")).content.decode()
    assert "演示企业 — 驻军某部" in listed


def opened(office: Client, address: str) -> dict[str, Any]:
    """What the page of an act sends back when it is confirmed."""
    return {"opened_version": office.get(address).context["form"]["opened_version"].value()}


def test_an_agreement_is_published_and_withdrawn_through_the_verbs(office: Client, place: Place) -> None:
    agreement = Agreement.objects.create(kind="civil_military", summary="签订共建协议", place=place)
    publish, submit = (
        reverse(f"admin:partnerships_agreement_{verb}", args=[agreement.pk]) for verb in ("publish", "submit")
    )
    assert "请填写来源" in office.get(submit).content.decode()
    # Nobody goes around the reviews, superusers included.
    for verb in (submit, publish):
        assert office.post(verb, {"opened_version": agreement.lock_version}).status_code == 200
    agreement.refresh_from_db()
    assert agreement.status == "draft"
    agreement.source = Source.objects.create(name="某报", kind="media")
    agreement.save()
    agreement.partners.add(Partner.objects.create(name="演示企业", kind="enterprise", place=place))
    office.post(submit, opened(office, submit))
    agreement.refresh_from_db()
    assert agreement.status == "in_review"
    assert "还缺一审、二审" in office.get(publish).content.decode()
    review_all(agreement)
    office.post(publish, opened(office, publish))
    agreement.refresh_from_db()
    assert agreement.is_published()
    withdraw = reverse("admin:partnerships_agreement_withdraw", args=[agreement.pk])
    office.post(withdraw, opened(office, withdraw) | {"mode": "gone", "reason": "有误"})
    agreement.refresh_from_db()
    assert agreement.status == "withdrawn"


def review_all(agreement: Agreement) -> None:
    workflow.approve(agreement, by=colleague("一审人"), signs=["secrecy", "military"])
    workflow.approve(agreement, by=colleague("二审人"))


@pytest.mark.parametrize(
    "verb",
    [
        "review",
        "sign",
        "send-back",
        "publish",
        "schedule",
        "unschedule",
        "withdraw",
        "archive",
        "terms",
        "emergency",
    ],
)
def test_an_agreement_is_not_moved_without_permission(client: Client, place: Place, verb: str) -> None:
    agreement = Agreement.objects.create(kind="civil_military", summary="签订共建协议", place=place)
    editor = get_user_model().objects.create_user("bianji", is_staff=True)
    editor.user_permissions.add(
        *Permission.objects.filter(codename__in=["change_agreement", "view_agreement"])
    )
    client.force_login(editor)
    address = reverse(f"admin:partnerships_agreement_{verb}", args=[agreement.pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"mode": "gone", "reason": "有误"}).status_code == 403
    assert (
        address
        not in client.get(
            reverse("admin:partnerships_agreement_change", args=[agreement.pk])
        ).content.decode()
    )
