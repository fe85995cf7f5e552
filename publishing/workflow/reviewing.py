"""From the draft to the approval: submit, take back, review, send back, sign; and what an edit does to all that."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint
from django.utils import timezone

from publishing.declared import content_hash, copy_fields
from publishing.models import Publishable, ReviewLevel, StepKind
from publishing.models.reviews import OPINION_LENGTH, SIGNATURES, STEP_NAMES
from publishing.preflight import inspection
from publishing.preflight.catalogue import Level
from publishing.querysets import Status
from publishing.workflow import table
from publishing.workflow.base import Refused, add_step, lock, refuse, rows_of, save_state
from publishing.workflow.submissions import (
    Submission,
    authors,
    awaits_review,
    note_author,
    note_authors,
    signs_open,
    valid_steps,
    wrote,
)

AGREED = "同意。"
JUST_DONE = "别人刚刚审过或改过这条内容。请看最新的审核情况。"
CHANGED = "内容在送审之后改过，要重新送审。"
TOO_LONG = f"意见最多 {OPINION_LENGTH} 字。"


# --- Submitting --------------------------------------------------------------------------------------------


def submit_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why an item cannot be handed in for review."""
    reasons = table.right_obstacles(item, table.SUBMIT, by) + table.state_obstacles(item, table.SUBMIT)
    reasons += item.content_obstacles()
    reasons += inspection.obstacles(item, [Level.BLOCK])
    return reasons + key_obstacles(item)


def key_obstacles(item: Publishable) -> list[str]:
    """Why a revision could not be brought into what it revises: its number or name is taken meanwhile."""
    if item.revision_of_id is None:
        return []
    merged = rows_of(item).get(pk=item.revision_of_id)
    copy_fields(item, merged)
    reasons = []
    for model, constraints in merged.get_constraints():
        for constraint in constraints:
            if isinstance(constraint, UniqueConstraint):
                try:
                    constraint.validate(model, merged)
                except ValidationError as error:
                    reasons += error.messages
    return reasons


def submit(item: Publishable, *, by: Any, note: str = "") -> None:
    """Hand an item in for review; `note` is for the reviewers. Raises ``Refused``.

    Everybody who wrote since the last version that was reviewed, whoever began it and whoever submits it is an author.
    """
    with transaction.atomic():
        lock(item)
        refuse(submit_obstacles(item, by=by) + too_long(note))
        item.submission += 1
        # From here on no change of a column's level makes it less.
        item.review_level = item.level
        note_authors(item, by)
        add_step(item, StepKind.SUBMITTED, by, opinion=note, content_hash=content_hash(item))
        item.status, item.submitted_at, item.returned_at = Status.IN_REVIEW, timezone.now(), None
        item.approved_at, item.approved_hash = None, ""
        save_state(item, by, "送审")


def take_back_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why a person cannot take a submission back."""
    reasons = table.right_obstacles(item, table.TAKE_BACK, by) + table.state_obstacles(item, table.TAKE_BACK)
    if by is not None and by.pk not in authors(item):
        reasons.append("只有作者可以收回自己送审的内容。审核的人请用“退回”。")
    return reasons


def take_back(item: Publishable, *, by: Any) -> None:
    """Make a submission a draft again, at its author's wish. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(take_back_obstacles(item, by=by))
        _to_draft(item)
        add_step(item, StepKind.TAKEN_BACK, by)
        save_state(item, by, "收回")


# --- Reviewing ---------------------------------------------------------------------------------------------


def approve_obstacles(item: Publishable, *, by: Any, submission: Submission | None = None) -> list[str]:
    """Return every reason why a person cannot do the review that is due; `submission` where it is read already."""
    reasons = table.state_obstacles(item, table.APPROVE)
    if not reasons and not awaits_review(item):
        reasons.append(table.APPROVE.refusal)
    if reasons:
        return reasons
    now = submission or Submission.of(item)
    due = len(now.approvals) + 1
    if now.has_changed:
        return [CHANGED + now.way_back]
    if now.is_reviewed:
        return ["审核已经齐了。" if item.check_is_open else "审核已经齐了，请发布或者退回。"]
    if by is None:
        return ["没有说明由谁审核。"]
    if not table.has_right(by, f"review_{due}", item):
        reasons.append(f"现在等待{STEP_NAMES[due]}，您没有{STEP_NAMES[due]}的权限。")
    if by.pk in now.authors:
        reasons.append("您参与撰写或修改了它，要由另一位同事审核。")
    if any(step.person_id == by.pk for step in now.approvals):
        reasons.append("您已经审过这一次送审，下一审要由另一位同事做。")
    return reasons + inspection.obstacles(item, [Level.BLOCK])


def approve(item: Publishable, *, by: Any, opinion: str = "", signs: Collection[str] = ()) -> None:
    """Do the review that is due; `signs` are signatures given with it. Raises ``Refused``.

    The last one approves the item. Of two reviewers at one moment the table lets one through; the other is refused.
    """
    with transaction.atomic():
        lock(item)
        now = Submission.of(item, locked=True)
        refuse(
            approve_obstacles(item, by=by, submission=now)
            + _sign_reasons(item, signs, by, now)
            + too_long(opinion)
        )
        due = len(now.approvals) + 1
        _add_once(item, StepKind.APPROVED, by, step=due, opinion=opinion.strip() or AGREED, hashed=now.hashed)
        _sign(item, signs, by, now)
        if due == item.level.reviews and item.status == Status.IN_REVIEW:
            _approved(item, now)
        save_state(item, by, f"{STEP_NAMES[due]}通过")


