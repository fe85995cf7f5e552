"""What every verb does: refuse with all its reasons, hold the row, save the new state with one log entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.dispatch import Signal

from audit.chain import record
from audit.models import Event
from publishing.models import Publishable, ReviewStep, StepKind
from publishing.models.publishable import MOVED_BY_VERBS
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


STATE_FIELDS = [*MOVED_BY_VERBS, "expires_at", "lock_version"]
GONE = "它刚才被删除了，或者是一份已经发布或放弃的修订稿。请回到列表。"


def content_obstacles(item: Publishable) -> list[str]:
    """Return every reason in what an item says why it may not be public: what is missing, what must not go out."""
    return [*item.content_obstacles(), *inspection.obstacles(item)]


def rows_of(item: Publishable) -> Any:
    """The manager of an item's kind, from which no row is hidden."""
    return type(item)._base_manager


def held(item: Publishable) -> Any:
    """The rows from which an item is read and held until the transaction ends.

    What it revises is held before it, by everybody: two who held them in different orders would wait for ever.
    """
    if item.revision_of_id:
        rows_of(item).select_for_update().filter(pk=item.revision_of_id).values_list("pk").first()
    return rows_of(item).select_for_update()


def lock(item: Publishable) -> None:
    """Hold the row until the transaction ends and read it anew, so that what is judged is what is stored.

    Raises ``Refused`` where it is gone.
    """
    try:
        item.refresh_from_db(from_queryset=held(item))
    except type(item).DoesNotExist as error:
        raise Refused([GONE]) from error


def refuse(reasons: list[str]) -> None:
    if reasons:
        raise Refused(reasons)


def save_state(item: Publishable, by: Any, what: str, also: Iterable[str] = ()) -> None:
    """Save the new state, and fields of the content app's own, with who and what for the history and the audit trail."""
    item.updated_by = by
    item._history_user = by  # type: ignore[attr-defined]
    item._change_reason = what[:100]  # type: ignore[attr-defined]
    item.save(update_fields=[*STATE_FIELDS, *also, "updated_by"])
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
