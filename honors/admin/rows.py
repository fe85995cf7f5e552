"""Entering the rows of a sheet: ten empty lines below its form, each through ``records.enter_all``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from honors import records
from honors.admin.acts import holder_field
from honors.models import Evidence, RecipientKind, RollSheet

EMPTY_LINES = 10


class NewRowForm(forms.ModelForm):
    """One line: whom the sheet names, and how it prints the name and the title."""

    class Meta:
        model = Evidence
        fields = ("name_printed", "title_printed", "quote")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        holder = cleaned.get("holder")
        if holder is None and "holder" not in self.errors and self.has_changed():
            self.add_error("holder", "请选择。")
        if holder is not None and not cleaned.get("name_printed") and "name_printed" not in self.errors:
            cleaned["name_printed"] = holder.name
        return cleaned

    @property
    def entry(self) -> records.Entry:
        words = {name: self.cleaned_data[name] for name in ("name_printed", "title_printed", "quote")}
        return records.Entry(self.cleaned_data["holder"], **words)


class NewRowFormSet(BaseInlineFormSet):
    """Lines that somebody filled in; ``by`` is set by the inline, so that nobody can enter for another."""

    by: User
    site: Any

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        title = self.instance.round.title
        form.fields["holder"] = holder_field(title.recipient_kind, self.site)
        form.fields["holder"].required = False
        form.fields["name_printed"].required = False
        form.fields["title_printed"].initial = title.name
        form.order_fields(["holder"])

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        if (entries := self.entries()) and (reasons := records.entry_obstacles(self.instance, entries)):
            raise forms.ValidationError(reasons)

    def entries(self) -> list[records.Entry]:
        return [form.entry for form in self.extra_forms if form.has_changed()]  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> list[Evidence]:
        self.changed_objects, self.deleted_objects = [], []
        entries = self.entries()
        self.new_objects = records.enter_all(self.instance, entries, by=self.by) if entries else []
        return self.new_objects


class NewRowInline(admin.TabularInline):
    """Only empty lines: what is on the sheet stands in the table below, with its acts."""

    model = Evidence
    fk_name = "sheet"
    form = NewRowForm
    formset = NewRowFormSet
    extra = EMPTY_LINES
    can_delete = False
    verbose_name = "条目"
    verbose_name_plural = "录入条目（所印名称不填时同地方名；称号与来源所印不同时请照来源改）"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["name_printed", "title_printed", "quote"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [(None, {"fields": ["holder", *self.get_fields(request, obj)]})]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(
            request, obj, **{**kwargs, "fields": self.get_fields(request, obj)}
        )
        formset.by, formset.site = request.user, self.admin_site
        # The heads of the table are read from the form's class, where the chooser has no place yet.
        kind = obj.round.title.recipient_kind if obj is not None else RecipientKind.PLACE
        formset.form.base_fields["holder"] = holder_field(kind, self.admin_site)
        return formset

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).none()

    # Whoever may change a sheet may enter its rows.

    def has_add_permission(self, request: HttpRequest, obj: RollSheet | None = None) -> bool:
        return request.user.has_perm("honors.change_rollsheet")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    has_view_permission = has_change_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
