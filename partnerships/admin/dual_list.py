"""The dual list: items with what is internal and what visitors read kept apart, and totals that sources report."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from honors.models import Place
from partnerships.admin.imports import DualListImportPages
from partnerships.admin.lists import DueFilter, ProvinceFilter
from partnerships.admin.noting import NOTE
from partnerships.dual_list_filters import Known
from partnerships.findings import overdue_words, withheld_totals
from partnerships.models import DualListItem, ProgressNote, ReportedTotal, Side, Stage
from publishing.admin import NamedCells, PublishableAdmin
from publishing.admin_forms import PublishableForm
from publishing.admin_lists import StateFilter

NUMBER_HELP = "在这一年这一份清单里的序号，公开显示。"


class DualListItemForm(PublishableForm):
    """Gives the next number where none is typed, and says at the field what is wrong with a number or a day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and "number" in self.fields:
            self.fields["number"].required = False
            self.fields["number"].help_text = f"{NUMBER_HELP}不填则自动用下一个（{self._next_words()}）。"

    def _next_words(self) -> str:
        year = timezone.localdate().year
        told = [f"{label} {DualListItem.objects.next_number(year, side)}" for side, label in Side.choices]
        return f"{year}年：{'、'.join(told)}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._clean_number(cleaned)
        if cleaned.get("stage") == Stage.DONE and not cleaned.get("done_on") and "done_on" not in self.errors:
            self.add_error("done_on", "已办结的请填写办结日期。")
        elif cleaned.get("stage") not in (None, Stage.DONE) and cleaned.get("done_on"):
            self.add_error("done_on", "没有办结的不能填写办结日期。办结了，请把进度改为“已办结”。")
        return cleaned

    def _clean_number(self, cleaned: dict[str, Any]) -> None:
        year, side, number = (cleaned.get(name) for name in ("year", "side", "number"))
        if year is None or not side or "number" in self.errors:
            return
        if number is None:
            cleaned["number"] = DualListItem.objects.next_number(year, side)
            return
        namesakes = DualListItem.objects.roots().filter(year=year, side=side, number=number)
        # A revision has the number of what it revises.
        if namesakes.exclude(pk__in=[self.instance.pk, self.instance.revision_of_id]).exists():
            following = DualListItem.objects.next_number(year, side)
            self.add_error(
                "number", f"{year}年{Side(side).label}已有第{number}项。下一个可用的编号是 {following}。"
            )


class ProgressNoteInline(NamedCells, admin.TabularInline):
    model = ProgressNote
    fields = ("date", "text", "public", "seen_by")
    readonly_fields = ("seen_by",)
    extra = 1
    verbose_name_plural = "进展（不勾选“公开”的只在后台可见）"

    @admin.display(description="谁能看到")
    def seen_by(self, note: ProgressNote) -> SafeString | str:
        if note.pk is None:
            return ""
        kind, words = ("live", "访客看到的") if note.public else ("draft", "内部：只在后台可见")
        return format_html('<span class="state state--{}">{}</span>', kind, words)


