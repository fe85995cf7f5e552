"""Bring the administrative divisions of `data/places.csv` into the database."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from honors.models import Place
from honors.querysets import Level

PLACES_FILE = Path(__file__).parent / "data" / "places.csv"

# Parents before children: each level is written before the next refers to it.
LEVELS_FROM_TOP = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
LOADED_FIELDS = ("name", "kind", "level", "parent", "province", "prefecture")


@transaction.atomic
def load_places(path: Path = PLACES_FILE) -> dict[str, int]:
    """Create and update places by code; places that the file does not name are left alone.

    Returns how many rows were `created`, `updated` and `unchanged`; a second run changes nothing.
    ValueError when a row's level is unknown, KeyError when its parent is, ValidationError when the two do not
    suit each other; nothing is written then.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if strange := {row["level"] for row in rows} - set(LEVELS_FROM_TOP):
        raise ValueError(f"未知的级别：{'、'.join(sorted(strange))}")
    places = {place.code: place for place in Place.objects.all()}
    report = {"created": 0, "updated": 0, "unchanged": 0}
    for level in LEVELS_FROM_TOP:
        created, updated = [], []
        for row in (row for row in rows if row["level"] == level):
            known = row["code"] in places
            place = places.setdefault(row["code"], Place(code=row["code"]))
            before = _loaded_values(place)
            place.name, place.kind, place.level = row["name"], row["kind"], row["level"]
            place.parent = places[row["parent_code"]] if row["parent_code"] else None
            place.derive_ancestors()
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
    return report


def _loaded_values(place: Place) -> tuple[object, ...]:
    return (
        place.name,
        place.kind,
        place.level,
        place.parent_id,
        place.province_id,
        place.prefecture_id,
    )
