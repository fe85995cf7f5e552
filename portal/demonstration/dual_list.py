"""The demonstration's dual list: made-up items that say so, beside totals that sources report.

The items show every stage, both sides, notes that are public and some that are not; one item stays a draft.
What a source reports about a real city is never mixed with them: ``is_own`` is False.
"""

from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from honors import partial_dates
from news.importers import save_changed
from partnerships.models import DualListItem, Measure, ProgressNote, ReportedTotal
from portal.demonstration.accounts import clerks
from portal.demonstration.content import ContentError, read_rows
from portal.demonstration.partnerships import city_of, named, read_cities
from portal.demonstration.report import Report
from portal.demonstration.sources import Sources
from publishing import workflow
from publishing.querysets import Status

Row = dict[str, str]
Key = tuple[str, str, str]

TEXTS = ("stage", "office", "standard", "public_content", "content")
# Which rows of figures.csv are totals of a dual list, and of what.
REPORTED = {
    ("乌海市", "双清单实事"): Measure.LISTED,
    ("赤峰市", "军地双清单办实事项目"): Measure.DONE,
}


def bring_in_dual_list(folder: Path, report: Report) -> None:
    """Load items, their notes and the reported totals; a second run changes nothing.

    Raises ``ContentError`` and ``Refused``; the caller's transaction is then worthless.
    """
    enterer, _ = clerks()
    items = {key_of(row): bring_in_item(row, enterer, report) for row in read_rows(folder / "dual_list.csv")}
    notes = read_rows(folder / "dual_list_notes.csv")
    if strange := {key_of(row) for row in notes} - set(items):
        raise ContentError(f"dual_list_notes.csv：没有事项 {sorted(strange)}。")
    for key, item in items.items():
        bring_in_notes(item, [row for row in notes if key_of(row) == key], report)
    bring_in_totals(folder, report)


def key_of(row: Row) -> Key:
    return row["year"], row["side"], row["number"]


def bring_in_item(row: Row, enterer: User, report: Report) -> DualListItem:
    """One item; a row marked ``published`` is public, any other is left to the editors."""
    key: dict[str, Any] = {"year": int(row["year"]), "side": row["side"], "number": int(row["number"])}
    known: DualListItem | None = DualListItem.objects.filter(**key).first()
    item = known or DualListItem(**key, created_by=enterer)
    item._history_user = enterer  # type: ignore[attr-defined]
    values = {name: row[name] for name in TEXTS}
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("due_on", "done_on")}
    with named(str(item)):
        report.counts[save_changed(item, values | days)] += 1
    if row["published"] and item.status == Status.DRAFT:
        workflow.import_published(item, by=enterer, at=timezone.now())
    return item


def bring_in_notes(item: DualListItem, rows: list[Row], report: Report) -> None:
    """Make the notes of an item exactly those of the file."""
    wanted = [(date.fromisoformat(row["date"]), row["text"], bool(row["public"])) for row in rows]
    kept = item.notes.order_by("date", "pk")
    if list(kept.values_list("date", "text", "public")) == wanted:
        report.counts["unchanged"] += len(wanted)
        return
    report.counts["updated" if kept.exists() else "created"] += len(wanted)
    kept.delete()
    for on, text, public in wanted:
        note = ProgressNote(item=item, date=on, text=text, public=public)
        with named(str(item)):
            note.full_clean()
        note.save()


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
