"""How much of a round is held, province by province: what is complete, and what must not be read as a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, TextChoices

from honors.models import Award, AwardState, Basis, Place, RollSheet, Round, Source
from honors.pictures import NO_TILE, Tile


class Coverage(TextChoices):
    """What the sheets of a round say of one province, the firmest first."""

    COMPLETE = "complete", "名单完整"
    NOTICE = "notice", "公示完整"
    APPLICATION = "application", "拟申报完整"
    PARTIAL = "partial", "不完整"
    NOTHING = "nothing", "尚无记录"


@dataclass
class ProvinceRoll:
    """One province in one round."""

    province: Place
    coverage: Coverage = Coverage.NOTHING
    announced: int | None = None
    awards: list[Award] = field(default_factory=list)

    def count(self, state: str) -> int:
        return sum(1 for award in self.awards if award.state == state)

    @property
    def named(self) -> int:
        return self.count(AwardState.NAMED)

    @property
    def proposed(self) -> int:
        return self.count(AwardState.PROPOSED)

    @property
    def revoked(self) -> int:
        return self.count(AwardState.REVOKED)

    @property
    def sources(self) -> list[Source]:
        shown = [award.shown.sheet.source for award in self.awards if award.shown]
        return list({source.pk: source for source in shown}.values())

    @property
    def tile(self) -> Tile:
        """A proposal is no naming: a tile with a number of namings never counts one."""
        proposals = self.coverage in (Coverage.NOTICE, Coverage.APPLICATION)
        if self.coverage == Coverage.NOTHING:
            return NO_TILE
        if proposals:
            return Tile("notice", str(self.named + self.proposed))
        return Tile(str(self.coverage.value), self.namings)

    @property
    def namings(self) -> str:
        """How many were named. Only a complete list may say 0: elsewhere nothing found is not "none was named"."""
        return str(self.named) if self.named or self.coverage == Coverage.COMPLETE else "—"


def of_round(one: Round, awards: Iterable[Award], provinces: Iterable[Place]) -> list[ProvinceRoll]:
    """Every province of a round with its public awards, in the order of `provinces`. One query, for the sheets."""
    rolls = {province.pk: ProvinceRoll(province) for province in provinces}
    for award in awards:
        place = award.place
        if place is not None and (roll := rolls.get(place.province_id or place.pk)) is not None:
            roll.awards.append(award)
    sheets = verified_sheets(one)
    for roll in rolls.values():
        own = sheets[roll.province.pk]
        roll.coverage = _coverage(sheets[None] + own, held=len(roll.awards), asked=bool(own))
        roll.announced = max((sheet.declared_count for sheet in own if sheet.declared_count), default=None)
    return list(rolls.values())


def verified_sheets(one: Round) -> dict[int | None, list[RollSheet]]:
    """The verified sheets of a round by the place that they speak of, each with the number `held` on it."""
    standing = Q(evidence__verified_by__isnull=False, evidence__voided_at__isnull=True)
    rows = one.sheets.filter(verified_by__isnull=False).annotate(held=Count("evidence", filter=standing))
    found: defaultdict[int | None, list[RollSheet]] = defaultdict(list)
    for sheet in rows:
        found[sheet.scope_id].append(sheet)
    return found


def _coverage(sheets: list[RollSheet], *, held: int, asked: bool) -> Coverage:
    """What the sheets about a province make known, when it has `held` public awards; `asked`: one is its own."""
    if any(sheet.complete for sheet in sheets):
        return Coverage.COMPLETE
    # Only a list can be declared complete; a 公示 is whole where it holds as many as it says. Who was named had
    # been proposed: a place that stands on a firmer sheet counts with the others of its province.
    whole = {
        sheet.basis
        for sheet in sheets
        if sheet.declared_count in {sheet.held, held if sheet.scope_id else None} - {None}  # type: ignore[attr-defined]
    }
    if Basis.NOTICE in whole:
        return Coverage.NOTICE
    if Basis.APPLICATION in whole:
        return Coverage.APPLICATION
    return Coverage.PARTIAL if held or asked else Coverage.NOTHING
