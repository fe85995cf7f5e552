"""Printed claims on streaks and totals: judged against the record, never part of it."""

from django.db import models
from django.db.models import Q

from honors.models.places import Place
from honors.models.rounds import ROUNDS, Round
from honors.models.sources import Source
from honors.models.titles import Title
from honors.verdicts import ClaimKind


class Claim(models.Model):
    """What a source says a place has reached. The verdict is computed each time, never stored."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="claims", verbose_name="地方")
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="claims", verbose_name="荣誉称号")
    kind = models.CharField("说的是", max_length=10, choices=ClaimKind)
    value = models.PositiveSmallIntegerField("数目")
    as_of = models.ForeignKey(
        Round,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name="截至哪一届",
        limit_choices_to=ROUNDS,
        help_text="来源没有写明的不填，核对结果为“无法核实”。",
    )
    quote = models.CharField("原话", max_length=200, help_text="公开显示，如“六连冠”。")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims", verbose_name="来源")

    class Meta:
        verbose_name = "公开说法"
        verbose_name_plural = "公开说法"
        ordering = ["place", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=1),
                name="honors_claim_value_positive",
                violation_error_message="数目至少为 1。",
            ),
            # The same statement of the same source twice would look like two witnesses.
            models.UniqueConstraint(
                fields=["place", "title", "kind", "value", "as_of", "source"],
                condition=Q(as_of__isnull=False),
                name="honors_claim_once_per_source_and_round",
                violation_error_message="这个来源的同一说法已经登记。",
            ),
            models.UniqueConstraint(
                fields=["place", "title", "kind", "value", "source"],
                condition=Q(as_of__isnull=True),
                name="honors_claim_once_per_source_without_round",
                violation_error_message="这个来源的同一说法已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}：{self.quote}"
