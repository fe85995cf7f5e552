"""Rounds (届) and the sheets (名单) that say who stands in them."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from honors import partial_dates
from honors.models.places import Place
from honors.models.sources import Source
from honors.models.titles import Title
from honors.partial_dates import DatePrecision
from honors.phrases import numeral
from publishing.models import Publishable, Redirect
from publishing.permissions import content_permissions
from publishing.querysets import OPEN

# Sheets, awards and claims belong to the round itself, never to a revision of it.
ROUNDS = {"revision_of": None}


class Round(Publishable):
    """One naming. Its cycle is entered, never computed: rounds do not come at even intervals."""

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="rounds", verbose_name="荣誉称号")
    slug = models.SlugField("地址名", max_length=60, help_text="出现在网址中，例如 national-12。")
    ordinal = models.PositiveSmallIntegerField("届次", null=True, blank=True, help_text="没有届次的不填。")
    year = models.PositiveSmallIntegerField("年份")
    date = models.DateField("命名日期", help_text="只知年月的填当月 1 日，只知年份的填 1 月 1 日。")
    date_precision = models.CharField(
        "日期精度", max_length=5, choices=DatePrecision, default=DatePrecision.DAY
    )
    cycle = models.PositiveSmallIntegerField(
        "命名周期",
        null=True,
        blank=True,
        help_text="连冠按周期数。1991、1992、1993 年三届同为第 1 周期。各届未查清的称号不填。",
    )
    naming_bodies = models.CharField(
        "命名机关", max_length=200, blank=True, help_text="公开显示；几个机关用顿号分开。"
    )
    document_no = models.CharField("文号", max_length=80, blank=True)
    announced_count = models.PositiveIntegerField(
        "公布总数", null=True, blank=True, help_text="来源写明的命名总数；没有写明的不填。"
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name="来源"
    )
    note = models.CharField("说明", max_length=300, blank=True, help_text="给编辑看，不公开。")

    history = HistoricalRecords(excluded_fields=["lock_version", "updated_at"], verbose_name="届次修改记录")

    # Standings are stored: a round that became public by the clock alone would leave them behind.
    can_be_scheduled = False
    can_expire = False
    # Sheets and awards have their own check by two persons and stay with the round (docs/honors.md).
    content_fields = (
        "title",
        "slug",
        "ordinal",
        "year",
        "date",
        "date_precision",
        "cycle",
        "naming_bodies",
        "document_no",
        "announced_count",
        "source",
    )
    carried_fields = ("note",)
    address_rule = "由地址名决定"

    class Meta(Publishable.Meta):
        verbose_name = "届次"
        verbose_name_plural = "届次"
        ordering = ["-date", "-pk"]
        permissions = content_permissions("round", "届次")
        constraints = [
            *Publishable.Meta.constraints,
            # A title names once per ordinal; where it has none, once a year.
            models.UniqueConstraint(
                fields=["title", "ordinal"],
                condition=Q(ordinal__isnull=False, revision_of=None),
                name="honors_round_once_per_ordinal",
                violation_error_message="这个称号已经有同一届次。",
            ),
            models.UniqueConstraint(
                fields=["title", "year"],
                condition=Q(ordinal__isnull=True, revision_of=None),
                name="honors_round_once_per_year",
                violation_error_message="这个称号在这一年已经有一轮命名。",
            ),
            # The slug is the address; a revision of a round goes by the same.
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(revision_of=None),
                name="honors_round_slug_once",
                violation_error_message="这个地址名已经有一届在用。",
            ),
            # The year is what readers search by; a date of another year would answer them wrongly.
            models.CheckConstraint(
                condition=Q(date__year=F("year")),
                name="honors_round_date_in_year",
                violation_error_message="命名日期不在所填的年份里。",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True),
                name="honors_round_never_expires",
                violation_error_message="届次是历史记录，没有到期时间。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN) | Q(source__isnull=False),
                name="honors_round_public_has_source",
                violation_error_message="发布前请填写来源。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}{self.title.name}"

    def get_absolute_url(self) -> str:
        return reverse("honors:round", args=[self.slug])

    @staticmethod
    def page_path(slug: str) -> str:
        """The address as redirects have it: without the folder that the site may be mounted in."""
        return f"/honors/rounds/{slug}/"

    def clean(self) -> None:
        super().clean()
        if self.cycle is not None and self.title_id and not self.title.rounds_known:
            raise ValidationError({"cycle": "这个称号的各届还没有查清，请不填命名周期。"})
        if self.cycle is None and self.title_id and self.title.rounds_known:
            raise ValidationError({"cycle": "这个称号的各届已查清，请填写命名周期。"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, keep the old address of a public round alive, and derive standings anew where it may say something else."""
        from honors import standings  # noqa: PLC0415 -- it is built from the models

        if self.date:
            self.date = partial_dates.truncate(self.date, self.date_precision)
        with transaction.atomic():
            old = self._address_name_to_leave(kwargs.get("update_fields"))
            super().save(*args, **kwargs)
            if old:
                Redirect.objects.lead_on(self.page_path(old), self.page_path(self.slug))
            # The verbs of publishing save named fields and announce the move: honors.apps follows them.
            if self.is_published() and kwargs.get("update_fields") is None:
                standings.refresh()

    def _address_name_to_leave(self, saved: Collection[str] | None) -> str:
        """The name under which visitors know the round, where saving these fields (None for all) gives it another."""
        if not self.was_public() or (saved is not None and "slug" not in saved):
            return ""
        known = Round.objects.once_public().filter(pk=self.pk).exclude(slug=self.slug)
        return known.values_list("slug", flat=True).first() or ""

    def content_obstacles(self) -> list[str]:
        return [] if self.source_id else ["请填写来源，公开的届次都要写明来源。"]

    @property
    def label(self) -> str:
        """第十二届, or the year where a round has no ordinal."""
        return f"第{numeral(self.ordinal)}届" if self.ordinal else f"{self.year}年"

    @property
    def date_text(self) -> str:
        return partial_dates.chinese(self.date, self.date_precision)


