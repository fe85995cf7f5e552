"""Documents under an article."""

from django.db import models
from django.urls import reverse

from news.models.articles import Article
from publishing import documents
from publishing.preflight.secrets import numbers_covered


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

    def audit_name(self) -> str:
        return numbers_covered(self.name)

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
