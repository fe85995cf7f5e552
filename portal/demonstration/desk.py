"""The demonstration's desk: what the files say reaches the public page through its people, by the verbs and no other way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from news.placement import place
from portal.demonstration.accounts import people
from portal.demonstration.content import ContentError
from portal.demonstration.report import Report
from publishing import workflow
from publishing.models import Publishable, State, StepKind
from publishing.permissions import FIRST, SECOND, THIRD
from publishing.querysets import Status

REVIEWERS = (FIRST, SECOND, THIRD)


@contextmanager
def named(what: str) -> Iterator[None]:
    """Say of which row a model or a verb refused something."""
    try:
        yield
    except ValidationError as error:
        raise ContentError(f"{what}：{' '.join(error.messages)}") from error
    except workflow.Refused as refused:
        raise ContentError(f"{what}：{refused}") from refused


class Under(Protocol):
    """Rows that lie under an item, such as attachments."""

    def lie_under(self, item: Any) -> bool:
        """Whether the item has them, and has them as the files say."""

    def put_under(self, item: Any) -> None: ...


@dataclass(frozen=True)
class Said:
    """What the files say of one item: values of its columns, rows of its relations, and what lies under it.

    `placement` is what no reviewer has to approve: where on the home page an article stands.
    """

    values: dict[str, Any]
    relations: dict[str, set[Any]] = field(default_factory=dict)
    under: tuple[Under, ...] = ()
    placement: dict[str, Any] = field(default_factory=dict)

    def is_content_of(self, item: Publishable) -> bool:
        """Whether this is what the item says; its placement does not count."""
        return (
            says(item, self.values)
            and all(set(getattr(item, name).all()) == rows for name, rows in self.relations.items())
            and all(one.lie_under(item) for one in self.under)
        )


def says(item: Publishable, values: dict[str, Any]) -> bool:
    return all(getattr(item, name) == value for name, value in values.items())


class Desk:
    """One run: who works at the desk, and what they did."""

    def __init__(self, report: Report) -> None:
        self.report, self.people = report, people()

    def bring_in(
        self,
        item: Any,
        said: Said,
        *,
        by: User,
        at: datetime | None = None,
        label: str = "",
        public: bool = True,
    ) -> Any:
        """Make an item say what the files say; return it.

        A new one becomes public at `at` (default: now) unless told otherwise. One that is public follows the files
        through a revision; one that somebody took off the site, or works on, is only remarked.
        Raises ``ContentError``.
        """
        label = label or str(item)
        with named(label):
            if item._state.adding:
                self.write(item, said, by)
                done = "created"
            else:
                done = self._follow(item, said, by, at, label)
            if public and item.status == Status.DRAFT:
                self.release(item, by=by, at=at)
        self.report.counts[done] += 1
        return item

    def _follow(self, item: Any, said: Said, by: User, at: datetime | None, label: str) -> str:
        same, placed = said.is_content_of(item), says(item, said.placement)
        if same and placed:
            return "unchanged"
        state = item.state()
        if state == State.DRAFT:
            self.write(item, said, by)
        elif state == State.SCHEDULED:
            workflow.unschedule(item, by=self.publisher(item))
            self.write(item, said, by)
            if item.status == Status.APPROVED:
                workflow.publish(item, by=self.publisher(item), at=at)
        elif state == State.LIVE and (same or item.open_revision is None):
            if not same:
                draft = workflow.revise(item, by=by)
                self.write(draft, said, by)
                self.release(draft, by=by)
                item.refresh_from_db()
            if not placed:
                place(item, by=self.publisher(item), **said.placement)
        else:
            words = "有人正在修订" if state == State.LIVE else f"现在是“{state.label}”"
            self.report.remarks.append(f"{label}：{words}，没有随文件改动。")
            return "unchanged"
        return "updated"

    def write(self, item: Any, said: Said, by: User) -> None:
        """Save what the files say in a row that is open."""
        is_new = item._state.adding
        if is_new:
            item.created_by = by
        for name, value in {**said.values, **said.placement}.items():
            setattr(item, name, value)
        item.updated_by, item._history_user = by, by
        item.full_clean()
        item.save()
        for name, rows in said.relations.items():
            if set(getattr(item, name).all()) != rows:
                getattr(item, name).set(rows)
        for one in said.under:
            if not one.lie_under(item):
                one.put_under(item)
        if not is_new:
            workflow.note_edit(item, by=by)

    def release(self, item: Publishable, *, by: User, at: datetime | None = None) -> Any:
        """Bring a draft through all its reviews and onto the public page; return the public row.

        Raises ``ContentError`` and ``Refused``.
        """
        if off := [user.username for user in self.people.values() if not user.is_active]:
            raise ContentError(f"演示账号 {'、'.join(off)} 已停用，没有人审核。请先在后台启用。")
        workflow.submit(item, by=by)
        self.review(item)
        if item.revision_of_id is None and at is not None and at <= timezone.now():
            workflow.import_published(item, by=self.publisher(item), at=at)
            return item
        return workflow.publish(item, by=self.publisher(item), at=at)

    def publisher(self, item: Publishable) -> User:
        """Who brings it to the public page: whoever reviews last, but never 一审, who may not."""
        return self.people[REVIEWERS[max(1, item.level.reviews - 1)]]

    def review(self, item: Publishable, *, until: int = len(REVIEWERS), opinion: str = "") -> None:
        """Do the reviews of a submission up to one of them, each by the account of that step, with the signatures."""
        for step, role in enumerate(REVIEWERS[: min(until, item.level.reviews)], start=1):
            signs = {1: [StepKind.SECRECY], 2: [StepKind.MILITARY]}.get(step, [])
            workflow.approve(item, by=self.people[role], opinion=opinion, signs=signs)
        if item.level.reviews == 1 and until:
            workflow.sign(item, by=self.people[SECOND], signs=[StepKind.MILITARY])


def standing(rows: Any, **key: Any) -> Any:
    """The row of an earlier run, or None; never a revision of it."""
    return rows.roots().filter(**key).first()
