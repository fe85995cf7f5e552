"""What waits for a person: the heaps of the desk, as conditions that lists and the dashboard share.

Each is one lookup over the items of a kind, so that counting it costs the same with one row and with many. What is
told of a submission here counts its rows; whether they still speak of what is stored the verbs ask
(``publishing.workflow.Submission``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from publishing.models import Publishable, ReviewLevel, ReviewStep, StepKind
from publishing.models.reviews import SIGNATURES, STEP_NAMES
from publishing.querysets import Status, visible
from publishing.workflow.table import ANY_OF, has_right

Model = type[Publishable]
# So long before its day somebody is reminded to look at a public page again.
REVIEW_AHEAD = timedelta(days=7)

# Published ahead of its reviews, which are still to follow.
UNCHECKED = Q(emergency_at__isnull=False)
REVISED = Q(revision_of__isnull=False) | Q(revision__isnull=False)
RETURNED = Q(status=Status.DRAFT, returned_at__isnull=False)


def by_user(user: Any) -> Q:
    """Begun or last saved by a person: what they call theirs."""
    return Q(created_by=user) | Q(updated_by=user)


def _rows(model: Model, **which: Any) -> Any:
    """The rows of the reviews of the item outside; those of a revision stand under what it revises."""
    return ReviewStep.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id=Coalesce(OuterRef("revision_of"), OuterRef("pk")),
        **which,
    )


def _done(model: Model, **which: Any) -> Exists:
    """Whether the present submission of the item outside has such a row."""
    return Exists(_rows(model, submission=OuterRef("submission"), **which))


def _possible_steps(model: Model, user: Any) -> list[int]:
    return [step for step in STEP_NAMES if has_right(user, f"review_{step}", model)]


def to_review(model: Model, user: Any) -> Q:
    """Whose review is due to just this person: the step is theirs, and they neither wrote it nor reviewed it already."""
    due = Q(pk__in=[])
    for step in _possible_steps(model, user):
        waits = Q(~_done(model, kind=StepKind.APPROVED, step=step))
        if step > 1:
            waits &= Q(_done(model, kind=StepKind.APPROVED, step=step - 1))
        enough = [level for level in ReviewLevel if level.reviews >= step]
        due |= waits & (Q(status=Status.IN_REVIEW) | UNCHECKED & Q(review_level__in=enough))
    mine = _done(model, person=user, kind__in=[StepKind.AUTHOR, StepKind.APPROVED])
    return (Q(status=Status.IN_REVIEW) | UNCHECKED) & due & ~Q(mine)


def to_sign(model: Model, user: Any) -> Q:
    """What misses a signature that this person may give, and did not write."""
    missing = Q(pk__in=[])
    for kind in SIGNATURES:
        if has_right(user, f"sign_{kind.value}", model):
            missing |= Q(~_done(model, kind=kind))
    handed_in = Q(status__in=[Status.IN_REVIEW, Status.APPROVED]) | UNCHECKED
    return handed_in & missing & ~Q(_done(model, person=user, kind=StepKind.AUTHOR))


def drafts_of(model: Model, user: Any) -> Q:
    """The drafts that a person works on; what was sent back is a heap of its own."""
    writes = Exists(_rows(model, submission__gt=OuterRef("submission"), person=user, kind=StepKind.AUTHOR))
    return Q(status=Status.DRAFT, returned_at=None) & (by_user(user) | Q(writes))


def returned_to(model: Model, user: Any) -> Q:
    """What was sent back to a person. Who sent it back saved it last, and is no author by that."""
    wrote = Exists(_rows(model, submission__gte=OuterRef("submission"), person=user, kind=StepKind.AUTHOR))
    return RETURNED & (Q(created_by=user) | Q(wrote))


def to_look_at(model: Model, user: Any) -> Q:
    """What is public and was to be looked at again by now, or within a week."""
    return visible(timezone.now()) & Q(review_on__lte=timezone.localdate() + REVIEW_AHEAD)


@dataclass(frozen=True)
class Heap:
    """What waits for a person. `moment` is the field whose age counts; `rights` are those of which one is needed.

    `oldest_first` is for what somebody waits for. `in_list` is its name among the states, "" where it is one of them.
    """

    name: str
    title: str
    moment: str
    rights: tuple[str, ...]
    condition: Callable[[Model, Any], Q]
    in_list: str
    oldest_first: bool = True

    def is_for(self, model: Model, user: Any) -> bool:
        return has_right(user, "view", model) and any(has_right(user, right, model) for right in self.rights)


REVIEWERS = ANY_OF["review"]
HEAPS = (
    Heap("to_review", "待我审核", "submitted_at", REVIEWERS, to_review, "待我审核"),
    Heap("returned_to_me", "被退回", "returned_at", ("change",), returned_to, "退回给我的", oldest_first=False),
    Heap("mine", "我的草稿", "updated_at", ("change",), drafts_of, "我的草稿", oldest_first=False),
    Heap("to_sign", "待签", "submitted_at", ANY_OF["sign"], to_sign, "待我签"),
    Heap("approved", "待发布", "approved_at", ("publish",), lambda model, user: Q(status=Status.APPROVED), ""),
    Heap(
        "check", "发布后补审", "emergency_at", (*REVIEWERS, *ANY_OF["sign"], "publish", "emergency"),
        lambda model, user: UNCHECKED, "",
    ),
    Heap("to_look_at", "到期复核", "review_on", ("change", "publish"), to_look_at, "到期复核"),
)  # fmt: skip
