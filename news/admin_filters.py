"""Filters of the article list: the questions an editor asks every day."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from news.models import Attachment, Column


class ColumnFilter(admin.SimpleListFilter):
    """A column with those below it."""

    title = "栏目"
    parameter_name = "in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.columns = {
            str(one.pk): one for top in Column.objects.tree() for one in [top, *top.children_list]
        }
        return [(pk, f"{'　' if one.parent_id else ''}{one.name}") for pk, one in self.columns.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        column = self.columns.get(self.value() or "")
        return queryset.in_column(column) if column else queryset


class MissingFilter(admin.SimpleListFilter):
    """What still has to be filled in."""

    title = "还缺什么"
    parameter_name = "missing"
    EMPTY: dict[str, tuple[str, dict[str, Any]]] = {
        "source": ("缺来源", {"source_name": ""}),
        "summary": ("缺摘要", {"summary": ""}),
        "cover": ("缺封面图", {"cover": None}),
        "editor": ("缺责任编辑", {"editor": ""}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, label) for key, (label, _) in self.EMPTY.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.EMPTY.get(self.value() or "")
        return queryset.filter(**chosen[1]) if chosen else queryset


class AttachmentFilter(admin.SimpleListFilter):
    title = "附件"
    parameter_name = "attachments"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "有附件"), ("no", "没有附件")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        has = Exists(Attachment.objects.filter(article=OuterRef("pk")))
        match self.value():
            case "yes":
                return queryset.filter(has)
            case "no":
                return queryset.filter(~has)
        return queryset
