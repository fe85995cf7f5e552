"""Fixtures of the whole suite. Uploads and caches lie in a folder of their own."""

import os
import tempfile

# Before Django reads its settings: a test run must never touch an office's var/.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="portal-tests-")
os.environ.setdefault("SECRET_KEY", "made-up-key-of-the-test-suite-only-0123456789")

import pytest
from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _plain_static_files(settings: SettingsWrapper) -> None:
    """Templates name static files that nobody has collected yet; the browser suite uses the real storage."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
