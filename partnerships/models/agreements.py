"""Agreements between partners and a counterpart, and each time that one was verified anew (再核实)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from honors import partial_dates
from honors.models import Place, Source
from honors.partial_dates import DatePrecision
from partnerships import amounts, validity
from partnerships.models.parties import Counterpart, Partner
from partnerships.names import text_obstacles, validate_public_name
from partnerships.querysets import AgreementQuerySet
from publishing.models import Publishable
from publishing.permissions import content_permissions
from publishing.querysets import OPEN


class AgreementKind(models.TextChoices):
    CITY_SHIP = "city_ship", "城舰共建"
    ENTERPRISE_SHIP = "enterprise_ship", "舰企共建"
    NAMESAKE_SHIP = "namesake_ship", "城舰同名"
    SHIP_VISIT = "ship_visit", "战舰回家乡"
    CITY_COMPANY = "city_company", "城连共建"
    CIVIL_MILITARY = "civil_military", "军民共建"
    LOCALITY_MILITARY = "locality_military", "军地共建"
    SCHOOL_MILITARY = "school_military", "军校共建"
    VILLAGES = "villages", "百村百连结对共建"
    COUNTRYSIDE = "countryside", "军队支持乡村振兴"
    ENTERPRISES_FAMILIES = "enterprises_families", "千企崇军"
    VOLUNTEERS = "volunteers", "爱国拥军志愿服务合作"
    ALLIANCE = "alliance", "崇军联盟"
    SUPPORT_ALLIANCE = "support_alliance", "拥军联盟"
    STATION = "station", "崇军驿站"
    SHOP = "shop", "拥军门店"
    ENTERPRISE = "enterprise", "拥军企业"
    SCIENCE = "science", "科技拥军"
    EMPLOYMENT = "employment", "就业合作"
    EMPLOYMENT_AND_STARTUPS = "employment_startups", "就业创业合作共建"
    SOCIAL = "social", "社会拥军"
    OTHER = "other", "其他"


class AgreementStatus(models.TextChoices):
    """Where an agreement stands on a day: derived, never stored."""

    IN_FORCE = "in_force", "有效期内"
    OPEN = "open", "未载期限"
    ENDED = "ended", "已到期"
    REPORTED = "reported", "未见协议"


NOT_YET = "这一天还没有到。签订或发生以后再录入；只是打算签订的，请把日期空着。"


class Agreement(Publishable):
    """What partners and a counterpart do together, with or without a signed document."""

    kind = models.CharField("类别", max_length=30, choices=AgreementKind)
    partners = models.ManyToManyField(Partner, related_name="agreements", verbose_name="共建单位")
    counterpart = models.ForeignKey(
        Counterpart,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name="军方对象",
        help_text="没有具体对象的（如崇军联盟）可不填。",
    )
    has_document = models.BooleanField(
        "有签订的协议", default=False, help_text="只是同名舰、挂牌或报道所称共建而未见协议的，不要勾选。"
    )
    signed_on = models.DateField(
        "签订日期", null=True, blank=True, help_text="只知年月的填当月 1 日，只知年份的填 1 月 1 日。"
    )
    signed_on_precision = models.CharField("签订日期精度", max_length=5, choices=DatePrecision, blank=True)
    ends_on = models.DateField("协议到期日期", null=True, blank=True, help_text="协议写明期限的才填。")
    amount_yuan = models.DecimalField(
        "金额（元）",
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="不填则由原文换算，如“4.45亿元”是 445000000。",
    )
    amount_text = models.CharField(
        "金额（原文）",
        max_length=60,
        blank=True,
        validators=[amounts.validate_amount, validate_public_name],
        help_text="公开显示，照来源写，如“42.79万元”“280多万元”。",
    )
    summary = models.CharField(
        "内容",
        max_length=300,
        validators=[validate_public_name],
        help_text="公开显示。一两句话，不写部队番号、代号和驻地。",
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        related_name="agreements",
        verbose_name="地方",
        help_text="公开显示。",
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name="来源",
        help_text="发布前必填，公开显示。",
    )
    last_verified_on = models.DateField(
        "最近核实日期", null=True, blank=True, help_text="向当事各方核实过、仍然有效的日期。"
    )
    last_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核实人",
    )

    # What was verified, when and by whom, has its own verb and stays with the agreement.
    content_fields = (
        "kind",
        "partners",
        "counterpart",
        "has_document",
        "signed_on",
        "signed_on_precision",
        "ends_on",
        "amount_yuan",
        "amount_text",
        "summary",
        "place",
        "source",
    )

    objects = AgreementQuerySet.as_manager()  # type: ignore[misc, assignment]
    history = HistoricalRecords(
        excluded_fields=["lock_version", "updated_at"], m2m_fields=[partners], verbose_name="协议修改记录"
    )

    class Meta(Publishable.Meta):
        verbose_name = "共建协议"
        verbose_name_plural = "共建协议"
        permissions = [
            *content_permissions("agreement", "共建协议"),
            ("verify_agreement", "可以登记共建协议的再核实"),
        ]
        ordering = ["-signed_on", "-pk"]
        constraints = [
            *Publishable.Meta.constraints,
            # An agreement that ends before it was signed was never in force.
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(signed_on=None) | Q(ends_on__gte=F("signed_on")),
                name="partnerships_agreement_ends_after_signed",
                violation_error_message="协议到期日期不能早于签订日期。",
            ),
            # A date without its precision would be printed as an exact day that nobody reported.
            models.CheckConstraint(
                condition=Q(signed_on=None, signed_on_precision="")
                | (Q(signed_on__isnull=False) & ~Q(signed_on_precision="")),
                name="partnerships_agreement_signed_on_has_precision",
                violation_error_message="签订日期和日期精度须同时填写。",
            ),
            # Amounts are added up; a negative one would hide another.
            models.CheckConstraint(
                condition=Q(amount_yuan=None) | Q(amount_yuan__gte=0),
                name="partnerships_agreement_amount_not_negative",
                violation_error_message="金额不能是负数。",
            ),
            # Who verified without when says nothing about how fresh the record is.
            models.CheckConstraint(
                condition=Q(last_verified_by=None) | Q(last_verified_on__isnull=False),
                name="partnerships_agreement_verified_has_date",
                violation_error_message="填写核实人时须填写核实日期。",
            ),
            # Nothing is public without saying where it comes from.
            models.CheckConstraint(
                condition=Q(status__in=OPEN) | Q(source__isnull=False),
                name="partnerships_agreement_public_has_source",
                violation_error_message="发布前请填写来源。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.summary[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:agreement", args=[self.pk])

    def clean(self) -> None:
        super().clean()
        self.derive_amount()
        if self.lies_ahead:
            raise ValidationError({"signed_on": NOT_YET})
        if self.amount_yuan is not None and self.amount_yuan > amounts.MOST:
            raise ValidationError({"amount_yuan": "金额太大了，请检查单位。"})
        read = amounts.read(self.amount_text)
        if read is not None and self.amount_yuan != read.yuan:
            raise ValidationError(
                {"amount_yuan": f"与原文“{self.amount_text}”不符，应为 {amounts.plain_number(read.yuan)}。"}
            )

    def derive_amount(self) -> None:
        """Fill in money from what is printed, and what is printed from money, where the other is missing."""
        if self.amount_yuan is None and (read := amounts.read(self.amount_text)):
            self.amount_yuan = read.yuan
        if self.amount_yuan is not None and not self.amount_text:
            self.amount_text = amounts.words(Decimal(self.amount_yuan))

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.signed_on:
            self.signed_on = partial_dates.truncate(self.signed_on, self.signed_on_precision)
        super().save(*args, **kwargs)

    def content_obstacles(self) -> list[str]:
        reasons = []
        if self.lies_ahead:
            reasons.append(f"日期：{NOT_YET}")
        if not self.summary.strip():
            reasons.append("请填写内容。")
        reasons += [f"内容：{told}" for told in text_obstacles(self.summary)]
        reasons += [f"金额（原文）：{told}" for told in text_obstacles(self.amount_text)]
        if not self.partners.exists():
            reasons.append("请填写至少一个共建单位。")
        if self.source is None:
            reasons.append("请填写来源，公开的协议都要写明来源。")
        return reasons

    def reason_obstacles(self, reason: str) -> list[str]:
        return text_obstacles(reason)

    @property
    @admin.display(description="各方")
    def parties(self) -> str:
        """君正集团、东源科技 — 海军乌海舰. Reads partners and counterpart."""
        local = "、".join(partner.name for partner in self.partners.all())
        return f"{local} — {self.counterpart.public_name}" if self.counterpart else local

    def look_up_label(self) -> str:
        """君正集团 — 海军乌海舰（舰企共建：签订协议书）: what it is about alone tells no two of a place apart."""
        return f"{self.parties}（{self}）"

    @property
    @admin.display(description="签订日期", ordering="signed_on")
    def signed_on_text(self) -> str:
        return partial_dates.chinese(self.signed_on, self.signed_on_precision) if self.signed_on else ""

    @property
    def is_group(self) -> bool:
        """Whether every local party is a group of which only the number is reported. Reads partners."""
        partners = self.partners.all()
        return bool(partners) and all(partner.is_group for partner in partners)

    @property
    def lies_ahead(self) -> bool:
        """Whether the day of the record, as far as it is known, has not come yet."""
        if self.signed_on is None:
            return False
        return partial_dates.truncate(self.signed_on, self.signed_on_precision) > timezone.localdate()

    @property
    def is_namesake(self) -> bool:
        """Whether a city and a ship share a name and nobody saw a document: visitors read 同名关系."""
        return self.kind == AgreementKind.NAMESAKE_SHIP and not self.has_document

    @property
    def amount_is_exact(self) -> bool:
        """False where the source says 约, 多 or the like, or nothing that can be read as one amount."""
        read = amounts.read(self.amount_text)
        return read is not None and read.exact

    def status_on(self, today: date) -> AgreementStatus:
        """The status on a day; its twin for lists is ``AgreementQuerySet.with_status``."""
        if self.ends_on is not None and self.ends_on < today:
            return AgreementStatus.ENDED
        if not self.has_document:
            return AgreementStatus.REPORTED
        return AgreementStatus.OPEN if self.ends_on is None else AgreementStatus.IN_FORCE

    @property
    def current_status(self) -> AgreementStatus:
        return self.status_on(timezone.localdate())

    @property
    def is_fresh(self) -> bool:
        """Whether visitors read 已核实 today; else 待核实."""
        return validity.is_fresh(self.last_verified_on, timezone.localdate())


class Verification(models.Model):
    """One time that somebody asked the parties and found the agreement still true. Append-only by trigger.

    Entered by ``partnerships.agreements.reverify``, which also sets the agreement's last one.
    """

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="verifications", verbose_name="共建协议"
    )
    verified_on = models.DateField("核实日期", help_text="公开显示。")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="核实人"
    )
    how = models.CharField(
        "核实方式",
        max_length=200,
        help_text="仅内部可见。向谁、怎样核实的，如“致电双方联络员”；不写个人姓名和电话号码。",
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "再核实记录"
        verbose_name_plural = "再核实记录"
        ordering = ["-verified_on", "-pk"]
        default_permissions = ("view",)
        constraints = [
            # One day asked about twice would make the history look longer than it is.
            models.UniqueConstraint(
                fields=["agreement", "verified_on"],
                name="partnerships_verification_once_a_day",
                violation_error_message="这一天已经登记过核实。",
            ),
            # How it was verified is what an inspector asks for.
            models.CheckConstraint(
                condition=~Q(how=""),
                name="partnerships_verification_says_how",
                violation_error_message="请填写核实方式。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verified_on:%Y-%m-%d}"
