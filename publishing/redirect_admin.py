"""Redirects of the site in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from publishing.models import Redirect


class GoneFilter(admin.SimpleListFilter):
    title = "去向"
    parameter_name = "gone"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("0", "转到新地址"), ("1", "已移除（410）")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Redirect]) -> QuerySet[Redirect]:
        match self.value():
            case "0":
                return queryset.exclude(new_path="")
            case "1":
                return queryset.filter(new_path="")
        return queryset


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    list_display = ("old_path", "leads_to", "created_at")
    list_filter = (GoneFilter, "created_at")
    search_fields = ("old_path", "new_path")
    search_help_text = "按旧地址或新地址查找"
    readonly_fields = ("created_at",)

    @admin.display(description="去向", ordering="new_path")
    def leads_to(self, redirect: Redirect) -> str:
        return redirect.new_path or "已移除（410）"
