"""The verbs of overrides: ask, confirm, drop. Each refuses with all its reasons, and each is one transaction.

The audit trail is told what was done to which finding, never the reason: people write there what they speak of.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from audit.chain import record
from audit.models import Event
from publishing.preflight.catalogue import Level
from publishing.preflight.inspection import Finding, inspect
from publishing.preflight.models import OVERRIDE_LENGTH, Consent, Override, root_id
from publishing.workflow.base import Refused

GONE = "这一条已经不在了：文字改过了，或者别人处理过。请看最新的预检结果。"


def current(item: Model, handle: str) -> Finding | None:
    """The finding of an item as it stands now, by the name that a form sent back."""
    return next((one for one in inspect(item) if one.handle == handle), None)


def ask_obstacles(finding: Finding | None, reason: str) -> list[str]:
    """Every reason why an override cannot be asked for."""
    if finding is None:
        return [GONE]
    reasons = []
    if finding.kind.level == Level.BLOCK:
        reasons.append(f"“{finding.kind.name}”不能例外，必须删改。")
    if finding.override is not None:
        reasons.append("这一条已经有人写过理由。")
    if not reason.strip():
        reasons.append("请写明理由，审核的人会看到它。")
    if len(reason.strip()) > OVERRIDE_LENGTH:
        reasons.append(f"理由最多 {OVERRIDE_LENGTH} 字。")
    return reasons


def ask(item: Model, handle: str, *, reason: str, by: Any) -> Override:
    """Ask for an override of a finding; a reminder is ignored with it at once. Raises ``Refused``."""
    finding = current(item, handle)
    if reasons := ask_obstacles(finding, reason):
        raise Refused(reasons)
    assert finding is not None
    try:
        with transaction.atomic():
            asked = Override.objects.create(
                content_type=ContentType.objects.get_for_model(item),
                object_id=root_id(item),
                finding=finding.id,
                key=finding.key,
                label=finding.label,
                digest=finding.digest,
                reason=reason.strip(),
                asked_by=by,
            )
            _record(item, by, "忽略" if asked.is_in_force else "申请例外", asked)
            return asked
    except IntegrityError as error:
        raise Refused(["这一条刚刚有人写过理由。"]) from error


def confirm_obstacles(finding: Finding | None, by: Any) -> list[str]:
    """Every reason why a person cannot confirm what was asked."""
    if finding is None or finding.override is None:
        return [GONE]
    reasons = []
    if finding.override.asked_by_id == by.pk:
        reasons.append("理由是您写的，要由另一位同事确认。")
    if finding.override.confirmed_by_id is not None or finding.kind.level != Level.SECOND:
        reasons.append("这一条不需要再确认。")
    return reasons


def confirm(item: Model, handle: str, *, by: Any) -> Override:
    """Confirm what another person asked. Raises ``Refused``."""
    with transaction.atomic():
        finding = current(item, handle)
        if reasons := confirm_obstacles(finding, by):
            raise Refused(reasons)
        assert finding is not None and finding.override is not None
        done = Override.objects.filter(pk=finding.override.pk, confirmed_by=None).update(
            confirmed_by=by, confirmed_at=timezone.now()
        )
        if not done:
            raise Refused([GONE])
        _record(item, by, "确认例外", finding.override)
    return Override.objects.get(pk=finding.override.pk)


def drop(item: Model, handle: str, *, by: Any) -> Override:
    """Take back, or turn down, what was asked and not confirmed. Raises ``Refused``."""
    with transaction.atomic():
        finding = current(item, handle)
        if finding is None or finding.override is None:
            raise Refused([GONE])
        if finding.override.confirmed_by_id is not None:
            raise Refused(["已经由两个人确认，不能收回。改动文字后它自动失效。"])
        Override.objects.filter(pk=finding.override.pk, confirmed_by=None).delete()
        _record(item, by, "收回或退回例外", finding.override)
    return finding.override


def _record(item: Model, by: Any, what: str, override: Override) -> None:
    record(Event.WORKFLOW, obj=item, by=by, detail=f"预检：{what}“{override}”")


def consent_obstacles(consent: Consent, by: Any) -> list[str]:
    """Every reason why a person cannot confirm that a name may be public."""
    reasons = []
    if consent.entered_by_id == by.pk:
        reasons.append("是您登记的，要由另一位同事确认。")
    if consent.confirmed_by_id is not None:
        reasons.append("已经确认过了。")
    return reasons


def confirm_consent(consent: Consent, *, by: Any) -> None:
    """Let a unit's name be public from now on. Raises ``Refused``."""
    with transaction.atomic():
        locked = Consent.objects.select_for_update().get(pk=consent.pk)
        if reasons := consent_obstacles(locked, by):
            raise Refused(reasons)
        Consent.objects.filter(pk=locked.pk).update(confirmed_by=by, confirmed_at=timezone.now())
        record(Event.WORKFLOW, obj=consent, by=by, detail="确认可以公开")
