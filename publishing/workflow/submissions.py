"""What was done with a submission: who wrote it, who reviewed and signed what is stored now, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from publishing.declared import content_hash
from publishing.models import Publishable, ReviewStep, State, StepKind
from publishing.models.reviews import SIGNATURES, STEP_NAMES
from publishing.querysets import Status
from publishing.workflow import table
from publishing.workflow.base import add_step, rows_of


@dataclass(frozen=True)
class Submission:
    """The present submission of an item: the rows about it, and the hash of what the item says as it is stored."""

    item: Publishable
    hashed: str
    rows: list[ReviewStep]

    @classmethod
    def of(cls, item: Publishable, *, locked: bool = False) -> Submission:
        """Read it; `locked` where the item itself is what is stored (``workflow.base.lock``)."""
        stored = item if locked else rows_of(item).get(pk=item.pk)
        rows = ReviewStep.objects.of_submission(item).select_related("person")
        return cls(item, content_hash(stored), list(rows))

    @cached_property
    def approvals(self) -> list[ReviewStep]:
        """The reviews that speak of what is stored now, in their order."""
        found = [row for row in self.rows if row.kind == StepKind.APPROVED and self._is_bound(row)]
        return sorted(found, key=lambda row: row.step)

    @cached_property
    def signatures(self) -> dict[str, ReviewStep]:
        """保密审查 and 涉军审核, as far as they speak of what is stored now."""
        return {row.kind: row for row in self.rows if row.kind in SIGNATURES and self._is_bound(row)}

    @cached_property
    def authors(self) -> set[int]:
        return {row.person_id for row in self.rows if row.kind == StepKind.AUTHOR}

    @property
    def is_reviewed(self) -> bool:
        return len(self.approvals) >= self.item.level.reviews

    @property
    def has_changed(self) -> bool:
        """Whether what is stored now is something else than what was handed in, or went out in an emergency."""
        begun = [row for row in self.rows if row.kind in {StepKind.SUBMITTED, StepKind.EMERGENCY}]
        return bool(begun) and not self._is_bound(begun[-1])

    def _is_bound(self, row: ReviewStep) -> bool:
        return row.content_hash == self.hashed

    def obstacles(self) -> list[str]:
        """What of the office's rule is still missing before the item may be public: reviews, then signatures."""
        item = self.item
        if item.submission == 0:
            return ["还没有送审。" if item.is_open else f"还没有审核过。{self.way_back}"]
        reasons = []
        if self.has_changed:
            moment = "批准" if item.approved_hash else "送审"
            reasons.append(f"内容在{moment}之后改过，要重新送审。{self.way_back}")
        elif not self.is_reviewed:
            due = "、".join(
                STEP_NAMES[step] for step in range(len(self.approvals) + 1, item.level.reviews + 1)
            )
            # Nobody can review any more what was approved: its level was raised since.
            stuck = item.status != Status.IN_REVIEW and not item.check_is_open
            reasons.append(f"还缺{due}。{self.way_back if stuck else ''}")
        return reasons + [
            f"还没有人签“{StepKind(kind).label}”。" for kind in SIGNATURES if kind not in self.signatures
        ]

    @property
    def way_back(self) -> str:
        """How an item comes to be reviewed anew, as a sentence."""
        if self.item.is_open or self.item.state() == State.SCHEDULED:
            return "请先退回。"
        return "请用“修订”重新送审。"


def awaits_review(item: Publishable) -> bool:
    return item.status == Status.IN_REVIEW or item.check_is_open


def valid_steps(item: Publishable) -> list[ReviewStep]:
    """The approvals of the present submission that speak of the item as it is stored now, in their order."""
    return Submission.of(item).approvals


def signatures(item: Publishable) -> dict[str, ReviewStep]:
    """The signatures (保密审查, 涉军审核) of the present submission that speak of the item as it is stored now."""
    return Submission.of(item).signatures


def step_due(item: Publishable) -> int:
    """The number of the review that comes next, 1 to 3; 0 when none is due."""
    if not awaits_review(item):
        return 0
    done = len(valid_steps(item))
    return done + 1 if done < item.level.reviews else 0


def approval_obstacles(item: Publishable) -> list[str]:
    """What of the office's rule is still missing before an item may be public: reviews, then signatures."""
    return Submission.of(item).obstacles()


def signs_open(item: Publishable, by: Any, submission: Submission | None = None) -> list[StepKind]:
    """The signatures still missing that a person has the right to give."""
    given = (submission or Submission.of(item)).signatures
    return [k for k in SIGNATURES if k not in given and table.has_right(by, f"sign_{k.value}", item)]


# --- Authors -----------------------------------------------------------------------------------------------


def authors(item: Publishable, submission: int | None = None) -> set[int]:
    """The keys of those who wrote a submission (default: the present one): none of them may review it."""
    rows = ReviewStep.objects.about(item).filter(
        submission=item.submission if submission is None else submission, kind=StepKind.AUTHOR
    )
    return set(rows.values_list("person", flat=True))


def wrote(item: Publishable, person: Any) -> bool:
    """Whether a person is an author of the present submission, or of what will be the next."""
    return person.pk in {item.created_by_id, *authors(item), *authors(item, item.submission + 1)}


def note_authors(item: Publishable, by: Any) -> None:
    """Write down who wrote the present submission: everybody since the last version that was reviewed, and `by`."""
    for person in _writers(item, by) - authors(item):
        add_step(item, StepKind.AUTHOR, person)


def note_author(item: Publishable, person_id: int, submission: int) -> None:
    if person_id not in authors(item, submission):
        add_step(item, StepKind.AUTHOR, person_id, submission=submission)


def _writers(item: Publishable, by: Any) -> set[int]:
    """Those who wrote since the last version that was reviewed: earlier submissions that came back count."""
    rows = ReviewStep.objects.about(item).filter(kind=StepKind.AUTHOR, submission__lte=item.submission)
    begun = {item.created_by_id}
    if item.revision_of_id:
        root = item.root
        # Who wrote what stands already, or a revision that was given up, did not write this one …
        written = Q(submission__gt=root.submission, at__gte=item.created_at)
        if not root.approved_hash:
            # … but what went out in an emergency, and nobody reviewed since, is theirs still.
            written |= Q(submission=root.submission)
            begun.add(root.created_by_id)
        rows = rows.filter(written)
    return {by.pk, *rows.values_list("person", flat=True), *(begun - {None})}
