"""Verbs on agreements."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from partnerships.models import Agreement, Verification
from publishing.workflow import Refused

HOW_LENGTH = 200
ON_THE_RECORD = "这是修订稿。核实登记在公开的那一条上，不用等修订发布。"


def reverify_obstacles(agreement: Agreement, on: date | None = None) -> list[str]:
    """Every reason why an agreement cannot be recorded as verified on a day (default: today)."""
    today, reasons = timezone.localdate(), []
    on = on or today
    if agreement.revision_of_id:
        return [ON_THE_RECORD]
    if on > today:
        reasons.append("核实日期不能在将来。")
    if agreement.signed_on is not None and on < agreement.signed_on:
        reasons.append("核实日期不能早于签订日期。")
    if agreement.ends_on is not None and agreement.ends_on < on:
        reasons.append("协议那时已经到期，不能核实为有效。如已续签，请先修改到期日期。")
    if agreement.last_verified_on is not None and on <= agreement.last_verified_on:
        reasons.append(f"{agreement.last_verified_on:%Y-%m-%d} 已经核实过，请填写之后的日期。")
    return reasons


def reverify(agreement: Agreement, *, by: User, how: str, on: date | None = None) -> Verification:
    """Record that the parties were asked on a day (default: today) and the agreement still holds.

    Earlier verifications stay. `how` is internal: whom somebody asked, and in what way. Raises ``Refused``.
    """
    on = on or timezone.localdate()
    with transaction.atomic():
        fresh = Agreement.objects.select_for_update().get(pk=agreement.pk)
        reasons = reverify_obstacles(fresh, on)
        if not how.strip():
            reasons.append("请写明怎样核实的。")
        if len(how.strip()) > HOW_LENGTH:
            reasons.append(f"核实方式请不要超过 {HOW_LENGTH} 个字。")
        if reasons:
            raise Refused(reasons)
        entered = Verification.objects.create(agreement=fresh, verified_on=on, by=by, how=how.strip())
        fresh.last_verified_on, fresh.last_verified_by, fresh.updated_by = on, by, by
        fresh._history_user, fresh._change_reason = by, f"再核实（{on:%Y-%m-%d}）"  # type: ignore[attr-defined]
        fresh.save(update_fields=["last_verified_on", "last_verified_by", "updated_by"])
    agreement.last_verified_on, agreement.last_verified_by = on, by
    agreement.lock_version = fresh.lock_version
    return entered
