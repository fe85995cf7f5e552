"""Fixtures of the whole suite: uploads, caches and collected files lie in a folder of the run's own."""

from pathlib import Path
from typing import Any

import hypothesis
import pytest

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
