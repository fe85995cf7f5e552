"""Agreements: entered, published, and verified anew."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partnerships.admin.findings import findings_view
from partnerships.admin.imports import AgreementImportPages
from partnerships.admin.lists import ProvinceFilter, SourcedFilter, StandingFilter, VerifiedFilter
from partnerships.admin.reverifying import REVERIFY, ReverifySelected
from partnerships.findings import verified_words
from partnerships.models import Agreement, Partner
from partnerships.parties import PLACE
from partnerships.views.agreements import preview_context
from publishing.admin import PublishableAdmin
from publishing.admin_forms import PublishableForm
from publishing.admin_lists import StateFilter, local, name_of


class AgreementForm(PublishableForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "partners" in self.fields:  # absent for those who may only view
            field: Any = self.fields["partners"]
            field.error_messages["required"] = "请填写至少一个共建单位。"
            field.queryset, field.label_from_instance = (
                field.queryset.select_related(*PLACE),
                Partner.look_up_label,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "amount_text" in self.changed_data and "amount_yuan" not in self.changed_data:
            # The old number belongs to the old words; the model computes the new one.
            cleaned["amount_yuan"] = None
        signed, ends = cleaned.get("signed_on"), cleaned.get("ends_on")
        if signed and ends and ends < signed:
            self.add_error("ends_on", "协议到期日期不能早于签订日期。")
        return cleaned


@admin.register(Agreement)
class AgreementAdmin(AgreementImportPages, ReverifySelected, PublishableAdmin):
    form = AgreementForm
    preview_template = "partnerships/preview.html"
    more_acts = (REVERIFY,)
    actions = ["submit_selected", "publish_selected", "reverify_selected", "delete_selected"]
    change_list_template = "admin/partnerships/list.html"
    list_display = (
        "summary",
        "state_and_page",
        "parties",
        "kind_and_place",
        "dates_text",
        "verified_and_source",
    )
    list_filter = (
        VerifiedFilter,
        SourcedFilter,
        StandingFilter,
        StateFilter,
        "kind",
        "has_document",
        ProvinceFilter,
    )
    list_select_related = ("place__province", "place__prefecture", "counterpart", "source", "revision_of")
    list_per_page = 50
    # The search itself is AgreementQuerySet.matching; the admin asks for fields to show the box at all.
    search_fields = ("summary",)
    search_help_text = "按内容、共建单位、军方对象或地方查找，后三样可用拼音和首字母"
    date_hierarchy = "signed_on"
    autocomplete_fields = ("partners", "counterpart", "place", "source")
    readonly_fields = ("verified_text", "verifications_text")
    fieldsets = (
        (None, {"fields": ("kind", "partners", "counterpart", "place", "summary", "has_document")}),
        (
            "日期和金额",
            {"fields": ("signed_on", "signed_on_precision", "ends_on", "amount_text", "amount_yuan")},
        ),
        ("来源", {"fields": ("source",)}),
        ("公开", {"fields": ("expires_at",)}),
    )
    verified_fieldset = ("核实", {"fields": ("verified_text", "verifications_text")})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, self.verified_fieldset] if obj is not None else fieldsets

    def preview_context(self, request: HttpRequest, item: Agreement) -> dict[str, Any]:
        return preview_context(item)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement, Any]:
        return super().get_queryset(request).prefetch_related("partners")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found = queryset.matching(search_term)  # type: ignore[attr-defined]
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            # A revision goes once it is public: what others refer to is the agreement itself.
            found = found.roots().select_related("counterpart")
        return found, False

    def get_urls(self) -> list[URLPattern]:
        findings = self.admin_site.admin_view(lambda request: findings_view(self, request))
        return [path("findings/", findings, name="partnerships_findings"), *super().get_urls()]

    # --- Columns ---------------------------------------------------------------------------------

    @admin.display(description="类别、地方", ordering="kind")
    def kind_and_place(self, agreement: Agreement) -> SafeString:
        kind, place = agreement.get_kind_display(), agreement.place
        return format_html('{} <span class="record-note">{}</span>', kind, place)

    @admin.display(description="签订、期限", ordering="signed_on")
    def dates_text(self, agreement: Agreement) -> SafeString:
        until = f"，到 {agreement.ends_on}" if agreement.ends_on else ""
        standing = f"{agreement.current_status.label}{until}"
        return format_html('{} <span class="record-note">{}</span>', agreement.signed_on_text, standing)

    @admin.display(description="最近核实", ordering="last_verified_on")
    def verified_text(self, agreement: Agreement) -> SafeString:
        # A revision says when what it revises was verified.
        words = verified_words(agreement.root)
        mark = SafeString("") if agreement.root.is_fresh else SafeString(' <span class="state">待核实</span>')
        return format_html("{}{}", words, mark)

    @admin.display(description="核实、来源", ordering="last_verified_on")
    def verified_and_source(self, agreement: Agreement) -> SafeString:
        source, mark = agreement.source, SafeString('<span class="state state--scheduled">{}</span>')
        if source is None or not source.identified:
            told = format_html(mark, "无来源" if source is None else source.public_name)
        else:
            told = format_html('<span class="record-note">{}</span>', source.name)
        return format_html("{} {}", self.verified_text(agreement), told)

    @admin.display(description="状态", ordering="status")
    def state_and_page(self, agreement: Agreement) -> SafeString:
        return format_html("{} {}", self.state_badge(agreement), self.page_link(agreement))

    @admin.display(description="历次核实")
    def verifications_text(self, agreement: Agreement) -> SafeString | str:
        """Who verified when and how, the last first: for reading, since nothing of it is ever changed."""
        rows = [
            (one.verified_on, name_of(one.by), one.how, local(one.entered_at))
            for one in agreement.root.verifications.select_related("by")
        ]
        items = format_html_join("", "<li>{}，{}：{} <span class='file-facts'>登记于 {}</span></li>", rows)
        return format_html('<ul class="quiet-list">{}</ul>', items) if rows else "还没有登记过。"
