from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

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
