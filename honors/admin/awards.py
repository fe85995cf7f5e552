"""What the sheets add up to: awards, for reading; recipients; printed claims with their verdicts, for editors."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from honors import records
from honors.admin.acts import RevokeForm, perform, shown
from honors.findings import judged
from honors.models import Award, Claim, Evidence, Recipient
from publishing.admin_deletion import GuardedDeletion
from publishing.admin_history import HistoryAdmin


class EvidenceInline(admin.TabularInline):
    """What the sheets print of an award; each leads to its sheet, where it is corrected."""

    model = Evidence
    fk_name = "award"
    fields = ("sheet_link", "name_printed", "title_printed", "quote", "state_text")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = "依据"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("honors.view_award")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("sheet__round__title", "sheet__scope", "sheet__source")

    @admin.display(description="名单")
    def sheet_link(self, row: Evidence) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:honors_rollsheet_change", args=[row.sheet_id]), row.sheet
        )

    @admin.display(description="状态")
    def state_text(self, row: Evidence) -> str:
        return records.state_of(row)


@admin.register(Award)
class AwardAdmin(HistoryAdmin):
    """Derived from verified sheets: nothing is typed here but a revocation."""

    class Media:
        css = {"all": ["css/desk.css"]}

    change_form_template = "admin/honors/award_form.html"
    list_display = ("holder", "round", "state", "basis", "source_name", "revoked_on")
    list_filter = (
        "state",
        "basis",
        "round__title",
        ("round", admin.RelatedOnlyFieldListFilter),
        ("place__province", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = (
        "round__title",
        "place__province",
        "place__prefecture",
        "recipient",
        "shown__sheet__source",
    )
    ordering = ("-round__date", "place__code", "pk")
    search_fields = ("place__name", "place__code", "place__former_names__name", "recipient__name")
    search_help_text = "按地方（含曾用名、区划代码）或表彰对象查找"
    fields = ("round", "holder", "state", "basis", "source_name", "revoked_on", "revocation_source")
    readonly_fields = fields
    inlines = (EvidenceInline,)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("honors.view_award") or request.user.has_perm("honors.change_award")

    @admin.display(description="地方或表彰对象", ordering="place__code")
    def holder(self, award: Award) -> str:
        return str(award.place or award.recipient)

    @admin.display(description="公开的来源")
    def source_name(self, award: Award) -> str:
        return award.shown.sheet.source.public_name if award.shown else "（尚未公开）"

    # --- The revocation --------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:pk>/revoke/", revoke, name="honors_award_revoke"), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """登记撤销: the day and the source, one confirm."""
        if not request.user.has_perm("honors.verify_rollsheet"):
            raise PermissionDenied
        with transaction.atomic():
            rows = Award.objects.select_related("round__title", "place__province", "place__prefecture")
            award = rows.filter(pk=pk).first()
            if award is None:
                raise Http404("没有这项荣誉。")
            form = RevokeForm(request.POST or None, admin_site=self.admin_site)
            obstacles = records.revoke_obstacles(award, by=request.user)  # type: ignore[arg-type]
            can_act = not obstacles
            back = reverse("admin:honors_award_change", args=[pk])
            if request.method == "POST" and can_act and form.is_valid():
                done, obstacles = perform(
                    request,
                    lambda: records.revoke(award, by=request.user, **form.cleaned_data),  # type: ignore[arg-type]
                    f"已登记撤销：{award}。",
                    back,
                )
                if done:
                    return done
            return shown(
                request,
                self,
                award,
                label="登记撤销",
                explains="确认后立即公开：这项荣誉显示为“已撤销”，连冠到此为止，次数减一。撤销不能取消，请核对来源。",
                form=form,
                obstacles=obstacles,
                can_act=can_act,
                back=back,
                state_line=f"现在的状态：{award.get_state_display()}。",
            )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        award = kwargs.get("obj")
        if award is not None and not records.revoke_obstacles(award, by=request.user):  # type: ignore[arg-type]
            context["revoke_address"] = reverse("admin:honors_award_revoke", args=[award.pk])
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Recipient)
class RecipientAdmin(GuardedDeletion, admin.ModelAdmin):
    list_display = ("name", "kind", "post", "place")
    list_filter = ("kind", ("place__province", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("place__province", "place__prefecture")
    search_fields = ("name", "post", "place__name")
    search_help_text = "按名称、职务或地方查找"
    autocomplete_fields = ("place",)
    fieldsets = (
        (
            None,
            {
                "fields": ("kind", "name", "post", "place"),
                "description": "名称、职务和地方在表彰核验后公开。个人只照表彰决定录姓名和职务，不录其他个人信息。",
            },
        ),
    )

    def deletion_obstacles(self, obj: Recipient) -> list[str]:
        return ["它在名单上，请先删去名单中的条目。"] if obj.awards.exists() else []


SAID = "verdict_said"  # the verdict that a page of claims carries


class JudgedChangeList(ChangeList):
    """A page of claims with their verdicts, computed together."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        for claim, said in judged(self.result_list):
            setattr(claim, SAID, said)


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin):
    list_display = ("quote", "place", "title", "said_of", "as_of", "verdict_text", "source")
    list_filter = ("kind", "title", ("place__province", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("place__province", "place__prefecture", "title", "as_of__title", "source")
    search_fields = ("quote", "place__name", "source__name")
    search_help_text = "按原话、地方或来源查找"
    autocomplete_fields = ("place", "title", "as_of", "source")
    readonly_fields = ("verdict_text",)
    fieldsets = (
        (
            None,
            {
                "fields": ("place", "title", "kind", "value", "as_of", "quote", "source"),
                "description": (
                    "来源印出的说法，保存后公开在地方页，并附核对结果“已证实、相符、无法核实”。"
                    "核对结果为“不符”的不公开，只在这里和“核对发现”里看到。"
                ),
            },
        ),
        ("核对结果", {"fields": ("verdict_text",)}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return JudgedChangeList

    @admin.display(description="说的是")
    def said_of(self, claim: Claim) -> str:
        return f"{claim.get_kind_display()} {claim.value}"

    @admin.display(description="核对结果（仅编辑可见原因）")
    def verdict_text(self, claim: Any) -> str:
        if claim.pk is None:
            return "保存后给出"
        said = getattr(claim, SAID, None) or judged([claim])[0][1]
        hidden = "" if said.public else "（不公开）"
        return f"{said.kind.label}{hidden}：{said.reason}" if said.reason else f"{said.kind.label}{hidden}"
