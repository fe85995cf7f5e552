from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Exists, Q

from honors.spelling import folded_pinyin, plain, simplified


class Level(models.TextChoices):
    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地级"
    COUNTY = "county", "县级"


class PlaceQuerySet(models.QuerySet[Any]):
    def named(self, province: str, name: str) -> Self:
        """Every place of the province that bears or bore the name: none, one, or several (鼓楼区 in 江苏省).

        `province` is the full name of the provincial unit, which is itself found under its own name; ""
        stands for all of China.
        """
        return self.in_province(province).bearing([name])

    def bearing(self, names: Sequence[str]) -> Self:
        """Places that bear or bore one of the names."""
        return self.filter(Q(name__in=names) | self._once(name__in=names)).order_by("code")

    def in_province(self, province: str) -> Self:
        """The provincial unit of this name and all that lies in it; everything for ""."""
        if not province:
            return self
        return self.filter(Q(province__name=province) | Q(level=Level.PROVINCE, name=province))

    def within(self, prefecture: str) -> Self:
        """Places that lie in a prefecture of this name, of today or of the past."""
        return self.filter(prefecture__in=self.model.objects.bearing([prefecture]))

    def matching(self, text: str) -> Self:
        """Places that somebody means who types this into a search box; all of them for an empty text.

        Found are parts of a name or former name, simplified or traditional; beginnings of a code of today or
        of the past; beginnings of the pinyin, with or without tones, and of its initials.
        """
        text = plain(text)
        if not text:
            return self
        if text.isascii() and text.isdigit():
            # 421024 is 江陵县 today and was 松滋市: a whole code means the place that bears it now.
            borne = Exists(self.model._default_manager.filter(code=text))
            return self.filter(Q(code__startswith=text) | (self._once(code__startswith=text) & Q(~borne)))
        if pinyin := folded_pinyin(text):
            return self.filter(Q(pinyin__startswith=pinyin) | Q(initials__startswith=pinyin))
        found = Q()
        for spelling in {text, simplified(text)}:
            found |= Q(name__contains=spelling) | self._once(name__contains=spelling)
        return self.filter(found)

    def _once(self, **of_name: Any) -> Q:
        """Places with such a former name. Not a join: it would name a place once for each of its names."""
        former_names = self.model._meta.get_field("former_names").related_model.objects
        return Q(pk__in=former_names.filter(**of_name).order_by().values("place"))

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
