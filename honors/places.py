"""Places: brought in from the files of `data/`, and found again by the names that records print."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from honors.models import Place, PlaceName
from honors.partial_dates import DatePrecision, parse
from honors.querysets import Level
from honors.spelling import plain

DATA = Path(__file__).parent / "data"
PLACES_FILE, ABOLISHED_FILE, FORMER_NAMES_FILE = "places.csv", "abolished_places.csv", "former_names.csv"

# Parents before children: each level is written before the next refers to it.
LEVELS_FROM_TOP = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
LOADED_FIELDS = (
    "name",
    "kind",
    "level",
    "parent",
    "province",
    "prefecture",
    "pinyin",
    "initials",
    "abolished_on",
    "abolished_precision",
    "successor",
)

Row = dict[str, str]


# --- Loading -----------------------------------------------------------------------------------------------


@transaction.atomic
def load_places(folder: Path = DATA) -> dict[str, int]:
    """Create and update places by code, and add their former names.

    Places that no file names are left alone, and so are pinyin set by hand and former names that are already
    there. Returns how many places and former names were `created`, `updated` and `unchanged`; a second run
    changes nothing. ValueError when a row's level is unknown, KeyError when a code that it refers to is,
    ValidationError when level and parent do not suit each other; nothing is written then.
    """
    living, abolished = _read(folder / PLACES_FILE), _read(folder / ABOLISHED_FILE)
    if strange := {row["level"] for row in [*living, *abolished]} - set(LEVELS_FROM_TOP):
        raise ValueError(f"未知的级别：{'、'.join(sorted(strange))}")
    places = {place.code: place for place in Place.objects.all()}
    report = {"created": 0, "updated": 0, "unchanged": 0}
    for level in LEVELS_FROM_TOP:
        _write_places([row for row in living if row["level"] == level], places, report)
    # Successors live, so they are written by now.
    _write_places(abolished, places, report)
    _write_former_names(_read(folder / FORMER_NAMES_FILE), places, report)
    if report["updated"]:
        # A place may lie elsewhere now, and a complete list speaks of its own area.
        from honors import standings  # noqa: PLC0415 -- standings are derived from what this module loads

        standings.refresh()
    return report


def _write_places(rows: Iterable[Row], places: dict[str, Place], report: dict[str, int]) -> None:
    created, updated = [], []
    for row in rows:
        known = row["code"] in places
        place = places.setdefault(row["code"], Place(code=row["code"]))
        before = _loaded_values(place)
        _take(place, row, places)
        if not known:
            created.append(place)
        elif _loaded_values(place) != before:
            updated.append(place)
        else:
            report["unchanged"] += 1
    Place.objects.bulk_create(created)
    Place.objects.bulk_update(updated, LOADED_FIELDS, batch_size=100)
    report["created"] += len(created)
    report["updated"] += len(updated)


def _take(place: Place, row: Row, places: dict[str, Place]) -> None:
    place.name, place.kind, place.level = row["name"], row["kind"], row["level"]
    place.parent = places[row["parent_code"]] if row["parent_code"] else None
    place.derive_ancestors()
    if not place.pinyin_by_hand:
        place.pinyin, place.initials = row["pinyin"], row["initials"]
    if "abolished" in row:
        place.abolished_on, place.abolished_precision = parse(row["abolished"])
        place.successor = places[row["successor_code"]]


def _loaded_values(place: Place) -> tuple[object, ...]:
    columns = (field.attname for field in Place._meta.concrete_fields if field.name in LOADED_FIELDS)
    return tuple(getattr(place, column) for column in columns)


def _write_former_names(rows: Iterable[Row], places: dict[str, Place], report: dict[str, int]) -> None:
    known = set(PlaceName.objects.values_list("place__code", "name", "code"))
    created = []
    for row in rows:
        place = places[row["place_code"]]
        if (place.code, row["name"], row["code"]) in known:
            report["unchanged"] += 1
            continue
        until, precision = parse(row["until"]) if row["until"] else (None, DatePrecision.DAY)
        created.append(
            PlaceName(place=place, name=row["name"], code=row["code"], until=until, until_precision=precision)
        )
    PlaceName.objects.bulk_create(created)
    report["created"] += len(created)


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- Finding -----------------------------------------------------------------------------------------------


class PlaceNotFound(LookupError):
    """No place bears or bore the name; the message says so in Chinese."""


class AmbiguousPlace(LookupError):
    """Several places bear or bore the name; the message lists the `candidates` with their codes."""

    def __init__(self, message: str, candidates: list[Place]) -> None:
        super().__init__(message)
        self.candidates = candidates


def resolve(province: str, name: str, prefecture: str | None = None) -> Place:
    """The one place that a record means.

    `province` is a full name (江苏省), or "" where the record does not say it: all of China is searched then.
    `name` is a full name of today or of the past, and may begin with its province and prefecture
    (南京市鼓楼区); `prefecture` tells namesakes apart as well. Spaces and full-width forms do not matter.
    Raises `PlaceNotFound` and `AmbiguousPlace`, both `LookupError`.
    """
    province, name, prefecture = plain(province), plain(name), plain(prefecture or "")
    found = _bearers(province, name, prefecture)
    where = "".join((province, prefecture)) or "全国"
    if not found:
        if province and not Place.objects.provinces().filter(name=province).exists():
            raise PlaceNotFound(f"没有名为“{province}”的省级地方。")
        raise PlaceNotFound(f"{where}没有名为“{name}”的地方，也没有以此为曾用名的地方。")
    if len(found) > 1:
        listed = "、".join(f"{place.full_name}（{place.code}）" for place in found)
        raise AmbiguousPlace(
            f"{where}有 {len(found)} 个地方叫或曾叫“{name}”，请写明所在地级：{listed}。", found
        )
    return found[0]


def _bearers(province: str, name: str, prefecture: str) -> list[Place]:
    """Every place of that name; those under the ancestor that the name begins with, where there is no other."""
    found = Place.objects.select_related("province", "prefecture").named(province, name)
    if prefecture:
        found = found.within(prefecture)
    return list(found) or list(
        {
            place.pk: place
            for ancestor, rest in _leading_ancestors(province, name)
            for place in _descendants(ancestor, rest, prefecture)
        }.values()
    )


def _leading_ancestors(province: str, name: str) -> list[tuple[Place, str]]:
    """The provinces and prefectures whose name the text begins with, each with the rest of the text."""
    longest = Place._meta.get_field("name").max_length or 0
    beginnings = [name[:length] for length in range(2, min(len(name), longest + 1))]
    upper = Place.objects.exclude(level=Level.COUNTY).in_province(province).bearing(beginnings)
    return [
        (ancestor, name.removeprefix(beginning))
        for ancestor in upper.select_related("province").prefetch_related("former_names")
        for beginning in {ancestor.name, *(former.name for former in ancestor.former_names.all())}
        if beginning in beginnings
    ]


def _descendants(ancestor: Place, rest: str, prefecture: str) -> list[Place]:
    if ancestor.level == Level.PROVINCE:
        return _bearers(ancestor.name, rest, prefecture)
    if prefecture and not Place.objects.filter(pk=ancestor.pk).bearing([prefecture]).exists():
        return []
    below = Place.objects.filter(prefecture=ancestor).bearing([rest])
    return list(below.select_related("province", "prefecture"))
