"""What is public, told by the content apps: so that nothing below keeps a list by hand.

Content apps call these functions in ``AppConfig.ready``.
"""

from collections.abc import Callable
from typing import Any, Protocol

from django.db import models


class ServedFile(Protocol):
    """A row whose file is served at ``/files/<letter><pk>/<name>``."""

    def stored_file(self, name: str) -> "tuple[str, str, bool] | None":
        """Return (path in the private storage, content type, as attachment), or None for an unknown name."""


# Models whose rows visitors see: their tables raise the generation number.
public_models: list[type[models.Model]] = []
# Querysets of the ids of pictures that something public shows.
picture_uses: list[Callable[[], models.QuerySet[Any, Any]]] = []
# Letter of the address -> model whose manager has ``public()`` and whose rows are ``ServedFile``.
file_models: dict[str, type[models.Model]] = {}


def register_public(*registered: type[models.Model]) -> None:
    """Register models, and with each the tables of its many-to-many relations."""
    for model in registered:
        if model not in public_models:
            public_models.append(model)


def register_picture_use(use: Callable[[], models.QuerySet[Any, Any]]) -> None:
    picture_uses.append(use)


def register_files(letter: str, model: type[models.Model]) -> None:
    file_models[letter] = model
