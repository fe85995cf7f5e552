"""Partners that are one body under two names: found for editors, and joined by them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Coalesce

from partnerships.models import Agreement, Partner, PartnerName
from partnerships.querysets import AgreementQuerySet
from publishing import workflow
from publishing.models import Redirect
from publishing.workflow import Refused

# Shorter parts say nothing: 中心 and 学校 stand in many names.
LEAST = 3
PLACE = ("place__province", "place__prefecture")  # what the full name of a place is made of


def similar(partner: Partner) -> list[Partner]:
    """Partners of the same kind and place one of whose names contains the other: perhaps the same body."""
    namesakes = Partner.objects.filter(kind=partner.kind, place=partner.place, is_group=False)
    return [
        other
        for other in namesakes.exclude(pk=partner.pk).order_by("pk")
        if not partner.is_group and is_similar(partner.key, other.key)
    ]


def is_similar(one: str, other: str) -> bool:
    """Whether the keys of two names could mean one body: 君正集团 and 内蒙古君正集团."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= LEAST and shorter in longer


def all_similar() -> list[tuple[Partner, Partner]]:
    """Every pair of partners that could be one body, the older row first. One query."""
    groups: dict[tuple[str, int | None], list[Partner]] = defaultdict(list)
    for partner in Partner.objects.filter(is_group=False).select_related(*PLACE).order_by("pk"):
        groups[partner.kind, partner.place_id].append(partner)
    return [
        (one, other)
        for group in groups.values()
        for index, one in enumerate(group)
        for other in group[index + 1 :]
        if is_similar(one.key, other.key)
    ]


def roots_of(agreements: Any) -> AgreementQuerySet:
    """The agreements that some rows are or revise: how many records a party has, drafts among them."""
    asked = agreements.order_by().values_list(Coalesce("revision_of", "pk"))
    found: AgreementQuerySet = Agreement.objects.filter(pk__in=asked)
    return found


def merge_obstacles(keep: Partner, other: Partner) -> list[str]:
    """Every reason why two partners cannot be joined."""
    reasons = []
    if keep.pk == other.pk:
        reasons.append("请选择两个不同的单位。")
    if keep.is_group or other.is_group:
        reasons.append("“一批单位”不能合并。")
    return reasons


def merge(keep: Partner, other: Partner, *, by: User) -> None:
    """Join two partners that are one body: agreements and names of `other` go to `keep`, and `other` goes.

    Its name stays as another name of `keep`, so that imports and look-ups still find it. Revisions go along. What is
    under review or approved is a draft again: others approved another party. Raises ``Refused``.
    """
    concerned = Agreement.objects.select_for_update().filter(partners=other.pk)
    with transaction.atomic():
        # Agreements before partners: who saves an agreement holds it, and comes to its partners when all is written.
        list(concerned)
        both = Partner.objects.select_for_update().in_bulk([keep.pk, other.pk])
        if not {keep.pk, other.pk} <= both.keys():
            raise Refused(["其中一个单位已经不在了，可能刚被合并或删除。"])
        # As they stand now: what a caller read before it waited here may have been renamed meanwhile.
        keep, other = both[keep.pk], both[other.pk]
        if reasons := merge_obstacles(keep, other):
            raise Refused(reasons)
        for agreement in concerned.all():
            agreement._history_user, agreement._change_reason = by, f"合并共建单位：{other} → {keep}"  # type: ignore[attr-defined]
            agreement.partners.add(keep)
            agreement.partners.remove(other)
            agreement.updated_by = by
            agreement.save(update_fields=["updated_by"])
            if agreement.is_open:
                workflow.note_edit(agreement, by=by)
        names = [other.name, *other.other_names.values_list("name", flat=True)]
        lead_on(other, keep)
        other.delete()
        held = {keep.key, *keep.other_names.values_list("key", flat=True)}
        for name in names:
            alias = PartnerName(partner=keep, name=name)
            alias.derive_spelling()
            if alias.key not in held:
                alias.save()
                held.add(alias.key)


def lead_on(other: Partner, keep: Partner) -> None:
    """Let the address of a partner's page, which others may have kept, lead to the partner that stays."""
    old, new = other.page_path, keep.page_path
    Redirect.objects.filter(new_path=old).update(new_path=new)
    Redirect.objects.update_or_create(old_path=old, defaults={"new_path": new})
