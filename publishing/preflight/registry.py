"""What the preflight reads, told by the content apps in ``AppConfig.ready``: it knows no content app itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from publishing.preflight.content import Content


@dataclass(frozen=True)
class Remark:
    """What a check of a content app found: the id of a kind, where, and the words of it."""

    id: str
    label: str
    words: str


@dataclass(frozen=True)
class Subject:
    """A model that visitors read: what of a row is read, and which rows are public now."""

    content: Callable[[Any], Content]
    public: Callable[[], QuerySet[Any]]


subjects: dict[type[Model], Subject] = {}
# Checks of a content app on a row of its own; they may only remind, never block.
checks: dict[type[Model], list[Callable[[Any], Iterable[Remark]]]] = {}
# Names that are no part of a unit's designation: those of places.
known_names: list[Callable[[], Iterable[str]]] = []


def register_subject(
    model: type[Model], content: Callable[[Any], Content], public: Callable[[], QuerySet[Any]]
) -> None:
    subjects[model] = Subject(content, public)


def register_check(model: type[Model], check: Callable[[Any], Iterable[Remark]]) -> None:
    checks.setdefault(model, []).append(check)


def register_names(names: Callable[[], Iterable[str]]) -> None:
    known_names.append(names)
