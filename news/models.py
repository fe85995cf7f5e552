"""Columns (栏目), articles (稿件), their attachments and how often they are read."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator, URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from news.querysets import ArticleQuerySet, ColumnQuerySet
from publishing import documents
from publishing.body import clean_body, picture_ids, with_facts
from publishing.fields import BodyField
from publishing.links import leave_href
from publishing.models import Picture, Publishable, Redirect


class ColumnType(models.TextChoices):
    """The words of 47号文's annex for ``ColumnType`` (STANDARDS §1.1; the official list is open)."""

    NEWS = "工作动态"
    POLICY = "政策文件"
    INTERPRETATION = "政策解读"
    OVERVIEW = "概况信息"
    ORGANISATION = "机构职能"
    NOTICE = "通知公告"
    DATA = "数据发布"
    SERVICE = "办事服务"
    RESPONSE = "回应关切"
    TOPIC = "专题专栏"


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
    home_position = models.CharField(
        "首页位置", max_length=10, choices=HomePosition, blank=True, default=HomePosition.NONE
    )

    history = HistoricalRecords(verbose_name="栏目修改记录")
    objects = ColumnQuerySet.as_manager()

    # Set by ColumnQuerySet.tree and with_news.
    children_list: "list[Column]"
    has_news: bool

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
        if self.parent is None:
            return
        if self.parent.parent_id is not None:
            raise ValidationError({"parent": "栏目最多两级，请选择一级栏目作上级。"})
        if self.pk and self.children.exists():
            raise ValidationError({"parent": "这个栏目下面还有栏目，不能再放到别的栏目之下。"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the old address alive when the slug changes."""
        with transaction.atomic():
            old = (
                Column.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
            )
            super().save(*args, **kwargs)
            if old is not None and old != self.slug:
                Redirect.objects.filter(old_path=self.list_path(self.slug)).delete()
                Redirect.objects.update_or_create(
                    old_path=self.list_path(old), defaults={"new_path": self.list_path(self.slug)}
                )

    @staticmethod
    def list_path(slug: str) -> str:
        return f"/news/{slug}/"

    def get_absolute_url(self) -> str:
        return reverse("news:column", args=[self.slug])


def validate_http(value: str) -> None:
    URLValidator(schemes=["http", "https"], message="请填写以 http:// 或 https:// 开头的完整网址。")(value)


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
    source_url = models.CharField("来源网址", max_length=500, blank=True, validators=[validate_http])
    is_reprint = models.BooleanField("转载", default=False, help_text="转载须填写原标题、原作者和来源。")
    original_title = models.CharField("原标题", max_length=200, blank=True)
    original_author = models.CharField("原作者", max_length=100, blank=True)
    link_out = models.CharField(
        "转到的网址",
        max_length=500,
        blank=True,
        validators=[validate_http],
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
    objects = ArticleQuerySet.as_manager()  # type: ignore[assignment]

    # Set by ArticleQuerySet.with_neighbours.
    newer_id: int | None
    older_id: int | None

    class Meta(Publishable.Meta):
        verbose_name = "稿件"
        verbose_name_plural = "稿件"
        permissions = [("publish_article", "可以发布和撤回稿件")]
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
                condition=Q(status="draft") | ~Q(source_name=""),
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
    def is_link_out(self) -> bool:
        return bool(self.link_out)

    @property
    def is_pinned(self) -> bool:
        return self.pinned_until is not None and self.pinned_until > timezone.now()

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
        return reverse(name, args=[self.column.slug, f"{day:%Y%m}", f"{day:%Y%m%d}", self.pk])


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def public(self) -> "AttachmentQuerySet":
        return self.filter(article__in=Article.objects.published().values("pk"))


class Attachment(models.Model):
    """A document under an article. The file is private until the article is public."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="attachments", verbose_name="稿件"
    )
    name = models.CharField("文件名", max_length=120, help_text="访客下载时看到的名字。")
    kind = models.CharField("类型", max_length=10, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    sha256 = models.CharField("校验和", max_length=64, editable=False)
    # Extracted once at upload for search and for the check before publishing; null means unreadable.
    text = models.TextField("文字内容", null=True, blank=True, editable=False)  # noqa: DJ001 -- null is not ""
    order = models.PositiveSmallIntegerField("次序", default=0)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["order", "pk"]
        constraints = [
            # The same file twice under one article is a slip of the hand.
            models.UniqueConstraint(
                fields=["article", "sha256"],
                name="news_attachment_once_per_article",
                violation_error_message="这个文件已经在本稿件的附件里。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"attachments/{self.sha256[:2]}/{self.sha256}.{self.kind}"

    def stored_file(self, name: str) -> tuple[str, str, bool] | None:
        return (self.path, documents.content_type(self.kind), True) if name == self.name else None

    @property
    def href(self) -> str:
        return reverse("file", args=[f"a{self.pk}", self.name])

    @property
    def kind_label(self) -> str:
        return documents.kind_label(self.kind)

    @property
    def size_label(self) -> str:
        return documents.size_label(self.size)


class ArticleViews(models.Model):
    """How often an article was read: apart from the article, so that counting changes nothing public."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="views")
    count = models.PositiveIntegerField("浏览次数", default=0)

    class Meta:
        verbose_name = "浏览次数"
        verbose_name_plural = "浏览次数"

    def __str__(self) -> str:
        return str(self.count)


class ViewMark(models.Model):
    """That somebody read an article within the last half hour; who it was cannot be told from it."""

    digest = models.CharField(max_length=64, primary_key=True)
    counted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