class Basis(models.TextChoices):
    """How firmly a sheet says it: the first two are namings, the others only proposals."""

    LIST = "list", "名单"
    REPORT = "report", "报道"
    NOTICE = "notice", "公示"
    APPLICATION = "application", "拟申报"


NAMING = (Basis.LIST, Basis.REPORT)


class RollSheet(models.Model):
    """What one source says of one round in one area, entered by one person and verified as a whole by another."""

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="sheets", verbose_name="届次", limit_choices_to=ROUNDS
    )
    scope = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="范围",
        help_text="名单所说的省或地级地方；全国名单不填。",
    )
    basis = models.CharField("依据", max_length=12, choices=Basis)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="sheets", verbose_name="来源")
    declared_count = models.PositiveIntegerField("来源写明的个数", null=True, blank=True)
    complete = models.BooleanField(
        "是完整名单",
        default=False,
        help_text="这一届在这个范围里的全部地方都在名单上时才勾选：不在名单上的地方会显示为“未命名”。",
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="核验人",
    )
    verified_at = models.DateTimeField("核验时间", null=True, blank=True, editable=False)
    note = models.CharField("说明", max_length=300, blank=True, help_text="给编辑看，不公开。")

    history = HistoricalRecords(verbose_name="名单修改记录")

    class Meta:
        verbose_name = "名单"
        verbose_name_plural = "名单"
        ordering = ["-round__date", "pk"]
        permissions = [("verify_rollsheet", "可以核验名单")]
        constraints = [
            # Only a printed list can be complete: a report names some, a notice names nobody yet.
            models.CheckConstraint(
                condition=Q(complete=False) | Q(basis=Basis.LIST),
                name="honors_rollsheet_complete_is_list",
                violation_error_message="只有依据为“名单”的才能是完整名单。",
            ),
            # A complete list that does not say how many it names cannot be checked against itself.
            models.CheckConstraint(
                condition=Q(complete=False) | Q(declared_count__isnull=False),
                name="honors_rollsheet_complete_has_count",
                violation_error_message="完整名单须填写来源写明的个数。",
            ),
            # Two persons answer for what is public.
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("entered_by")),
                name="honors_rollsheet_verified_by_another",
                violation_error_message="录入人不能核验自己录入的名单。",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="honors_rollsheet_verified_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}·{self.scope.name if self.scope else '全国'}·{self.get_basis_display()}（{self.source}）"

    @property
    def is_verified(self) -> bool:
        return self.verified_by_id is not None
