"""Deletion in the admin: refused with its reasons at the form, the list and the address."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as django_delete_selected
from django.contrib.admin.utils import quote, unquote
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

# So many refusals of a list action are told one by one.
TOLD_ONE_BY_ONE = 20


class GuardedDeletion(admin.ModelAdmin):
    """Deletes only what ``deletion_obstacles`` says nothing against, at the form, the list and the address."""

    def deletion_obstacles(self, obj: Any) -> list[str]:
        """Reasons against deleting an object, as Chinese sentences."""
        return []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        reasons = self.deletion_obstacles(obj) if obj is not None else []
        if obj is not None and reasons and self.has_delete_permission(request, obj):
            messages.error(request, f"没有删除“{obj}”：{' '.join(reasons)}")
            return HttpResponseRedirect(self.address(obj, "change"))
        return super().delete_view(request, object_id, extra_context)

    @admin.action(permissions=["delete"], description="删除所选%(verbose_name)s")
    def delete_selected(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> HttpResponseBase | None:
        refused = [(obj, reasons) for obj in queryset if (reasons := self.deletion_obstacles(obj))]
        if not refused:
            return django_delete_selected(self, request, queryset)  # type: ignore[arg-type]
        for obj, reasons in refused[:TOLD_ONE_BY_ONE]:
            messages.error(request, f"“{obj}”不能删除：{' '.join(reasons)}")
        messages.error(request, "这一次什么都没有删除。请去掉不能删除的，再选一次。")
        return None

    actions = ["delete_selected"]

    def address(self, obj: models.Model, name: str) -> str:
        """The admin address of one of the object's pages: change, history, publish …"""
        view = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}"
        return reverse(view, args=[quote(obj.pk)])
