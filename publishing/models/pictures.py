"""Pictures and their renditions."""

import re
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from publishing import images


class PictureQuerySet(models.QuerySet["Picture"]):
    def public(self) -> "PictureQuerySet":
        """Pictures that something public shows. All others are private to the office."""
        from publishing import registry  # noqa: PLC0415 -- the registry fills while models load

        shown = Q(pk__in=[])
        for use in registry.picture_uses:
            shown |= Q(pk__in=use())
        return self.filter(shown)


class Picture(models.Model):
    """An uploaded picture. Only re-encoded renditions are kept: no EXIF, no GPS, no original."""

    sha256 = models.CharField("校验和", max_length=64, unique=True, editable=False)
    alt = models.CharField(
        "替代文字",
        max_length=200,
        help_text="必填。用一句话说清图里有什么，读屏软件会念给看不见图的人听；不要写文件名。",
    )
    caption = models.CharField(
        "图片说明", max_length=200, blank=True, help_text="公开显示在图片下方，可不填。"
    )
    credit = models.CharField(
        "拍摄或绘制", max_length=100, blank=True, help_text="公开显示，例如“摄影：演示编辑”。"
    )
    width = models.PositiveIntegerField("宽（像素）", editable=False)
    height = models.PositiveIntegerField("高（像素）", editable=False)
    focal_x = models.PositiveSmallIntegerField(
        "焦点横向位置（%）",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="图片被裁成横条时以此为中心：0 为最左，100 为最右。",
    )
    focal_y = models.PositiveSmallIntegerField(
        "焦点纵向位置（%）",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="0 为最上，100 为最下。",
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="上传人",
    )

    # What visitors read and see of a cover: an approval of the article is bound to it (publishing.declared).
    told_fields: ClassVar[tuple[str, ...]] = ("sha256", "alt", "caption", "credit")

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = "图片"
        verbose_name_plural = "图片"
        ordering = ["-created_at", "-pk"]
        constraints = [
            # A picture that says nothing to a blind reader may not be public (GB/T 37668, WCAG 1.1.1).
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="publishing_picture_has_alt",
                violation_error_message="请填写替代文字。",
            ),
            models.CheckConstraint(
                condition=Q(focal_x__lte=100) & Q(focal_y__lte=100), name="publishing_picture_focus_inside"
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    def clean(self) -> None:
        if not self.alt.strip():
            raise ValidationError({"alt": "请填写替代文字：用一句话说清图里有什么。"})

    @property
    def focus(self) -> str:
        """Where a crop is centred, as the name of a class: one of nine thirds of the picture."""
        across = ("left", "centre", "right")[min(self.focal_x // 34, 2)]
        down = ("top", "middle", "bottom")[min(self.focal_y // 34, 2)]
        return f"focus-{across}-{down}"

    @property
    def widths(self) -> list[int]:
        return images.rendition_widths(self.width)

    def rendition_path(self, name: str) -> str:
        return f"pictures/{self.sha256[:2]}/{self.sha256}/{name}"

    def stored_file(self, name: str) -> tuple[str, str, bool] | None:
        """Find the rendition of a name such as ``800.webp``; bodies always ask for 400, 800 or 1600."""
        found = re.fullmatch(r"(\d{1,5})\.(webp|jpg)", name)
        if found is None or int(found[1]) not in {*self.widths, *images.WIDTHS}:
            return None
        nearest = min(self.widths, key=lambda width: abs(width - int(found[1])))
        content_type = "image/webp" if found[2] == "webp" else "image/jpeg"
        return self.rendition_path(f"{nearest}.{found[2]}"), content_type, False

    def href(self, name: str) -> str:
        return reverse("file", args=[f"p{self.pk}", name])

    @property
    def src(self) -> str:
        """Address of the JPEG that every browser can show, about 800 px wide."""
        return self.href(f"{min(self.widths, key=lambda width: abs(width - 800))}.jpg")

    @property
    def largest_jpeg(self) -> str:
        return self.href(f"{self.widths[-1]}.jpg")

    @property
    def srcset_webp(self) -> str:
        return self._srcset("webp")

    @property
    def srcset_jpeg(self) -> str:
        return self._srcset("jpg")

    def _srcset(self, extension: str) -> str:
        return ", ".join(f"{self.href(f'{width}.{extension}')} {width}w" for width in self.widths)
