"""Choosing commended units and people by kind, honor, province and name."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from honors.models import Award, Place, Recipient, RecipientKind, Title
from honors.querysets import Level
from publishing.keywords import KeywordFilter

WRONG = "没有这一项，请在列表里选。"


class ListedField(django_filters.fields.ModelChoiceField):
    def to_python(self, value: Any) -> Any:
        # PostgreSQL refuses to be asked for NUL; nothing that is listed has one.
        if isinstance(value, str) and "\0" in value:
            raise ValidationError(WRONG)
        return super().to_python(value)


class ListedFilter(django_filters.ModelChoiceFilter):
    field_class = ListedField


class RecipientFilter(django_filters.FilterSet):
    q = KeywordFilter(label="名称或职务", method="with_text")
    kind = django_filters.ChoiceFilter(
        label="类别",
        choices=[(RecipientKind.UNIT, "单位"), (RecipientKind.PERSON, "个人")],
        empty_label="全部",
        error_messages={"invalid_choice": WRONG},
    )
    title = ListedFilter(
        label="荣誉称号",
        queryset=Title.objects.exclude(recipient_kind=RecipientKind.PLACE),
        to_field_name="slug",
        empty_label="全部",
        method="with_title",
        error_messages={"invalid_choice": WRONG},
    )
    region = ListedFilter(
        label="地区",
        queryset=Place.objects.filter(level=Level.PROVINCE).order_by("code"),
        to_field_name="code",
        empty_label="全部",
        method="with_region",
        error_messages={"invalid_choice": WRONG},
    )

    class Meta:
        model = Recipient
        fields: list[str] = []

    def with_text(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(name__icontains=value) | Q(post__icontains=value))

    def with_title(self, queryset: QuerySet[Any], name: str, value: Title) -> QuerySet[Any]:
        return queryset.filter(pk__in=Award.objects.public().filter(round__title=value).values("recipient"))

    def with_region(self, queryset: QuerySet[Any], name: str, value: Place) -> QuerySet[Any]:
        return queryset.filter(Q(place=value) | Q(place__province=value))
