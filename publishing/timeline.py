"""One timeline of an item: the records of its own row and of its revisions, and what each record says.

A revision is a row of the same table that is deleted when it is published or given up; its history stays, and names
what it was of. Values are read for many records at once: the number of queries depends on the model, not on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.utils import get_m2m_reverse_field_name

from publishing.declared import names_to_copy
from publishing.differences import Difference, field_difference

Content = dict[str, Any]


class Gone:
    """Stands for a related object that was deleted since."""

    def __str__(self) -> str:
        return "（已删除）"


def root_key(model: Any, pk: Any, item: Any = None) -> Any:
    """The key of what an item is a revision of, or its own.

    `item` is None for what was deleted; the key is None for what never was.
    """
    if item is not None:
        return item.revision_of_id or item.pk
    last = (
        model.history.filter(**{model._meta.pk.attname: pk}).order_by("-history_date", "-history_id").first()
    )
    return (last.revision_of_id or pk) if last is not None else None


def timeline(model: Any, root: Any) -> models.QuerySet[Any]:
    """Every record of an item and of all its revisions, newest first."""
    records = model.history.filter(Q(**{model._meta.pk.attname: root}) | Q(revision_of_id=root))
    found: models.QuerySet[Any] = records.select_related("history_user").order_by(
        "-history_date", "-history_id"
    )
    return found


def belongs(record: Any, item: Any) -> bool:
    """Whether a record stands on the timeline of an item."""
    root = root_key(type(item), item.pk, item)
    return record.instance_type is type(item) and root in {_key(record), record.revision_of_id}


def revision_numbers(records: models.QuerySet[Any]) -> dict[Any, int]:
    """The revisions on a timeline, counted from 1 in the order in which they were begun."""
    name = records.model.instance_type._meta.pk.attname
    keys = records.exclude(revision_of_id=None).order_by(name).values_list(name, flat=True).distinct()
    return {key: number for number, key in enumerate(keys, start=1)}


def _key(record: Any) -> Any:
    return getattr(record, record.instance_type._meta.pk.attname)


# --- What a record says of the declared content --------------------------------------------------------------


def raw_contents(records: Sequence[Any]) -> dict[Any, Content]:
    """What each record says, by its number: columns as they are stored, many-to-many relations as a list of keys."""
    model = records[0].instance_type if records else None
    found: dict[Any, Content] = {record.history_id: {} for record in records}
    for field in _declared(model) if records else ():
        if field.many_to_many:
            keys = _chosen(records, field)
            for number, content in found.items():
                content[field.name] = keys.get(number, [])
        else:
            for record in records:
                found[record.history_id][field.name] = getattr(record, field.attname)
    return found


def _declared(model: Any) -> list[Any]:
    return [model._meta.get_field(name) for name in names_to_copy(model)]


def _chosen(records: Sequence[Any], field: Any) -> dict[Any, list[Any]]:
    rows = getattr(records[0], field.name).model._default_manager
    key = f"{get_m2m_reverse_field_name(field)}_id"
    of_these = rows.filter(history__in=[record.history_id for record in records]).order_by(key)
    found: dict[Any, list[Any]] = {}
    for number, chosen in of_these.values_list("history_id", key):
        found.setdefault(number, []).append(chosen)
    return found


def standing(field: Any, keys: Iterable[Any]) -> dict[Any, Any]:
    """The related objects that still exist, by their keys."""
    wanted = {key for key in keys if key is not None}
    return dict(field.related_model._base_manager.in_bulk(wanted)) if wanted else {}


def with_objects(model: Any, contents: Sequence[Content]) -> list[Content]:
    """The same with related objects in place of their keys, as ``publishing.differences`` reads them."""
    shown = [dict(content) for content in contents]
    for field in _declared(model):
        if not field.is_relation:
            continue
        name, many = field.name, field.many_to_many
        keys = [key for one in contents for key in (one[name] if many else [one[name]])]
        objects = standing(field, keys)
        for one in shown:
            if many:
                one[name] = [objects.get(key) or Gone() for key in one[name]]
            elif one[name] is not None:
                one[name] = objects.get(one[name]) or Gone()
    return shown


def content_now(item: Any) -> Content:
    """What an item says as it stands, in the same form as ``raw_contents``."""
    return {
        field.name: sorted(getattr(item, field.name).values_list("pk", flat=True))
        if field.many_to_many
        else getattr(item, field.attname)
        for field in _declared(type(item))
    }


def content_differences(model: Any, old: Content, new: Content) -> list[Difference]:
    """Where two contents read differently, field by field in the order in which the model declares them."""
    before, after = with_objects(model, [old, new])
    found = (field_difference(field, before[field.name], after[field.name]) for field in _declared(model))
    return [one for one in found if one is not None]


def changed_labels(model: Any, old: Content, new: Content) -> list[str]:
    """The names of the fields that two contents fill differently."""
    return [str(field.verbose_name) for field in _declared(model) if old[field.name] != new[field.name]]
