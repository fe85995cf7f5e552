"""Writing the chain: one row after the other, each sealed with the hash of the one before."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from audit import acting
from audit.models import AuditEvent, AuditHead, Event, Result

# What a hash may be: both give 64 hexadecimal digits. Each row names its own, so that an office may change it.
ALGORITHMS = ("sha256", "sm3")
SEALED = (
    "number", "at", "event", "person", "address", "object_type", "object_id", "object_name", "result", "detail",
    "algorithm", "previous",
)  # fmt: skip


class ChainBroken(Exception):
    """The head of the chain is gone while events stand: nothing is written until somebody has looked."""


def digest(algorithm: str, values: list[Any]) -> str:
    """The hash of values in their order, over a form that reads the same on every database."""
    told = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.new(algorithm, text.encode()).hexdigest()


def seal(event: AuditEvent) -> str:
    """The hash that a row should have."""
    return digest(event.algorithm, [getattr(event, name) for name in SEALED])


def record(
    event: Event,
    *,
    obj: models.Model | None = None,
    name: str = "",
    by: Any = None,
    person: str = "",
    result: Result = Result.DONE,
    detail: str = "",
    at: datetime | None = None,
) -> AuditEvent:
    """Append one event, in the transaction of the act itself: no act without its record, and the reverse.

    `by` is the user who acts, by default the one of the running request, else whoever runs the command; `person`
    names somebody who has not logged in yet. `name` stands for an object that is no row. Never pass what an item
    holds: labels of fields, names and numbers only.
    """
    now = acting.current()
    row = AuditEvent(
        at=at or timezone.now(),
        event=event,
        person=person or _person(by, now),
        address=now.address if now else acting.COMMAND_LINE,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk or "")[:64] if obj is not None else "",
        object_name=_fit("object_name", name or _name_of(obj)),
        result=result,
        detail=_fit("detail", detail),
        algorithm=settings.AUDIT_HASH,
    )
    _append(row)
    if now and event == Event.WORKFLOW and result == Result.DONE:
        now.told.add((row.object_type, row.object_id))
    return row


def _append(row: AuditEvent) -> None:
    with transaction.atomic(savepoint=False):
        # Held until the act's transaction ends; SQLite lets one writer in at a time by itself.
        head = AuditHead.objects.select_for_update().filter(pk=1).first() or _first_head()
        row.number, row.previous = head.number + 1, head.hash
        row.hash = seal(row)
        row.save(force_insert=True)
        head.number, head.hash = row.number, row.hash
        head.save(update_fields=["number", "hash"])


def _first_head() -> AuditHead:
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update().get(pk=1)
    # Asked under the lock: another writer of the first moment has moved the head with its event.
    if head.number == 0 and AuditEvent.objects.exists():
        raise ChainBroken("The head of the audit chain is missing. Run manage.py audit verify.")
    return head


def _name_of(obj: models.Model | None) -> str:
    """What an object is called here; a model whose name may hold a secret says it in ``audit_name``."""
    told = getattr(obj, "audit_name", None)
    return told() if told is not None else str(obj) if obj is not None else ""


def _person(by: Any, now: acting.Acting | None) -> str:
    user = by if by is not None else now.user if now else None
    if user is not None:
        return str(user.get_username())
    return "" if now else acting.operator()


def _fit(field: str, text: str) -> str:
    """A text of one line, cut to what its column holds; PostgreSQL takes no NUL."""
    longest = AuditEvent._meta.get_field(field).max_length or 0  # type: ignore[union-attr]
    line = " ".join(text.replace("\0", "").split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
