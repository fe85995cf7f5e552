"""Titles and their rounds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from honors.findings import HELD_STATES
from honors.models import Round, Title
from publishing.admin import PublishableAdmin
from publishing.admin_lists import StateFilter

ROUNDS_COUNT = Count("rounds", filter=Q(rounds__revision_of=None))
# A revision of a round has no awards and no sheets: they stay with the round.
ELSEWHERE = "见原届次"


@admin.register(Title)
class TitleAdmin(admin.ModelAdmin):
    """What is entered here is public at once, and standings follow with it."""

    list_display = ("name", "level", "region", "recipient_kind", "rounds_known", "rounds_count", "order")
    list_filter = ("level", "recipient_kind", "rounds_known", ("region", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region__province", "region__prefecture")
    search_fields = ("name", "slug")
    search_help_text = "按称号或地址名查找"
    autocomplete_fields = ("region",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "slug", "level", "region", "recipient_kind", "description", "order"),
                "description": "这一页的内容保存后立即公开。",
            },
        ),
        (
            "连冠",
            {
                "fields": ("rounds_known",),
                "description": "勾选或取消后，这个称号下全部地方的连冠和次数立即重新计算。",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Title]:
        return super().get_queryset(request).annotate(rounds_count=ROUNDS_COUNT)

    @admin.display(description="届次数", ordering="rounds_count")
    def rounds_count(self, title: Any) -> int:
        return int(title.rounds_count)


@admin.register(Round)
class RoundAdmin(PublishableAdmin):
    list_display = (
        "label",
        "state_badge",
        "title",
        "date_text",
        "cycle",
        "held_of_announced",
        "sheets_count",
    )
    list_display_links = ("label",)
    list_filter = (StateFilter, "title", "title__level")
    list_select_related = ("title", "source")
    # Said again: the counts of the list group its rows, and a grouped query forgets the order of the model.
    ordering = ("-date", "-pk")
    date_hierarchy = "date"
    search_fields = ("title__name", "slug", "year", "document_no")
    search_help_text = "按称号、年份、地址名或文号查找"
    autocomplete_fields = ("title", "source")
    fieldsets = (
        ("届次", {"fields": ("title", "slug", "ordinal", "year", "date", "date_precision", "cycle")}),
        (
            "命名",
            {
                "fields": ("naming_bodies", "document_no", "announced_count", "source"),
                "description": "发布后公开：届次页写明命名机关、文号、公布总数与本站已查得的个数。",
            },
        ),
        ("内部", {"fields": ("note",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Round]:
        held = Count("awards", filter=Q(awards__state__in=HELD_STATES), distinct=True)
        rounds = super().get_queryset(request).select_related("title")
        return rounds.annotate(held=held, sheets_number=Count("sheets", distinct=True))

    @admin.display(description="届次", ordering="ordinal")
    def label(self, one: Round) -> str:
        return one.label

    @admin.display(description="命名日期", ordering="date")
    def date_text(self, one: Round) -> str:
        return one.date_text

    @admin.display(description="已查得／公布")
    def held_of_announced(self, one: Any) -> str:
        held = ELSEWHERE if one.revision_of_id else one.held
        return f"{held}／{one.announced_count or '未写明'}"

    @admin.display(description="名单", ordering="sheets_number")
    def sheets_count(self, one: Any) -> str:
        return ELSEWHERE if one.revision_of_id else str(one.sheets_number)
