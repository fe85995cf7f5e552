"""Whether what is public is what was approved: finds what was changed, or made public, around the desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from publishing.declared import content_hash
from publishing.models import Publishable, ReviewStep, StepKind
from publishing.querysets import PUBLIC

CHUNK = 200


@dataclass(frozen=True)
class Departure:
    """A public row, or one that waits for its moment, that nobody approved as it stands."""

    item: Publishable
    words: str


def content_models() -> list[Any]:
    """Every kind of content that the desk publishes."""
    return [model for model in apps.get_models() if issubclass(model, Publishable)]


def departures() -> Iterator[Departure]:
    """Read every public row; what went out in an emergency is held against what was published then."""
    for model in content_models():
        rows = model._base_manager.filter(status__in=PUBLIC).order_by("pk")
        for item in rows.iterator(chunk_size=CHUNK):
            if words := _departs(item):
                yield Departure(item, words)


def _departs(item: Publishable) -> str:
    approved = item.approved_hash or _went_out(item)
    if not approved:
        return "没有经过审核"
    return "" if content_hash(item) == approved else "和批准的内容不同"


def _went_out(item: Publishable) -> str:
    row = ReviewStep.objects.of_submission(item).filter(kind=StepKind.EMERGENCY).last()
    return row.content_hash if row is not None and item.check_is_open else ""
