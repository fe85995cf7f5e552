"""What the forms of named rows share: a second spelling of a name is a sentence, and no error page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class NamedForm(forms.ModelForm):
    """Holds the constraints on the key, which no field shows: the model derives it from the name."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"key"}  # type: ignore[misc, no-any-return]


class NamedAdmin(admin.ModelAdmin):
    """Admin of rows that are looked up by ``matching`` of their querysets: spellings and pinyin."""

    form = NamedForm

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.matching(search_term), False  # type: ignore[attr-defined]
