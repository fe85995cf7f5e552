"""Partners and counterparts as the rows of a file name them, looked up by spelling at a fixed number of queries.

Two spellings of one name mean one body (``spelling.key_of``), in the record and inside the file. New ones are made
once for a file, and stored by ``PartyBook.store``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from honors.models import Place
from partnerships.exports import AGREEMENTS, UNKNOWN
from partnerships.import_words import Guard, field
from partnerships.models import Counterpart, Partner, PartnerName
from partnerships.parties import is_similar
from partnerships.spelling import key_of
from publishing.tables import Codes

CODES = Codes(AGREEMENTS)
TOLD = 3  # a short name stands in many longer ones


@dataclass(frozen=True)
class PartnerSaid:
    """What a row says of one partner. ``place`` is None where it says that there is none."""

    name: str
    kind: str
    group: tuple[bool, int | None] | None
    places_it: bool
    place: Place | None

    @property
    def key(self) -> str:
        return key_of(self.name)


def identity(party: Partner | Counterpart) -> Hashable:
    """Its part of a natural key: the row of the record, or the one that the file will make."""
    return party.pk or ("new", id(party))


def size(text: str) -> tuple[bool, int | None] | None:
    """Whether it is a group, and of how many: 958, 不详; a single body has nothing. Raises ``ValidationError``."""
    if not text:
        return None
    if CODES.get("group_size", text) == UNKNOWN:
        return True, None
    if not text.isdecimal() or not 2 <= int(text) < 2**31:
        raise ValidationError(f"单位数目“{text}”读不出：一批单位写家数（2 以上）或“不详”，单个的单位不填。")
    return True, int(text)


class Namesakes:
    """Partners of one kind and place, among which similar names are found without comparing every pair."""

    def __init__(self) -> None:
        self.partners: list[Partner] = []
        self.keys: set[str] = set()
        self.text = "\n"

    def add(self, partner: Partner) -> None:
        self.partners.append(partner)
        self.keys.add(partner.key)
        self.text += f"{partner.key}\n"

    def similar(self, key: str) -> list[Partner]:
        """Those whose name could mean the same body, by ``parties.is_similar``."""
        parts = {key[start:end] for end in range(len(key) + 1) for start in range(end)}
        # One name holds the other: else nobody needs to be asked.
        if key not in self.text and parts.isdisjoint(self.keys):
            return []
        return [other for other in self.partners if is_similar(key, other.key)]


class PartyBook:
    """All partners by every name that they bear, all counterparts, and what the file brings."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.own: dict[str, list[Partner]] = defaultdict(list)
        self.named: dict[str, list[Partner]] = defaultdict(list)
        self.namesakes: dict[tuple[str, int | None], Namesakes] = defaultdict(Namesakes)
        self.counterparts: dict[str, Counterpart] = {}
        self.new: list[Partner | Counterpart] = []
        every = {}
        for partner in Partner.objects.select_related("place__province", "place__prefecture"):
            every[partner.pk] = partner
            self._add(partner)
        for pk, key in PartnerName.objects.values_list("partner", "key"):
            self.named[key].append(every[pk])
        for counterpart in Counterpart.objects.all():
            self.counterparts[counterpart.key] = counterpart

    # --- Partners --------------------------------------------------------------------------------

    def partner(self, said: PartnerSaid, place: Place) -> tuple[Partner, list[str]]:
        """The partner that a row about this place means, made if need be, and what the editor should know.

        A name without a place of its own means the one in the place of the row; else the only one above or below it,
        or without any place. Raises ``ValidationError`` where several may be meant, or what is new may not stand.
        """
        if found := self._bearing(said, place):
            return found, self._remarks(found, said, place)
        return self._made(said, said.place if said.places_it else place)

    def _bearing(self, said: PartnerSaid, place: Place) -> Partner | None:
        wanted = said.place if said.places_it else place
        for bearers in (self.own[said.key], self.named[said.key]):
            here = [one for one in bearers if one.place_id == (wanted.pk if wanted else None)]
            if len(here) > 1:
                raise ValidationError(
                    f"{wanted or '没有所在地的'}有几个共建单位用“{said.name}”这个名称，请写它的全称。"
                )
            if here:
                return here[0]
        if said.places_it:
            return None
        near = [
            one
            for one in dict.fromkeys([*self.own[said.key], *self.named[said.key]])
            if one.place is None or _related(one.place, place)
        ]
        if len(near) > 1:
            places = "、".join(str(one.place or "所在地不详") for one in near)
            raise ValidationError(f"有几个共建单位名为“{said.name}”（{places}），请填写“单位所在地”。")
        return near[0] if near else None

    def _remarks(self, found: Partner, said: PartnerSaid, place: Place) -> list[str]:
        remarks = self.differences(found, said)
        if not said.places_it and found.place_id != place.pk:
            remarks.append(f"共建单位“{found}”用已有的（{found.place or '所在地不详'}）。")
        return remarks

    @staticmethod
    def differences(found: Partner, said: PartnerSaid) -> list[str]:
        """What a row says of a partner else than the record, which stays as it is."""
        told = []
        if said.kind and said.kind != found.kind:
            words = CODES.labels["partner_kind"]
            told.append(f"单位类别：“{found}”表格是{words[said.kind]}，记录是{words[found.kind]}。")
        if said.group and said.group != (found.is_group, found.group_size):
            told.append(
                f"单位数目：“{found}”表格是{_size_words(*said.group)}，记录是{_size_words(found.is_group, found.group_size)}。"
            )
        return told

    def _made(self, said: PartnerSaid, place: Place | None) -> tuple[Partner, list[str]]:
        name = self.guard.check("共建单位", said.name, field(Partner, "name"))
        if not said.key:
            raise ValidationError(f"共建单位“{name}”里没有文字，请填写全称。")
        if not said.kind:
            kinds = "、".join(CODES.labels["partner_kind"].values())
            raise ValidationError(f"“{name}”是新单位，请填写单位类别：{kinds}。")
        is_group, number = said.group or (False, None)
        made = Partner(name=name, kind=said.kind, place=place, is_group=is_group, group_size=number)
        made.derive_spelling()
        told = [f"新单位“{name}”。"]
        if not is_group:
            told += [
                f"“{name}”与已有的“{other}”相近，如是同一个单位，请用它的名称。"
                for other in self.namesakes[made.kind, made.place_id].similar(made.key)[:TOLD]
            ]
        self._add(made)
        self.new.append(made)
        return made, told

    def _add(self, partner: Partner) -> None:
        self.own[partner.key].append(partner)
        if not partner.is_group:
            self.namesakes[partner.kind, partner.place_id].add(partner)

    # --- Counterparts ----------------------------------------------------------------------------

    def counterpart(self, name: str, kind: str) -> tuple[Counterpart | None, list[str]]:
        """The counterpart of a name, made if need be; None for no name. Raises ``ValidationError``."""
        if not name and kind:
            raise ValidationError("填写了军方对象类别，没有填写军方对象。")
        if not name:
            return None, []
        if found := self.counterparts.get(key_of(name)):
            return found, []
        self.guard.check("军方对象", name, field(Counterpart, "public_name"))
        if not key_of(name):
            raise ValidationError(f"军方对象“{name}”里没有文字，请填写公开称谓。")
        if not kind:
            kinds = "、".join(CODES.labels["counterpart_kind"].values())
            raise ValidationError(f"“{name}”是新的军方对象，请填写军方对象类别：{kinds}。")
        made = Counterpart(public_name=name, kind=kind)
        made.derive_spelling()
        self.counterparts[made.key] = made
        self.new.append(made)
        return made, [f"新军方对象“{name}”。"]

    # --- Writing ---------------------------------------------------------------------------------

    def store(self) -> None:
        """Write what is new in a fixed number of queries; all of it passed the guard when it was made."""
        Partner.objects.bulk_create(party for party in self.new if isinstance(party, Partner))
        Counterpart.objects.bulk_create(party for party in self.new if isinstance(party, Counterpart))


def _related(one: Place, other: Place) -> bool:
    """Whether one of them lies in the other."""
    return one.pk in (other.province_id, other.prefecture_id) or other.pk in (
        one.province_id,
        one.prefecture_id,
    )


def _size_words(is_group: bool, number: int | None) -> str:
    return f"一批，{number or '家数不详'}" if is_group else "单个的单位"
