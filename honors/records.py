"""The verbs of the record: enter, verify, correct, void, revoke. One transaction each, standings included.

Nothing is public before a second person has verified it, at every door; nothing that was public is changed
in place: a correction is another row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from honors import standings
from honors.models import (
    Award,
    AwardState,
    Basis,
    Evidence,
    Place,
    Recipient,
    RecipientKind,
    RollSheet,
    Round,
    Source,
)
from publishing.workflow import Refused

# In the history of a sheet: the one record that is no change of what it says.
VERIFIED = "核验"
REASON_LENGTH = 100


@dataclass(frozen=True)
class Entry:
    """What a sheet prints of one place or recipient."""

    holder: Place | Recipient
    name_printed: str
    title_printed: str
    quote: str = ""
    note: str = ""


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
    return enter_all(sheet, [Entry(holder, name_printed, title_printed, quote, note)], by=by)[0]


def enter_all(sheet: RollSheet, entries: Sequence[Entry], *, by: User) -> list[Evidence]:
    """Put many on a sheet in a fixed number of queries; all or, raising ``Refused``, none."""
    with transaction.atomic():
        sheet = (
            RollSheet.objects.select_for_update(of=("self",)).select_related("round__title").get(pk=sheet.pk)
        )
        if reasons := entry_obstacles(sheet, entries):
            raise Refused(reasons)
        awards = _awards(sheet.round, entries)
        return Evidence.objects.bulk_create(
            Evidence(
                award=awards[_key(entry.holder)],
                sheet=sheet,
                name_printed=entry.name_printed,
                title_printed=entry.title_printed,
                quote=entry.quote,
                note=entry.note,
                entered_by=by,
            )
            for entry in entries
        )


def entry_obstacles(sheet: RollSheet, entries: Sequence[Entry]) -> list[str]:
    """Every reason why these cannot be put on a sheet."""
    if sheet.is_verified:
        return ["这张名单已经核验，不能再加。有遗漏请另录一张名单，或更正其中的条目。"]
    kind = sheet.round.title.recipient_kind
    strange = [one.holder for one in entries if _kind(one.holder) != kind]
    reasons = [f"“{one}”不能录入：这个称号授予{RecipientKind(kind).label}。" for one in strange]
    standing = sheet.evidence.filter(voided_at__isnull=True).values_list("award__place", "award__recipient")
    taken: set[tuple[int | None, int | None]] = set(standing)
    for entry in entries:
        if _key(entry.holder) in taken:
            reasons.append(f"“{entry.holder}”已经在这张名单上。")
        taken.add(_key(entry.holder))
    return reasons


def _key(holder: Place | Recipient) -> tuple[int | None, int | None]:
    return (holder.pk, None) if isinstance(holder, Place) else (None, holder.pk)


def _kind(holder: Place | Recipient) -> str:
    return RecipientKind.PLACE if isinstance(holder, Place) else holder.kind


def _awards(one: Round, entries: Sequence[Entry]) -> dict[tuple[int | None, int | None], Award]:
    """The awards of the entries in a round by holder; those that are missing are made, with their history."""
    known = {(award.place_id, award.recipient_id): award for award in Award.objects.filter(round=one)}
    wanted = dict.fromkeys(_key(entry.holder) for entry in entries)
    missing = [
        Award(round=one, place_id=place, recipient_id=recipient)
        for place, recipient in wanted
        if (place, recipient) not in known
    ]
    made = bulk_create_with_history(missing, Award) if missing else []
    return known | {(award.place_id, award.recipient_id): award for award in made}


def change(
    row: Evidence, *, by: User, name_printed: str, title_printed: str, quote: str = "", note: str = ""
) -> None:
    """Mend a row that nobody has verified yet; who does it can no longer verify the sheet. Raises ``Refused``."""
    with transaction.atomic():
        row = _locked(row)
        if reasons := change_obstacles(row):
            raise Refused(reasons)
        row.name_printed, row.title_printed, row.quote, row.note = name_printed, title_printed, quote, note
        row.save(update_fields=["name_printed", "title_printed", "quote", "note"])
        _note(row.sheet, by, f"修改条目：{row.name_printed}")


def change_obstacles(row: Evidence) -> list[str]:
    """Every reason why a row cannot be mended or taken back in place."""
    if row.verified_by_id is not None:
        return ["这一条已经核验，不能修改或删除，请用“更正”或“作废”。"]
    if row.voided_at is not None:
        return ["这一条已经作废。"]
    if row.replaces_id is not None:
        return ["这是等待核验的更正，写错了请再更正一次。"]
    return []


def remove(row: Evidence, *, by: User) -> None:
    """Take back a slip of the hand that nobody has verified. Raises ``Refused``."""
    with transaction.atomic():
        row = _locked(row)
        if reasons := change_obstacles(row):
            raise Refused(reasons)
        sheet, name = row.sheet, row.name_printed
        _delete_rows(Evidence.objects.filter(pk=row.pk))
        _note(sheet, by, f"删除条目：{name}")


def discard_obstacles(sheet: RollSheet) -> list[str]:
    return ["这张名单已经核验，它的条目是公开记录的依据，只能更正或作废。"] if sheet.is_verified else []


def discard(sheet: RollSheet) -> None:
    """Delete a sheet that nobody has verified, with its rows. Raises ``Refused``."""
    with transaction.atomic():
        sheet = RollSheet.objects.select_for_update().get(pk=sheet.pk)
        if reasons := discard_obstacles(sheet):
            raise Refused(reasons)
        _delete_rows(sheet.evidence.all())
        sheet.delete()


def _delete_rows(rows: QuerySet[Evidence]) -> None:
    awards = list(rows.values_list("award", flat=True))
    rows.delete()
    # An award that no sheet speaks of any more says nothing.
    for award in Award.objects.filter(pk__in=awards, evidence__isnull=True):
        award.delete()


def _locked(row: Evidence) -> Evidence:
    return Evidence.objects.select_for_update(of=("self",)).select_related("sheet", "award").get(pk=row.pk)


def _note(sheet: RollSheet, by: User, what: str) -> None:
    """Keep in the sheet's history who did something to it."""
    sheet._history_user, sheet._change_reason = by, what[:REASON_LENGTH]  # type: ignore[attr-defined]
    sheet.save()


