"""What the directory can be narrowed to: the parameters of ``/partnerships/`` and of its exports."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from partnerships.models import Agreement, AgreementKind, AgreementStatus, PartnerKind
from partnerships.querysets import is_fresh
from publishing.filters import KnownFilter, KnownFilterSet, echo
from publishing.keywords import KeywordFilter

NO_DATE = "none"
VERIFIED = {"yes": "已核实", "no": "待核实"}


class Area(NamedTuple):
    """A place with public records, or one that such a place lies in; `province` is its own code for a province."""

    code: str
    name: str
    province: str


@dataclass(frozen=True)
class Known:
    """What the public record can be asked for: areas by code in the order of codes, and years, the newest first."""

    areas: dict[str, Area]
    years: list[int]

    @classmethod
    def load(cls) -> Known:
        """One query. Drafts make no place and no year known."""
        areas: dict[str, Area] = {}
        years: set[int] = set()
        columns = [f"{prefix}{name}" for prefix in PREFIXES for name in ("code", "name")]
        found = Agreement.objects.published().order_by().distinct()
        for *places, signed_on in found.values_list(*columns, "signed_on"):
            codes, names = places[::2], places[1::2]
            province = codes[0] or codes[-1]  # a province lies in itself
            areas |= {
                code: Area(code, name, province) for code, name in zip(codes, names, strict=True) if code
            }
            if signed_on:
                years.add(signed_on.year)
        return cls(dict(sorted(areas.items())), sorted(years, reverse=True))


# The place of an agreement, and what it lies in.
PREFIXES = ("place__province__", "place__prefecture__", "place__")


class DirectoryFilter(KnownFilterSet):
    """The public agreements that the parameters ask for."""

    facet_names = ("place", "kind", "partner_kind", "year", "status", "verified")
    # Records without a date stand last in both orders: they are neither the oldest nor the newest.
    orders: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "-date": (F("signed_on").desc(nulls_last=True), "-pk"),
        "date": (F("signed_on").asc(nulls_last=True), "pk"),
        "place": ("place__code", F("signed_on").desc(nulls_last=True), "-pk"),
        "-place": ("-place__code", F("signed_on").desc(nulls_last=True), "-pk"),
    }
    default_order = "-date"

    q = KeywordFilter(label="关键词", method="by_text")
    place = KnownFilter(label="地方", method="by_place")
    kind = KnownFilter(label="类别", field_name="kind")
    partner_kind = KnownFilter(label="单位类别", method="by_partner_kind")
    year = KnownFilter(label="年份", method="by_year")
    status = KnownFilter(label="状态", field_name="standing")
    verified = KnownFilter(label="核实", method="by_verified")
    sort = KnownFilter(label="排序", method="in_order")

    class Meta:
        model = Agreement
        fields: list[str] = []

    def __init__(self, data: QueryDict, known: Known | None = None) -> None:
        # One day for the whole page, also across midnight.
        self.today = timezone.localdate()
        super().__init__(data, queryset=Agreement.objects.published().with_status(self.today))
        self.known = known or Known.load()

    def known_values(self) -> Mapping[str, Container[str]]:
        return {
            "place": self.known.areas,
            "kind": set(AgreementKind.values),
            "partner_kind": set(PartnerKind.values),
            "year": {NO_DATE, *map(str, self.known.years)},
            "status": set(AgreementStatus.values),
            "verified": VERIFIED,
        }

    # --- one method per kind of parameter -------------------------------------------------------------

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.matching(value)  # type: ignore[attr-defined,no-any-return]

    def by_place(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The place itself and what lies in it."""
        within = Q()
        for prefix in PREFIXES:
            within |= Q(**{f"{prefix}code": value})
        return rows.filter(within)

    def by_partner_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Not a join: an agreement of two enterprises would count twice."""
        of_kind = Agreement.partners.through.objects.filter(partner__kind=value)
        return rows.filter(pk__in=of_kind.values("agreement"))

    def by_year(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(signed_on=None) if value == NO_DATE else rows.filter(signed_on__year=int(value))

    def by_verified(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        fresh = is_fresh(self.today)
        return rows.filter(fresh) if value == "yes" else rows.exclude(fresh)

    # --- words ----------------------------------------------------------------------------------------

    def word(self, name: str, value: str) -> str:
        if name == "q":
            return f"“{echo(value)}”"
        if name == "place":
            area = self.known.areas.get(value)
            return area.name if area else echo(value)
        if name == "year" and value.isdecimal() and len(value) == len("2025"):
            return f"{value}年"
        return WORDS[name].get(value, echo(value))


WORDS: dict[str, dict[str, str]] = {
    "kind": {code: str(label) for code, label in AgreementKind.choices},
    "partner_kind": {code: str(label) for code, label in PartnerKind.choices},
    "year": {NO_DATE: "日期未载"},
    "status": {code: str(label) for code, label in AgreementStatus.choices},
    "verified": VERIFIED,
}
