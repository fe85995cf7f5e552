from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q


class Level(models.TextChoices):
    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地级"
    COUNTY = "county", "县级"


class PlaceQuerySet(models.QuerySet[Any]):
    def named(self, province: str, name: str) -> Self:
        """Every place of the province that bears or bore the name: none, one, or several (鼓楼区 in 江苏省).

        `province` is the full name of the provincial unit, which is itself found under its own name.
        """
        in_province = Q(province__name=province) | Q(level=Level.PROVINCE, name=province)
        bears_name = Q(name=name) | Q(former_names__name=name)
        return self.filter(in_province, bears_name).order_by("code").distinct()

    def provinces(self) -> Self:
        return self.filter(level=Level.PROVINCE).order_by("code")

    def all_names(self) -> set[str]:
        """Every name that these places bear or bore."""
        present = self.order_by().values_list("name", flat=True)
        former = (
            self.filter(former_names__isnull=False).order_by().values_list("former_names__name", flat=True)
        )
        return {*present, *former}


class AwardQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Awards that visitors see: verified evidence in a published round. Proposals are shown as such."""
        from honors.models import Round  # noqa: PLC0415 -- the models are built from this module

        return self.exclude(state="waiting").filter(round__in=Round.objects.published().values("pk"))

    def named(self) -> Self:
        """Namings that stand."""
        return self.filter(state="named")
