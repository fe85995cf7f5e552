"""Narrowing a public list by the parameters of its address.

Every parameter takes one value that the public record knows. Anything else is an error that says so in
Chinese, and an empty list: a wrong address must never look like an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet

ECHO = 20  # characters of a wrong value that are shown again
SORT = "sort"


def echo(text: str) -> str:
    """A wrong value as it may be shown again: short, and without what no screen can show."""
    shown = "".join(character for character in text if character.isprintable())
    return f"{shown[:ECHO]}…" if len(shown) > ECHO else shown


class KnownField(forms.Field):
    """One of some values. ``values`` is set when the record has been read."""

    values: Container[str] = ()

    def clean(self, value: Any) -> str:
        text = str(value or "").strip()
        if text and text not in self.values:
            raise forms.ValidationError(f"记录里没有“{echo(text)}”。")
        return text


class KnownFilter(django_filters.Filter):
    field_class = KnownField


class KnownFilterSet(django_filters.FilterSet):
    """The rows that the parameters ask for.

    A list names its facets in the order of the page, its orders, and says what is known and how a value reads.
    Declare ``sort = KnownFilter(label="排序", method="in_order")`` last where the list can be sorted.
    """

    facet_names: ClassVar[tuple[str, ...]] = ()
    # What a table head offers. Each order ends in the key: pages never repeat or lose a row.
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    default_order: ClassVar[str] = ""

    def known_values(self) -> Mapping[str, Container[str]]:
        """The values of every ``KnownFilter`` by its name; those of ``sort`` are the orders."""
        raise NotImplementedError

    def word(self, name: str, value: str) -> str:
        """A value as visitors read it; its ``echo`` where the record does not know it."""
        raise NotImplementedError

    def get_form_class(self) -> type[forms.Form]:
        form_class = super().get_form_class()
        for name, values in self.known_values().items():
            form_class.base_fields[name].values = values
        if SORT in self.filters:
            form_class.base_fields[SORT].values = self.orders
        return form_class

    # --- rows -----------------------------------------------------------------------------------------

    def rows(self, *, without: Collection[str] = ()) -> QuerySet[Any]:
        """The rows under all filters but some; none at all when one of the filters is wrong."""
        if not self.is_valid():
            return self.queryset.none()
        rows = self.queryset
        for name, value in self.form.cleaned_data.items():
            if name not in without and name != SORT:
                rows = self.filters[name].filter(rows, value)
        return rows

    def ordered(self) -> QuerySet[Any]:
        """The same rows in the order asked for."""
        return self.in_order(self.rows(), SORT, self.order)

    def in_order(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.order_by(*self.orders[value])

    @property
    def order(self) -> str:
        return (
            self.form.cleaned_data.get(SORT) or self.default_order if self.is_valid() else self.default_order
        )

    # --- words ----------------------------------------------------------------------------------------

    def reasons(self) -> list[str]:
        """Why nothing can be listed: one sentence for each wrong parameter."""
        return [
            f"{self.form.fields[name].label}：{message}"
            for name, messages in self.form.errors.items()
            for message in messages
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that a new search word keeps."""
        return [(name, value) for name, value in self.data.items() if name in self.filters and name != "q"]