@admin.register(DualListItem)
class DualListItemAdmin(DualListImportPages, PublishableAdmin):
    form = DualListItemForm
    more_acts = (NOTE,)
    change_list_template = "admin/partnerships/list.html"
    list_display = (
        "label",
        "state_and_page",
        "public_text",
        "office",
        "due_text",
        "stage_text",
    )
    list_filter = (DueFilter, "year", "side", "stage", StateFilter)
    list_per_page = 50
    ordering = ("-year", "-side", "number")  # what the military needs first
    search_fields = ("public_content", "office", "standard")
    search_help_text = "按公开内容、责任单位或质量要求查找（内部内容不参加查找）"
    date_hierarchy = "due_on"
    inlines = (ProgressNoteInline,)
    fieldsets = (
        ("清单", {"fields": ("year", "side", "number")}),
        (
            "公开内容 · 访客看到的",
            {
                "fields": ("public_content", "office", "standard", "due_on", "stage", "done_on"),
                "classes": ("part", "part--public"),
                "description": "发布后，访客看到这里的每一项。审核的就是这些文字。",
            },
        ),
        (
            "内部内容 · 只在后台可见",
            {
                "fields": ("content",),
                "classes": ("part", "part--internal"),
                "description": "访客、导出和搜索都看不到。",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        items = super().get_queryset(request)
        public = Count("notes", filter=Q(notes__public=True))
        return items.annotate(notes_number=Count("notes"), public_notes_number=public)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """This year, and the next number where the address names the list; what an address says otherwise stands."""
        given: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        year, side = given.setdefault("year", str(timezone.localdate().year)), given.get("side", "")
        if side in Side.values and re.fullmatch(r"\d{4}", year, re.ASCII) and "number" not in given:
            given["number"] = str(DualListItem.objects.next_number(int(year), side))
        return given

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST:
            # A list is typed in one go: the next item is of the same year and side.
            return HttpResponseRedirect(f"{request.path}?year={obj.year}&side={obj.side}")
        return response

    # --- Columns ---------------------------------------------------------------------------------

    @admin.display(description="事项", ordering="number")
    def label(self, item: DualListItem) -> str:
        return str(item)

    @admin.display(description="公开内容", ordering="public_content")
    def public_text(self, item: DualListItem) -> str:
        return Truncator(item.public_content).chars(40) or "（没有填写）"

    @admin.display(description="完成时限", ordering="due_on")
    def due_text(self, item: DualListItem) -> SafeString | str:
        if item.due_on is None:
            return "没有填写"
        words = overdue_words(item)
        kind = "live" if item.is_overdue() else "draft"
        mark = format_html(' <span class="state state--{}">{}</span>', kind, words) if words else ""
        return format_html("{}{}", item.due_on, mark)

    @admin.display(description="进度", ordering="stage")
    def stage_text(self, item: Any) -> SafeString:
        told = [str(item.done_on)] if item.done_on else []
        if item.notes_number:
            told.append(f"进展 {item.notes_number} 条，公开 {item.public_notes_number} 条")
        note = "；".join(told)
        return format_html('{} <span class="record-note">{}</span>', item.get_stage_display(), note)

    @admin.display(description="状态", ordering="status")
    def state_and_page(self, item: DualListItem) -> SafeString:
        return format_html("{} {}", self.state_badge(item), self.page_link(item))


WITHHELD = "is_withheld"


class TotalChangeList(ChangeList):
    """A page of totals, each with whether its page tells it."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        withheld = {total.pk for total in withheld_totals(Known.load())}
        for total in self.result_list:
            setattr(total, WITHHELD, total.pk in withheld)


@admin.register(ReportedTotal)
class ReportedTotalAdmin(admin.ModelAdmin):
    class Media:
        css = {"all": ["css/desk.css"]}

    list_display = ("quote", "place", "year", "said_of", "as_of_text", "source", "shown_text")
    list_filter = ("measure", "is_own", "year", ProvinceFilter)
    list_select_related = ("place__province", "place__prefecture", "source")
    search_fields = ("quote", "source__name")
    search_help_text = "按原文、来源或地方查找，地方可用拼音"
    autocomplete_fields = ("place", "source")
    readonly_fields = ("shown_text",)
    fieldsets = (
        (
            None,
            {
                "fields": ("place", "year", "measure", "value", "unit", "quote", "source"),
                "description": "来源报道的数目，保存后立即公开，与本站的统计分开列出，从不相加。",
            },
        ),
        ("截至", {"fields": ("as_of", "as_of_precision")}),
        ("本站这份清单", {"fields": ("is_own", "shown_text")}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TotalChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        there = Place.objects.matching(search_term).order_by().values("pk")
        said = Q(quote__icontains=search_term) | Q(source__name__icontains=search_term)
        return queryset.filter(said | Q(place__in=there)), False

    @admin.display(description="说的是")
    def said_of(self, total: ReportedTotal) -> str:
        return f"{total.get_measure_display()} {total.value} {total.unit}"

    @admin.display(description="截至", ordering="as_of")
    def as_of_text(self, total: ReportedTotal) -> str:
        return total.as_of_text

    @admin.display(description="页面上")
    def shown_text(self, total: Any) -> str:
        if total.pk is None:
            return "保存后给出"
        withheld = getattr(total, WITHHELD, None)
        if withheld is None:
            withheld = total.pk in {one.pk for one in withheld_totals(Known.load())}
        return "不显示：只比公开的事项多一两项，差额会指向没有公开的事项" if withheld else "显示"
