from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from honors.models import Place, PlaceName, Source


class PlaceNameInline(admin.TabularInline):
    model = PlaceName
    extra = 0


@admin.register(Place)
class PlaceAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "kind", "province", "prefecture", "abolished_on")
    list_display_links = ("code", "name")
    list_filter = ("level", "kind", ("province", admin.RelatedOnlyFieldListFilter))
    # The search itself is PlaceQuerySet.matching; the admin asks for fields to show the box at all.
    search_fields = ("name",)
    search_help_text = "按名称、曾用名、拼音、首字母或区划代码查找"
    autocomplete_fields = ("parent", "successor")
    readonly_fields = ("province", "prefecture")
    inlines = (PlaceNameInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        # The autocomplete prints full names too, so list_select_related would not be enough.
        return super().get_queryset(request).select_related("province", "prefecture")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Place], search_term: str
    ) -> tuple[QuerySet[Place], bool]:
        return queryset.matching(search_term), False  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Place, form: ModelForm, change: bool) -> None:
        # Else the next load would put the computed spelling back. Who touches the box decides for himself.
        if {"pinyin", "initials"} & {*form.changed_data} and "pinyin_by_hand" not in form.changed_data:
            obj.pinyin_by_hand = True
        super().save_model(request, obj, form, change)


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "date_text", "document_no", "identified")
    list_filter = ("kind", "identified", "date_precision")
    search_fields = ("name", "document_no", "url")
    search_help_text = "按来源名称、文号或网址查找"
    date_hierarchy = "date"
