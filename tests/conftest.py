"""Fixtures of the whole suite: uploads, caches and collected files lie in a folder of the run's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from audit import guards
from publishing.guards import allow_deletion

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "static").mkdir()
    return folder


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, data_dir: Path) -> None:
    """A test run must never touch an office's var/, nor need collected static files.

    The browser suite runs the real server with its own DATA_DIR and the real static storage.
    """
    settings.DATA_DIR = data_dir
    settings.MEDIA_ROOT = data_dir / "media"
    settings.STATIC_ROOT = data_dir / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture(autouse=True)
def _audit_may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with real transactions empties its database afterwards, which the guards of the trail and of reviews refuse.

    They come back with the ``post_migrate`` that follows the emptying.
    """
    mark = request.node.get_closest_marker("django_db")
    if mark is None or not mark.kwargs.get("transaction"):
        yield
        return
    from publishing.models import ReviewStep  # noqa: PLC0415 -- fixtures are read before apps are loaded

    request.getfixturevalue("transactional_db")
    yield
    guards.lift("default")
    allow_deletion(ReviewStep, using="default")
