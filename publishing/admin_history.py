"""The history of a record in the admin: who changed what, when and why, old and new side by side.

What is reviewed and published has more of it: ``publishing.admin_versions``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from simple_history.admin import SimpleHistoryAdmin
from simple_history.utils import get_m2m_reverse_field_name

from audit.chain import record as audit_record
from audit.models import Event
from publishing.differences import Difference, field_difference

PER_PAGE = 50
# One save writes a record, and one more for each many-to-many relation: within this time they are one change.
ONE_SAVE = timedelta(seconds=2)
REASON_LENGTH = 100
TYPES = {"+": "新建", "~": "修改", "-": "删除"}


class HistoryAdmin(SimpleHistoryAdmin):
    """A ``ModelAdmin`` whose history is read, never restored: see ``SIMPLE_HISTORY_REVERT_DISABLED``."""

    object_history_template: Any = "admin/publishing/history.html"
    object_history_form_template = "admin/publishing/history_entry.html"

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        obj._change_reason = reason_of(form, change)
        super().save_model(request, obj, form, change)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        pk, item = self._key_and_item(request, object_id)
        records = self._records(pk)
        page = Paginator(records, PER_PAGE).get_page(request.GET.get(PAGE_VAR))
        if item is None and not page.object_list:
            raise Http404
        context = {
            "title": f"修改记录：{item or page.object_list[0].instance}",
            "entries": self._entries(newest_of_each_save(page.object_list), records),
            "page": page,
            **self._history_context(request, item, page),
            **(extra_context or {}),
        }
        return self._page(request, self.object_history_template, item, context)

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET"])  # type: ignore[return-value]
        pk, item = self._key_and_item(request, object_id)
        records = self._records(pk)
        record = self._record(records, version_id)
        previous = self._previous(record, records)
        audit_record(Event.VIEW, obj=record.instance, detail="修改记录")
        context = {
            "title": f"修改记录：{record.instance}",
            "entry": self._entries([record], records)[0],
            "previous": Entry(previous) if previous else None,
            "differences": self._differences(record, previous),
            **self._entry_context(request, item, record),
            **(extra_context or {}),
        }
        return self._page(request, self.object_history_form_template, item, context)

    def _key_and_item(self, request: HttpRequest, object_id: str) -> tuple[Any, Any]:
        """The key and the object, None for a deleted one. 403 without the right to view, 404 for nonsense."""
        item = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, item):
            raise PermissionDenied
        try:
            return self.opts.pk.to_python(unquote(object_id)), item
        except ValidationError as error:
            raise Http404 from error

    def _record(self, records: models.QuerySet[Any], number: str) -> Any:
        """The record of a number that stands in an address; 404 for nonsense and for those of something else."""
        found = records.filter(pk=int(number)).first() if number.isdecimal() else None
        if found is None:
            raise Http404("没有这条修改记录。")
        return found

    # --- What content adds to it (publishing.admin_versions) --------------------------------------

    def _entries(self, records: Iterable[Any], timeline: models.QuerySet[Any]) -> list[Entry]:
        return [Entry(record) for record in records]

    def _history_context(self, request: HttpRequest, item: Any, page: Any) -> dict[str, Any]:
        return {}

    def _entry_context(self, request: HttpRequest, item: Any, record: Any) -> dict[str, Any]:
        return {}

    def _previous(self, record: Any, records: models.QuerySet[Any]) -> Any:
        return before(record, records)

    def _differences(self, record: Any, previous: Any) -> list[Difference]:
        return differences(record, previous)

    def _records(self, pk: Any) -> models.QuerySet[Any]:
        records = self.model.history.filter(**{self.opts.pk.attname: pk})  # type: ignore[attr-defined]
        return records.select_related("history_user").order_by("-history_date", "-history_id")

    def _page(self, request: HttpRequest, template: str, item: Any, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "original": item}
        return TemplateResponse(request, template, context)


class Entry:
    """A record of the history as the page shows it.

    `revision` is the number of the revision whose record it is, `brought_in` that of the one which it made public.
    """

    revision: int | None = None
    brought_in: int | None = None

    def __init__(self, record: Any) -> None:
        self.pk = record.history_id
        self.at = record.history_date
        self.type = TYPES[record.history_type]
        self.reason = record.history_change_reason or ""
        user = record.history_user
        self.who = (user.get_full_name() or user.get_username()) if user else "系统"


def reason_of(form: ModelForm[Any], change: bool) -> str:
    """What a save did, for the history: the labels of the fields that the editor changed."""
    if not change:
        return "新建"
    labels = [str(form.fields[name].label or name) for name in form.changed_data if name in form.fields]
    return f"修改：{'、'.join(labels)}"[:REASON_LENGTH] if labels else "保存，没有改动"


def of_one_save(newer: Any, older: Any) -> bool:
    return (
        newer.history_user_id == older.history_user_id
        and newer.history_date - older.history_date < ONE_SAVE
        and _same_reason(newer.history_change_reason or "", older.history_change_reason or "")
        and _same_row(newer, older)
    )


def _same_reason(newer: str, older: str) -> bool:
    """The last record of a save says of its files too (``PublishableAdmin._note_files``)."""
    return newer == older or bool(older) and newer.startswith(f"{older}；")


def _same_row(newer: Any, older: Any) -> bool:
    """A revision that is published is deleted in the save that brings it in."""
    return _key(newer) == _key(older) or "-" in {newer.history_type, older.history_type}


def newest_of_each_save(records: Iterable[Any]) -> list[Any]:
    """Records, newest first, without those that a later record of the same save completes.

    Of the save that makes a revision public the record of the public row stays, and names the revision it `brought_in`.
    """
    kept: list[Any] = []
    newer = None
    for record in records:
        if newer is None or not of_one_save(newer, record):
            kept.append(record)
        elif _key(record) == _key(kept[-1]):
            # The save began as what its first record says.
            kept[-1].history_type = record.history_type
        elif kept[-1].history_type == "-":
            record.brought_in = _key(kept[-1])
            kept[-1] = record
        else:
            kept[-1].brought_in = _key(record)
        newer = record
    return kept


def _key(record: Any) -> Any:
    return getattr(record, record.instance_type._meta.pk.attname)


def before(record: Any, records: models.QuerySet[Any]) -> Any:
    """The newest record of the save before; None where the record belongs to the first one."""
    older = records.filter(history_date__lte=record.history_date).exclude(
        history_date=record.history_date, history_id__gte=record.history_id
    )
    newer = record
    for candidate in older[:10]:
        if not of_one_save(newer, candidate):
            return candidate
        newer = candidate
    return None


def differences(record: Any, previous: Any) -> list[Difference]:
    """The changed fields, old and new; for a first record everything that was filled in."""
    model = record.instance_type
    changed = _changed(record, previous) if previous else _filled_in(record)
    order = [field.name for field in model._meta.get_fields()]
    found = []
    for name, (old, new) in sorted(changed.items(), key=lambda entry: order.index(entry[0])):
        difference = field_difference(model._meta.get_field(name), old, new)
        found += [difference] if difference else []
    return found


def _changed(record: Any, previous: Any) -> dict[str, tuple[Any, Any]]:
    delta = record.diff_against(previous, foreign_keys_are_objs=True)
    changed = {
        change.field: (_chosen(record, change.field, change.old), _chosen(record, change.field, change.new))
        for change in delta.changes
    }
    # diff_against looks only at fields that forms may edit; the status and its dates matter as much.
    for field in record.tracked_fields:
        if not field.editable and not field.primary_key and field.name not in UNTOLD:
            old, new = _value(previous, field), _value(record, field)
            if old != new:
                changed[field.name] = (old, new)
    return changed


# Who and when stand above the differences already.
UNTOLD = {"created_at", "created_by", "updated_at", "updated_by", "lock_version"}


def _chosen(record: Any, name: str, value: Any) -> Any:
    """Rows of a many-to-many relation come as dicts that name both ends; the far end is what was chosen."""
    field = record.instance_type._meta.get_field(name)
    return [row[get_m2m_reverse_field_name(field)] for row in value] if field.many_to_many else value


def _value(record: Any, field: models.Field[Any, Any]) -> Any:
    try:
        return getattr(record, field.name)
    except ObjectDoesNotExist:
        return "（已删除）"


def _filled_in(record: Any) -> dict[str, tuple[Any, Any]]:
    values = {
        field.name: _value(record, field)
        for field in record.tracked_fields
        if not field.primary_key and field.name not in UNTOLD
    }
    return {name: (None, value) for name, value in values.items() if value not in (None, "", False)}
