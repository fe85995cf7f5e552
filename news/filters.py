"""Filtering a column's list by date and keyword."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from news.models import Article
from publishing.keywords import KeywordFilter


class ArticleFilter(django_filters.FilterSet):
    q = KeywordFilter(label="关键词", method="with_keyword")
    since = django_filters.DateFilter(label="起始日期", field_name="published_at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label="截止日期", field_name="published_at", lookup_expr="date__lte")

    class Meta:
        model = Article
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> Any:
        """Rename to the parameters of the address: ``from`` is a Python keyword."""
        filters = super().get_filters()
        filters["from"], filters["to"] = filters.pop("since"), filters.pop("until")
        return filters

    def with_keyword(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.matching(value)  # type: ignore[attr-defined]

    def get_form_class(self) -> type[forms.Form]:
        form_class = super().get_form_class()
        for name in ("from", "to"):
            field = form_class.base_fields[name]
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            field.error_messages["invalid"] = "日期看不懂，请写成 2025-04-23 这样。"
        return type("ArticleFilterForm", (PeriodForm, form_class), {})


class PeriodForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("from"), cleaned.get("to")
        if since and until and since > until:
            self.add_error("to", "截止日期早于起始日期，请调换一下。")
        return cleaned
