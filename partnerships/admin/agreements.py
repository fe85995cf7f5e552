"""Agreements: entered, published, and verified anew."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from partnerships.models import Agreement
from publishing.admin import PublishableAdmin
from publishing.admin_lists import StateFilter


@admin.register(Agreement)
class AgreementAdmin(PublishableAdmin):
    list_display = (
        "summary",
        "parties",
        "kind",
        "place",
        "signed_on_text",
        "last_verified_on",
        "state_badge",
    )
    list_filter = (StateFilter, "kind", "has_document", ("source", admin.EmptyFieldListFilter))
    list_select_related = ("place__province", "place__prefecture", "counterpart")
    search_fields = ("summary", "partners__name", "counterpart__public_name")
    search_help_text = "按内容、共建单位或军方对象查找"
    date_hierarchy = "signed_on"
    autocomplete_fields = ("partners", "counterpart", "place", "source")
    fieldsets = (
        (None, {"fields": ("kind", "partners", "counterpart", "place", "summary", "has_document")}),
        (
            "日期和金额",
            {"fields": ("signed_on", "signed_on_precision", "ends_on", "amount_yuan", "amount_text")},
        ),
        ("来源和核实", {"fields": ("source", "last_verified_on", "last_verified_by")}),
        ("公开", {"fields": ("expires_at",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement, Any]:
        return super().get_queryset(request).prefetch_related("partners")
