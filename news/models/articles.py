"""Articles (稿件)."""

import re
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from simple_history.models import HistoricalRecords

from news.models.columns import Column
from news.querysets import ArticleQuerySet
from publishing.body import clean_body, picture_ids, with_facts
from publishing.declared import Child
from publishing.fields import BodyField
from publishing.links import is_web_address, leave_href
from publishing.models import Picture, Publishable, ReviewLevel
from publishing.permissions import content_permissions
from publishing.preflight.models import root_id
from publishing.querysets import OPEN


class Article(Publishable):
    column = models.ForeignKey(
        Column,
        on_delete=models.PROTECT,
        related_name="articles",
        verbose_name="栏目",
        help_text="决定网址和列表。",
    )
    lead_title = models.CharField("引题", max_length=100, blank=True, help_text="标题上方的小字，可不填。")
    title = models.CharField("标题", max_length=120)
    subtitle = models.CharField("副题", max_length=120, blank=True, help_text="标题下方的小字，可不填。")
    summary = models.CharField(
        "摘要", max_length=300, blank=True, help_text="公开：显示在首页头条、搜索结果和网页标签里。一两句话。"
    )
    body = BodyField(
        "正文", blank=True, help_text="可以从 Word 粘贴；只保留段落、标题、列表、表格、链接和本站图片。"
    )
    author = models.CharField("作者", max_length=60, blank=True, help_text="公开显示。")
    source_name = models.CharField("来源", max_length=100, blank=True, help_text="发布前必填，公开显示。")
    source_url = models.CharField("来源网址", max_length=500, blank=True, validators=[is_web_address])
    is_reprint = models.BooleanField("转载", default=False, help_text="转载须填写原标题、原作者和来源。")
    original_title = models.CharField("原标题", max_length=200, blank=True)
    original_author = models.CharField("原作者", max_length=100, blank=True)
    link_out = models.CharField(
        "转到的网址",
        max_length=500,
        blank=True,
        validators=[is_web_address],
        help_text="填写后，列表中的标题直接通向这个网址；不是政府网站的，访客先看到离站提示。",
    )
    editor = models.CharField("责任编辑", max_length=60, blank=True, help_text="公开显示在正文之后。")
    keywords = models.CharField("关键词", max_length=200, blank=True, help_text="用逗号分开，写入网页标签。")
    cover = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="封面图",
        help_text="用于首页头条和分享。图片须先填写替代文字。",
    )
    headline = models.BooleanField(
        "首页头条", default=False, help_text="有几篇时，最新的一篇显示在首页最上方。"
    )
    pinned_until = models.DateTimeField(
        "要闻置顶到", null=True, blank=True, help_text="在这之前排在首页要闻的前面。"
    )
    places = models.ManyToManyField(
        "honors.Place", blank=True, related_name="articles", verbose_name="涉及的地方", help_text="公开显示。"
    )
    agreements = models.ManyToManyField(
        "partnerships.Agreement", blank=True, related_name="articles", verbose_name="有关的共建协议"
    )
    # What an import knows the article by, e.g. "demo:round-10": importing again finds it instead of doubling it.
    import_ref = models.CharField("导入标识", max_length=200, blank=True, editable=False)
    # Kept by save() from the body: what makes a picture public is found through it.
    pictures = models.ManyToManyField(Picture, blank=True, editable=False, related_name="articles")

    history = HistoricalRecords(
        excluded_fields=["lock_version", "updated_at"],
        m2m_fields=[places, agreements],
        verbose_name="稿件修改记录",
    )
    objects = ArticleQuerySet.as_manager()  # type: ignore[misc, assignment]

    # Set by ArticleQuerySet.with_neighbours.
    newer_id: int | None
    older_id: int | None

    content_fields = (
        "column",
        "lead_title",
        "title",
        "subtitle",
        "summary",
        "body",
        "author",
        "source_name",
        "source_url",
        "is_reprint",
        "original_title",
        "original_author",
        "link_out",
        "editor",
        "keywords",
        "cover",
        "places",
        "agreements",
    )
    content_children = (Child("attachments", "article", fields=("name", "sha256", "order"), key=("sha256",)),)
    level_ground = "这个栏目的审核级别"
    shows = "正文、图片和附件"
    address_rule = "由第一次公开的时间决定，以后不再变"

    class Meta(Publishable.Meta):
        verbose_name = "稿件"
        verbose_name_plural = "稿件"
        permissions = content_permissions("article", "稿件")
        constraints = [
            *Publishable.Meta.constraints,
            # Reprints of military news must name original title, author and source (军政〔2025〕26号).
            models.CheckConstraint(
                condition=Q(is_reprint=False)
                | (~Q(original_title="") & ~Q(original_author="") & ~Q(source_name="")),
                name="news_article_reprint_names_origin",
                violation_error_message="转载须填写原标题、原作者和来源。",
            ),
            # A page tag ContentSource is mandatory (47号文 附件): nothing goes public without a source.
            models.CheckConstraint(
                condition=Q(status__in=OPEN) | ~Q(source_name=""),
                name="news_article_public_has_source",
                violation_error_message="发布前请填写来源。",
            ),
            # An import that ran twice must not make two articles of one.
            models.UniqueConstraint(
                fields=["import_ref"], condition=~Q(import_ref=""), name="news_article_import_ref_unique"
            ),
        ]
        indexes = [
            # The listing of a column reads only this index until it knows its twenty rows.
            models.Index(
                F("column"),
                F("status"),
                F("published_at").desc(),
                F("id").desc(),
                F("expires_at"),
                name="news_article_column_list",
            ),
            models.Index(
                F("status"),
                F("published_at").desc(),
                F("id").desc(),
                F("expires_at"),
                name="news_article_list",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.is_reprint:
            needed = {"original_title": "原标题", "original_author": "原作者", "source_name": "来源"}
            missing = {
                field: f"转载须填写{label}。" for field, label in needed.items() if not getattr(self, field)
            }
            if missing:
                raise ValidationError(missing)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, completing the body's pictures and noting which they are."""
        update_fields = kwargs.get("update_fields")
        if update_fields is not None and "body" not in update_fields:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            body = clean_body(self.body)
            pictures = list(Picture.objects.filter(pk__in=picture_ids(body))) if picture_ids(body) else []
            self.body = with_facts(body, pictures)  # type: ignore[assignment]
            super().save(*args, **kwargs)
            self.pictures.set(pictures)

    def base_level(self) -> ReviewLevel:
        return ReviewLevel(self.column.review_level)

    def content_obstacles(self) -> list[str]:
        reasons = []
        if not self.title.strip():
            reasons.append("请填写标题。")
        if not self.source_name.strip():
            reasons.append("请填写来源，公开的稿件都要写明来源。")
        if not self.body and not self.link_out:
            reasons.append("请填写正文，或填写转到的网址。")
        return reasons

    @property
    def description(self) -> str:
        """What the page's tags say it is about: the summary, else how the body begins."""
        text = unescape(re.sub(r"<[^>]*>", " ", self.body))
        return self.summary or Truncator(" ".join(text.split())).chars(120)

    @property
    def is_link_out(self) -> bool:
        return bool(self.link_out)

    @property
    def is_pinned(self) -> bool:
        return self.pinned_until is not None and self.pinned_until > timezone.now() and not self.is_archived

    @property
    def cover_picture(self) -> Picture | None:
        return self.cover

    @property
    def show_cover(self) -> bool:
        """The page opens with the cover where the body has no picture of its own."""
        return self.cover is not None and "<img" not in self.body

    @property
    def href(self) -> str:
        """Where a list's entry leads: the article's page, or for a link-out elsewhere."""
        return leave_href(self.link_out) if self.link_out else self.get_absolute_url()

    def get_absolute_url(self) -> str:
        """The public address, fixed by the first publishing time; a draft has only its preview."""
        if self.published_at is None:
            return reverse("admin:news_article_preview", args=[self.pk])
        return self._address("news:article")

    @property
    def offline_href(self) -> str:
        return self._address("news:offline")

    def _address(self, name: str) -> str:
        assert self.published_at is not None
        day = timezone.localtime(self.published_at)
        return reverse(name, args=[self.column.slug, f"{day:%Y%m}", f"{day:%Y%m%d}", root_id(self)])
