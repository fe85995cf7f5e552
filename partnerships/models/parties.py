"""Partners (地方) and counterparts (军方, public names only), and the spellings under which they are found."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from honors.models import Place
from partnerships.names import validate_public_name
from partnerships.querysets import CounterpartQuerySet, PartnerQuerySet
from partnerships.spelling import key_of, pinyin_of


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


class Named(models.Model):
    """A row with a name that may be public: refused where it tells of a unit, and found by spelling and pinyin."""

    key = models.CharField("比对名", max_length=100, default="", editable=False)
    pinyin = models.CharField("拼音", max_length=600, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=100, blank=True, editable=False)

    name_field = "name"

    class Meta:
        abstract = True

    @property
    def own_name(self) -> str:
        return str(getattr(self, self.name_field))

    def clean_fields(self, exclude: Any = None) -> None:
        # Constraints on the key are checked after this, and no form shows the key.
        self.derive_spelling()
        super().clean_fields(exclude)
        # A name that the form refused, say for its length, has not come here.
        if not self.key and self.name_field not in (exclude or ()):
            raise ValidationError({self.name_field: "名称里没有文字，请填写全称。"})

    def derive_spelling(self) -> None:
        """Set what look-ups compare, the only place where it is done."""
        setattr(self, self.name_field, self.own_name.strip())
        self.key = key_of(self.own_name)
        self.pinyin, self.initials = pinyin_of(self.own_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a name that may be public. ValidationError for a cover number or true designation."""
        validate_public_name(self.own_name)
        self.derive_spelling()
        if (fields := kwargs.get("update_fields")) is not None and self.name_field in fields:
            kwargs["update_fields"] = {*fields, "key", "pinyin", "initials"}
        super().save(*args, **kwargs)


class Partner(Named):
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

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "共建单位"
        verbose_name_plural = "共建单位"
        ordering = ["name", "pk"]
        constraints = [
            # 第一中学 stands in many places, but once in each, however it is spelt.
            models.UniqueConstraint(
                fields=["key", "place"],
                name="partnerships_partner_once_per_place",
                violation_error_message="这个地方已有同名的共建单位（空格、全角半角、繁简不同也算同名），请直接使用它。",
            ),
            # The constraint above lets nulls pass, since a null equals nothing.
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(place=None),
                name="partnerships_partner_once_without_place",
                violation_error_message="已有同名的共建单位，请填写所在地以示区别，或直接使用它。",
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

    def look_up_label(self) -> str:
        """第一中学（内蒙古自治区乌海市）: names stand in many places. Reads place with province and prefecture."""
        return f"{self.name}（{self.place.full_name}）" if self.place else self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:partner", args=[self.pk])

    @property
    def page_path(self) -> str:
        """The address of its page as redirects store it: without the prefix of a host site."""
        return f"/partnerships/partners/{self.pk}/"

    def clean(self) -> None:
        super().clean()
        others = PartnerName.objects.filter(key=self.key, partner__place=self.place)
        if other := others.exclude(partner=self.pk).select_related("partner").first():
            raise ValidationError(
                {"name": f"“{other.name}”是共建单位“{other.partner}”的另一个名称，请直接使用它。"}
            )


class PartnerName(Named):
    """Another name under which reports print a partner: a short form, a former name."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="other_names", verbose_name="共建单位"
    )
    name = models.CharField(
        "其他名称",
        max_length=100,
        validators=[validate_public_name],
        help_text="公开显示：简称、曾用名。按它也能查到，导入时认作同一个单位。",
    )

    class Meta:
        verbose_name = "共建单位的其他名称"
        verbose_name_plural = "共建单位的其他名称"
        ordering = ["name", "pk"]
        constraints = [
            # Printed twice it would read like two names.
            models.UniqueConstraint(
                fields=["partner", "key"],
                name="partnerships_partnername_once_per_partner",
                violation_error_message="这个名称已经登记过。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.partner_id is None:
            return
        if self.key == self.partner.key:
            raise ValidationError({"name": "与单位名称相同，不必再填。"})
        namesakes = Partner.objects.filter(place=self.partner.place).exclude(pk=self.partner_id)
        if other := namesakes.bearing(self.key).first():
            raise ValidationError(
                {"name": f"这个地方另有共建单位“{other}”用这个名称。如是同一个单位，请先把两者合并。"}
            )


class Counterpart(Named):
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

    name_field = "public_name"
    objects = CounterpartQuerySet.as_manager()

    class Meta:
        verbose_name = "军方对象"
        verbose_name_plural = "军方对象"
        ordering = ["public_name"]
        constraints = [
            # One ship under two spellings would have half its partners each.
            models.UniqueConstraint(
                fields=["key"],
                name="partnerships_counterpart_once",
                violation_error_message="已有同名的军方对象（空格、全角半角、繁简不同也算同名），请直接使用它。",
            ),
        ]

    def __str__(self) -> str:
        return self.public_name
