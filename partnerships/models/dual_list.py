"""The dual list (双清单): what the military needs and what the locality needs, year by year, item by item."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from simple_history.models import HistoricalRecords

from honors import partial_dates
from honors.models import Place, Source
from honors.partial_dates import DatePrecision
from partnerships.names import text_obstacles, validate_public_name
from partnerships.querysets import DualListQuerySet
from publishing.declared import Child
from publishing.models import Publishable
from publishing.permissions import content_permissions
from publishing.querysets import OPEN

FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_NUMBER = 9999  # a longer one is a slip, and every number after it would follow


class Side(models.TextChoices):
    """Who needs what the item is about; the other side does it."""

    MILITARY = "military", "部队需求"
    LOCALITY = "locality", "地方需求"


class Stage(models.TextChoices):
    PLANNED = "planned", "待启动"
    RUNNING = "running", "办理中"
    DONE = "done", "已办结"
    # Counted on in every total: an item that could leave the list would better the rate.
    DROPPED = "dropped", "已终止"

    @classmethod
    def open(cls) -> list[Stage]:
        return [cls.PLANNED, cls.RUNNING]


class DualListItem(Publishable):
    """One thing that a side needs. Only the public text is ever shown; the internal one stays in the office."""

    has_own_page = False
    content_fields = (
        "year",
        "side",
        "number",
        "public_content",
        "office",
        "standard",
        "due_on",
        "stage",
        "done_on",
    )
    # The internal text is nobody's to review: visitors never read it.
    carried_fields = ("content",)
    content_children = (
        Child(
            "notes",
            "item",
            fields=("date", "text"),
            key=("date", "text", "public"),
            reviewed=lambda note: bool(note.public),
        ),
    )

    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    side = models.CharField("清单", max_length=10, choices=Side)
    number = models.PositiveSmallIntegerField(
        "编号", validators=[MinValueValidator(1)], help_text="在这一年这一份清单里的序号，公开显示。"
    )
    content = models.TextField(
        "内部内容",
        blank=True,
        help_text="仅内部可见，任何公开页面、导出和搜索都没有它。本系统不是涉密系统，不得录入涉密内容。",
    )
    public_content = models.CharField(
        "公开内容",
        max_length=300,
        blank=True,
        validators=[validate_public_name],
        help_text="公开显示，审核的就是这段文字。一两句话说清办什么事，不写部队番号、代号、驻地和个人。",
    )
    office = models.CharField(
        "责任单位",
        max_length=100,
        blank=True,
        validators=[validate_public_name],
        help_text="公开显示，用公开称谓，不写个人姓名。",
    )
    standard = models.CharField(
        "质量要求",
        max_length=200,
        blank=True,
        validators=[validate_public_name],
        help_text="公开显示，办到什么程度算办好，可不填。",
    )
    due_on = models.DateField(
        "完成时限", null=True, blank=True, help_text="公开显示。过了这一天未办结即为逾期。"
    )
    stage = models.CharField("进度", max_length=10, choices=Stage, default=Stage.PLANNED)
    done_on = models.DateField("办结日期", null=True, blank=True, help_text="公开显示，办结的必填。")

    objects = DualListQuerySet.as_manager()  # type: ignore[misc, assignment]
    history = HistoricalRecords(
        excluded_fields=["lock_version", "updated_at"], verbose_name="双清单事项修改记录"
    )

    class Meta(Publishable.Meta):
        verbose_name = "双清单事项"
        verbose_name_plural = "双清单事项"
        permissions = content_permissions("duallistitem", "双清单事项")
        ordering = ["-year", "side", "number"]
        constraints = [
            *Publishable.Meta.constraints,
            # The number is how offices and letters name an item.
            models.UniqueConstraint(
                fields=["year", "side", "number"],
                condition=Q(revision_of=None),
                name="partnerships_duallistitem_number_once",
                violation_error_message="这一年这份清单里已有这个编号。",
            ),
            # Gaps are counted from 1; a year of five digits would stand first on the page for ever.
            models.CheckConstraint(
                condition=Q(number__gte=1, year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="partnerships_duallistitem_year_and_number",
                violation_error_message=f"年度在 {FIRST_YEAR} 到 {LAST_YEAR} 之间，编号从 1 起。",
            ),
            # Rates are computed from the day: an item done on no day is neither in time nor late.
            models.CheckConstraint(
                condition=Q(stage=Stage.DONE, done_on__isnull=False)
                | (~Q(stage=Stage.DONE) & Q(done_on=None)),
                name="partnerships_duallistitem_done_has_day",
                violation_error_message="已办结的须填写办结日期，未办结的不能填写。",
            ),
            # 四个明确: who, what and by when is what the public is told; without them nothing can be overdue.
            models.CheckConstraint(
                condition=Q(status__in=OPEN)
                | (~Q(public_content="") & ~Q(office="") & Q(due_on__isnull=False)),
                name="partnerships_duallistitem_public_is_whole",
                violation_error_message="公开前须填写公开内容、责任单位和完成时限。",
            ),
        ]

    def __str__(self) -> str:
        # Logs and messages print this: nothing internal may stand in it.
        return f"{self.year}年{self.get_side_display()}第{self.number}项"

    @property
    def anchor(self) -> str:
        """Where the item stands on its page. Not its number and not its key: gaps in a row of either would show
        how many items are withheld. What stands here cannot be counted, and stays when a number becomes hidden.
        """
        return f"item-{salted_hmac('partnerships.DualListItem.anchor', str(self.pk)).hexdigest()[:10]}"

    def get_absolute_url(self) -> str:
        """For the admin's 'view on site': the item's place in the list of its year and side, on whichever page."""
        query = f"?year={self.year}&side={self.side}&at={self.anchor}"
        return f"{reverse('partnerships:dual-list')}{query}#{self.anchor}"

    def clean(self) -> None:
        super().clean()
        if self.done_on is not None and self.done_on > timezone.localdate():
            raise ValidationError({"done_on": "办结日期不能在将来。"})
        if self.number is not None and self.number > LAST_NUMBER:
            raise ValidationError({"number": f"编号太大了，请填写 1 到 {LAST_NUMBER} 之间的数字。"})

    def content_obstacles(self) -> list[str]:
        reasons = []
        for name in ("public_content", "office", "due_on"):
            if not str(getattr(self, name) or "").strip():
                reasons.append(f"请填写{self._meta.get_field(name).verbose_name}。")  # type: ignore[union-attr]
        for name in ("public_content", "office", "standard"):
            label = self._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            reasons += [f"{label}：{told}" for told in text_obstacles(getattr(self, name))]
        return reasons

    def reason_obstacles(self, reason: str) -> list[str]:
        return text_obstacles(reason)

    def is_overdue(self, today: date | None = None) -> bool:
        """Open, and the due date has passed in the office's time zone; its twin is ``DualListQuerySet.overdue``."""
        today = today or timezone.localdate()
        return self.stage in Stage.open() and self.due_on is not None and self.due_on < today


