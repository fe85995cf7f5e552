"""审核单: everything that was done with an item, as an inspector reads it.

Rows of the review, overrides and the history are each read at once, so that a sheet of forty submissions costs as many
queries as that of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from publishing.admin_history import newest_of_each_save
from publishing.admin_lists import badge, local, name_of
from publishing.declared import content_hash
from publishing.differences import Difference
from publishing.models import Override, Publishable, ReviewLevel, ReviewStep, StepKind
from publishing.models.reviews import SIGNATURES, STEP_NAMES
from publishing.preflight.inspection import Finding, inspect
from publishing.querysets import OPEN, Status
from publishing.timeline import changed_labels, content_differences, raw_contents, timeline
from publishing.workflow import Submission

SHORT = 12
# What brought a submission to its end before it was public.
ENDS = (StepKind.RETURNED, StepKind.TAKEN_BACK, StepKind.EDITED)


@dataclass(frozen=True)
class Act:
    """One line of a submission: who did what when, and what they said."""

    name: str
    kind: str
    who: str
    at: datetime
    opinion: str
    hashed: str

    @classmethod
    def of(cls, row: ReviewStep) -> Act:
        return cls(row.name, row.kind, name_of(row.person), row.at, row.opinion, row.content_hash[:SHORT])


@dataclass(frozen=True)
class Handed:
    """One submission: its authors, its acts, how it ended, and what it changed of what was public before.

    `changed` is None where its text is not on record, or nothing was public before (`is_first`). `differences` are told
    of the newest one only; `old` and `new` are the numbers of the records that were compared.
    """

    number: int
    authors: list[str]
    acts: list[Act]
    level: str
    outcome: str
    is_first: bool
    changed: list[str] | None
    differences: list[Difference]
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True)
class Overridden:
    """An override, and whether the text that it speaks of still stands."""

    override: Override
    stands: bool


@dataclass(frozen=True)
class Moment:
    """Something that happened to the public page."""

    at: datetime
    what: str
    who: str
    more: str


@dataclass(frozen=True)
class Sheet:
    """`working` is the row that people work on: the revision under way, or the item itself."""

    root: Any
    working: Any
    level: str
    level_why: str
    hashed: str
    public_hash: str
    public_state: str
    state: str
    missing: list[str]
    coming_authors: list[str]
    submissions: list[Handed]
    overridden: list[Overridden]
    findings: list[Finding]
    moments: list[Moment]
    signers: list[str]


def sheet_of(item: Publishable) -> Sheet:
    """The sheet of an item; a revision and what it revises have the same one."""
    root = item.root
    working = item if item.revision_of_id else root.open_revision or root
    rows = list(ReviewStep.objects.about(root).select_related("person"))
    findings = inspect(working)
    # What is public keeps its overrides while a revision says something else.
    of_public = inspect(root) if working is not root else []
    standing = {one.override.pk for one in [*findings, *of_public] if one.override is not None}
    overrides = (
        Override.objects.about(root).select_related("asked_by", "confirmed_by").order_by("asked_at", "pk")
    )
    records = _light_records(root)
    level = working.level
    return Sheet(
        root=root,
        working=working,
        level=str(level.label),
        level_why=_level_why(working),
        hashed=content_hash(working)[:SHORT],
        public_hash=root.approved_hash[:SHORT],
        public_state=badge(root)[1],
        state=badge(working)[1],
        missing=_missing(working),
        coming_authors=[name_of(row.person) for row in rows if row.submission > working.submission],
        submissions=_submissions(working, rows, records),
        overridden=[Overridden(one, one.pk in standing) for one in overrides],
        findings=[one for one in findings if one.is_open],
        moments=_moments(root, records),
        signers=[
            "撰稿",
            *(STEP_NAMES[step] for step in range(1, level.reviews + 1)),
            *(str(StepKind(kind).label) for kind in SIGNATURES),
            "签发",
        ],
    )


def _level_why(item: Publishable) -> str:
    base = item.base_level()
    if item.level == base:
        return f"{item.level_ground}。"
    return f"{item.level_ground}是{base.label}；这一条单独提高。"


def _missing(item: Publishable) -> list[str]:
    """What is still missing for an item that somebody handed in, or that went out in an emergency."""
    waits = item.status in {Status.IN_REVIEW, Status.APPROVED} or item.check_is_open
    return Submission.of(item).obstacles() if waits else []


# --- Submissions -------------------------------------------------------------------------------------------


def _submissions(working: Publishable, rows: list[ReviewStep], records: Sequence[Any]) -> list[Handed]:
    by_number: dict[int, list[ReviewStep]] = {
        number: list(group)
        for number, group in groupby(sorted(rows, key=lambda row: row.submission), lambda row: row.submission)
        if number <= working.submission
    }
    pairs = {number: _compared_records(working, records, number) for number in by_number}
    contents = _contents_of(working, [one for pair in pairs.values() for one in pair if one is not None])
    newest = max(by_number, default=0)
    return [
        _handed(working, number, by_number[number], *pairs[number], contents, whole=number == newest)
        for number in sorted(by_number, reverse=True)
    ]


def _handed(
    working: Publishable,
    number: int,
    rows: list[ReviewStep],
    old: Any,
    new: Any,
    contents: dict[Any, Any],
    *,
    whole: bool,
) -> Handed:
    acts = [Act.of(row) for row in rows if row.kind != StepKind.AUTHOR]
    ends = [act.name for act in acts if act.kind in ENDS]
    changed, told = None, []
    if old is not None and new is not None:
        before, after = contents[old.pk], contents[new.pk]
        changed = changed_labels(type(working), before, after)
        told = content_differences(type(working), before, after) if whole else []
    return Handed(
        number=number,
        authors=[name_of(row.person) for row in rows if row.kind == StepKind.AUTHOR],
        acts=acts,
        level=str(ReviewLevel(new.review_level).label) if new is not None and new.review_level else "",
        outcome=ends[-1] if ends else badge(working)[1] if number == working.submission else "已公开",
        is_first=old is None,
        changed=changed,
        differences=told,
        old=old.pk if old is not None else None,
        new=new.pk if new is not None else None,
    )


def _compared_records(working: Publishable, records: Sequence[Any], number: int) -> tuple[Any, Any]:
    """The record of what was public when a submission was handed in, and the record of what was handed in."""
    of_it = [one for one in records if one.submission == number and one.status != Status.DRAFT]
    new = of_it[-1] if of_it else None
    if new is None:
        return None, None
    root = working.revision_of_id or working.pk
    key = working._meta.pk.attname
    public = (
        one
        for one in records
        if getattr(one, key) == root
        and one.status not in OPEN
        and one.published_at <= one.history_date
        and one.submission < number
        and one.history_date <= new.history_date
    )
    return next(public, None), new


def _contents_of(working: Publishable, records: list[Any]) -> dict[Any, Any]:
    numbers = {one.pk for one in records}
    if not numbers:
        return {}
    return raw_contents(list(type(working).history.filter(pk__in=numbers)))  # type: ignore[attr-defined]


# --- The public page ---------------------------------------------------------------------------------------


def _light_records(root: Any) -> list[Any]:
    """The whole timeline, newest first, without the texts."""
    texts = [name for name in root.content_fields if not root._meta.get_field(name).many_to_many]
    return list(timeline(type(root), root.pk).defer(*texts))


def _moments(root: Any, records: Sequence[Any]) -> list[Moment]:
    """What happened to the public page, newest first: read from the history, whatever verb did it."""
    found: list[Moment] = []
    last: Any = None
    for one in reversed(newest_of_each_save(records)):
        if one.revision_of_id:
            if one.history_type in {"+", "-"}:
                found.append(_moment(one))
            continue
        now = _standing(one)
        if now != last:
            found.append(_moment(one))
        last = now
    return found[::-1]


def _standing(record: Any) -> tuple[Any, ...] | None:
    """What visitors and the clock know of a record; None before it is public."""
    if record.status in OPEN:
        return None
    return (
        record.status, record.published_at, record.expires_at, record.review_on, record.archived_at,
        record.withdrawn_at, record.submission,
    )  # fmt: skip


def _moment(record: Any) -> Moment:
    more = ""
    if record.status == Status.WITHDRAWN:
        more = f"原因：{record.withdrawal_reason}"
    elif record.status == Status.PUBLISHED and record.published_at > record.history_date:
        more = f"定于 {local(record.published_at)} 公开"
    return Moment(
        record.history_date,
        record.history_change_reason or "保存",
        name_of(record.history_user) or "系统",
        more,
    )
