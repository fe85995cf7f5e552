"""What a person reads before an act of the review: how it stands, what the preflight found, and what was changed."""

from __future__ import annotations

from typing import Any

from publishing import workflow
from publishing.admin_lists import name_of
from publishing.differences import Difference, compare
from publishing.models import Publishable, ReviewStep, StepKind
from publishing.preflight.inspection import inspect
from publishing.querysets import Status
from publishing.timeline import content_differences, content_now

# So many findings are told beside an act; the page of the preflight has all of them.
TOLD = 10


def aids(item: Publishable, obstacles: list[str]) -> dict[str, Any]:
    """What the page of an act shows besides; what `obstacles` say already is not told again."""
    findings = inspect(item)
    told = [one for one in findings if one.is_open and one.sentence not in obstacles]
    return {
        **standing(item),
        "findings": told[:TOLD],
        "more_findings": len(told) - TOLD,
        "settled": [one for one in findings if not one.is_open],
        "changes": changes(item) if item.revision_of_id else None,
    }


def standing(item: Publishable) -> dict[str, Any]:
    """The level, the authors, each step done with name and opinion, and what of the office's rule is missing."""
    if item.status == Status.DRAFT:
        return {"level": item.level.label, "steps": last_steps(item), "authors": [], "missing": []}
    now = workflow.Submission.of(item)
    return {
        "level": item.level.label,
        "authors": [name_of(row.person) for row in now.rows if row.kind == StepKind.AUTHOR],
        "steps": [row for row in now.rows if row.kind != StepKind.AUTHOR],
        "missing": now.obstacles(),
    }


def last_steps(item: Publishable) -> list[ReviewStep]:
    """What was done with the submission before, which is a draft again."""
    rows = ReviewStep.objects.of_submission(item).select_related("person").order_by("at", "pk")
    return [row for row in rows if row.kind != StepKind.AUTHOR] if item.submission else []


def returned(item: Publishable) -> ReviewStep | None:
    """Who sent an item back, when and why; None where it was not, or was handed in again."""
    if item.status != Status.DRAFT or item.returned_at is None:
        return None
    rows = ReviewStep.objects.about(item).filter(kind=StepKind.RETURNED).select_related("person")
    return rows.order_by("-at", "-pk").first()


def changes(draft: Publishable) -> list[Difference]:
    """What a revision says otherwise than the public row: fields, then the rows that belong to them."""
    root = draft.root
    found = content_differences(type(draft), content_now(root), content_now(draft))
    for child in draft.content_children:
        old, new = (sorted(str(row) for row in _rows(one, child)) for one in (root, draft))
        if old != new:
            label = str(draft._meta.get_field(child.relation).related_model._meta.verbose_name)  # type: ignore[union-attr]
            found.append(Difference(label, *compare(old, new)))
    return found


def _rows(item: Any, child: Any) -> list[Any]:
    return [row for row in getattr(item, child.relation).all() if child.reviewed(row)]
