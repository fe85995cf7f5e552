"""What is done in the admin, as events of the audit trail: every model that the site registers goes through here."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db import models
from django.http import HttpRequest

from audit import acting
from audit.chain import record
from audit.models import Event

# Whoever looks for who gave whom which right looks for one kind of event.
ACCOUNT_MODELS = {"auth.user", "auth.group"}


def audited(admin_class: type[Any]) -> type[Any]:
    """The same admin, whose additions, changes and deletions are recorded."""
    if issubclass(admin_class, AuditedAdmin):
        return admin_class
    return type(admin_class.__name__, (AuditedAdmin, admin_class), {"__module__": admin_class.__module__})


class AuditedAdmin(ModelAdmin):
    """Records where Django writes its own log, so that forms, lists and actions are all covered."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        if (instance := getattr(form, "instance", None)) is not None:
            instance._audit_detail = told_changes(form, formsets or [])
        return message

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(Event.ADD, obj, _detail(obj, message))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if not _is_told(obj, message):
            _record(Event.CHANGE, obj, _detail(obj, message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            _record(Event.DELETE, obj, "")
        return super().log_deletions(request, queryset)


def _record(event: Event, obj: models.Model, detail: str) -> None:
    if obj._meta.label_lower in ACCOUNT_MODELS:
        event, detail = Event.ACCOUNT, f"{event.label} {detail}"
    record(event, obj=obj, detail=detail)


def _is_told(obj: models.Model, message: Any) -> bool:
    """Whether this is a verb's own word on an act that the verb has recorded in this request."""
    now = acting.current()
    key = (obj._meta.label_lower, str(obj.pk))
    return isinstance(message, str) and now is not None and key in now.told


def _detail(obj: Any, message: Any) -> str:
    return message if isinstance(message, str) else getattr(obj, "_audit_detail", "")


def told_changes(form: Any, formsets: Any) -> str:
    """The labels of what was changed. Values only of marks, and names of what was chosen from accounts and groups.

    Nothing else of a form may be told: it may be internal, or a password.
    """
    parts = [_told_field(form, name) for name in form.changed_data if name in form.fields]
    for formset in formsets:
        numbers = [
            ("增加", len(formset.new_objects)),
            ("修改", len(formset.changed_objects)),
            ("删除", len(formset.deleted_objects)),
        ]
        label = formset.model._meta.verbose_name
        parts += [f"{label}{word} {number} 个" for word, number in numbers if number]
    return "；".join(parts)


def _told_field(form: Any, name: str) -> str:
    label = str(form.fields[name].label or name)
    value = form.cleaned_data.get(name)
    if isinstance(value, bool):
        return f"{label}：{'是' if value else '否'}"
    if isinstance(value, models.QuerySet) and form.instance._meta.label_lower in ACCOUNT_MODELS:
        before = {str(one) for one in form.initial.get(name) or []}
        after = {str(one) for one in value}
        changes = [
            *(f"+{one}" for one in sorted(after - before)),
            *(f"-{one}" for one in sorted(before - after)),
        ]
        return f"{label}：{'、'.join(changes)}"
    return label
