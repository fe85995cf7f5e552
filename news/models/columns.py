"""Columns (栏目) in two levels."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from news.querysets import ColumnQuerySet
from publishing.models import Redirect, ReviewLevel


class ColumnType(models.TextChoices):
    """The words of 47号文's annex for ``ColumnType`` (STANDARDS §1.1; the official list is open)."""

    NEWS = "工作动态", "工作动态"
    POLICY = "政策文件", "政策文件"
    INTERPRETATION = "政策解读", "政策解读"
    OVERVIEW = "概况信息", "概况信息"
    ORGANISATION = "机构职能", "机构职能"
    NOTICE = "通知公告", "通知公告"
    DATA = "数据发布", "数据发布"
    SERVICE = "办事服务", "办事服务"
    RESPONSE = "回应关切", "回应关切"
    TOPIC = "专题专栏", "专题专栏"


class HomePosition(models.TextChoices):
    NONE = "", "不在首页显示"
    LEAD = "lead", "要闻（首页上方）"
    NOTICES = "notices", "通知公告"
    BLOCK = "block", "栏目块"


class Column(models.Model):
    """A column in one of two levels."""

    slug = models.SlugField(
        "地址名",
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", "只用小写英文字母、数字和连字符，例如 tongzhi。")
        ],
        help_text="出现在网址中，例如 tongzhi。改动后旧网址自动转到新网址。",
    )
    name = models.CharField("栏目名称", max_length=40, help_text="公开显示。请用读者熟悉的词。")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级栏目",
        help_text="不填为一级栏目。栏目最多两级。",
    )
    column_type = models.CharField(
        "栏目类别", max_length=20, choices=ColumnType, help_text="写入网页标签 ColumnType，供检查使用。"
    )
    description = models.CharField(
        "栏目说明",
        max_length=300,
        help_text="公开：写明栏目的用途和主要内容，写入网页标签 ColumnDescription。",
    )
    keywords = models.CharField(
        "栏目关键词", max_length=200, help_text="用逗号分开，写入网页标签 ColumnKeywords。"
    )
    order = models.PositiveSmallIntegerField("次序", default=100, help_text="小的在前。")
    update_days = models.PositiveSmallIntegerField(
        "更新期限（天）",
        default=14,
        validators=[MinValueValidator(1)],
        help_text="超过这些天没有新稿件，后台首页会提醒。",
    )
    review_level = models.CharField(
        "审核级别",
        max_length=1,
        choices=ReviewLevel,
        default=ReviewLevel.B,
        help_text="这个栏目的稿件至少要经过几审。单篇可以提高，作者不能降低。",
    )
    home_position = models.CharField(
        "首页位置", max_length=10, choices=HomePosition, blank=True, default=HomePosition.NONE
    )

    history = HistoricalRecords(verbose_name="栏目修改记录")
    objects = ColumnQuerySet.as_manager()

    # Set by ColumnQuerySet.tree and with_news.
    children_list: "list[Column]"
    has_news: bool
    # Set by ColumnQuerySet.with_figures.
    public_count: int
    article_count: int
    last_published: datetime | None

    class Meta:
        verbose_name = "栏目"
        verbose_name_plural = "栏目"
        ordering = ["order", "pk"]
        constraints = [
            # Inspectors count a column page whose mandatory tags are empty as a fault (47号文 附件).
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(description="") & ~Q(keywords="") & ~Q(column_type=""),
                name="news_column_tags_filled",
                violation_error_message="栏目名称、类别、说明和关键词都必须填写。",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="news_column_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self._refuse_lower_level()
        if self.parent is None:
            return
        if self.parent_id == self.pk:
            raise ValidationError({"parent": "栏目不能放在自己之下。"})
        if self.parent.parent_id is not None:
            raise ValidationError({"parent": "栏目最多两级，请选择一级栏目作上级。"})
        if self.pk and self.children.exists():
            raise ValidationError({"parent": "这个栏目下面还有栏目，不能再放到别的栏目之下。"})

    def _refuse_lower_level(self) -> None:
        """What is under review would have all its reviews and yet wait for the one that nobody can do any more."""
        stored = Column.objects.filter(pk=self.pk).values_list("review_level", flat=True).first()
        waiting = self.articles.in_review().count() if stored and stored > self.review_level else 0  # type: ignore[attr-defined]
        if waiting:
            raise ValidationError(
                {"review_level": f"有 {waiting} 篇稿件正在审核，现在不能降低级别。请等它们审完，或先退回。"}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the old address alive when the slug changes."""
        with transaction.atomic():
            old = (
                Column.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
            )
            super().save(*args, **kwargs)
            if old is not None and old != self.slug:
                Redirect.objects.lead_on(self.list_path(old), self.list_path(self.slug))

    def reminder(self, at: datetime | None = None) -> str:
        """What is wrong with how often news come, in words; "" when nothing is. Reads ``with_figures``."""
        if self.last_published is None:
            return "还没有公开的稿件"
        days = ((at or timezone.now()) - self.last_published).days
        return f"已 {days} 天没有更新（期限 {self.update_days} 天）" if days > self.update_days else ""

    @staticmethod
    def list_path(slug: str) -> str:
        return f"/news/{slug}/"

    def get_absolute_url(self) -> str:
        return reverse("news:column", args=[self.slug])
