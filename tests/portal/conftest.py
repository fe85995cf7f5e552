from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from honors.models import Place
from honors.places import load_places
from tests.honors.rolls import make_round, make_sheet
from tests.makers import make_article, make_articles, make_column, make_identity

Loader = Callable[[Callable[[], Any]], Iterator[None]]


@pytest.fixture(scope="module")
def loaded_for_the_module(django_db_setup: None, django_db_blocker: Any, data_dir: Path) -> Loader:
    """Run something slow once for all tests of a module; each test's own changes are rolled back as usual."""

    def loaded(load: Callable[[], Any]) -> Iterator[None]:
        with django_db_blocker.unblock(), transaction.atomic():
            with override_settings(MEDIA_ROOT=data_dir / "media"):
                load()
            # The tests need the database blocked between them, which ``unblock`` would leave open.
            with django_db_blocker.block():
                yield
            transaction.set_rollback(True)

    return loaded


@pytest.fixture
def home_place(db: None) -> Place:
    """The place of a site whose home page has its headline, lead, notices, a column's block and the band of honors."""
    load_places()
    place = Place.objects.get(code="150300")
    make_identity(home_place=place)
    make_sheet(make_round(), place)
    for index, position in enumerate(["lead", "notices", "block"]):
        make_articles(2, make_column(f"c{index}", name=f"栏目{index}", home_position=position))
    make_article("头条", headline=True, column=make_column("c0"))
    return place