# Entries that stand on a sheet, for an annotation; a correction counts instead of what it replaces.
HELD = Count(
    "evidence",
    filter=Q(evidence__voided_at__isnull=True)
    & (Q(evidence__replaced_by__isnull=True) | Q(evidence__replaced_by__voided_at__isnull=False)),
)


def held(sheet: RollSheet) -> int:
    """How many entries stand on a sheet."""
    return int(RollSheet.objects.filter(pk=sheet.pk).aggregate(held=HELD)["held"])


def verify_obstacles(sheet: RollSheet, *, by: User) -> list[str]:
    """Every reason why a person cannot verify a sheet now."""
    reasons = []
    if not by.has_perm("honors.verify_rollsheet"):
        reasons.append("您没有核验名单的权限。")
    waiting = waiting_rows(sheet)
    if sheet.is_verified and not waiting.exists():
        reasons.append("这张名单已经核验。")
    if sheet.entered_by_id == by.pk or _changed_by(sheet, by):
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


def _changed_by(sheet: RollSheet, by: User) -> bool:
    """Whether a person changed the sheet or took a row off it; to have verified it before is no change."""
    changes = sheet.history.filter(history_user=by).exclude(history_change_reason=VERIFIED)
    return changes.exists() or sheet.evidence.filter(voided_by=by, verified_by__isnull=True).exists()


def waiting_rows(sheet: RollSheet) -> QuerySet[Evidence]:
    return sheet.evidence.filter(verified_by__isnull=True, voided_at__isnull=True)


def waiting_sheets() -> QuerySet[RollSheet]:
    """Sheets that nobody has verified, and those with corrections that nobody has."""
    rows = Evidence.objects.filter(verified_by__isnull=True, voided_at__isnull=True)
    return RollSheet.objects.filter(Q(verified_by__isnull=True) | Q(pk__in=rows.values("sheet")))


