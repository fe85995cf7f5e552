"""Partners and counterparts: who takes part in agreements."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from honors.models import Place
from partnerships.admin.lists import ProvinceFilter
from partnerships.admin.merging import MergePages
from partnerships.admin.naming import NamedAdmin, NamedForm
from partnerships.models import Counterpart, Partner, PartnerName
from partnerships.parties import PLACE, roots_of, similar
from publishing.admin import NamedCells
from publishing.admin_deletion import GuardedDeletion

# A revision of an agreement is no second record.
RECORDS = Count("agreements", filter=Q(agreements__revision_of=None), distinct=True)


class PartnerNameInline(NamedCells, admin.TabularInline):
    model = PartnerName
    form = NamedForm
    fields = ("name",)
    extra = 1


@admin.register(Partner)
class PartnerAdmin(MergePages, GuardedDeletion, NamedAdmin):
    class Media:
        css = {"all": ["css/desk.css"]}

    # "查看页面" of the template leads there only where visitors can go.
    view_on_site = False
    change_form_template = "admin/partnerships/partner_form.html"
    change_list_template = "admin/partnerships/list.html"
    list_display = ("name", "kind", "place", "group_text", "names_count", "agreements_count", "page_link")
    list_filter = ("kind", "is_group", ProvinceFilter)
    list_select_related = ("place__province", "place__prefecture")
    ordering = ("name", "pk")  # that of the model is lost where rows are counted
    list_per_page = 50
    search_fields = ("name",)
    search_help_text = "按名称、其他名称、拼音、首字母或所在地查找"
    autocomplete_fields = ("place",)
    inlines = (PartnerNameInline,)
    fieldsets = (
        (None, {"fields": ("name", "kind", "place")}),
        ("一批单位", {"fields": ("is_group", "group_size")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        shown = Partner.objects.public().filter(pk=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .select_related(*PLACE)
            .annotate(
                names_number=Count("other_names", distinct=True),
                agreements_number=RECORDS,
                shown=Exists(shown),
            )
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        named = Partner.objects.matching(search_term).order_by().values("pk")
        there = Place.objects.matching(search_term).order_by().values("pk")
        return queryset.filter(Q(pk__in=named) | Q(place__in=there)), False

    def deletion_obstacles(self, obj: Partner) -> list[str]:
        # Without this its agreements would go on without a party, public ones too.
        if number := roots_of(obj.agreements).count():
            return [f"它是 {number} 条共建记录的共建单位。请先在那些记录里换成别的单位，或者用“合并”。"]
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        partner = kwargs.get("obj")
        if partner is not None:
            may_merge = self.has_merge_permission(request)
            merge = reverse("admin:partnerships_partner_merge", args=[partner.pk]) if may_merge else ""
            context |= {
                "merge_address": merge,
                "similar": similar(partner),
                "live_address": partner.get_absolute_url() if partner.shown else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Columns ---------------------------------------------------------------------------------

    @admin.display(description="一批单位", ordering="group_size")
    def group_text(self, partner: Partner) -> str:
        if not partner.is_group:
            return ""
        return f"{partner.group_size} 家" if partner.group_size else "数目不详"

    @admin.display(description="其他名称", ordering="names_number")
    def names_count(self, partner: Any) -> int:
        return int(partner.names_number)

    @admin.display(description="记录", ordering="agreements_number")
    def agreements_count(self, partner: Any) -> int:
        return int(partner.agreements_number)

    @admin.display(description="页面")
    def page_link(self, partner: Any) -> SafeString:
        if not partner.shown:
            return SafeString("")
        return format_html('<a href="{}">查看页面</a>', partner.get_absolute_url())


@admin.register(Counterpart)
class CounterpartAdmin(GuardedDeletion, NamedAdmin):
    list_display = ("public_name", "kind", "agreements_count")
    ordering = ("public_name",)
    list_filter = ("kind",)
    search_fields = ("public_name",)
    search_help_text = "按公开称谓、拼音或首字母查找"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Counterpart]:
        return super().get_queryset(request).annotate(agreements_number=RECORDS)

    def deletion_obstacles(self, obj: Counterpart) -> list[str]:
        # The database refuses it too, but the admin's own page of that names agreements, drafts among them.
        if number := roots_of(obj.agreements).count():  # type: ignore[attr-defined]
            return [f"它是 {number} 条共建记录的军方对象。请先在那些记录里换成别的对象。"]
        return []

    @admin.display(description="记录", ordering="agreements_number")
    def agreements_count(self, counterpart: Any) -> int:
        return int(counterpart.agreements_number)
