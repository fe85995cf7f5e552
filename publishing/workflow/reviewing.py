"""From the draft to the approval: submit, take back, review, send back, sign; and what an edit does to all that."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from publishing.declared import content_hash, copy_fields
from publishing.models import Publishable, ReviewLevel, ReviewStep, StepKind
from publishing.models.reviews import OPINION_LENGTH, SIGNATURES, STEP_NAMES
from publishing.preflight import inspection
from publishing.preflight.catalogue import Level
from publishing.querysets import Status
from publishing.workflow import table
from publishing.workflow.base import Refused, add_step, lock, refuse, rows_of, save_state

AGREED = "同意。"
JUST_DONE = "别人刚刚审过或改过这条内容。请看最新的审核情况。"
TOO_LONG = f"意见最多 {OPINION_LENGTH} 字。"


# --- What has been reviewed --------------------------------------------------------------------------------


def valid_steps(item: Publishable, hashed: str | None = None) -> list[ReviewStep]:
    """The approvals of the present submission that speak of the item as it is stored now, in their order."""
    hashed = hashed or content_hash(_stored(item))
    found = ReviewStep.objects.of_submission(item).filter(kind=StepKind.APPROVED, content_hash=hashed)
    return list(found.select_related("person").order_by("step"))


def signatures(item: Publishable, hashed: str | None = None) -> dict[str, ReviewStep]:
    """The signatures (保密审查, 涉军审核) of the present submission that speak of the item as it is stored now."""
    hashed = hashed or content_hash(_stored(item))
    found = ReviewStep.objects.of_submission(item).filter(kind__in=SIGNATURES, content_hash=hashed)
    return {row.kind: row for row in found.select_related("person")}


def step_due(item: Publishable, hashed: str | None = None) -> int:
    """The number of the review that comes next, 1 to 3; 0 when none is due."""
    if not _awaits_review(item):
        return 0
    done = len(valid_steps(item, hashed))
    return done + 1 if done < item.level.reviews else 0


def approval_obstacles(item: Publishable) -> list[str]:
    """What of the office's rule is still missing before an item may be public: reviews, then signatures."""
    hashed = content_hash(_stored(item))
    if item.submission == 0:
        return ["还没有送审。"]
    done = valid_steps(item, hashed)
    reasons = []
    if len(done) < item.level.reviews:
        if item.approved_hash and item.approved_hash != hashed:
            reasons.append("内容在批准之后改过，要重新送审。")
        else:
            due = "、".join(STEP_NAMES[step] for step in range(len(done) + 1, item.level.reviews + 1))
            reasons.append(f"还缺{due}。")
    signed = signatures(item, hashed)
    reasons += [f"还没有人签“{StepKind(kind).label}”。" for kind in SIGNATURES if kind not in signed]
    return reasons


def authors(item: Publishable, submission: int | None = None) -> set[int]:
    """The keys of those who wrote a submission (default: the present one): none of them may review it."""
    rows = ReviewStep.objects.about(item).filter(
        submission=item.submission if submission is None else submission, kind=StepKind.AUTHOR
    )
    return set(rows.values_list("person", flat=True))


def _awaits_review(item: Publishable) -> bool:
    return item.status == Status.IN_REVIEW or item.check_is_open


def _stored(item: Publishable) -> Any:
    return rows_of(item).get(pk=item.pk)


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
    merged = _stored(item.root)
    copy_fields(item, merged)
    try:
        merged.validate_unique()
        merged.validate_constraints()
    except ValidationError as error:
        return list(error.messages)
    return []


def submit(item: Publishable, *, by: Any, note: str = "") -> None:
    """Hand an item in for review; `note` is for the reviewers. Raises ``Refused``.

    Everybody who wrote in it since it was last public, whoever began it and whoever submits it counts as author.
    """
    with transaction.atomic():
        fresh = lock(item)
        refuse(submit_obstacles(item, by=by) + too_long(note))
        item.submission += 1
        note_authors(item, by)
        add_step(item, StepKind.SUBMITTED, by, opinion=note, content_hash=content_hash(fresh))
        item.status, item.submitted_at, item.returned_at = Status.IN_REVIEW, timezone.now(), None
        item.approved_at, item.approved_hash = None, ""
        save_state(item, by, "送审")


def _writers(item: Publishable, by: Any) -> set[int]:
    """Those who wrote since the last version that became public: earlier submissions that came back count."""
    rows = ReviewStep.objects.about(item).filter(kind=StepKind.AUTHOR, submission__lte=item.submission)
    if item.revision_of_id:
        # Who wrote what stands already, or a revision that was given up, did not write this one.
        rows = rows.filter(submission__gt=item.root.submission, at__gte=item.created_at)
    begun = {item.created_by_id} - {None}
    return {by.pk, *rows.values_list("person", flat=True), *begun}


def note_authors(item: Publishable, by: Any) -> None:
    """Write down who wrote the present submission."""
    for person in _writers(item, by):
        _note_author(item, person, item.submission)


def _note_author(item: Publishable, person_id: int, submission: int) -> None:
    rows = ReviewStep.objects.about(item).filter(submission=submission, person=person_id)
    if not rows.filter(kind=StepKind.AUTHOR).exists():
        add_step(item, StepKind.AUTHOR, person_id, submission=submission)


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