def state_of(row: Evidence) -> str:
    """How a row stands, in words for editors."""
    if row.voided_at is not None:
        return f"已作废：{row.void_reason}"
    if row.verified_by_id is not None:
        return "已核验"
    return "更正，待核验" if row.replaces_id is not None else "待核验"


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
            sheet._history_user, sheet._change_reason = by, VERIFIED  # type: ignore[attr-defined]
            sheet.save(update_fields=["verified_by", "verified_at"])
        touched = {row.award_id for row in rows} | {row.replaces.award_id for row in rows if row.replaces}
        standings.settle(touched)
        return len(rows)


def correct_obstacles(row: Evidence) -> list[str]:
    """Every reason why a row cannot be corrected now."""
    if row.voided_at is not None:
        return ["这一条已经作废，不能更正。"]
    if row.verified_by_id is None and row.replaces_id is None:
        return ["这一条还没有核验，请直接修改，或删除后重新录入。"]
    if Evidence.objects.filter(replaces=row).exists():
        return ["这一条已经有更正，正在等待核验。"]
    return []


def holder_obstacles(row: Evidence, holder: Place | Recipient) -> list[str]:
    """Every reason why a row cannot be corrected to speak of another place or recipient.

    A complete list on which one place stood twice would hold as many as it declares and lack another.
    """
    place, recipient = _key(holder)
    others = row.sheet.evidence.exclude(pk=row.pk).filter(
        award__place=place, award__recipient=recipient, voided_at__isnull=True
    )
    # A row that waits to be replaced makes room.
    if others.filter(Q(replaced_by__isnull=True) | Q(replaced_by__voided_at__isnull=False)).exists():
        return [f"“{holder}”已经在这张名单上。"]
    return []


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
        row = _locked(row)
        reasons = correct_obstacles(row)
        if holder is not None:
            reasons += holder_obstacles(row, holder)
        if reasons:
            raise Refused(reasons)
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


def void_obstacles(row: Evidence, *, by: User) -> list[str]:
    """Every reason why a person cannot take a row off the record now."""
    reasons = []
    if row.voided_at is not None:
        reasons.append("这一条已经作废。")
    if row.verified_by_id is not None and not by.has_perm("honors.verify_rollsheet"):
        reasons.append("这一条已经公开，作废须有核验名单的权限。")
    if row.sheet.complete and row.sheet.is_verified:
        reasons.append("完整名单上的条目不能直接作废，请用更正。")
    elif row.replaces_id is not None and row.verified_by_id is None:
        # The row that it corrects could never be corrected again.
        reasons.append("这是等待核验的更正，写错了请再更正一次。")
    elif row.voided_at is None and Evidence.objects.filter(replaces=row, voided_at__isnull=True).exists():
        reasons.append("这一条已经有更正，正在等待核验。")
    return reasons


def void(row: Evidence, *, by: User, reason: str) -> None:
    """Take a row off the record, with a reason that stays. Raises ``Refused``."""
    with transaction.atomic():
        row = _locked(row)
        reasons = void_obstacles(row, by=by)
        if not reason.strip():
            reasons.append("请写明作废原因。")
        if reasons:
            raise Refused(reasons)
        row.voided_at, row.voided_by, row.void_reason = timezone.now(), by, reason.strip()
        row.save(update_fields=["voided_at", "voided_by", "void_reason"])
        standings.settle([row.award_id])


def revoke_obstacles(award: Award, *, by: User) -> list[str]:
    """Every reason why a person cannot record a revocation, before its day and source are filled in."""
    reasons = []
    if not by.has_perm("honors.verify_rollsheet"):
        reasons.append("您没有登记撤销的权限。")
    if award.revoked_on is not None:
        reasons.append("这项荣誉已经登记为撤销。")
    elif award.state != AwardState.NAMED:
        reasons.append("只有已经核验的命名可以登记撤销。")
    return reasons


def revoke(award: Award, *, on: date, source: Source | None, by: User) -> None:
    """Record that a title was taken back on a day, on the word of a source. Raises ``Refused``."""
    with transaction.atomic():
        award = Award.objects.select_for_update(of=("self",)).select_related("round").get(pk=award.pk)
        reasons = revoke_obstacles(award, by=by)
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
