"""The partnerships of ``data/partnerships.csv``: each row one public record, with its source and unverified.

Nobody of this site asked the parties, so ``last_verified_on`` stays empty and visitors read 待核实. Only where
the words of a row say that something was signed has the record a document.
"""

import re
from pathlib import Path
from typing import Any

from django.utils import timezone

from honors import partial_dates
from honors.models import Place
from news.importers import save_changed
from partnerships import amounts
from partnerships.models import Agreement, AgreementKind, Counterpart, Partner, PartnerKind
from partnerships.spelling import key_of
from portal.demonstration.content import ContentError, read_rows
from portal.demonstration.desk import Desk, Said, named, standing
from portal.demonstration.places import place_of
from portal.demonstration.sources import Sources
from publishing.permissions import PARTNERSHIPS

Row = dict[str, str]

KINDS = {kind.label: kind for kind in AgreementKind}
PARTNER_KINDS = {
    "市": PartnerKind.GOVERNMENT,
    "旗": PartnerKind.GOVERNMENT,
    "政府部门": PartnerKind.DEPARTMENT,
    "事业单位": PartnerKind.INSTITUTION,
    "企业": PartnerKind.ENTERPRISE,
    "学校": PartnerKind.SCHOOL,
    "医疗机构": PartnerKind.HOSPITAL,
    "场馆": PartnerKind.VENUE,
    "村": PartnerKind.VILLAGE,
    "嘎查": PartnerKind.VILLAGE,
    "村/社区": PartnerKind.VILLAGE,
    "社会组织": PartnerKind.ASSOCIATION,
}
# The first part that stands in a public name decides: 人武部 is an office, 驻军某部 a unit.
COUNTERPART_KINDS = {
    "舰": Counterpart.Kind.SHIP,
    "家庭": Counterpart.Kind.FAMILIES,
    "双拥办": Counterpart.Kind.OFFICE,
    "事务局": Counterpart.Kind.OFFICE,
    "军分区": Counterpart.Kind.OFFICE,
    "人武部": Counterpart.Kind.OFFICE,
    "部": Counterpart.Kind.UNIT,
    "连队": Counterpart.Kind.UNIT,
    "基地": Counterpart.Kind.UNIT,
}
# What a row must say before its record has a document.
SIGNING_WORDS = ("签订", "签署", "签约")
# A shared name and a ship's visit are no agreements, whatever else their report says.
NEVER_SIGNED = {AgreementKind.NAMESAKE_SHIP, AgreementKind.SHIP_VISIT}

GROUP = re.compile(r"(\d+)(?:家|个)")
GROUPS_OF_UNKNOWN_SIZE = {"拥军企业（门店）"}
FULL_WIDTH = str.maketrans("(),;:", "（），；：")


def bring_in_partnerships(folder: Path, desk: Desk) -> dict[str, set[Agreement]]:
    """Load every partnership; return those of which each article tells. A second run changes nothing.

    A record follows its row, but keeps who verified it since. Raises ``ContentError`` and ``Refused``; the
    caller's transaction is then worthless.
    """
    loading = Loading(folder, desk)
    for row in read_rows(folder / "data" / "partnerships.csv"):
        with named(row["partner"]):
            loading.bring_in(row)
    return loading.told_by_articles(read_rows(folder / "article_partnerships.csv"))


