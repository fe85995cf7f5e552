"""Titles (荣誉称号): a series of rounds, national or of one province."""

from typing import Any

from django.db import models, transaction
from django.db.models import Q

from honors.models.places import Place


class TitleLevel(models.TextChoices):
    NATIONAL = "national", "全国"
    PROVINCIAL = "provincial", "省级"
    CITY = "city", "市级"


class RecipientKind(models.TextChoices):
    PLACE = "place", "城（县）"
    UNIT = "unit", "单位"
    PERSON = "person", "个人"


class Title(models.Model):
    """One series. 模范城 and 模范县 are one; what was printed stays on the evidence."""

    slug = models.SlugField(
        "地址名", max_length=60, unique=True, help_text="出现在网址中，只用小写字母、数字和连字符。"
    )
    name = models.CharField(
        "称号", max_length=60, unique=True, help_text="公开显示，如“全国双拥模范城（县）”。"
    )
    level = models.CharField("级别", max_length=10, choices=TitleLevel)
    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="titles",
        verbose_name="所属地方",
        help_text="全国的称号不填。",
    )
    recipient_kind = models.CharField(
        "授予对象", max_length=10, choices=RecipientKind, default=RecipientKind.PLACE
    )
    rounds_known = models.BooleanField(
        "各届已查清",
        default=False,
        help_text="从第一届起每一届都已录入时才勾选。未勾选时只显示“已查得 n 次”，不算连冠。",
    )
    description = models.CharField("说明", max_length=300, blank=True, help_text="公开显示在称号页。")
    order = models.PositiveSmallIntegerField("次序", default=100, help_text="小的在前。")

    class Meta:
        verbose_name = "荣誉称号"
        verbose_name_plural = "荣誉称号"
        ordering = ["order", "pk"]
        constraints = [
            # National and regional honors never mix: a region says whose series this is.
            models.CheckConstraint(
                condition=Q(level=TitleLevel.NATIONAL, region__isnull=True)
                | (~Q(level=TitleLevel.NATIONAL) & Q(region__isnull=False)),
                name="honors_title_region_unless_national",
                violation_error_message="全国的称号不填所属地方；省级、市级的必须填。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and derive standings anew: whether the rounds are known decides what counts."""
        from honors import standings  # noqa: PLC0415 -- it is built from the models

        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not is_new:
                standings.refresh()
