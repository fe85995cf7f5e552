"""内部进展: a note of progress for the office's own use, entered whatever state its item is in.

Visitors never read it, so nobody reviews it, and what is public needs no revision for it. What visitors shall read of
the progress is content: it is written in the draft or in a revision, and reviewed there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.chain import record
from audit.models import Event
from partnerships.models import DualListItem, ProgressNote
from publishing.workflow import Refused, table

LABEL = "内部进展"


def note_obstacles(item: DualListItem, *, by: User | None) -> list[str]:
    """Every reason why a person cannot enter an internal note of progress."""
    if by is None:
        return ["没有说明由谁登记。"]
    may = table.has_right(by, "change", item) and by.has_perm("partnerships.add_progressnote")
    return [] if may else ["您没有登记进展的权限。"]


def add_internal_note(item: DualListItem, *, by: User, text: str, on: date | None = None) -> ProgressNote:
    """Enter a note that visitors never read, of a day (default: today). Raises ``Refused``.

    An item and its open revision both get it: it stays when the revision is published, and when it is given up. The
    reviews of either go on, since the note is no part of what they are about.
    """
    with transaction.atomic():
        root = DualListItem.objects.select_for_update().get(pk=item.revision_of_id or item.pk)
        copies = DualListItem.objects.select_for_update().filter(revision_of=root)
        reasons = note_obstacles(item, by=by)
        notes = [_note(one, text, on or timezone.localdate()) for one in (root, *copies)]
        if reasons := reasons or _wrong(notes[0]):
            raise Refused(reasons)
        for note in notes:
            note.save()
            _stand_in_history(note.item, by)
        record(Event.WORKFLOW, obj=root, by=by, detail=f"登记{LABEL}")
    item.refresh_from_db(fields=["lock_version"])
    return next(note for note in notes if note.item_id == item.pk)


def _note(item: DualListItem, text: str, on: date) -> ProgressNote:
    return ProgressNote(item=item, date=on, text=text.strip(), public=False)


def _wrong(note: ProgressNote) -> list[str]:
    try:
        note.full_clean()
    except ValidationError as error:
        labels = {"date": "日期", "text": "进展"}
        return [f"{labels[name]}：{told}" for name, found in error.message_dict.items() for told in found]
    return []


def _stand_in_history(item: Any, by: User) -> None:
    """A line in the item's history, which never quotes the note; the item itself stays as it is."""
    item.updated_by = by
    item._history_user, item._change_reason = by, f"登记{LABEL}"
    item.save(update_fields=["updated_by"])
