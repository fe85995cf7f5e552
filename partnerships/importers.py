"""Bringing agreements and the dual list in from files: what the exports write can be read again, and changes nothing.

New rows become drafts that somebody reads before they are published; a row that the record knows is never written,
and where it says something else that is told. Nothing is written when any row is wrong. Called by the admin and by
``manage.py import_agreements`` and ``import_dual_list``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from honors.models import Source
from partnerships import import_agreements as agreements
from partnerships import import_items as items
from partnerships.exports import AGREEMENTS
from partnerships.models import Agreement, DualListItem, Partner
from publishing.imports import Judgement, Report, State, TableResource, import_table
from publishing.tables import Columns
from publishing.workflow import Refused

REASON = "由表格导入"

AGREEMENT_COLUMNS = Columns(
    AGREEMENTS.headings, ["partners", "kind", "place", "summary"], also={"签订日期": "signed_on"}
)
DUAL_LIST_COLUMNS = Columns(items.HEADS, required=["year", "side", "number"])


def import_agreements(
    data: bytes, *, by: User, dry_run: bool = False, source: Source | None = None
) -> Report:
    """Read a CSV or XLSX file of agreements; unless ``dry_run``, enter its new rows as drafts.

    ``source`` stands for rows that name none. Nothing is written when a row of the report is wrong. Raises
    ``Refused`` for a file that is no such table, and for rows that somebody else entered meanwhile.
    """
    return Report(import_table(data, AgreementResource(by, source, writes=not dry_run)))


def import_dual_list(data: bytes, *, by: User, dry_run: bool = False) -> Report:
    """Read a CSV or XLSX file of the dual list; unless ``dry_run``, enter its new rows as drafts.

    Refuses as ``import_agreements`` does.
    """
    return Report(import_table(data, DualListResource(by, writes=not dry_run)))


class DraftResource(TableResource):
    """The rows of a file that become drafts of ``model``."""

    model: type[Model]

    def __init__(self, by: User, *, writes: bool) -> None:
        super().__init__(writes=writes)
        self.by = by
        self.fresh: list[Any] = []

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

    def enter(self) -> None:
        try:
            with transaction.atomic():
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
        differences = self.held.differences(fact)
        if differences is not None:
            return Judgement.known(differences)
        fact.remarks.extend(self.held.near(fact))
        return self.new(fact, number)

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
        self.held = {(one.year, one.side, one.number): one for one in DualListItem.objects.all()}

    def judge(self, number: int, row: dict[str, str]) -> Judgement:
        fact = self.reader.fact(row)
        if held := self.held.get(fact.key):
            return Judgement.known(fact.differences(held))
        return self.new(fact, number)

    def write(self) -> None:
        self.draft([fact.item for fact in self.fresh])
