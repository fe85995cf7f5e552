"""What the rows of a file say of agreements, judged against the record.

An agreement is known by its natural key: kind, partners, counterpart, place and the day of signing as it is known.
Columns that follow from others (status, verified, amount_exact) are not read: the site works them out anew, and the
preview says where a new row has them otherwise. A verification is an act of its own and no file brings one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from honors.lookups import UNIDENTIFIED, PlaceBook, SourceBook, SourceSaid
from honors.models import Place, Source
from partnerships import cells
from partnerships.amounts import plain_number
from partnerships.exports import AGREEMENTS, UNKNOWN, YES_NO
from partnerships.import_changes import Differences
from partnerships.import_parties import CODES, PartnerSaid, PartyBook, identity, size
from partnerships.import_words import (
    Day,
    Guard,
    Money,
    difference,
    field,
    money,
    partial_day,
    same_text,
    whole_day,
)
from partnerships.models import Agreement, Counterpart, Partner
from partnerships.models.agreements import NOT_YET
from publishing.imports import Judgement, Problems

HEADS = AGREEMENTS.headings
SOURCE_UNKNOWN = SourceSaid(None)  # the row says 来源待补
Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Fact:
    """What a row says of an agreement."""

    kind: str
    partners: list[Partner]
    partners_said: list[PartnerSaid]
    counterpart: Counterpart | None
    counterpart_kind: str
    place: Place
    signed: Day | None
    ends_on: date | None
    has_document: bool | None
    money: Money
    summary: str
    source: SourceSaid | None
    verified_on: date | None
    row: dict[str, str]
    remarks: list[str]

    @property
    def key(self) -> Key:
        """The natural key; the day of signing stands last."""
        other = identity(self.counterpart) if self.counterpart else None
        signed = self.signed.iso if self.signed else ""
        return self.kind, frozenset(map(identity, self.partners)), other, self.place.pk, signed

    def agreement(self) -> Agreement:
        """A draft that is not stored yet, without its partners; only after its source can be stored."""
        return Agreement(
            kind=self.kind,
            counterpart=self.counterpart,
            has_document=bool(self.has_document),
            signed_on=self.signed.on if self.signed else None,
            signed_on_precision=self.signed.precision if self.signed else "",
            ends_on=self.ends_on,
            amount_text=self.money.text,
            amount_yuan=self.money.yuan,
            summary=self.summary,
            place=self.place,
            source=self.source.stored() if self.source and self.source != SOURCE_UNKNOWN else None,
        )

    def as_new(self) -> list[str]:
        """What the editor should know of the row as a new draft. Raises ``ValidationError`` where it cannot be one."""
        told = list(self.remarks)
        if self.has_document is None:
            told.append("没有写明是否签有协议，按“未见协议”录入。")
        if self.source is None or self.source == SOURCE_UNKNOWN:
            told.append("没有写明来源，发布前须补上。")
        else:
            self.source.refuse_as_new()
            told += [f"{self.source.remark}。"] if self.source.remark else []
        if self.row.get("verified_on") or CODES.get("verified", self.row.get("verified", "")) == "verified":
            told.append("核实不由表格带入，向当事各方核实后请在后台登记“再核实”。")
        return told + self._derived_otherwise()

    def _derived_otherwise(self) -> list[str]:
        draft = Agreement(has_document=bool(self.has_document), ends_on=self.ends_on)
        status = str(draft.status_on(timezone.localdate()).label)
        exact = "" if self.money.exact is None else YES_NO[self.money.exact]
        told = []
        for name, derived in (("status", status), ("amount_exact", exact)):
            word = self.row.get(name, "")
            if word and word not in (derived, CODES.by_word.get(name, {}).get(derived)):
                told.append(f"{HEADS[name]}“{word}”不采用，由系统得出：{derived or '空'}。")
        return told


class Reader:
    """Reads rows; what they are read against is asked for once for a whole file."""

    def __init__(self, default: Source | None) -> None:
        self.default = default
        self.guard = Guard()
        self.places, self.sources = PlaceBook(), SourceBook(default)
        self.parties = PartyBook(self.guard)

    def fact(self, row: dict[str, str]) -> Fact:
        """Read a row. Raises ``ValidationError`` with everything that is wrong with it."""
        problems = Problems()
        get = row.get
        kind = problems.read(CODES.code, "kind", row["kind"])
        place = problems.read(self._place, row)
        said = problems.read(self._partners_said, row)
        remarks: list[str] = []
        partners = problems.read(self._partners, said, place, remarks) if said and place else []
        counterpart_kind = problems.read(_optional, "counterpart_kind", get("counterpart_kind", ""))
        counterpart = problems.read(
            self._counterpart, get("counterpart", ""), counterpart_kind or "", remarks
        )
        document = problems.read(_optional, "document", get("document", ""))
        signed = problems.read(partial_day, HEADS["signed_on"], get("signed_on", ""))
        ends_on = problems.read(whole_day, HEADS["ends_on"], get("ends_on", ""))
        problems.read(_check_order, signed, ends_on)
        amount = problems.read(self._money, get("amount", ""), get("amount_yuan", ""))
        summary = problems.read(self._summary, row["summary"])
        source = problems.read(self._source, get("source_name", ""), get("source_url", ""))
        verified_on = problems.read(whole_day, HEADS["verified_on"], get("verified_on", ""))
        problems.refuse()
        return Fact(
            kind=kind,
            partners=partners,
            partners_said=said,
            counterpart=counterpart,
            counterpart_kind=counterpart_kind,
            place=place,
            signed=signed,
            ends_on=ends_on,
            has_document=document == "signed" if document else None,
            money=amount,
            summary=summary,
            source=source,
            verified_on=verified_on,
            row=row,
            remarks=remarks,
        )

    def _place(self, row: dict[str, str]) -> Place:
        return self.places.place(row["place"], province=row.get("province", ""), code=row.get("code", ""))

    def _partners_said(self, row: dict[str, str]) -> list[PartnerSaid]:
        names = [name for name in cells.split(row["partners"]) if name]
        if not names:
            raise ValidationError("没有填写共建单位，协议至少有一个共建单位。")
        problems = Problems()
        kinds, sizes, places = (
            problems.read(_beside, name, row.get(name, ""), len(names))
            for name in ("partner_kind", "group_size", "partner_place")
        )
        problems.refuse()
        said = [problems.read(self._one_said, *one) for one in zip(names, kinds, sizes, places, strict=True)]
        problems.refuse()
        return said

    def _one_said(self, name: str, kind: str, group: str, place: str) -> PartnerSaid:
        problems = Problems()
        code = problems.read(_optional, "partner_kind", kind)
        number = problems.read(size, group)
        lies_in = problems.read(self._partner_place, place)
        problems.refuse()
        return PartnerSaid(name, code, number, bool(place), lies_in)

    def _partner_place(self, text: str) -> Place | None:
        if not text or CODES.get("partner_place", text) == UNKNOWN:
            return None
        if place := self.places.by_code.get(text):
            return place
        try:
            return self.places.place(text)
        except ValidationError as error:
            raise ValidationError([f"单位所在地：{message}" for message in error.messages]) from error

    def _partners(self, said: list[PartnerSaid], place: Place, remarks: list[str]) -> list[Partner]:
        found: list[Partner] = []
        problems = Problems()
        for one in said:
            partner, told = problems.read(self.parties.partner, one, place) or (None, [])
            remarks.extend(told)
            if partner in found:
                problems.found.append(f"共建单位“{partner}”写了两次，只留一个。")
            elif partner is not None:
                found.append(partner)
        problems.refuse()
        return found

    def _counterpart(self, name: str, kind: str, remarks: list[str]) -> Counterpart | None:
        counterpart, told = self.parties.counterpart(name, kind)
        remarks.extend(told)
        return counterpart

    def _money(self, text: str, number: str) -> Money:
        return money(self.guard.check(HEADS["amount"], text, field(Agreement, "amount_text")), number)

    def _summary(self, text: str) -> str:
        if not text:
            raise ValidationError("没有填写内容，请用一两句话写明做什么。")
        return self.guard.check("内容", same_text(text), field(Agreement, "summary"))

    def _source(self, name: str, url: str) -> SourceSaid | None:
        """None for a row that names no source, or only says that it is still to be found."""
        if not name and not url and self.default is None:
            return None
        if name == UNIDENTIFIED and url:
            raise ValidationError(f"有来源网址的不是“{UNIDENTIFIED}”，请填写来源名称。")
        return self.sources.source(name, url)


def _optional(name: str, word: str) -> str:
    return CODES.code(name, word) if word else ""


def _beside(name: str, text: str, number: int) -> list[str]:
    """The values of a cell beside the partners, one for each."""
    # A kind alone stands as it is read, though a 、 may be in it.
    values = [text] if CODES.get(name, text) is not None else cells.split(text)
    found = cells.for_each(values, number)
    if found is None:
        raise ValidationError(
            f"{HEADS[name]}“{text}”有 {len(values)} 个，共建单位有 {number} 个。请按共建单位的顺序用顿号分开，"
            "都一样的只写一个。"
        )
    return found


def _check_order(signed: Day | None, ends_on: date | None) -> None:
    if signed is not None and signed.on > timezone.localdate():
        raise ValidationError(f"{HEADS['signed_on']}“{signed.iso}”：{NOT_YET}")
    if signed is not None and ends_on is not None and ends_on < signed.on:
        raise ValidationError(f"到期日期“{ends_on}”早于{HEADS['signed_on']}“{signed.iso}”，请改正其中一个。")


class Held:
    """The agreements of the record by their natural keys; a revision is found under the key of what it revises."""

    def __init__(self) -> None:
        partners: dict[int, set[int]] = defaultdict(set)
        through = Agreement.partners.through.objects.filter(agreement__revision_of=None)
        for agreement, partner in through.values_list("agreement", "partner"):
            partners[agreement].add(partner)
        self.by_key: dict[Key, list[Agreement]] = defaultdict(list)
        roots = Agreement.objects.roots().select_related("source", "revision__source")
        for one in roots.order_by("pk"):
            self.by_key[_key(one, partners[one.pk])].append(one)
        self.days: dict[Key, list[str]] = defaultdict(list)
        for *rest, signed in self.by_key:
            self.days[tuple(rest)].append(str(signed))

    def known(self, fact: Fact) -> Agreement | Judgement | None:
        """The agreement that a row means; None where the record has no such one.

        Several agreements may have one key: the row means the one with which it agrees, and where there is none, what
        it is to the record is judged already: nothing can be changed.
        """
        found = self.by_key.get(fact.key, [])
        if len(found) < 2:
            return found[0] if found else None
        same = [one for one in found if not differences(fact, one).values]
        if same:
            return same[0]
        return Judgement.known(
            [f"各方、类别、地方和日期都相同的有 {len(found)} 条，分不清是哪一条，请在后台修改。"]
        )

    def near(self, fact: Fact) -> list[str]:
        """A sentence about an agreement that is the same but for how much of its day is known."""
        signed = str(fact.key[-1])
        days = [
            day
            for day in self.days.get(fact.key[:-1], [])
            if day.startswith(signed) or signed.startswith(day)
        ]
        if not days:
            return []
        known = "、".join(day or "不详" for day in days)
        return [f"已有一份各方、类别和地方相同的，{HEADS['signed_on']}是{known}；如是同一份，请不要再录。"]


def _key(one: Agreement, partners: set[int]) -> Key:
    signed = Day(one.signed_on, one.signed_on_precision).iso if one.signed_on else ""
    return one.kind, frozenset(partners), one.counterpart_id, one.place_id, signed


def differences(fact: Fact, one: Agreement) -> Differences:
    """What a row says else than an agreement of the record. Only columns that the file has are compared.

    What stands with the parties, and verifications, no import changes. Raises ``ValidationError``.
    """
    row, found = fact.row, Differences()

    def compare(name: str, said: str, held: str, **values: Any) -> None:
        if name in row:
            found.compare(HEADS[name], said, held, **values)

    if fact.has_document is not None:  # an empty cell says nothing
        words = AGREEMENTS.labels["document"]
        said, held = words[_document(fact.has_document)], words[_document(one.has_document)]
        compare("document", said, held, has_document=fact.has_document)
    compare("ends_on", _iso(fact.ends_on), _iso(one.ends_on), ends_on=fact.ends_on)
    money = {"amount_text": fact.money.text, "amount_yuan": fact.money.yuan}
    compare("amount", fact.money.text, one.amount_text, **money)
    if not _same_number(fact.money.yuan, one.amount_yuan):
        compare("amount_yuan", _plain(fact.money.yuan), _plain(one.amount_yuan), **money)
    compare("summary", fact.summary, one.summary, summary=fact.summary)
    _compare_sources(fact, one, found)
    found.kept += _of_parties(fact)
    # A file may come from before or without a verification: only another day contradicts.
    if fact.verified_on and one.root.last_verified_on:
        said, held = _iso(fact.verified_on), _iso(one.root.last_verified_on)
        found.kept += difference(HEADS["verified_on"], said, held)
    _refuse_end_before_signing(found, one)
    return found


def _of_parties(fact: Fact) -> list[str]:
    """What the row says else than the record about the parties themselves."""
    told = []
    for partner, said in zip(fact.partners, fact.partners_said, strict=True):
        told += PartyBook.differences(partner, said)
    if fact.counterpart is not None and fact.counterpart_kind:
        kinds = AGREEMENTS.labels["counterpart_kind"]
        said_kind, held_kind = kinds[fact.counterpart_kind], kinds[fact.counterpart.kind]
        told += difference(HEADS["counterpart_kind"], said_kind, held_kind)
    return told


def _refuse_end_before_signing(found: Differences, one: Agreement) -> None:
    """A revision may have been given another day of signing than the row names."""
    ends_on = found.values.get("ends_on")
    if ends_on and one.signed_on and ends_on < one.signed_on:
        raise ValidationError(f"到期日期“{ends_on}”早于修订稿里的日期“{one.signed_on}”，请改正其中一个。")


def _same_number(said: Decimal | None, held: Decimal | None) -> bool:
    """Whether two amounts agree in the digits that a spreadsheet keeps."""
    return said == held if said is None or held is None else float(said) == float(held)


def _compare_sources(fact: Fact, one: Agreement, found: Differences) -> None:
    """A row that names no source, or none that stands alone, takes away none."""
    row, source, named = fact.row, one.source, fact.source
    if "source_name" not in row and "source_url" not in row:
        return
    if named is not None and source is not None and named.means(source.pk, identified=source.identified):
        return
    said = " ".join(filter(None, (row.get("source_name", ""), row.get("source_url", ""))))
    held = " ".join(filter(None, (source.public_name, source.url))) if source else ""
    if named is not None and named.source is not None:
        found.compare("来源", said, held, source=named)
    else:
        found.kept += difference("来源", said, held)


def _document(has_document: bool | None) -> str:
    return "signed" if has_document else "unseen"


def _plain(yuan: Decimal | None) -> str:
    return plain_number(yuan) if yuan is not None else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
