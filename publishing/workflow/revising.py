"""修订: working on a copy of what visitors read, until it is approved and brought into it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.chain import record
from audit.models import Event
from publishing.declared import (
    bring_back_children,
    clone_children,
    content_hash,
    copy_fields,
    copy_relations,
)
from publishing.models import Publishable, ReviewStep, StepKind
from publishing.querysets import Status
from publishing.workflow import table
from publishing.workflow.base import STATE_FIELDS, Refused, add_step, lock, moved, refuse, rows_of

BEGUN = "修订已经开始。请打开那份修订稿。"
TAKEN = "它的编号、届次或地址名刚被另一条占用。请退回修订稿，改好再送审。"
OTHERWISE = "修订稿正文里的图片没有补全，公开的会和批准的不同。请退回修订稿，打开保存一次，再送审。"
# What comes back with a revision besides its content: how it was reviewed.
REVIEW_FIELDS = ["review_level", "submission", "submitted_at", "approved_at", "approved_hash", "emergency_at"]


def revise_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why a person cannot begin a revision."""
    reasons = table.right_obstacles(item, table.REVISE, by) + table.state_obstacles(item, table.REVISE)
    if item.revision_of_id:
        reasons.append("这已经是修订稿，直接修改就行。")
    elif not reasons and rows_of(item).filter(revision_of=item.pk).exists():
        reasons.append(BEGUN)
    return reasons


def revise(item: Publishable, *, by: Any) -> Any:
    """Begin a revision of what is or was public; return the draft. Raises ``Refused``.

    Of two people at one moment one begins it: the table has room for one revision only.
    """
    with transaction.atomic():
        lock(item)
        refuse(revise_obstacles(item, by=by))
        model: Any = type(item)
        draft = model(revision_of=item, created_by=by, updated_by=by, review_level=item.review_level)
        copy_fields(item, draft)
        # Of a revision that was given up the rows stay; no submission goes by its number again.
        used = ReviewStep.objects.about(item).aggregate(last=Max("submission"))["last"] or 0
        draft.submission = max(used, item.submission)
        draft._history_user, draft._change_reason = by, "开始修订"
        try:
            with transaction.atomic():
                draft.save()
        except IntegrityError as error:
            raise Refused([BEGUN]) from error
        copy_relations(item, draft)
        clone_children(item, draft)
        add_step(draft, StepKind.AUTHOR, by, submission=draft.submission + 1)
        record(Event.WORKFLOW, obj=item, by=by, detail="开始修订")
        return draft


def discard_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why a revision cannot be given up."""
    if item.revision_of_id is None:
        return ["这不是修订稿。不要的草稿可以删除。"]
    return table.right_obstacles(item, table.DISCARD, by) + table.state_obstacles(item, table.DISCARD)


def discard(item: Publishable, *, by: Any) -> Any:
    """Give a revision up; return what it was of. Its reviews and its history stay there. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(discard_obstacles(item, by=by))
        root = item.root
        item._history_user, item._change_reason = by, "放弃修订"  # type: ignore[attr-defined]
        item.delete()
        record(Event.WORKFLOW, obj=root, by=by, detail="放弃修订")
        return root


def bring_in(draft: Publishable, by: Any, what: str, approved: str) -> Any:
    """Make what a locked revision says what the public row says, delete it, and return the public row.

    Address, counts, links from elsewhere, first publishing time and end stay. What was withdrawn is public again.
    Raises ``Refused`` where the row would not say exactly what was `approved` (a content hash).
    """
    root = rows_of(draft).select_for_update().get(pk=draft.revision_of_id)
    bring_back_children(draft, root)
    brought = copy_fields(draft, root)
    for name in REVIEW_FIELDS:
        setattr(root, name, getattr(draft, name))
    if root.status != Status.PUBLISHED:
        root.status, root.withdrawn_at, root.archived_at = Status.PUBLISHED, None, None
        root.withdrawal_mode = root.withdrawal_reason = root.withdrawal_target = ""
    root._history_user, root._change_reason, root.updated_by = by, what, by
    copy_relations(draft, root)
    try:
        with transaction.atomic():
            root.save(update_fields=[*brought, *STATE_FIELDS, "updated_by"])
    except IntegrityError as error:
        raise Refused([TAKEN]) from error
    if content_hash(rows_of(root).get(pk=root.pk)) != approved:
        raise Refused([OTHERWISE])
    # Last of all: who is refused still holds the draft.
    draft._history_user, draft._change_reason = by, what  # type: ignore[attr-defined]
    draft.delete()
    moved.send(sender=type(root), item=root)
    record(Event.WORKFLOW, obj=root, by=by, detail=what)
    return root
