"""Restoring: what an item said once becomes the text of a draft, and goes through its reviews like any other text."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone

from audit.chain import record as audit_record
from audit.models import Event
from publishing.body import clean_body, picture_ids
from publishing.declared import names_to_copy
from publishing.differences import Difference
from publishing.fields import BodyField
from publishing.models import Picture, Publishable
from publishing.timeline import Content, belongs, content_differences, content_now, raw_contents, standing
from publishing.workflow import note_edit, revise, table
from publishing.workflow.base import lock, refuse

STRANGER = "这条修改记录不是它的。请回到“修改记录”重新选择。"
SAME = "现在的内容和那一版一样，不需要恢复。"
UNDER_WAY = "已经有一份修订稿，恢复会替换其中的文字。确实要替换，请勾选确认。"


@dataclass(frozen=True)
class Plan:
    """What a restore writes, and sentences about what it leaves as it is."""

    content: Content
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Restored:
    """The row that says again what it said, and sentences about what could not come back."""

    item: Any
    left: list[str]


def target_of(item: Publishable) -> Any:
    """The draft that a restore writes into: the open item, or the revision under way; None where it begins one."""
    return item if item.is_open else item.open_revision


def hold(item: Publishable) -> Any:
    """Lock, until the transaction ends, the row that a restore starts from, and return it as it is stored.

    Of an item with a revision only the revision is held, as publishing it does first.
    """
    held = target_of(item) or item
    lock(held)
    return held


def plan_for(item: Publishable, record: Any) -> Plan:
    """What restoring a record would write over the text that stands now."""
    there, now = raw_contents([record])[record.history_id], content_now(target_of(item) or item)
    content, left = dict(now), []
    for name, value in there.items():
        column: Any = item._meta.get_field(name)
        content[name] = value
        if column.many_to_many:
            content[name] = [key for key in value if key in standing(column, value)]
            if missing := len(value) - len(content[name]):
                left.append(f"{column.verbose_name}：那时选的有 {missing} 项已被删除，不能恢复。")
        elif column.is_relation and value is not None and not standing(column, [value]):
            content[name] = now[name]
            left.append(f"{column.verbose_name}：那时选的已被删除，保持现在的。")
        elif isinstance(column, BodyField):
            content[name] = clean_body(value)
            if missing := _missing_pictures(content[name]):
                left.append(f"{column.verbose_name}：有 {missing} 张图片已不存在，恢复后没有它们。")
    return Plan(content, left)


def _missing_pictures(body: str) -> int:
    named = picture_ids(body)
    return len(set(named)) - Picture.objects.filter(pk__in=named).count() if named else 0


def changes(item: Publishable, plan: Plan) -> list[Difference]:
    """Where the draft, or what is public, reads differently from what a restore would write."""
    return content_differences(type(item), content_now(target_of(item) or item), plan.content)


def restore_obstacles(item: Publishable, record: Any, *, by: Any, overwrites: bool = False) -> list[str]:
    """Return every reason why a person cannot restore a record of the history.

    `overwrites` says that they know of the revision under way, whose text would be replaced.
    """
    if not belongs(record, item):
        return [STRANGER]
    reasons = table.right_obstacles(item, table.RESTORE, by) + table.state_obstacles(item, table.RESTORE)
    if reasons:
        return reasons
    plan = plan_for(item, record)
    if not changes(item, plan):
        return [SAME]
    target = target_of(item)
    if target not in (None, item) and not overwrites:
        reasons.append(UNDER_WAY)
    model: Any = type(item)
    tried = model(revision_of_id=item.pk) if target is None else copy.copy(target)
    return reasons + _filled(tried, plan)


def restore(item: Publishable, record: Any, *, by: Any, overwrites: bool = False) -> Restored:
    """Write what a record says into the open draft of an item, beginning a revision of what is public.

    What was under review goes back to draft. Attachments and other children stay as they are. Raises ``Refused``.
    """
    with transaction.atomic():
        hold(item)
        refuse(restore_obstacles(item, record, by=by, overwrites=overwrites))
        plan = plan_for(item, record)
        draft = target_of(item) or revise(item, by=by)
        refuse(_filled(draft, plan))
        what = f"恢复 {timezone.localtime(record.history_date):%Y-%m-%d %H:%M:%S} 的内容"
        draft.updated_by, draft._history_user, draft._change_reason = by, by, what
        draft.save()
        for name in _relations(draft):
            getattr(draft, name).set(plan.content[name])
        note_edit(draft, by=by)
        audit_record(Event.WORKFLOW, obj=draft, by=by, detail=what)
        return Restored(draft, plan.left)


def _relations(item: Publishable) -> Iterable[str]:
    return [name for name in names_to_copy(item) if item._meta.get_field(name).many_to_many]


def _filled(draft: Any, plan: Plan) -> list[str]:
    """Give a draft the columns of a plan; return what its form would say against them."""
    columns = {name for name in plan.content if name not in _relations(draft)}
    for name in columns:
        setattr(draft, draft._meta.get_field(name).attname, plan.content[name])
    others = {one.name for one in draft._meta.get_fields()} - columns
    told: list[str] = []
    for check in (
        lambda: draft.full_clean(exclude=others, validate_unique=False, validate_constraints=False),
        draft.validate_constraints,
    ):
        try:
            check()
        except ValidationError as error:
            told += _sentences(draft, error)
    return told


def _sentences(draft: Any, error: ValidationError) -> list[str]:
    return [
        f"那一版不能照原样恢复：{message}"
        if name == NON_FIELD_ERRORS
        else f"那一版的“{draft._meta.get_field(name).verbose_name}”不能照原样恢复：{message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]
