"""What a row of a file changes of what the record has: a draft, or a revision of what is or was public.

Nothing that visitors read is written: a row that differs from it begins a revision of it, or goes on with the one that
is open, and that is reviewed as any other. What is under review is a draft again when a row changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from honors.lookups import SourceSaid
from partnerships.import_words import difference
from publishing import workflow
from publishing.imports import Judgement, State
from publishing.models import Publishable
from publishing.querysets import Status
from publishing.workflow import Refused, table

REASON = "由表格导入"
IN_THE_REVISION = "修订稿里已经是这样，不改动"
OTHERS_REVIEW = "它的修订稿由别人送审了。请作者先“收回”，或由审核的同事“退回”，再导入这一行。"
MEANWHILE = "刚才有人改动了其中的内容。请重新上传，先看预览。"


@dataclass
class Differences:
    """What a row says else than a row of the record, as sentences, and the values by field that it would bring.

    `kept` are sentences about what no import changes.
    """

    told: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def compare(self, heading: str, said: str, held: str, **values: Any) -> None:
        """Compare a cell with the record; `values` are what the row brings where the two differ."""
        if sentences := difference(heading, said, held):
            self.told += sentences
            self.values |= values


@dataclass(frozen=True)
class Change:
    """What a row brings to a row of the record, which was judged as it stood at `version`."""

    pk: int
    version: int
    values: dict[str, Any]


def target_of(root: Publishable) -> Any:
    """What a row about an item would change: its open revision, where it has one."""
    return root.open_revision or root


def judge(
    root: Publishable, differ: Callable[[Any], Differences], by: User
) -> tuple[Judgement, Change | None]:
    """Judge a row about a known item; `differ` compares it with the item, or with its revision.

    Raises ``ValidationError`` where the row cannot be written now.
    """
    found, target = differ(root), target_of(root)
    if not found.values:
        return Judgement.known(found.kept), None
    if target is not root:
        found = differ(target)
        if not found.values:
            return Judgement(State.KNOWN, IN_THE_REVISION), None
    if reasons := obstacles(target, by):
        raise ValidationError(reasons)
    words = f"{what_happens(target)}：{' '.join(found.told)}"
    if found.kept:
        words += f" 不改动：{' '.join(found.kept)}"
    is_draft = target.is_open and not target.revision_of_id
    judged = Judgement(State.UPDATES if is_draft else State.REVISES, words)
    return judged, Change(target.pk, target.lock_version, found.values)


def obstacles(target: Publishable, by: User) -> list[str]:
    """Every reason why a row cannot change an item or its revision now."""
    if not target.is_open:
        return table.right_obstacles(target, table.REVISE, by) + table.state_obstacles(target, table.REVISE)
    if not table.has_right(by, "change", target):
        return [f"您没有修改{target._meta.verbose_name}的权限。"]
    waits = target.revision_of_id and target.status != Status.DRAFT
    return [OTHERS_REVIEW] if waits and by.pk not in workflow.authors(target) else []


def what_happens(target: Publishable) -> str:
    """What the import does, before the sentences about the cells."""
    if not target.is_open:
        return "访客看到的不变，建立修订稿"
    what = "修订稿" if target.revision_of_id else "草稿"
    if target.status == Status.DRAFT:
        return f"改已有的{what}"
    return f"已送审的退回{what}，要重新送审"


def write(model: type[Publishable], change: Change, by: User) -> None:
    """Write what a row brings; who imports it counts as an author. Raises ``Refused`` where it changed meanwhile."""
    rows: Any = model._base_manager
    held = rows.select_for_update().filter(pk=change.pk, lock_version=change.version).first()
    if held is None:
        raise Refused([MEANWHILE])
    draft = held if held.is_open else workflow.revise(held, by=by)
    for name, value in change.values.items():
        setattr(draft, name, value.stored() if isinstance(value, SourceSaid) else value)
    draft.updated_by, draft._history_user, draft._change_reason = by, by, REASON
    draft.save()
    workflow.note_edit(draft, by=by)
