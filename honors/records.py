"""The verbs of the record: enter, verify, correct, void, revoke. One transaction each, standings included.

Nothing is public before a second person has verified it, at every door; nothing that was public is changed
in place: a correction is another row.
"""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from honors import standings
from honors.models import Award, Basis, Evidence, Place, Recipient, RollSheet, Source
from publishing.workflow import Refused


def enter(
    sheet: RollSheet,
    holder: Place | Recipient,
    *,
    by: User,
    name_printed: str,
    title_printed: str,
    quote: str = "",
    note: str = "",
) -> Evidence:
    """Put a place or a recipient on a sheet; it waits for verification. Raises ``Refused``."""
    with transaction.atomic():
        sheet = RollSheet.objects.select_for_update().get(pk=sheet.pk)
        if sheet.is_verified:
            raise Refused(["这张名单已经核验，不能再加。有遗漏请另录一张名单，或更正其中的条目。"])
        key = {"place": holder} if isinstance(holder, Place) else {"recipient": holder}
        award, _ = Award.objects.get_or_create(round_id=sheet.round_id, **key)
        if Evidence.objects.filter(award=award, sheet=sheet, voided_at__isnull=True).exists():
            raise Refused([f"“{holder}”已经在这张名单上。"])
        return Evidence.objects.create(
            award=award,
            sheet=sheet,
            name_printed=name_printed,
            title_printed=title_printed,
            quote=quote,
            note=note,
            entered_by=by,
        )


def held(sheet: RollSheet) -> int:
    """How many entries stand on a sheet; a correction counts instead of what it replaces."""
    rows = sheet.evidence.filter(voided_at__isnull=True)
    return rows.exclude(replaced_by__isnull=False, replaced_by__voided_at__isnull=True).count()


def verify_obstacles(sheet: RollSheet, *, by: User) -> list[str]:
    """Every reason why a person cannot verify a sheet now."""
    reasons = []
    if not by.has_perm("honors.verify_rollsheet"):
        reasons.append("您没有核验名单的权限。")
    waiting = waiting_rows(sheet)
    if sheet.is_verified and not waiting.exists():
        reasons.append("这张名单已经核验。")
    if sheet.entered_by_id == by.pk or sheet.history.filter(history_user=by).exists():
        reasons.append("您录入或修改过这张名单，请由另一个人核验。")
    elif sheet.evidence.filter(entered_by=by).exists():
        reasons.append("您录入过名单中的条目，请由另一个人核验。")
    if not held(sheet) and not tells_only_how_many(sheet):
        reasons.append("名单上还没有条目。")
    if sheet.complete and held(sheet) != sheet.declared_count:
        reasons.append(
            f"完整名单应有 {sheet.declared_count} 个，现在录入了 {held(sheet)} 个，请补齐或取消“完整名单”。"
        )
    return reasons


def tells_only_how_many(sheet: RollSheet) -> bool:
    """A report that says how many places a province has in a round and need not name any of them."""
    return sheet.basis == Basis.REPORT and sheet.declared_count is not None


def waiting_rows(sheet: RollSheet) -> QuerySet[Evidence]:
    return sheet.evidence.filter(verified_by__isnull=True, voided_at__isnull=True)


def verify(sheet: RollSheet, *, by: User) -> int:
    """Confirm a whole sheet: its waiting rows become public. Returns how many. Raises ``Refused``."""
    with transaction.atomic():
        sheet = RollSheet.objects.select_for_update().get(pk=sheet.pk)
        if reasons := verify_obstacles(sheet, by=by):
            raise Refused(reasons)
        now = timezone.now()
        rows = list(waiting_rows(sheet).select_related("replaces"))
        Evidence.objects.filter(pk__in=[row.pk for row in rows]).update(verified_by=by, verified_at=now)
        replaced = [row.replaces_id for row in rows if row.replaces_id]
        Evidence.objects.filter(pk__in=replaced).update(
            voided_at=now, voided_by=by, void_reason="已由更正后的条目代替"
        )
        if not sheet.is_verified:
            sheet.verified_by, sheet.verified_at = by, now
            sheet.save(update_fields=["verified_by", "verified_at"])
        touched = {row.award_id for row in rows} | {row.replaces.award_id for row in rows if row.replaces}
        standings.settle(touched)
        return len(rows)


def correct(
    row: Evidence,
    *,
    by: User,
    holder: Place | Recipient | None = None,
    name_printed: str = "",
    title_printed: str = "",
    quote: str = "",
    note: str = "",
) -> Evidence:
    """Add the right row beside a wrong one, which stays public until the new one is verified. Raises ``Refused``."""
    with transaction.atomic():
        row = Evidence.objects.select_for_update().get(pk=row.pk)
        if row.voided_at is not None:
            raise Refused(["这一条已经作废，不能更正。"])
        if Evidence.objects.filter(replaces=row).exists():
            raise Refused(["这一条已经有更正，正在等待核验。"])
        award = row.award
        if holder is not None:
            key = {"place": holder} if isinstance(holder, Place) else {"recipient": holder}
            award, _ = Award.objects.get_or_create(round_id=row.award.round_id, **key)
        return Evidence.objects.create(
            award=award,
            sheet=row.sheet,
            name_printed=name_printed or row.name_printed,
            title_printed=title_printed or row.title_printed,
            quote=quote or row.quote,
            note=note,
            entered_by=by,
            replaces=row,
        )


def void(row: Evidence, *, by: User, reason: str) -> None:
    """Take a row off the record, with a reason that stays. Raises ``Refused``."""
    with transaction.atomic():
        row = Evidence.objects.select_for_update().select_related("sheet").get(pk=row.pk)
        reasons = []
        if row.voided_at is not None:
            reasons.append("这一条已经作废。")
        if not reason.strip():
            reasons.append("请写明作废原因。")
        if row.sheet.complete and row.sheet.is_verified:
            reasons.append("完整名单上的条目不能直接作废，请用更正。")
        if reasons:
            raise Refused(reasons)
        row.voided_at, row.voided_by, row.void_reason = timezone.now(), by, reason.strip()
        row.save(update_fields=["voided_at", "voided_by", "void_reason"])
        standings.settle([row.award_id])


def revoke(award: Award, *, on: date, source: Source | None, by: User) -> None:
    """Record that a title was taken back on a day, on the word of a source. Raises ``Refused``."""
    with transaction.atomic():
        award = Award.objects.select_for_update().select_related("round").get(pk=award.pk)
        reasons = []
        if not by.has_perm("honors.verify_rollsheet"):
            reasons.append("您没有登记撤销的权限。")
        if source is None:
            reasons.append("请填写撤销的来源。")
        if on > timezone.localdate():
            reasons.append("撤销日期不能在将来。")
        if on < award.round.date:
            reasons.append("撤销日期不能早于命名日期。")
        if reasons:
            raise Refused(reasons)
        award.revoked_on, award.revocation_source = on, source
        award._history_user = by  # type: ignore[attr-defined]
        award.save(update_fields=["revoked_on", "revocation_source"])
        standings.settle([award.pk])


def settle_rounds(rounds: Iterable[int]) -> None:
    """Derive the awards of some rounds anew, e.g. after one of them became public or was withdrawn."""
    standings.settle(Award.objects.filter(round__in=list(rounds)).values_list("pk", flat=True))