class ProgressNote(models.Model):
    """What happened with an item on a day. Internal unless marked public; shown with a published item only."""

    item = models.ForeignKey(
        DualListItem, on_delete=models.CASCADE, related_name="notes", verbose_name="双清单事项"
    )
    date = models.DateField("日期")
    text = models.CharField("进展", max_length=300)
    public = models.BooleanField("公开", default=False, help_text="勾选后访客能看到；不勾选的只在后台可见。")

    class Meta:
        verbose_name = "进展"
        verbose_name_plural = "进展"
        ordering = ["-date", "-pk"]
        constraints = [
            # An empty note would print a day on which nothing is said to have happened.
            models.CheckConstraint(
                condition=~Q(text=""),
                name="partnerships_progressnote_has_text",
                violation_error_message="请填写进展。",
            ),
        ]

    def __str__(self) -> str:
        # The text may be internal, and logs print this.
        return f"{self.date:%Y-%m-%d} 的进展"

    def clean(self) -> None:
        super().clean()
        if self.date is not None and self.date > timezone.localdate():
            raise ValidationError({"date": "进展的日期不能在将来。"})
        if self.public:
            try:
                validate_public_name(self.text)
            except ValidationError as error:
                raise ValidationError({"text": error.messages}) from error


class Measure(models.TextChoices):
    LISTED = "listed", "列入清单"
    DONE = "done", "办结"


class ReportedTotal(models.Model):
    """A total of a dual list that a source reports; it never mixes with what is counted here."""

    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="dual_list_totals", verbose_name="地方"
    )
    year = models.PositiveSmallIntegerField(
        "年度",
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        help_text="来源说的是哪一年的清单；没有说就不填。",
    )
    measure = models.CharField("说的是", max_length=10, choices=Measure)
    value = models.PositiveIntegerField("数目", validators=[MinValueValidator(1)])
    unit = models.CharField(
        "单位",
        max_length=10,
        default="项",
        validators=[validate_public_name],
        help_text="照来源写，如“项”“个”。",
    )
    as_of = models.DateField(
        "截至", null=True, blank=True, help_text="只知年月的填当月 1 日，只知年份的填 1 月 1 日。"
    )
    as_of_precision = models.CharField("截至日期精度", max_length=5, choices=DatePrecision, blank=True)
    quote = models.CharField(
        "原文", max_length=200, validators=[validate_public_name], help_text="公开显示。"
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="dual_list_totals", verbose_name="来源"
    )
    is_own = models.BooleanField(
        "说的是本站这份清单",
        default=False,
        help_text="勾选后与本站公开的事项对照：两者只差一两项时，差额会暴露未公开的事项，页面就不显示这个数目。",
    )

    class Meta:
        verbose_name = "双清单公开数目"
        verbose_name_plural = "双清单公开数目"
        ordering = ["-as_of", "place", "pk"]
        constraints = [
            # A report of nothing is no total that could be held against the list.
            models.CheckConstraint(
                condition=Q(value__gte=1),
                name="partnerships_reportedtotal_counts_something",
                violation_error_message="数目从 1 起。",
            ),
            # A date without its precision would be printed as an exact day that nobody reported.
            models.CheckConstraint(
                condition=Q(as_of=None, as_of_precision="")
                | (Q(as_of__isnull=False) & ~Q(as_of_precision="")),
                name="partnerships_reportedtotal_as_of_has_precision",
                violation_error_message="截至日期和日期精度须同时填写。",
            ),
            # Only the total of a year can be held against the list of that year.
            models.CheckConstraint(
                condition=Q(is_own=False) | Q(year__isnull=False),
                name="partnerships_reportedtotal_own_has_year",
                violation_error_message="说的是本站清单的，须填写年度。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}：{self.quote}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.as_of:
            self.as_of = partial_dates.truncate(self.as_of, self.as_of_precision)
        super().save(*args, **kwargs)

    @property
    def as_of_text(self) -> str:
        return partial_dates.chinese(self.as_of, self.as_of_precision) if self.as_of else ""
