"""The declared content of an item: what an approval is bound to, and what a revision takes along and brings back.

A model declares it in ``content_fields``, ``carried_fields`` and ``content_children``; counters, moments and states are
never part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Child:
    """Rows that belong to an item's content, such as attachments.

    `relation` is the reverse accessor, `parent` the foreign key behind it. `fields` are what visitors read of a row; a
    row whose `key` fields are the same is the same row for a revision, so that its address stays. `reviewed` says
    whether visitors read it at all.
    """

    relation: str
    parent: str
    fields: tuple[str, ...]
    key: tuple[str, ...]
    reviewed: Callable[[Any], bool] = lambda row: True


def content_hash(item: Any) -> str:
    """The hash of what reviewers approve: the same for a revision and for the item it was brought into.

    It speaks of the values that the item holds; verbs give one that was just read.
    """
    told = {
        "model": item._meta.label_lower,
        "fields": {name: _told(item, name) for name in item.content_fields},
        "children": {child.relation: _told_children(item, child) for child in item.content_children},
    }
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _told(row: Any, name: str) -> Any:
    field = row._meta.get_field(name)
    if field.many_to_many:
        return sorted(getattr(row, name).values_list("pk", flat=True)) if row.pk else []
    if field.is_relation and getattr(row, field.attname) is not None:
        # Of a picture its bytes and words, rather than the number of its row.
        told = getattr(field.related_model, "told_fields", ())
        return [getattr(getattr(row, name), one) for one in told] or getattr(row, field.attname)
    value = field.to_python(getattr(row, field.attname))
    return value if value is None or isinstance(value, (bool, int, str)) else field.value_to_string(row)


def _told_children(item: Any, child: Child) -> list[list[Any]]:
    if not item.pk:
        return []
    rows = (row for row in getattr(item, child.relation).all() if child.reviewed(row))
    return sorted(([_told(row, name) for name in child.fields] for row in rows), key=str)


def names_to_copy(model: Any) -> Iterable[str]:
    return [*model.content_fields, *model.carried_fields]


def copy_fields(source: Any, target: Any) -> list[str]:
    """Give `target` the columns of `source` that are content; return their names. Nothing is saved."""
    names = [name for name in names_to_copy(source) if not source._meta.get_field(name).many_to_many]
    for name in names:
        setattr(target, name, getattr(source, name))
    return names


def copy_relations(source: Any, target: Any) -> None:
    """Give `target`, which is saved, the many-to-many relations of `source`."""
    for name in names_to_copy(source):
        if source._meta.get_field(name).many_to_many:
            getattr(target, name).set(getattr(source, name).all())


def clone_children(source: Any, target: Any) -> None:
    """Give `target`, which has none, rows of its own that say what those of `source` say."""
    for child in source.content_children:
        for row in getattr(source, child.relation).all():
            row.pk, row._state.adding = None, True
            setattr(row, child.parent, target)
            row.save()


def bring_back_children(source: Any, target: Any) -> None:
    """Make the children of `target` say what those of `source` say; rows of one key keep their number."""
    for child in source.content_children:
        standing: dict[Any, list[Any]] = {}
        for row in getattr(target, child.relation).all():
            standing.setdefault(_key(row, child), []).append(row)
        for row in getattr(source, child.relation).all():
            same = standing.get(_key(row, child))
            if same:
                _take_over(row, same.pop(), child)
            else:
                setattr(row, child.parent, target)
                row.save()
        for rows in standing.values():
            for row in rows:
                row.delete()


def _take_over(row: Any, into: Any, child: Child) -> None:
    """Bring what a revision's row says into the one that stands, and let the former go."""
    taken = [field for field in _columns(row) if field.name not in {child.parent, "created_at"}]
    changed = [field.name for field in taken if getattr(row, field.attname) != getattr(into, field.attname)]
    row.delete()
    if changed:
        for name in changed:
            setattr(into, name, getattr(row, name))
        into.save(update_fields=changed)


def _columns(row: models.Model) -> list[Any]:
    return [field for field in row._meta.concrete_fields if not field.primary_key]


def _key(row: Any, child: Child) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in child.key)
