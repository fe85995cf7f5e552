"""Places (地方) of China to county level, with their former names."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q

from honors.partial_dates import DatePrecision
from honors.querysets import Level, PlaceQuerySet

# \A and \Z, since $ would let a line break pass; [0-9], since \d would let full-width digits pass.
CODE_PATTERN = r"\A[1-9][0-9]{5}\Z"
CODE_MESSAGE = "区划代码为六位数字，首位不为零。"
is_code = RegexValidator(CODE_PATTERN, CODE_MESSAGE)

# What a visitor types without changing keyboards; ü is typed as v.
PINYIN_PATTERN = r"\A[a-z]*\Z"
PINYIN_MESSAGE = "拼音只用小写字母，不带声调、空格和隔音符号，ü 写作 v。"
is_pinyin = RegexValidator(PINYIN_PATTERN, PINYIN_MESSAGE)


class Place(models.Model):
    """An administrative division at the provincial, prefecture or county level.

    Renamed places (撤县设市) stay one place with a former name; a place that went up in another keeps its
    row, with the day it was abolished and its successor.
    """

    class Kind(models.TextChoices):
        PROVINCE = "province", "省"
        AUTONOMOUS_REGION = "autonomous_region", "自治区"
        MUNICIPALITY = "municipality", "直辖市"
        SPECIAL_ADMINISTRATIVE_REGION = "special_administrative_region", "特别行政区"
        PREFECTURE_CITY = "prefecture_city", "地级市"
        PREFECTURE = "prefecture", "地区"
        AUTONOMOUS_PREFECTURE = "autonomous_prefecture", "自治州"
        LEAGUE = "league", "盟"
        DISTRICT = "district", "市辖区"
        COUNTY_CITY = "county_city", "县级市"
        COUNTY = "county", "县"
        AUTONOMOUS_COUNTY = "autonomous_county", "自治县"
        BANNER = "banner", "旗"
        AUTONOMOUS_BANNER = "autonomous_banner", "自治旗"
        FORESTRY_DISTRICT = "forestry_district", "林区"
        SPECIAL_DISTRICT = "special_district", "特区"

    code = models.CharField(
        "区划代码",
        max_length=6,
        unique=True,
        validators=[is_code],
        help_text="六位行政区划代码（GB/T 2260）。地名页的网址用它，公开后请勿更改。",
    )
    name = models.CharField(
        "名称",
        max_length=40,
        help_text="现行全称，如“乌海市”“准格尔旗”。曾用名填在下方。",
    )
    pinyin = models.CharField(
        "拼音",
        max_length=120,
        blank=True,
        db_index=True,
        validators=[is_pinyin],
        help_text="全称的拼音，供查找，如“wuhaishi”。小写，不带声调和空格，ü 写作 v。",
    )
    initials = models.CharField(
        "拼音首字母",
        max_length=40,
        blank=True,
        db_index=True,
        validators=[is_pinyin],
        help_text="全称各字的首字母，如“whs”。",
    )
    pinyin_by_hand = models.BooleanField(
        "拼音由人工核定",
        default=False,
        help_text="勾选后，重新载入行政区划时不改动拼音和首字母；改动拼音时自动勾选。",
    )
    kind = models.CharField("类别", max_length=30, choices=Kind)
    level = models.CharField("级别", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name="上级",
        help_text="省级不填；地级填所在省级；县级填所在地级，省直辖的填所在省级。",
    )
    province = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name="所在省级",
        help_text="由上级推得。",
    )
    prefecture = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name="所在地级",
        help_text="由上级推得。",
    )
    abolished_on = models.DateField(
        "撤销日期",
        null=True,
        blank=True,
        help_text="仅用于并入他处的地方；改名、撤县设市的请改填曾用名。只知年份的填 1 月 1 日。",
    )
    abolished_precision = models.CharField(
        "撤销日期精度", max_length=5, choices=DatePrecision, default=DatePrecision.DAY
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="predecessors",
        null=True,
        blank=True,
        verbose_name="并入",
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "地名"
        verbose_name_plural = "地名"
        ordering = ("code",)
        constraints = (
            # The code is part of public addresses and the key of every import.
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN),
                name="honors_place_code_has_six_digits",
                violation_error_message=CODE_MESSAGE,
            ),
            # Look-ups compare with folded text; anything but plain letters would never be found.
            models.CheckConstraint(
                condition=Q(pinyin__regex=PINYIN_PATTERN, initials__regex=PINYIN_PATTERN),
                name="honors_place_pinyin_in_plain_letters",
                violation_error_message=PINYIN_MESSAGE,
            ),
            # Everything but a province lies in something; the derived columns rest on it.
            models.CheckConstraint(
                condition=Q(level=Level.PROVINCE, parent=None, province=None, prefecture=None)
                | (~Q(level=Level.PROVINCE) & Q(parent__isnull=False, province__isnull=False)),
                name="honors_place_lies_in_its_parent",
                violation_error_message="省级没有上级，地级和县级必须有上级。",
            ),
            # A count by prefecture must not count a prefecture as its own county.
            models.CheckConstraint(
                condition=Q(prefecture=None) | Q(level=Level.COUNTY),
                name="honors_place_prefecture_only_for_counties",
                violation_error_message="只有县级地方属于地级。",
            ),
            # A living place is followed by nothing; and a circle of one would never end.
            models.CheckConstraint(
                condition=Q(successor=None) | (Q(abolished_on__isnull=False) & ~Q(successor=F("pk"))),
                name="honors_place_successor_of_abolished",
                violation_error_message="填写“并入”时须填写撤销日期，且不能并入自身。",
            ),
            # Two living places of one name side by side would make every look-up by name ambiguous.
            models.UniqueConstraint(
                fields=("parent", "name"),
                condition=Q(abolished_on=None),
                name="honors_place_name_unique_in_parent",
                violation_error_message="同一上级之下已有同名的地方。",
            ),
        )

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        from honors import standings  # noqa: PLC0415 -- it is built from the models

        self.derive_ancestors()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "province", "prefecture"}
        with transaction.atomic():
            moved = (
                not self._state.adding
                and not Place.objects.filter(
                    pk=self.pk, province=self.province, prefecture=self.prefecture
                ).exists()
            )
            super().save(*args, **kwargs)
            if self.level == Level.PREFECTURE:
                # A prefecture that moves to another province takes its counties along.
                self.children.exclude(province=self.province).update(province=self.province)
            if moved:
                # Complete lists of other areas speak of it now.
                standings.refresh()

    @property
    def full_name(self) -> str:
        """江苏省南京市鼓楼区: what tells namesakes apart. Reads province and prefecture."""
        return "".join(place.name for place in (self.province, self.prefecture, self) if place)

    def clean(self) -> None:
        self.derive_ancestors()

    def derive_ancestors(self) -> None:
        """Set province and prefecture from level and parent, the only place where it is done.

        ValidationError when a place of this level cannot lie in such a parent.
        """
        parent = self.parent
        allowed: dict[str, tuple[str | None, ...]] = {
            Level.PROVINCE: (None,),
            Level.PREFECTURE: (Level.PROVINCE,),
            Level.COUNTY: (Level.PROVINCE, Level.PREFECTURE),
        }
        if (parent.level if parent else None) not in allowed.get(self.level, ()):
            raise ValidationError({"parent": "省级没有上级；地级的上级是省级；县级的上级是地级或省级。"})
        in_prefecture = parent is not None and parent.level == Level.PREFECTURE
        self.prefecture = parent if in_prefecture else None
        self.province = parent.province if parent and in_prefecture else parent


class PlaceName(models.Model):
    """A name that a place once bore, with the code of that time."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="former_names", verbose_name="地名")
    name = models.CharField("曾用名", max_length=40, db_index=True)
    code = models.CharField("当时代码", max_length=6, blank=True, validators=[is_code])
    since = models.DateField("启用日期", null=True, blank=True)
    until = models.DateField("停用日期", null=True, blank=True, help_text="只知年份的填 1 月 1 日。")
    until_precision = models.CharField(
        "停用日期精度", max_length=5, choices=DatePrecision, default=DatePrecision.DAY
    )

    class Meta:
        verbose_name = "曾用名"
        verbose_name_plural = "曾用名"
        ordering = ("place", "until", "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(code="") | Q(code__regex=CODE_PATTERN),
                name="honors_placename_code_has_six_digits",
                violation_error_message=CODE_MESSAGE,
            ),
            # A period that ends before it begins finds no record of its time.
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="honors_placename_until_after_since",
                violation_error_message="停用日期不能早于启用日期。",
            ),
            # The same name may come with another code (三元区 was renumbered), but not twice with the same.
            models.UniqueConstraint(
                fields=("place", "name", "code"),
                name="honors_placename_once_per_place",
                violation_error_message="该曾用名已经登记。",
            ),
        )

    def __str__(self) -> str:
        return self.name
