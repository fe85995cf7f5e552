"""The daily questions of an editor as filters of the lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from honors.models import Place
from partnerships.models import AgreementStatus
from partnerships.querysets import SOON_DAYS, is_fresh


class VerifiedFilter(admin.SimpleListFilter):
    title = "核实"
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("due", "待再核实（满 11 个月）"),
            ("stale", "访客看到“待核实”"),
            ("fresh", "访客看到“已核实”"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        match self.value():
            case "due":
                return queryset.to_reverify(today)
            case "stale":
                return queryset.published().exclude(is_fresh(today))
            case "fresh":
                return queryset.published().filter(is_fresh(today))
        return queryset


class SourcedFilter(admin.SimpleListFilter):
    title = "来源"
    parameter_name = "sourced"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("without", "无来源或来源待补"), ("none", "无来源")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "without":
                return queryset.without_source()
            case "none":
                return queryset.roots().filter(source=None)
        return queryset


class StandingFilter(admin.SimpleListFilter):
    title = "期限"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("soon", f"将到期（{SOON_DAYS} 天内）"), *AgreementStatus.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "soon":
            return queryset.ending_soon()
        if self.value() in AgreementStatus.values:
            return queryset.with_status().filter(standing=self.value())
        return queryset


class ProvinceFilter(admin.SimpleListFilter):
    """The provincial unit in which a row's place lies, or which that place is; only those that rows have."""

    title = "省份"
    parameter_name = "province"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        places = model_admin.model._default_manager.order_by().values("place")
        used = Place.objects.filter(pk__in=places).order_by().values("province")
        provinces = Place.objects.provinces().filter(Q(pk__in=used) | Q(pk__in=places))
        return [(one.code, one.name) for one in provinces]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if code := self.value():
            return queryset.filter(Q(place__province__code=code) | Q(place__code=code))
        return queryset


class DueFilter(admin.SimpleListFilter):
    title = "时限"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "逾期未办结"), ("month", "本月到期、未办结"), ("none", "没有时限")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "overdue":
                return queryset.to_chase()
            case "month":
                return queryset.due_this_month()
            case "none":
                return queryset.filter(due_on=None)
        return queryset
