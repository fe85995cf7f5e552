from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from honors.models import Place
from partnerships.agreements import reverify
from partnerships.models import Agreement, Verification
from publishing.workflow import Refused


@pytest.fixture
def agreement(db: None) -> Agreement:
    place = Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )
    return Agreement.objects.create(
        kind="other", summary="共建", place=place, signed_on=date(2024, 5, 1), signed_on_precision="day"
    )


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create_user("clerk")


def test_verifying_again_keeps_what_was_verified_before(agreement: Agreement, clerk: User) -> None:
    opened = agreement.lock_version
    reverify(agreement, by=clerk, how="致电双方联络员", on=date(2025, 5, 1))
    reverify(agreement, by=clerk, how=" 走访 ")
    agreement.refresh_from_db()
    assert (agreement.last_verified_on, agreement.last_verified_by) == (timezone.localdate(), clerk)
    told = [(one.verified_on, one.how) for one in agreement.verifications.all()]
    assert told == [(timezone.localdate(), "走访"), (date(2025, 5, 1), "致电双方联络员")]
    assert agreement.history.first().history_change_reason == f"再核实（{timezone.localdate():%Y-%m-%d}）"
    # Whoever has the form open is told that the record moved.
    assert agreement.lock_version == opened + 2


@pytest.mark.parametrize(
    ("on", "how", "reason"),
    [
        (timezone.localdate() + timedelta(days=1), "致电", "不能在将来"),
        (date(2024, 4, 30), "致电", "不能早于签订日期"),
        (date(2025, 5, 1), "  ", "请写明怎样核实的"),
        (date(2025, 5, 1), "长" * 201, "不要超过 200 个字"),
    ],
)
def test_a_verification_that_cannot_be_is_refused(
    agreement: Agreement, clerk: User, on: date, how: str, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        reverify(agreement, by=clerk, how=how, on=on)
    assert not Verification.objects.exists()
    agreement.refresh_from_db()
    assert agreement.last_verified_on is None


def test_an_ended_agreement_is_not_verified_as_holding(agreement: Agreement, clerk: User) -> None:
    agreement.ends_on = date(2025, 1, 1)
    agreement.save()
    with pytest.raises(Refused, match="已经到期"):
        reverify(agreement, by=clerk, how="致电")
    reverify(agreement, by=clerk, how="致电", on=date(2025, 1, 1))


def test_dates_of_verification_only_go_on(agreement: Agreement, clerk: User) -> None:
    reverify(agreement, by=clerk, how="致电", on=date(2025, 5, 1))
    for on in (date(2025, 5, 1), date(2025, 4, 30)):
        with pytest.raises(Refused, match="2025-05-01 已经核实过"):
            reverify(agreement, by=clerk, how="致电", on=on)


def test_a_verification_is_never_changed(agreement: Agreement, clerk: User) -> None:
    entered = reverify(agreement, by=clerk, how="致电", on=date(2025, 5, 1))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Verification.objects.filter(pk=entered.pk).update(verified_on=date(2026, 5, 1))
    entered.how = "没有核实"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entered.save()
    assert Verification.objects.get().how == "致电"
