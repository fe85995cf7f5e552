"""The tables of the preflight in the admin: common slips, names that may be public, and what was overridden."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.chain import record
from audit.models import Event, Result
from publishing.admin_lists import local, name_of
from publishing.preflight import overrides
from publishing.preflight.models import Consent, Override, Slip
from publishing.workflow import Refused


@admin.register(Slip)
class SlipAdmin(admin.ModelAdmin):
    list_display = ["wrong", "right", "note"]
    search_fields = ["wrong", "right"]
    search_help_text = "按错的或对的写法查找"


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):
    """One person enters a name, another confirms it in the list; what was confirmed is not edited any more."""

    list_display = ["words", "ground", "entered", "confirmed"]
    search_fields = ["words", "ground"]
    list_select_related = ["entered_by", "confirmed_by"]
    fields = ["words", "ground", "entered", "confirmed"]
    readonly_fields = ["entered", "confirmed"]
    actions = ["confirm_selected"]

    def has_change_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.confirmed_by_id is None)

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("publishing.confirm_consent")

    def save_model(self, request: HttpRequest, obj: Consent, form: Any, change: bool) -> None:
        # Whoever wrote the words last answers for them: another person confirms.
        obj.entered_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    @admin.action(permissions=["confirm"], description="确认所选称谓可以公开")
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[Consent]) -> None:
        for consent in queryset:
            try:
                overrides.confirm_consent(consent, by=request.user)
            except Refused as refused:
                record(Event.WORKFLOW, obj=consent, result=Result.REFUSED, detail="确认可以公开")
                messages.error(request, f"没有确认“{consent}”：{' '.join(refused.reasons)}")
            else:
                self.log_change(request, consent, "确认可以公开")
                messages.success(request, f"已确认“{consent}”可以公开。")

    @admin.display(description="登记", empty_value="-")
    def entered(self, consent: Consent) -> str:
        return f"{name_of(consent.entered_by)} {local(consent.entered_at)}" if consent.pk else ""

    @admin.display(description="确认")
    def confirmed(self, consent: Consent) -> str:
        if consent.confirmed_by is None:
            return "待另一人确认"
        return f"{name_of(consent.confirmed_by)} {local(consent.confirmed_at)}"


@admin.register(Override)
class OverrideAdmin(admin.ModelAdmin):
    """What was asked and confirmed, to be read: asking and confirming is done on the item's own 预检 page."""

    list_display = ["label", "finding_name", "reason", "asked", "confirmed"]
    list_select_related = ["asked_by", "confirmed_by"]
    list_filter = [("confirmed_by", admin.EmptyFieldListFilter)]
    fields = ["label", "finding_name", "reason", "asked", "confirmed"]
    readonly_fields = ["label", "finding_name", "reason", "asked", "confirmed"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Override | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Override | None = None) -> bool:
        return False

    @admin.display(description="发现")
    def finding_name(self, override: Override) -> str:
        return override.kind.name

    @admin.display(description="申请")
    def asked(self, override: Override) -> str:
        return f"{name_of(override.asked_by)} {local(override.asked_at)}"

    @admin.display(description="确认")
    def confirmed(self, override: Override) -> str:
        if override.confirmed_by is None:
            return "已忽略" if override.is_in_force else "待另一人确认"
        return f"{name_of(override.confirmed_by)} {local(override.confirmed_at)}"
