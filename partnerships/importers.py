"""Bringing agreements and the dual list in from files: what the exports write can be read again, and changes nothing.

New rows become drafts that somebody reads before they are reviewed; a row that says something else than the record
changes a draft, or goes into a revision of what is public (``import_changes``). Nothing is written when any row is
wrong. Called by the admin and by ``manage.py import_agreements`` and ``import_dual_list``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from honors.models import Source
from partnerships import import_agreements as agreements
from partnerships import import_changes as changes
from partnerships import import_items as items
from partnerships.exports import AGREEMENTS
from partnerships.import_changes import REASON, Change, Differences
from partnerships.models import Agreement, DualListItem, Partner
from publishing.imports import Judgement, Report, State, TableResource, import_table
from publishing.models import Publishable
from publishing.tables import Columns
from publishing.workflow import Refused

AGREEMENT_COLUMNS = Columns(
    AGREEMENTS.headings, ["partners", "kind", "place", "summary"], also={"签订日期": "signed_on"}
)
DUAL_LIST_COLUMNS = Columns(items.HEADS, required=["year", "side", "number"])


def import_agreements(
    data: bytes, *, by: User, dry_run: bool = False, source: Source | None = None
) -> Report:
    """Read a CSV or XLSX file of agreements; unless ``dry_run``, enter what it brings as drafts and revisions.

    ``source`` stands for rows that name none. Nothing is written when a row of the report is wrong, also one that
    names a new party or source which ``by`` may not add. Raises ``Refused`` for a file that is no such table, and for
    rows that somebody else entered or changed meanwhile.
    """
    return Report(import_table(data, AgreementResource(by, source, writes=not dry_run)))


def import_dual_list(data: bytes, *, by: User, dry_run: bool = False) -> Report:
    """Read a CSV or XLSX file of the dual list; unless ``dry_run``, enter what it brings as drafts and revisions.

    Refuses as ``import_agreements`` does.
    """
    return Report(import_table(data, DualListResource(by, writes=not dry_run)))


class DraftResource(TableResource):
    """The rows of a file that become drafts of ``model``, or change what is a draft, or begin a revision."""

    model: type[Publishable]

    def __init__(self, by: User, *, writes: bool) -> None:
        super().__init__(writes=writes)
        self.by = by
        self.fresh: list[Any] = []
        self.changes: list[Change] = []

    def open(self) -> None:
        if self.writes:
            # Who imports the same file at the same moment judges when the first has written.
            kind = ContentType.objects.get_for_model(self.model)
            ContentType.objects.select_for_update(no_key=True).get(pk=kind.pk)
        self.read_record()

    def read_record(self) -> None:
        """Ask the record for what the judging needs."""
        raise NotImplementedError

    def new(self, fact: Any, number: int) -> Judgement:
        """A row that the record does not know, once in a file. Raises ``ValidationError``."""
        self.refuse_twice(fact.key, number)
        told = fact.as_new()
        self.fresh.append(fact)
        return Judgement(State.NEW, " ".join(told))

    def change(self, root: Any, differ: Callable[[Any], Differences], number: int) -> Judgement:
        """A row about what the record has; `differ` compares it. Raises ``ValidationError``."""
        judged, change = changes.judge(root, differ, self.by)
        if change is not None:
            self.refuse_twice((self.model, root.pk), number)
            self.changes.append(change)
        return judged

    def enter(self) -> None:
        try:
            with transaction.atomic():
                for change in self.changes:
                    changes.write(self.model, change, self.by)
                self.write()
        except IntegrityError as error:
            raise Refused(["刚才有人录入了其中的内容。请重新上传，先看预览。"]) from error

    def write(self) -> None:
        """Write the new rows in a fixed number of queries."""
        raise NotImplementedError

    def draft(self, made: Sequence[Any]) -> list[Any]:
        """Store drafts, with who entered them and a line in their history."""
        for one in made:
            one.created_by = one.updated_by = self.by
        return bulk_create_with_history(
            list(made), self.model, default_user=self.by, default_change_reason=REASON
        )


class AgreementResource(DraftResource):
    model = Agreement
    columns = AGREEMENT_COLUMNS

    def __init__(self, by: User, source: Source | None, *, writes: bool) -> None:
        super().__init__(by, writes=writes)
        self.default = source

    def read_record(self) -> None:
        self.reader, self.held = agreements.Reader(self.default), agreements.Held()

    def judge(self, number: int, row: dict[str, str]) -> Judgement:
        fact = self.reader.fact(row)
        known = self.held.known(fact)
        if isinstance(known, Judgement):
            return known
        if known is not None:
            return self.change(known, lambda one: self._differences(fact, one), number)
        source = fact.source.source if fact.source else None
        self._refuse_without_right([*fact.partners, fact.counterpart, source])
        fact.remarks.extend(self.held.near(fact))
        return self.new(fact, number)

    def _differences(self, fact: agreements.Fact, one: Agreement) -> Differences:
        found = agreements.differences(fact, one)
        if (said := found.values.get("source")) is not None:
            self._refuse_without_right([said.source])
        return found

    def _refuse_without_right(self, named: Sequence[Model | None]) -> None:
        """Raises ``ValidationError`` for parties and sources that would be made for somebody who may not add them."""
        missing = [one for one in named if one is not None and one.pk is None]
        if told := [may_not_add(one) for one in missing if not self.by.has_perm(right_to_add(one))]:
            raise ValidationError(told)

    def write(self) -> None:
        self._hold_partners()
        self.reader.parties.store()
        made = self.draft([fact.agreement() for fact in self.fresh])
        through: Any = Agreement.partners.through
        joined = through.objects.bulk_create(
            through(agreement=one, partner=partner)
            for one, fact in zip(made, self.fresh, strict=True)
            for partner in fact.partners
        )
        note_partners(joined)

    def _hold_partners(self) -> None:
        """Keep partners of the record from being merged or deleted until all is written, in the order of ``merge``."""
        named = {partner.pk for fact in self.fresh for partner in fact.partners if partner.pk}
        held = Partner.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("name", "pk")
        if len(held) < len(named):
            raise Refused(["刚才有人合并或删除了其中的共建单位。请重新上传，先看预览。"])


def right_to_add(one: Model) -> str:
    return f"{one._meta.app_label}.{get_permission_codename('add', one._meta)}"


def may_not_add(one: Model) -> str:
    kind = one._meta.verbose_name
    return f"“{one}”还没有登记，您没有录入{kind}的权限。请先请有权限的同事登记，或者改用已有的{kind}。"


def note_partners(joined: Sequence[Any]) -> None:
    """Put the partners into the histories of new agreements: bulk writing leaves them out."""
    history: Any = Agreement.history.model  # type: ignore[attr-defined]
    first = {row.id: row for row in history.objects.filter(id__in=[row.agreement_id for row in joined])}
    kept = history.partners.model
    kept.objects.bulk_create(
        kept(history=first[row.agreement_id], id=row.pk, agreement=row.agreement, partner=row.partner)
        for row in joined
    )


class DualListResource(DraftResource):
    model = DualListItem
    columns = DUAL_LIST_COLUMNS

    def read_record(self) -> None:
        self.reader = items.Reader()
        roots = DualListItem.objects.roots().select_related("revision")
        self.held = {(one.year, one.side, one.number): one for one in roots}

    def judge(self, number: int, row: dict[str, str]) -> Judgement:
        fact = self.reader.fact(row)
        if held := self.held.get(fact.key):
            return self.change(held, fact.differences, number)
        return self.new(fact, number)

    def write(self) -> None:
        self.draft([fact.item for fact in self.fresh])
