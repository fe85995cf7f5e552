"""What the migrations do to rows of an earlier release."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from partnerships.models import Counterpart, Partner
from partnerships.parties import all_similar
from tests.honors.rolls import make_place

SPELLINGS = "0002_parties_found_by_spelling"


def derive_spelling() -> None:
    apps: Any = MigrationExecutor(connection).loader.project_state(("partnerships", SPELLINGS)).apps
    import_module(f"partnerships.migrations.{SPELLINGS}").derive_spelling(apps, None)


@pytest.mark.parametrize("placed", [True, False])
def test_parties_that_stood_under_two_spellings_both_stay_and_are_found(db: None, placed: bool) -> None:
    place = make_place() if placed else None
    names = ["君正集团", "君正 集團", "君正·集团"]
    rows = Partner.objects.bulk_create(
        Partner(name=name, kind="enterprise", place=place, key=str(number))
        for number, name in enumerate(names)
    )
    ships = Counterpart.objects.bulk_create(
        Counterpart(public_name=name, kind="ship", key=name) for name in ("海军乌海舰", "海军 烏海舰")
    )
    derive_spelling()
    told = list(Partner.objects.order_by("pk").values_list("name", "key", "pinyin", "initials"))
    keys = ["君正集团", f"君正集团~{rows[1].pk}", f"君正集团~{rows[2].pk}"]
    assert told == [(name, key, "junzhengjituan", "jzjt") for name, key in zip(names, keys, strict=True)]
    assert [one.key for one in Counterpart.objects.order_by("pk")] == [
        "海军乌海舰",
        f"海军乌海舰~{ships[1].pk}",
    ]
    # Editors are shown that they could be one, and join them.
    assert (rows[0], rows[1]) in all_similar()