def approve_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why a person cannot do the review that is due."""
    reasons = table.state_obstacles(item, table.APPROVE)
    if not reasons and not _awaits_review(item):
        reasons.append(table.APPROVE.refusal)
    if reasons:
        return reasons
    done = valid_steps(item)
    due = len(done) + 1
    if due > item.level.reviews:
        return ["审核已经齐了。" if item.check_is_open else "审核已经齐了，请发布或者退回。"]
    if by is None:
        return ["没有说明由谁审核。"]
    if not table.has_right(by, f"review_{due}", item):
        reasons.append(f"现在等待{STEP_NAMES[due]}，您没有{STEP_NAMES[due]}的权限。")
    if by.pk in authors(item):
        reasons.append("您参与撰写或修改了它，要由另一位同事审核。")
    if any(step.person_id == by.pk for step in done):
        reasons.append("您已经审过这一次送审，下一审要由另一位同事做。")
    return reasons + inspection.obstacles(item, [Level.BLOCK])


def approve(item: Publishable, *, by: Any, opinion: str = "", signs: Collection[str] = ()) -> None:
    """Do the review that is due; `signs` are signatures given with it. Raises ``Refused``.

    The last one approves the item. Of two reviewers at one moment the table lets one through; the other is refused.
    """
    with transaction.atomic():
        fresh = lock(item)
        hashed = content_hash(fresh)
        refuse(approve_obstacles(item, by=by) + _sign_reasons(item, signs, by, hashed) + too_long(opinion))
        due = len(valid_steps(item, hashed)) + 1
        _add_once(item, StepKind.APPROVED, by, step=due, opinion=opinion.strip() or AGREED, hashed=hashed)
        for kind in signs:
            _add_once(item, StepKind(kind), by, hashed=hashed)
        if due == item.level.reviews and item.status == Status.IN_REVIEW:
            item.status, item.approved_at, item.approved_hash = Status.APPROVED, timezone.now(), hashed
        _close_check(item, hashed)
        save_state(item, by, f"{STEP_NAMES[due]}通过")


def sign_obstacles(item: Publishable, *, by: Any) -> list[str]:
    """Return every reason why a person cannot sign now."""
    reasons = table.right_obstacles(item, table.SIGN, by) + table.state_obstacles(item, table.SIGN)
    if not reasons and item.is_published() and not item.check_is_open:
        reasons.append(table.SIGN.refusal)
    if not reasons and by.pk in authors(item):
        reasons.append("您参与撰写或修改了它，要由另一位同事签。")
    if not reasons and not signs_open(item, by):
        reasons.append("您能签的都已经签过了。")
    return reasons


def signs_open(item: Publishable, by: Any) -> list[StepKind]:
    """The signatures still missing that a person has the right to give."""
    given = signatures(item)
    return [k for k in SIGNATURES if k not in given and table.has_right(by, f"sign_{k.value}", item)]


def sign(item: Publishable, *, by: Any, signs: Collection[str]) -> None:
    """Sign for 保密审查, 涉军审核 or both. Raises ``Refused``."""
    with transaction.atomic():
        fresh = lock(item)
        hashed = content_hash(fresh)
        reasons = sign_obstacles(item, by=by) + _sign_reasons(item, signs, by, hashed)
        refuse(reasons or ([] if signs else ["请至少勾选一项。"]))
        for kind in signs:
            _add_once(item, StepKind(kind), by, hashed=hashed)
        _close_check(item, hashed)
        save_state(item, by, "、".join(StepKind(kind).label for kind in signs))


def _sign_reasons(item: Publishable, signs: Collection[str], by: Any, hashed: str) -> list[str]:
    if not signs:
        return []
    given = signatures(item, hashed)
    reasons = []
    for kind in signs:
        if kind not in SIGNATURES:
            reasons.append("没有这一项专项审查。")
        elif not table.has_right(by, f"sign_{kind}", item):
            reasons.append(f"您没有签“{StepKind(kind).label}”的权限。")
        elif kind in given:
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


def _close_check(item: Publishable, hashed: str) -> None:
    """End an open check of an emergency publishing once nothing of the office's rule is missing any more."""
    if item.check_is_open and not approval_obstacles(item):
        item.emergency_at, item.approved_at, item.approved_hash = None, timezone.now(), hashed


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
    if by is not None:
        _note_author(item, by.pk, item.submission + 1)
    if item.status not in {Status.IN_REVIEW, Status.APPROVED}:
        return False
    submitted = ReviewStep.objects.of_submission(item).filter(kind=StepKind.SUBMITTED).first()
    if submitted is not None and submitted.content_hash == content_hash(_stored(item)):
        return False
    lock(item)
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
    elif level < item.level and _wrote(item, by):
        reasons.append("作者不能降低审核级别，请由审核的同事来改。")
    elif level < item.level and not any(table.has_right(by, f"review_{step}", item) for step in (1, 2, 3)):
        reasons.append("只有审核的同事可以降低审核级别。")
    return reasons


def _wrote(item: Publishable, person: Any) -> bool:
    """Whether a person is an author of the present submission, or of what will be the next."""
    return person.pk in {item.created_by_id, *authors(item), *authors(item, item.submission + 1)}


def set_level(item: Publishable, *, by: Any, level: str) -> None:
    """Raise, or as a reviewer lower, the number of reviews that an item needs. Raises ``Refused``."""
    with transaction.atomic():
        lock(item)
        refuse(level_obstacles(item, level, by=by))
        item.review_level = level
        if item.status == Status.IN_REVIEW and len(done := valid_steps(item)) >= item.level.reviews:
            item.status, item.approved_at = Status.APPROVED, timezone.now()
            item.approved_hash = done[0].content_hash
        save_state(item, by, f"审核级别：{ReviewLevel(level).label}")


def too_long(text: str) -> list[str]:
    return [TOO_LONG] if len(text.strip()) > OPINION_LENGTH else []
