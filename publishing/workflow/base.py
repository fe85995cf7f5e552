"""What every verb does: refuse with all its reasons, hold the row, save the new state with one log entry."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.dispatch import Signal

from audit.chain import record
from audit.models import Event
from publishing.models import Publishable, ReviewStep, StepKind
from publishing.preflight import inspection
from publishing.preflight.models import root_id

# An item became public, left the public, or was put back: sent inside the transaction, so that what is
# derived from it (standings, stored pages, search) can follow without this module knowing it.
moved = Signal()


class Refused(Exception):
    """A verb that the rules do not allow now; ``reasons`` are Chinese sentences for the editor."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


STATE_FIELDS = [
    "status",
    "published_at",
    "expires_at",
    "imported_at",
    "withdrawn_at",
    "withdrawal_mode",
    "withdrawal_reason",
    "withdrawal_target",
    "archived_at",
    "review_on",
    "review_level",
    "submission",
    "submitted_at",
    "returned_at",
    "approved_at",
    "approved_hash",
    "emergency_at",
    "lock_version",
]


def content_obstacles(item: Publishable) -> list[str]:
    """Return every reason in what an item says why it may not be public: what is missing, what must not go out."""
    return [*item.content_obstacles(), *inspection.obstacles(item)]


def rows_of(item: Publishable) -> Any:
    """The manager of an item's kind, from which no row is hidden."""
    return type(item)._base_manager


def lock(item: Publishable) -> Any:
    """Hold the row until the transaction ends and take its present state; return the row as it is stored."""
    fresh = rows_of(item).select_for_update().get(pk=item.pk)
    for field in STATE_FIELDS:
        setattr(item, field, getattr(fresh, field))
    return fresh


def refuse(reasons: list[str]) -> None:
    if reasons:
        raise Refused(reasons)


def save_state(item: Publishable, by: Any, what: str) -> None:
    """Save the new state with who and what for the history and the audit trail."""
    item.updated_by = by
    item._history_user = by  # type: ignore[attr-defined]
    item._change_reason = what[:100]  # type: ignore[attr-defined]
    item.save(update_fields=[*STATE_FIELDS, "updated_by"])
    record(Event.WORKFLOW, obj=item, by=by, detail=what)


def add_step(
    item: Publishable,
    kind: StepKind,
    by: Any,
    *,
    step: int = 0,
    opinion: str = "",
    content_hash: str = "",
    submission: int | None = None,
) -> ReviewStep:
    """Write one row of the review; `by` is a user or the key of one. ``IntegrityError`` where the table forbids it."""
    return ReviewStep.objects.create(
        content_type=ContentType.objects.get_for_model(item),
        object_id=root_id(item),
        submission=item.submission if submission is None else submission,
        kind=kind,
        step=step,
        person_id=getattr(by, "pk", by),
        opinion=opinion.strip(),
        content_hash=content_hash,
    )
