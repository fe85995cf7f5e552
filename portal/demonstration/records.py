"""The honor records of ``data/``, brought in through the verbs of the record: entered, verified, then public.

Each file is public reports turned into rows. One source says one thing of one round in one area: that is a
sheet, and whoever entered it did not verify it. What two sources say differently stays two sheets.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from honors import partial_dates, records, standings
from honors.models import Basis, Claim, Place, Recipient, RollSheet, Round, Source, Title
from news.importers import save_changed
from portal.demonstration.content import ContentError, read_rows
from portal.demonstration.desk import Desk, Said, standing
from portal.demonstration.places import place_of
from portal.demonstration.sources import Sources
from publishing.permissions import HONORS, THIRD

# A list that speaks of one prefecture and its counties only.
ONE_PREFECTURE = re.compile(r"仅(.+市)域")

Row = dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """What one source says of one round in one area; ``RollSheet`` without the people and the numbers."""

    round: Round
    scope: Place
    basis: str
    source: Source


# A row of a file: what stands on which sheet.
Entry = tuple[Sheet, records.Entry]


@dataclass(frozen=True)
class Announced:
    """How many a source says there are, and whether it lists them all."""

    count: int
    is_list: bool


def bring_in_records(folder: Path, desk: Desk) -> None:
    """Load titles, rounds, sheets and claims from ``titles.csv`` and ``data/``; a second run changes nothing.

    A sheet that was verified is never changed: where its file says something else now, the report remarks it.
    Raises ``ContentError``, ``ValidationError`` and ``Refused``; the caller's transaction is then worthless.
    """
    with standings.settled_once():
        Loading(folder, desk).run()


class Loading:
    """One run: what the files refer to is found or made once and kept here."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self.data, self.desk, self.report = folder / "data", desk, desk.report
        self.sources = Sources(desk.report)
        self.enterer, self.verifier = desk.people[HONORS], desk.people[THIRD]
        self.titles = self.bring_in_titles(read_rows(folder / "titles.csv"))
        self.rounds: dict[tuple[Title, int], Round] = {}
        self.places: dict[tuple[str, str], Place] = {}

    def run(self) -> None:
        for row in read_rows(self.data / "honors_rounds.csv"):
            self.bring_in_national_round(row)
        national = [self.national_entry(row) for row in read_rows(self.data / "honors_national.csv")]
        announced = self.announced(read_rows(self.data / "honors_coverage.csv"), national)
        provincial = [self.provincial_entry(row) for row in read_rows(self.data / "honors_provincial.csv")]
        commended = [self.commended_entry(row) for row in read_rows(self.data / "honors_units_people.csv")]
        self.bring_in_sheets([*national, *provincial, *commended], announced)
        for row in read_rows(self.data / "honor_claims.csv"):
            self.bring_in_claim(row)

    # --- titles and rounds ---------------------------------------------------------------------------------

    def bring_in_titles(self, rows: Iterable[Row]) -> dict[str, Title]:
        """Every title by the names under which the records print it."""
        found: dict[str, Title] = {}
        for row in rows:
            title = Title.objects.filter(slug=row["slug"]).first() or Title(slug=row["slug"])
            values = {name: row[name] for name in ("name", "level", "recipient_kind", "description")}
            province, _, name = row["region"].partition("/")
            region = place_of(province, name or province, "titles.csv：") if province else None
            others = {
                "region": region,
                "rounds_known": row["rounds_known"] == "yes",
                "order": int(row["order"]),
            }
            self.report.counts[save_changed(title, values | others)] += 1
            found |= dict.fromkeys(row["printed"].split("|"), title)
        return found

    def title_of(self, printed: str, where: str) -> Title:
        if printed not in self.titles:
            raise ContentError(f"{where}：titles.csv 里没有称号“{printed}”。")
        return self.titles[printed]

    def bring_in_national_round(self, row: Row) -> None:
        day, precision = partial_dates.parse(row["date"])
        self.bring_in_round(
            self.titles["全国双拥模范城(县)"],
            number=int(row["round_no"]),
            slug=f"national-{row['round_no']}",
            ordinal=int(row["round_no"]),
            year=int(row["year"]),
            date=day,
            date_precision=precision,
            cycle=int(row["cycle"]),
            naming_bodies=row["named_by"],
            announced_count=int(row["announced_count"]) if row["announced_count"] else None,
            source=self.sources.of(row),
            note=row["note"],
        )

    def round_of_year(self, title: Title, row: Row) -> Round:
        """The round of a title that is known by its year only; its source is the first that tells of it."""
        year = int(row["year"])
        if (title, year) not in self.rounds:
            self.bring_in_round(
                title,
                number=year,
                slug=f"{title.slug}-{year}",
                year=year,
                date=date(year, 1, 1),
                date_precision=partial_dates.DatePrecision.YEAR,
                source=self.sources.of(row),
            )
        return self.rounds[title, year]

    def bring_in_round(self, title: Title, *, number: int, slug: str, **values: Any) -> None:
        one = standing(Round.objects, slug=slug) or Round(slug=slug)
        said = Said({"title": title, **values})
        self.rounds[title, number] = self.desk.bring_in(
            one, said, by=self.enterer, at=timezone.now(), label=slug
        )

    # --- sheets --------------------------------------------------------------------------------------------

    def national_entry(self, row: Row) -> Entry:
        title = self.title_of(row["title"], "honors_national.csv")
        one = self.rounds.get((title, int(row["round_no"])))
        if one is None:
            raise ContentError(f"honors_national.csv：没有第 {row['round_no']} 届。")
        only = ONE_PREFECTURE.search(row["note"])
        scope = self.place(row["province"], only.group(1) if only else row["province"])
        return self.entry(one, scope, row, self.place(row["province"], row["place"]))

    def provincial_entry(self, row: Row) -> Entry:
        title = self.title_of(row["title"], "honors_provincial.csv")
        scope = self.place(row["province"], row["province"])
        return self.entry(
            self.round_of_year(title, row), scope, row, self.place(row["province"], row["place"])
        )

    def commended_entry(self, row: Row) -> Entry:
        title = self.title_of(row["honor"], "honors_units_people.csv")
        if title.recipient_kind != row["kind"]:
            raise ContentError(f"honors_units_people.csv：“{row['honor']}”不授予 {row['kind']}。")
        region = self.place(row["region"], row["region"])
        recipient, created = Recipient.objects.get_or_create(
            kind=row["kind"], name=row["name"], post=row["post"], place=region
        )
        self.report.counts["created" if created else "unchanged"] += 1
        return self.entry(self.round_of_year(title, row), region, row, recipient)

    def entry(self, one: Round, scope: Place, row: Row, holder: Place | Recipient) -> Entry:
        if row["basis"] not in Basis.values:
            raise ContentError(f"没有依据“{row['basis']}”。")
        name, title = row.get("place") or row["name"], row.get("title") or row["honor"]
        sheet = Sheet(one, scope, row["basis"], self.sources.of(row))
        return sheet, records.Entry(holder, name, title, note=row.get("note", ""))

    def announced(self, rows: Iterable[Row], entries: list[Entry]) -> dict[Sheet, Announced]:
        """How many each covering source announced, by its sheet; a source that names nobody is a report.

        The file says how many rows are held, too; rows are counted, and a difference is remarked.
        """
        title, found = self.titles["全国双拥模范城(县)"], {}
        for row in rows:
            one, scope = (
                self.rounds[title, int(row["round_no"])],
                self.place(row["province"], row["province"]),
            )
            held = [(sheet, each) for sheet, each in entries if sheet.round == one and lies_in(each, scope)]
            if (count := len({each.holder for _, each in held})) != int(row["held"]):
                self.report.remarks.append(
                    f"honors_coverage.csv：{one.label}{scope.name}写有 {row['held']} 条，实有 {count} 条，按实有的算。"
                )
            source = self.sources.of(row)
            sheets = {sheet for sheet, _ in held if (sheet.scope, sheet.source) == (scope, source)}
            for sheet in sheets or {Sheet(one, scope, Basis.REPORT, source)}:
                found[sheet] = Announced(int(row["announced"]), row["coverage"] == "list")
        return found

    def bring_in_sheets(self, entries: Iterable[Entry], announced: dict[Sheet, Announced]) -> None:
        by_sheet: dict[Sheet, list[records.Entry]] = {sheet: [] for sheet in announced}
        for sheet, entry in entries:
            by_sheet.setdefault(sheet, []).append(entry)
        known = self.known_sheets()
        for sheet, rows in by_sheet.items():
            number = announced.get(sheet)
            complete = bool(number and number.is_list and number.count == len(rows))
            numbers = {"declared_count": number.count if number else None, "complete": complete}
            if sheet not in known:
                self.enter_and_verify(sheet, rows, numbers)
            elif says_the_same(known[sheet], rows, numbers):
                self.report.counts["unchanged"] += 1 + len(rows)
            else:
                self.report.remarks.append(f"{known[sheet]}：名单已经核验，没有随文件改动，请在后台更正。")

    def known_sheets(self) -> dict[Sheet, RollSheet]:
        """The sheets of an earlier run."""
        rows = RollSheet.objects.filter(scope__isnull=False).order_by("-pk")  # of two alike the first counts
        rows = rows.select_related("round__title", "scope", "source").prefetch_related("evidence__award")
        return {Sheet(one.round, one.scope, one.basis, one.source): one for one in rows if one.scope}

    def enter_and_verify(self, sheet: Sheet, rows: list[records.Entry], numbers: dict[str, Any]) -> None:
        entered = RollSheet(**vars(sheet), **numbers, entered_by=self.enterer)
        entered._history_user = self.enterer  # type: ignore[attr-defined]
        entered.full_clean()
        entered.save()
        records.enter_all(entered, rows, by=self.enterer)
        records.verify(entered, by=self.verifier)
        self.report.counts["created"] += 1 + len(rows)

    # --- claims --------------------------------------------------------------------------------------------

    def bring_in_claim(self, row: Row) -> None:
        title = self.title_of(row["title"], "honor_claims.csv")
        key = {
            "place": self.place(row["province"], row["place"]),
            "title": title,
            "kind": row["kind"],
            "value": int(row["claimed"]),
            "as_of": self.rounds[title, int(row["as_of_round"])] if row["as_of_round"] else None,
            "source": self.sources.of(row),
        }
        claim = Claim.objects.filter(**key).first() or Claim(**key)
        self.report.counts[save_changed(claim, {"quote": quoted(row["note"])})] += 1

    # --- what the rows refer to ----------------------------------------------------------------------------

    def place(self, province: str, name: str) -> Place:
        if (province, name) not in self.places:
            self.places[province, name] = place_of(province, name)
        return self.places[province, name]


def quoted(note: str) -> str:
    """What a source says, without the remarks of those who collected it: 2020年10月九连冠; 公示名单18个 → 九连冠."""
    return re.sub(r"^\d{4}年\d{1,2}月", "", re.split(r"[;,；，]", note)[0])


def lies_in(entry: records.Entry, province: Place) -> bool:
    holder = entry.holder
    return isinstance(holder, Place) and province.pk in {holder.pk, holder.province_id}


def says_the_same(sheet: RollSheet, rows: list[records.Entry], numbers: dict[str, Any]) -> bool:
    """Whether a sheet was entered from these rows; later corrections in the admin do not matter."""
    entered = [row for row in sheet.evidence.all() if row.replaces_id is None]
    then = {
        (row.award.place_id or row.award.recipient_id, row.name_printed, row.title_printed) for row in entered
    }
    now = {(row.holder.pk, row.name_printed, row.title_printed) for row in rows}
    return then == now and all(getattr(sheet, name) == value for name, value in numbers.items())
