"""Where uploads lie: a private folder that no web server serves."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """The storage of uploads; a function so that migrations do not freeze its place."""
    return storages["default"]
