"""Where facts come from."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q

from honors import partial_dates
from honors.partial_dates import DatePrecision
from publishing.links import is_web_address


class Source(models.Model):
    """Where a fact comes from: shown to visitors beside every award, agreement and figure."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", "官方发布"
        MEDIA = "media", "媒体报道"
        OTHER = "other", "其他"

    name = models.CharField("来源", max_length=120, help_text="公开显示，如“宁夏新闻网”。")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    date = models.DateField(
        "日期",
        null=True,
        blank=True,
        help_text="只知年月的填当月 1 日，只知年份的填 1 月 1 日。",
    )
    date_precision = models.CharField("日期精度", max_length=5, choices=DatePrecision, blank=True)
    url = models.CharField(
        "网址",
        max_length=500,
        blank=True,
        validators=[is_web_address],
        help_text="公开显示；不可靠的网址请留空。",
    )
    document_no = models.CharField("文号", max_length=80, blank=True)
    identified = models.BooleanField(
        "出处已查明",
        default=True,
        help_text="只知是“当地报道”的，请取消勾选：页面显示“来源待补”。",
    )

    class Meta:
        verbose_name = "来源"
        verbose_name_plural = "来源"
        ordering = ("name", "date")
        constraints = (
            # A date without its precision would be printed as an exact day that nobody reported.
            models.CheckConstraint(
                condition=Q(date=None, date_precision="") | (Q(date__isnull=False) & ~Q(date_precision="")),
                name="honors_source_date_has_precision",
                violation_error_message="日期和日期精度须同时填写。",
            ),
            # An address or a document number tells which source it is.
            models.CheckConstraint(
                condition=Q(identified=True) | Q(url="", document_no=""),
                name="honors_source_unidentified_has_no_address",
                violation_error_message="有网址或文号的来源即为已查明。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}（{self.date_text}）" if self.date else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.date:
            self.date = partial_dates.truncate(self.date, self.date_precision)
        super().save(*args, **kwargs)

    @property
    def public_name(self) -> str:
        """What a visitor reads: the name, or that it is still to be found."""
        return self.name if self.identified else "来源待补"

    @property
    @admin.display(description="日期", ordering="date")
    def date_text(self) -> str:
        return partial_dates.chinese(self.date, self.date_precision) if self.date else ""
