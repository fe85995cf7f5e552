"""Partners (地方), counterparts (军方, public names only) and the agreements between them."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from honors import partial_dates
from honors.models import Place, Source
from honors.partial_dates import DatePrecision
from partnerships.names import validate_public_name
from publishing.models import Publishable
from publishing.querysets import Status


class PartnerKind(models.TextChoices):
    GOVERNMENT = "government", "城市、旗县（政府）"
    DEPARTMENT = "department", "政府部门"
    INSTITUTION = "institution", "事业单位"
    ENTERPRISE = "enterprise", "企业"
    SCHOOL = "school", "学校"
    HOSPITAL = "hospital", "医疗机构"
    VENUE = "venue", "场馆"
    VILLAGE = "village", "村、嘎查、社区"
    ASSOCIATION = "association", "社会组织"
    OTHER = "other", "其他"


class Partner(models.Model):
    """A local party: one body, or a group that reports only count (958家企业)."""

    name = models.CharField(
        "名称",
        max_length=100,
        validators=[validate_public_name],
        help_text="公开显示，用全称。不得写部队番号和代号。",
    )
    kind = models.CharField("类别", max_length=20, choices=PartnerKind)
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        verbose_name="所在地",
        help_text="公开显示。",
    )
    is_group = models.BooleanField(
        "是一批单位", default=False, help_text="报道只说了数目的一批单位，如“958家企业”。"
    )
    group_size = models.PositiveIntegerField(
        "数目",
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
        help_text="一批单位有多少家；不知道就不填。",
    )

    class Meta:
        verbose_name = "共建单位"
        verbose_name_plural = "共建单位"
        ordering = ["name", "pk"]
        constraints = [
            # 第一中学 stands in many places, but once in each.
            models.UniqueConstraint(
                fields=["name", "place"],
                name="partnerships_partner_once_per_place",
                violation_error_message="这个地方已有同名的共建单位。",
            ),
            # The constraint above lets nulls pass, since a null equals nothing.
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(place=None),
                name="partnerships_partner_once_without_place",
                violation_error_message="已有同名的共建单位，请填写所在地以示区别。",
            ),
            # A size on one body would be counted as so many bodies.
            models.CheckConstraint(
                condition=Q(group_size=None) | Q(is_group=True, group_size__gte=2),
                name="partnerships_partner_size_of_group",
                violation_error_message="只有“一批单位”才填写数目，且数目不小于 2。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a name that may be public. ValidationError for a cover number or true designation."""
        validate_public_name(self.name)
        super().save(*args, **kwargs)


class Counterpart(models.Model):
    """A military party, known to this site by a public name and nothing else."""

    class Kind(models.TextChoices):
        UNIT = "unit", "部队"
        SHIP = "ship", "舰艇"
        OFFICE = "office", "机关"
        FAMILIES = "families", "军人家庭"
        OTHER = "other", "其他"

    public_name = models.CharField(
        "公开称谓",
        max_length=100,
        unique=True,
        validators=[validate_public_name],
        help_text="公开显示，如“海军乌海舰”“驻军某部”。不得写部队番号和代号。",
    )
    kind = models.CharField("类别", max_length=10, choices=Kind)

    class Meta:
        verbose_name = "军方对象"
        verbose_name_plural = "军方对象"
        ordering = ["public_name"]

    def __str__(self) -> str:
        return self.public_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a name that may be public. ValidationError for a cover number or true designation."""
        validate_public_name(self.public_name)
        super().save(*args, **kwargs)


class AgreementKind(models.TextChoices):
    CITY_SHIP = "city_ship", "城舰共建"
    ENTERPRISE_SHIP = "enterprise_ship", "舰企共建"
    NAMESAKE_SHIP = "namesake_ship", "城舰同名"
    SHIP_VISIT = "ship_visit", "战舰回家乡"
    CITY_COMPANY = "city_company", "城连共建"
    CIVIL_MILITARY = "civil_military", "军民共建"
    SCHOOL_MILITARY = "school_military", "军校共建"
    VILLAGES = "villages", "百村百连结对共建"
    COUNTRYSIDE = "countryside", "军队支持乡村振兴"
    ENTERPRISES_FAMILIES = "enterprises_families", "千企崇军"
    VOLUNTEERS = "volunteers", "爱国拥军志愿服务合作"
    ALLIANCE = "alliance", "崇军联盟"
    STATION = "station", "崇军驿站"
    SHOP = "shop", "拥军门店"
    ENTERPRISE = "enterprise", "拥军企业"
    SCIENCE = "science", "科技拥军"
    EMPLOYMENT = "employment", "就业合作"
    SOCIAL = "social", "社会拥军"
    OTHER = "other", "其他"


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
        help_text="能换算成确数的才填，用于合计。",
    )
    amount_text = models.CharField(
        "金额（原文）", max_length=60, blank=True, help_text="公开显示，如“280多万元”。"
    )
    summary = models.CharField(
        "内容", max_length=300, help_text="公开显示。一两句话，不写部队番号、代号和驻地。"
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

    history = HistoricalRecords(
        excluded_fields=["lock_version", "updated_at"], m2m_fields=[partners], verbose_name="协议修改记录"
    )

    class Meta(Publishable.Meta):
        verbose_name = "共建协议"
        verbose_name_plural = "共建协议"
        permissions = [("publish_agreement", "可以发布和撤回共建协议")]
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
                condition=Q(status=Status.DRAFT) | Q(source__isnull=False),
                name="partnerships_agreement_public_has_source",
                violation_error_message="发布前请填写来源。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.summary[:40]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.signed_on:
            self.signed_on = partial_dates.truncate(self.signed_on, self.signed_on_precision)
        super().save(*args, **kwargs)

    def content_obstacles(self) -> list[str]:
        reasons = []
        if not self.summary.strip():
            reasons.append("请填写内容。")
        if not self.partners.exists():
            reasons.append("请填写至少一个共建单位。")
        if self.source is None:
            reasons.append("请填写来源，公开的协议都要写明来源。")
        return reasons

    @property
    @admin.display(description="各方")
    def parties(self) -> str:
        """君正集团、东源科技 — 海军乌海舰. Reads partners and counterpart."""
        local = "、".join(partner.name for partner in self.partners.all())
        return f"{local} — {self.counterpart.public_name}" if self.counterpart else local

    @property
    @admin.display(description="签订日期", ordering="signed_on")
    def signed_on_text(self) -> str:
        return partial_dates.chinese(self.signed_on, self.signed_on_precision) if self.signed_on else ""
