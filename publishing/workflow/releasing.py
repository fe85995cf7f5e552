"""From the approval to the public page, now, later or in an emergency."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from publishing.models import Publishable, State, StepKind
from publishing.models.reviews import SIGNATURES
from publishing.querysets import Status
from publishing.workflow import table
from publishing.workflow.base import add_step, content_obstacles, lock, moved, refuse, save_state
from publishing.workflow.reviewing import key_obstacles, too_long
from publishing.workflow.revising import bring_in
from publishing.workflow.submissions import Submission, note_authors

NO_TIMED_REVISION = "修订稿批准后立即替换现在公开的内容，不能定时。请到时再发布。"

ENDS_BEFORE = "到期时间早于发布时间，请先修改到期时间。"


def publish_obstacles(
    item: Publishable, at: datetime | None = None, *, by: Any, submission: Submission | None = None
) -> list[str]:
    """Return every reason why a person cannot publish an item now, or later; `submission` where it is read already."""
    reasons = table.right_obstacles(item, table.PUBLISH, by)
    if item.state() in table.PUBLISH.states:
        reasons += (submission or Submission.of(item)).obstacles()
    elif item.state() == State.IN_REVIEW:
        reasons += ["还在审核，不能发布。", *(submission or Submission.of(item)).obstacles()]
    elif item.state() in {State.LIVE, State.ARCHIVED}:
        reasons.append("已经发布，不需要再次发布。")
    elif item.state() == State.EXPIRED:
        reasons.append("已经到期，请先修改到期时间。")
    else:
        reasons.append(table.PUBLISH.refusal)
    return reasons + content_obstacles(item) + key_obstacles(item) + _time_obstacles(item, at)


def _time_obstacles(item: Publishable, at: datetime | None) -> list[str]:
    reasons = []
    now = timezone.now()
    moment = max(now, at or now)
    if item.status == Status.WITHDRAWN and moment > now:
        # It returns under its first publishing time, so a later one would silently not be kept.
        reasons.append("已撤回的内容恢复后立即公开，不能定时。请到时再恢复发布。")
    if item.state() != State.EXPIRED and item.expires_at is not None and item.expires_at <= moment:
        reasons.append(ENDS_BEFORE)
    if item.revision_of_id and item.root.has_expired(now):
        reasons.append("修订的那一条已经到期，发布了访客也看不到。请先打开它，修改到期时间。")
    if moment > now and item.revision_of_id:
        reasons.append(NO_TIMED_REVISION)
    elif moment > now and not item.can_be_scheduled:
        reasons.append("这类内容不能定时发布，请在当天发布。")
    return reasons


def publish(item: Publishable, *, by: Any, at: datetime | None = None) -> Publishable:
    """Make an approved item public at ``max(now, at)``; return the public row. Raises ``Refused``.

    A scheduled item gets the new moment. A withdrawn item returns under its first publishing time, because that time
    is part of its address. A revision is brought into what it revises, and is gone.
    """
    with transaction.atomic():
        lock(item)
        submission = Submission.of(item, locked=True)
        refuse(publish_obstacles(item, at, by=by, submission=submission))
        if item.revision_of_id:
            return bring_in(item, by, "发布修订", submission.hashed)
        now = timezone.now()
        returns = item.status == Status.WITHDRAWN and item.published_at is not None
        if not returns:
            item.published_at = max(now, at or now)
        _out(item)
        scheduled = item.published_at is not None and item.published_at > now
        save_state(item, by, "恢复发布" if returns else "定时发布" if scheduled else "发布")
        moved.send(sender=type(item), item=item)
        return item


def _out(item: Publishable) -> None:
    item.status = Status.PUBLISHED
    item.withdrawn_at, item.withdrawal_mode = None, ""
    item.withdrawal_reason = item.withdrawal_target = ""


def unschedule_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why an item's scheduled publishing cannot be called off."""
    return table.right_obstacles(item, table.UNSCHEDULE, by) + table.state_obstacles(item, table.UNSCHEDULE)


