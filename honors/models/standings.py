"""Standings: what the record says of one place under one title. Derived, rebuilt with every change."""

from django.db import models

from honors.models.places import Place
from honors.models.titles import Title


class Standing(models.Model):
    """A line and its arithmetic (``honors.lines``); rebuilt in the transaction of the change, and by command."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="standings", verbose_name="地方")
    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, related_name="standings", verbose_name="荣誉称号"
    )
    line = models.CharField("各周期", max_length=60, help_text="每个周期一个记号。")
    lower = models.PositiveSmallIntegerField("连冠下限")
    upper = models.PositiveSmallIntegerField("连冠上限")
    as_of_cycle = models.PositiveSmallIntegerField("截至周期", null=True)
    total = models.PositiveSmallIntegerField("已查得次数")
    longest = models.PositiveSmallIntegerField("最长连冠")
    first_year = models.PositiveSmallIntegerField("首次年份", null=True)
    last_year = models.PositiveSmallIntegerField("最近年份", null=True)
    conflicts = models.CharField("矛盾的周期", max_length=60, blank=True)

    class Meta:
        verbose_name = "荣誉状况"
        verbose_name_plural = "荣誉状况"
        constraints = [models.UniqueConstraint(fields=["place", "title"], name="honors_standing_once")]
        indexes = [models.Index(fields=["title", "lower"], name="honors_standing_streak")]

    def __str__(self) -> str:
        return f"{self.place} {self.title} {self.line}"