def _approved(item: Publishable, now: Submission) -> None:
    item.approved_at, item.approved_hash = timezone.now(), now.hashed
    if item.status == Status.IN_REVIEW:
        item.status = Status.APPROVED


def sign_obstacles(item: Publishable, *, by: Any, submission: Submission | None = None) -> list[str]:
    """Return every reason why a person cannot sign now; `submission` where it is read already."""
    reasons = table.right_obstacles(item, table.SIGN, by) + table.state_obstacles(item, table.SIGN)
    if not reasons and not item.is_open and not item.check_is_open:
        reasons.append(table.SIGN.refusal)
    if reasons:
        return reasons
    now = submission or Submission.of(item)
    if now.has_changed:
        reasons.append(CHANGED + now.way_back)
    if by.pk in now.authors:
        reasons.append("您参与撰写或修改了它，要由另一位同事签。")
    if not signs_open(item, by, now):
        reasons.append("您能签的都已经签过了。")
    return reasons


def sign(item: Publishable, *, by: Any, signs: Collection[str]) -> None:
    """Sign for 保密审查, 涉军审核 or both. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        now = Submission.of(item, locked=True)
        reasons = sign_obstacles(item, by=by, submission=now) + _sign_reasons(item, signs, by, now)
        refuse(reasons or ([] if signs else ["请至少勾选一项。"]))
        _sign(item, signs, by, now)
        save_state(item, by, "、".join(StepKind(kind).label for kind in signs))


def _sign(item: Publishable, signs: Collection[str], by: Any, now: Submission) -> None:
    """Write signatures down; with the last thing that was missing the open check of an emergency ends."""
    for kind in signs:
        _add_once(item, StepKind(kind), by, hashed=now.hashed)
    if item.check_is_open and not Submission.of(item, locked=True).obstacles():
        item.emergency_at = None
        _approved(item, now)


def _sign_reasons(item: Publishable, signs: Collection[str], by: Any, now: Submission) -> list[str]:
    reasons = []
    for kind in signs:
        if kind not in SIGNATURES:
            reasons.append("没有这一项专项审查。")
        elif not table.has_right(by, f"sign_{kind}", item):
            reasons.append(f"您没有签“{StepKind(kind).label}”的权限。")
        elif kind in now.signatures:
            reasons.append(f"“{StepKind(kind).label}”已经有人签过。")
    return reasons


def _add_once(
    item: Publishable, kind: StepKind, by: Any, *, hashed: str, step: int = 0, opinion: str = ""
) -> None:
    try:
        with transaction.atomic():
            add_step(item, kind, by, step=step, opinion=opinion, content_hash=hashed)
    except IntegrityError as error:
        raise Refused([JUST_DONE]) from error


# --- Sending back ------------------------------------------------------------------------------------------


def send_back_obstacles(item: Publishable, reason: str, *, by: Any) -> list[str]:
    """Return every reason why an item cannot be sent back to its author."""
    reasons = table.right_obstacles(item, table.SEND_BACK, by) + table.state_obstacles(item, table.SEND_BACK)
    if not reason.strip():
        reasons.append("请写明退回原因，作者会看到它。")
    return reasons + too_long(reason)


def send_back(item: Publishable, *, by: Any, reason: str) -> None:
    """Send an item back to its author with a reason, from any step before it is public. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(send_back_obstacles(item, reason, by=by))
        step = len(valid_steps(item))
        _to_draft(item)
        item.returned_at = timezone.now()
        add_step(item, StepKind.RETURNED, by, step=step, opinion=reason)
        save_state(item, by, "退回")


def note_edit(item: Publishable, *, by: Any) -> bool:
    """Take note that a person has saved an open item: they count as author, and what was read goes back.

    To be called in the transaction of the save, after children and relations. True where the item was sent back.
    """
    lock(item)
    if by is not None:
        note_author(item, by.pk, item.submission + 1)
    if item.status not in {Status.IN_REVIEW, Status.APPROVED}:
        return False
    if not Submission.of(item, locked=True).has_changed:
        return False
    _to_draft(item)
    if by is not None:
        add_step(item, StepKind.EDITED, by)
    save_state(item, by, "改动后退回草稿")
    return True


def _to_draft(item: Publishable) -> None:
    item.status, item.published_at = Status.DRAFT, None
    item.approved_at, item.approved_hash = None, ""


# --- The level ---------------------------------------------------------------------------------------------


def level_obstacles(item: Publishable, level: str, *, by: Any) -> list[str]:
    """Return every reason why an item cannot have a level of review."""
    reasons = table.right_obstacles(item, table.SET_LEVEL, by) + table.state_obstacles(item, table.SET_LEVEL)
    if level not in ReviewLevel.values:
        reasons.append("请选择审核级别。")
    if reasons:
        return reasons
    if level < item.base_level():
        reasons.append(f"{item.level_ground}是{ReviewLevel(item.base_level()).label}，不能再低。")
    elif level < item.level and wrote(item, by):
        reasons.append("作者不能降低审核级别，请由审核的同事来改。")
    elif level < item.level and not any(table.has_right(by, f"review_{step}", item) for step in (1, 2, 3)):
        reasons.append("只有审核的同事可以降低审核级别。")
    return reasons


def set_level(item: Publishable, *, by: Any, level: str) -> None:
    """Raise, or as a reviewer lower, the number of reviews that an item needs. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(level_obstacles(item, level, by=by))
        item.review_level = level
        now = Submission.of(item, locked=True)
        if item.status == Status.IN_REVIEW and now.is_reviewed:
            _approved(item, now)
        save_state(item, by, f"审核级别：{ReviewLevel(level).label}")


def too_long(text: str) -> list[str]:
    return [TOO_LONG] if len(text.strip()) > OPINION_LENGTH else []
