"""Sheets: entered by one person, verified as a whole by another, corrected by rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from honors import records
from honors.admin import acts
from honors.admin.findings import findings_view
from honors.admin.imports import RollImportPages
from honors.admin.rows import NewRowInline
from honors.admin.sheet_pages import SheetPages, name_of, rows_of
from honors.models import RollSheet
from publishing.admin_deletion import GuardedDeletion
from publishing.admin_history import HistoryAdmin


class SheetStateFilter(admin.SimpleListFilter):
    """The daily question: what waits for me to verify."""

    title = "核验"
    parameter_name = "verification"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", "待核验（含更正）"),
            ("corrections", "有更正待核验"),
            ("verified", "已核验"),
            ("mine", "我录入的"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "waiting":
                return queryset.filter(pk__in=records.waiting_sheets().values("pk"))
            case "corrections":
                return queryset.filter(
                    verified_by__isnull=False, pk__in=records.waiting_sheets().values("pk")
                )
            case "verified":
                return queryset.filter(verified_by__isnull=False)
            case "mine":
                return queryset.filter(entered_by=request.user)
        return queryset


@admin.register(RollSheet)
class RollSheetAdmin(RollImportPages, SheetPages, GuardedDeletion, HistoryAdmin):
    """The head and the rows of a sheet, until it is verified; then for reading, with corrections by rows."""

    class Media:
        css = {"all": ["css/desk.css"]}

    change_form_template = "admin/honors/sheet_form.html"
    change_list_template = "admin/honors/sheet_list.html"
    list_display = (
        "round",
        "scope_name",
        "basis",
        "source",
        "counts",
        "state_badge",
        "entered_by_name",
        "verified_by_name",
    )
    list_filter = (
        SheetStateFilter,
        "basis",
        "complete",
        "round__title",
        ("round", admin.RelatedOnlyFieldListFilter),
        ("scope", admin.RelatedOnlyFieldListFilter),
        ("source__identified", admin.BooleanFieldListFilter),
    )
    list_select_related = (
        "round__title",
        "scope__province",
        "scope__prefecture",
        "source",
        "entered_by",
        "verified_by",
    )
    list_per_page = 50
    search_fields = ("source__name", "scope__name", "evidence__name_printed")
    search_help_text = "按来源、范围或所印名称查找"
    autocomplete_fields = ("round", "scope", "source")
    inlines = (NewRowInline,)
    actions = ["verify_selected", "delete_selected"]
    fieldsets = (
        (
            "名单",
            {
                "fields": ("round", "scope", "basis", "source", "declared_count", "complete"),
                "description": (
                    "先保存这里，再在下面录入条目。另一个人核验以前什么都不公开；核验以后，"
                    "地方、所印名称、称号、依据和来源都公开，原文、说明和录入人不公开。"
                ),
            },
        ),
        ("内部", {"fields": ("note",)}),
    )

    # --- Rights --------------------------------------------------------------------------------

    def has_verify_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj) and request.user.has_perm("honors.verify_rollsheet")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_verified)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Who changes sheets, or verifies them, reads them too.
        rights = ("view_rollsheet", "change_rollsheet", "verify_rollsheet")
        return any(request.user.has_perm(f"honors.{right}") for right in rights)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_verified)

    def deletion_obstacles(self, obj: RollSheet) -> list[str]:
        return records.discard_obstacles(obj)

    # --- The list ------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(held=records.HELD)

    @admin.display(description="范围", ordering="scope__code")
    def scope_name(self, sheet: RollSheet) -> str:
        return str(sheet.scope) if sheet.scope else "全国"

    @admin.display(description="录入／写明")
    def counts(self, sheet: Any) -> str:
        declared = sheet.declared_count if sheet.declared_count is not None else "未写明"
        return f"{sheet.held}／{declared}"

    @admin.display(description="核验", ordering="verified_at")
    def state_badge(self, sheet: RollSheet) -> SafeString:
        kind, words = ("live", "已核验") if sheet.is_verified else ("scheduled", "待核验")
        return format_html('<span class="state state--{}">{}</span>', kind, words)

    @admin.display(description="录入人", ordering="entered_by")
    def entered_by_name(self, sheet: RollSheet) -> str:
        return name_of(sheet.entered_by)

    @admin.display(description="核验人", ordering="verified_by")
    def verified_by_name(self, sheet: RollSheet) -> str:
        return name_of(sheet.verified_by) if sheet.verified_by else ""

    @admin.action(permissions=["verify"], description="核验所选名单")
    def verify_selected(self, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
        """Nobody verifies unseen: the action says which can be verified and leads to the first of them."""
        ready = []
        for sheet in queryset:
            if reasons := records.verify_obstacles(sheet, by=request.user):  # type: ignore[arg-type]
                messages.error(request, f"不能核验“{sheet}”：{' '.join(reasons)}")
            else:
                ready.append(sheet)
        if not ready:
            return None
        if more := len(ready) - 1:
            messages.info(request, f"核验要对照来源逐张确认。现在是第一张，还有 {more} 张可以核验。")
        return HttpResponseRedirect(self.address(ready[0], "verify"))

    # --- The form ------------------------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The sheet; while something is being saved, locked, so that nobody verifies it meanwhile."""
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            RollSheet.objects.select_for_update().filter(pk__in=numbers(object_id)).first()
        return super().get_object(request, object_id, from_field)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None and not obj.is_verified else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The rows belong to awards of the round.
        return ("round",) if obj is not None and obj.evidence.exists() else ()

    def save_model(self, request: HttpRequest, obj: RollSheet, form: ModelForm[Any], change: bool) -> None:
        if change and not form.changed_data:
            return  # only rows were entered: that is no change of the head
        if not change:
            obj.entered_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: RollSheet, post_url_continue: Any = None
    ) -> HttpResponse:
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, "名单已建立。现在录入它的条目。")
        return HttpResponseRedirect(self.address(obj, "change"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        sheet = kwargs.get("obj")
        if sheet is not None:
            may_act = request.user.has_perm("honors.change_rollsheet")
            rows = rows_of(sheet)
            for row in rows:
                row.links = self._links(row, sheet) if may_act else []
            context |= {
                "rows": rows,
                "held": records.held(sheet),
                "state_words": state_words(sheet, rows),
                "verify_address": self.address(sheet, "verify")
                if self.has_verify_permission(request)
                else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _links(self, row: Any, sheet: RollSheet) -> list[tuple[str, str]]:
        return [
            (act.label, reverse("admin:honors_rollsheet_row", args=[sheet.pk, row.pk, act.name]))
            for act in acts.acts_for(row, sheet)
        ]

    # --- Deletion of what nobody verified ------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        named = [f"{sheet}（{records.held(sheet)} 条）" for sheet in objs]
        needed = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return named, {str(self.opts.verbose_name_plural): len(named)}, needed, []

    def delete_model(self, request: HttpRequest, obj: RollSheet) -> None:
        records.discard(obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for sheet in queryset:
                records.discard(sheet)

    # --- Pages ---------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        findings = self.admin_site.admin_view(lambda request: findings_view(self, request))
        return [path("findings/", findings, name="honors_findings"), *super().get_urls()]


def numbers(object_id: str) -> list[int]:
    """The key in an address; none for what is no number that a database can hold."""
    return [int(object_id)] if object_id.isascii() and object_id.isdigit() and len(object_id) < 19 else []


def state_words(sheet: RollSheet, rows: list[Any]) -> str:
    waiting = sum(row.verified_by_id is None and row.voided_at is None for row in rows)
    if not sheet.is_verified:
        return "待核验：访客看不到。由没有录入和修改过它的人核验。"
    told = f"已核验：{name_of(sheet.verified_by)}。内容不再改动，只能更正或作废。"
    return f"{told}有 {waiting} 条更正等待核验。" if waiting else told