class Loading:
    """One run: what the rows refer to is found or made once and kept here."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self.desk, self.report, self.sources = desk, desk.report, Sources(desk.report)
        self.enterer = desk.people[PARTNERSHIPS]
        self.cities = read_cities(folder)
        self.partners: dict[tuple[str, Place], Partner] = {}
        self.counterparts: dict[str, Counterpart] = {}
        self.agreements: dict[tuple[str, str], Agreement] = {}

    def bring_in(self, row: Row) -> None:
        kind = chosen(KINDS, row["kind"], "共建类别")
        place = city_of(row["city"], self.cities)
        partner = self.partner(row, place)
        counterpart = self.counterpart(row["counterpart"]) if row["counterpart"] else None
        key: dict[str, Any] = {"kind": kind, "counterpart": counterpart}
        known = standing(Agreement.objects, **key, partners=partner, imported_at__isnull=False)
        said = Said(self.values(row, kind) | {"place": place}, {"partners": {partner}})
        self.agreements[row["partner"], row["kind"]] = self.desk.bring_in(
            known or Agreement(**key), said, by=self.enterer, at=timezone.now(), label=row["partner"]
        )

    def values(self, row: Row, kind: str) -> dict[str, Any]:
        """What a row says, field by field; nothing that it does not say."""
        day, precision = partial_dates.parse(row["signed_on"]) if row["signed_on"] else (None, "")
        amount = amounts.read(row["amount"])
        return {
            "has_document": is_signed(row["summary"], kind),
            "signed_on": day,
            "signed_on_precision": precision,
            "amount_text": row["amount"],
            "amount_yuan": amount.yuan if amount else None,
            "summary": summary_of(row),
            "source": self.sources.of(row),
        }

    def partner(self, row: Row, city: Place) -> Partner:
        """The local party. A city or banner lies in itself, every other in the place of its row."""
        name = row["partner"].translate(FULL_WIDTH)
        kind = chosen(PARTNER_KINDS, row["partner_kind"], "共建单位类别")
        place = city
        if kind == PartnerKind.GOVERNMENT and name != city.name:
            place = place_of((city.province or city).name, name, "partnerships.csv：")
        if (name, place) not in self.partners:
            known = Partner.objects.filter(place=place).bearing(key_of(name)).first()
            partner = known or Partner(name=name, place=place)
            self.report.counts[save_changed(partner, {"kind": kind, **group_of(name)})] += 1
            self.partners[name, place] = partner
        return self.partners[name, place]

    def counterpart(self, printed: str) -> Counterpart:
        name = printed.translate(FULL_WIDTH)
        if name not in self.counterparts:
            known = Counterpart.objects.filter(key=key_of(name)).first()
            counterpart = known or Counterpart(public_name=name)
            self.report.counts[save_changed(counterpart, {"kind": kind_of_counterpart(name)})] += 1
            self.counterparts[name] = counterpart
        return self.counterparts[name]

    def told_by_articles(self, rows: list[Row]) -> dict[str, set[Agreement]]:
        """The agreements of each article that the file names."""
        told: dict[str, set[Agreement]] = {}
        for row in rows:
            key = (row["partner"], row["kind"])
            if key not in self.agreements:
                raise ContentError(f"article_partnerships.csv：没有共建记录“{'、'.join(key)}”。")
            told.setdefault(row["article_slug"], set()).add(self.agreements[key])
        return told


# --- what a row says ---------------------------------------------------------------------------------------


def is_signed(summary: str, kind: str) -> bool:
    """Whether a row's words say that something was signed."""
    return kind not in NEVER_SIGNED and any(word in summary for word in SIGNING_WORDS)


def summary_of(row: Row) -> str:
    """The row's words in full-width punctuation; a second city, which the record's place cannot hold, stays said."""
    cities = row["city"].split("/")
    return (row["summary"] + (f"({'、'.join(cities)})" if len(cities) > 1 else "")).translate(FULL_WIDTH)


def group_of(name: str) -> dict[str, Any]:
    """Whether a name is only a number of bodies (958家企业), and how many."""
    size = GROUP.search(name)
    return {
        "is_group": size is not None or name in GROUPS_OF_UNKNOWN_SIZE,
        "group_size": int(size[1]) if size else None,
    }


def kind_of_counterpart(name: str) -> str:
    return next((kind for part, kind in COUNTERPART_KINDS.items() if part in name), Counterpart.Kind.OTHER)


def chosen(known: dict[str, Any], printed: str, what: str) -> Any:
    if printed not in known:
        raise ContentError(f"没有{what}“{printed}”。")
    return known[printed]


# --- places ------------------------------------------------------------------------------------------------


def read_cities(folder: Path) -> dict[str, tuple[str, str]]:
    """Province and name of each place, by what the records print."""
    return {row["city"]: (row["province"], row["place"]) for row in read_rows(folder / "cities.csv")}


def city_of(printed: str, cities: dict[str, tuple[str, str]]) -> Place:
    province, name = chosen(cities, printed, "地方（cities.csv）")
    return place_of(province, name, "cities.csv：")