def unschedule(item: Publishable, *, by: Any) -> None:
    """Take a scheduled item back to where it only waits to be published. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(unschedule_obstacles(item, by=by))
        item.status, item.published_at = Status.APPROVED, None
        save_state(item, by, "取消定时发布")
        moved.send(sender=type(item), item=item)


def emergency_obstacles(item: Publishable, reason: str, *, by: Any) -> list[str]:
    """Return every reason why a person cannot publish an item ahead of its reviews."""
    reasons = table.right_obstacles(item, table.EMERGENCY, by) + table.state_obstacles(item, table.EMERGENCY)
    if not reasons and item.status == Status.APPROVED and not Submission.of(item).obstacles():
        reasons.append("审核已经齐了，请直接用“发布”。")
    if not reason.strip():
        reasons.append("请写明为什么等不及审核，补审的人和检查的人会看到它。")
    return (
        reasons
        + too_long(reason)
        + content_obstacles(item)
        + key_obstacles(item)
        + _time_obstacles(item, None)
    )


def publish_in_emergency(item: Publishable, *, by: Any, reason: str) -> Publishable:
    """Make an item public at once, with its reviews to follow; return the public row. Raises ``Refused``.

    What must not go out is refused as ever. Who does this counts as an author: the reviews are done by others.
    """
    with transaction.atomic():
        lock(item)
        refuse(emergency_obstacles(item, reason, by=by))
        now = Submission.of(item, locked=True)
        if item.status == Status.DRAFT:
            item.submission += 1
            item.submitted_at = timezone.now()
        # Nobody has to review twice: a submission that is under review keeps its steps, unless who acts took one.
        elif now.has_changed or _reviewed(now, by):
            item.submission += 1
        item.review_level = item.level
        note_authors(item, by)
        add_step(item, StepKind.EMERGENCY, by, opinion=reason, content_hash=now.hashed)
        item.emergency_at, item.returned_at = timezone.now(), None
        item.approved_at, item.approved_hash = None, ""
        if item.revision_of_id:
            return bring_in(item, by, "应急发布修订", now.hashed)
        item.published_at = timezone.now()
        _out(item)
        save_state(item, by, "应急发布")
        moved.send(sender=type(item), item=item)
        return item


def import_obstacles(item: Publishable, at: datetime, *, by: Any) -> list[str]:
    """Return every reason why an item cannot be made public under an earlier moment."""
    reasons = table.right_obstacles(item, table.PUBLISH, by)
    if item.state() != State.APPROVED or item.revision_of_id:
        reasons.append("只有批准了、还没有公开过的内容可以按原发布时间导入。")
    else:
        reasons += Submission.of(item).obstacles()
    if at > timezone.now():
        reasons.append("导入的发布时间不能在将来。")
    elif item.expires_at is not None and item.expires_at <= at:
        reasons.append(ENDS_BEFORE)
    return reasons + content_obstacles(item)


def import_published(item: Publishable, *, by: Any, at: datetime) -> None:
    """Publish an approved item under the moment it was first published elsewhere (demonstration, legacy import).

    The only way to an earlier ``published_at``: it stamps ``imported_at`` and stands in the history. Raises ``Refused``.
    """
    with transaction.atomic():
        lock(item)
        refuse(import_obstacles(item, at, by=by))
        item.status, item.published_at, item.imported_at = Status.PUBLISHED, at, timezone.now()
        save_state(item, by, f"按原发布时间导入（{timezone.localtime(at):%Y-%m-%d %H:%M}）")
        moved.send(sender=type(item), item=item)


def _reviewed(submission: Submission, by: Any) -> bool:
    done = {StepKind.APPROVED, *SIGNATURES}
    return any(row.person_id == by.pk and row.kind in done for row in submission.rows)
