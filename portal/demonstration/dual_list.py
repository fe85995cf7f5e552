"""The demonstration's dual list: made-up items that say so, beside totals that sources report.

The items show every stage, both sides, notes that are public and some that are not; one item stays a draft.
What a source reports about a real city is never mixed with them: ``is_own`` is False.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from honors import partial_dates
from news.importers import save_changed
from partnerships.models import DualListItem, Measure, ProgressNote, ReportedTotal
from portal.demonstration.content import ContentError, read_rows
from portal.demonstration.desk import Desk, Said, named, standing
from portal.demonstration.partnerships import city_of, read_cities
from portal.demonstration.report import Report
from portal.demonstration.sources import Sources
from publishing.permissions import PARTNERSHIPS

Row = dict[str, str]
Key = tuple[str, str, str]

TEXTS = ("stage", "office", "standard", "public_content", "content")
# Which rows of figures.csv are totals of a dual list, and of what.
REPORTED = {
    ("乌海市", "双清单实事"): Measure.LISTED,
    ("赤峰市", "军地双清单办实事项目"): Measure.DONE,
}


def bring_in_dual_list(folder: Path, desk: Desk) -> None:
    """Load items, their notes and the reported totals; a second run changes nothing.

    Raises ``ContentError`` and ``Refused``; the caller's transaction is then worthless.
    """
    rows, notes = read_rows(folder / "dual_list.csv"), read_rows(folder / "dual_list_notes.csv")
    if strange := {key_of(row) for row in notes} - {key_of(row) for row in rows}:
        raise ContentError(f"dual_list_notes.csv：没有事项 {sorted(strange)}。")
    for row in rows:
        bring_in_item(row, [note for note in notes if key_of(note) == key_of(row)], desk)
    bring_in_totals(folder, desk.report)


def key_of(row: Row) -> Key:
    return row["year"], row["side"], row["number"]


@dataclass(frozen=True)
class Notes:
    """The notes of an item: day, text, and whether visitors read it."""

    rows: list[tuple[date, str, bool]]

    def lie_under(self, item: DualListItem) -> bool:
        return list(item.notes.order_by("date", "pk").values_list("date", "text", "public")) == self.rows

    def put_under(self, item: DualListItem) -> None:
        item.notes.all().delete()
        for on, text, public in self.rows:
            note = ProgressNote(item=item, date=on, text=text, public=public)
            note.full_clean()
            note.save()


def bring_in_item(row: Row, notes: list[Row], desk: Desk) -> None:
    """One item with its notes; a row marked ``published`` becomes public, any other is left to the editors."""
    key: dict[str, Any] = {"year": int(row["year"]), "side": row["side"], "number": int(row["number"])}
    item = standing(DualListItem.objects, **key) or DualListItem(**key)
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("due_on", "done_on")}
    under = Notes([(date.fromisoformat(one["date"]), one["text"], bool(one["public"])) for one in notes])
    said = Said({name: row[name] for name in TEXTS} | days, under=(under,))
    desk.bring_in(item, said, by=desk.people[PARTNERSHIPS], at=timezone.now(), public=bool(row["published"]))


def bring_in_totals(folder: Path, report: Report) -> None:
    """The totals of real cities, each with its source and its quote."""
    cities, sources = read_cities(folder), Sources(report)
    for row in read_rows(folder / "data" / "figures.csv"):
        measure = REPORTED.get((row["place"], row["indicator"]))
        if measure is None:
            continue
        key = {
            "place": city_of(row["place"], cities),
            "measure": measure,
            "source": sources.of(row),
            **period(row),
        }
        total = ReportedTotal.objects.filter(**key).first() or ReportedTotal(**key)
        values = {"value": int(row["value"]), "unit": row["unit"], "quote": row["quote"], "is_own": False}
        with named(row["place"]):
            report.counts[save_changed(total, values)] += 1


def period(row: Row) -> dict[str, Any]:
    """The year of a list (2024年), or the day as of which a number holds (2024-03): a row has one of them."""
    if row["period"].endswith("年"):
        return {"year": int(row["period"].removesuffix("年")), "as_of": None, "as_of_precision": ""}
    as_of, precision = partial_dates.parse(row["period"])
    return {"year": None, "as_of": as_of, "as_of_precision": precision}
