"""What every content app shares: the road to the public page, pictures, redirects, the generation number."""

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from publishing import images
from publishing.links import own_href
from publishing.preflight.models import Consent, Override, Slip
from publishing.preflight.secrets import numbers_covered
from publishing.querysets import PublishableQuerySet, Status

__all__ = [
    "Consent",
    "Generation",
    "Override",
    "Picture",
    "Publishable",
    "Redirect",
    "Slip",
    "State",
    "WithdrawalMode",
]


class WithdrawalMode(models.TextChoices):
    NOTICE = "notice", "显示撤回说明"
    REDIRECT = "redirect", "转到另一个页面"
    GONE = "gone", "只显示“内容已移除”"


class State(models.TextChoices):
    """Where an item stands for the people who work on it: its status and the clock."""

    DRAFT = "draft", "草稿"
    SCHEDULED = "scheduled", "等待定时"
    LIVE = "live", "已发布"
    EXPIRED = "expired", "已到期"
    WITHDRAWN = "withdrawn", "已撤回"


class Publishable(models.Model):
    """A row that can become public. Verbs are in ``publishing.workflow``; nothing else moves ``status``.

    ``published_at`` may change only while it lies in the future; only ``import_published``
    sets an earlier one and then stamps ``imported_at``.
    """

    status = models.CharField("状态", max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    published_at = models.DateTimeField("发布时间", null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(
        "到期时间",
        null=True,
        blank=True,
        help_text="到这个时间后访客不再看到正文，只看到到期说明。不填则一直公开。",
    )
    imported_at = models.DateTimeField("导入时间", null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)
    withdrawal_mode = models.CharField(
        "撤回方式", max_length=10, choices=WithdrawalMode, blank=True, editable=False
    )
    withdrawal_reason = models.CharField("撤回原因", max_length=300, blank=True, editable=False)
    withdrawal_target = models.CharField("转到的地址", max_length=500, blank=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("最后修改", auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="建立人",
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="最后修改人",
    )
    # Raised by every save; the form sends back the number it was opened with, so that the second of
    # two editors is shown both texts instead of overwriting the first.
    lock_version = models.PositiveIntegerField("版本号", default=0, editable=False)

    objects = PublishableQuerySet.as_manager()

    # False where something stored depends on what is public and could not follow the clock.
    can_be_scheduled = True
    # What the pages of the verbs say: what visitors see of it, and what becomes of its address.
    shows = "内容"
    address_rule = "以后不再变"
    # False where rows are only shown in a list: withdrawing one then leads nowhere else.
    has_own_page = True

    class Meta:
        abstract = True
        constraints = [
            # Visibility is decided by the moment: a published row without one would be seen by nobody.
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_moment",
                violation_error_message="已发布的内容必须有发布时间。",
            ),
            # A reader who finds a page withdrawn is owed the reason and the date.
            models.CheckConstraint(
                condition=~Q(status=Status.WITHDRAWN)
                | (~Q(withdrawal_reason="") & ~Q(withdrawal_mode="") & Q(withdrawn_at__isnull=False)),
                name="%(app_label)s_%(class)s_withdrawn_has_reason",
                violation_error_message="撤回必须写明原因。",
            ),
            models.CheckConstraint(
                condition=~Q(withdrawal_mode=WithdrawalMode.REDIRECT) | ~Q(withdrawal_target=""),
                name="%(app_label)s_%(class)s_redirect_has_target",
                violation_error_message="选择“转到另一个页面”时必须填写地址。",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(published_at__isnull=True)
                | Q(expires_at__gt=F("published_at")),
                name="%(app_label)s_%(class)s_expires_after_published",
                violation_error_message="到期时间必须晚于发布时间。",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.lock_version += 1
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "lock_version", "updated_at"}
        super().save(*args, **kwargs)

    def is_published(self, at: datetime | None = None) -> bool:
        """Whether a visitor sees this row at a moment: the twin of ``PublishableQuerySet.published``."""
        at = at or timezone.now()
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= at
            and (self.expires_at is None or self.expires_at > at)
        )

    def is_scheduled(self, at: datetime | None = None) -> bool:
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at > (at or timezone.now())
        )

    def has_expired(self, at: datetime | None = None) -> bool:
        return (
            self.status == Status.PUBLISHED
            and self.expires_at is not None
            and self.expires_at <= (at or timezone.now())
        )

    def audit_name(self) -> str:
        """The name for the audit trail, from which nothing can be taken out: a draft's title may hold a secret."""
        return numbers_covered(str(self))

    def state(self, at: datetime | None = None) -> State:
        """The state at a moment; its twin for lists is ``PublishableQuerySet.in_state``."""
        at = at or timezone.now()
        if self.status != Status.PUBLISHED:
            return State(self.status)
        if self.is_scheduled(at):
            return State.SCHEDULED
        return State.LIVE if self.is_published(at) else State.EXPIRED

    def live_address(self) -> str:
        """Where visitors see it; "" while it is not public, or where its kind has no page of its own."""
        address = getattr(self, "get_absolute_url", None)
        return address() if address is not None and self.is_published() else ""

    def was_public(self) -> bool:
        """Whether visitors may have read it: such a row is withdrawn, never deleted."""
        return self.published_at is not None and self.published_at <= timezone.now()

    def content_obstacles(self) -> list[str]:
        """Reasons of the content app why the row cannot be published, as sentences for the editor."""
        return []

    def reason_obstacles(self, reason: str) -> list[str]:
        """Why the content app does not let visitors read this reason of a withdrawal."""
        return []


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


class Generation(models.Model):
    """One row: a number that rises with every change of anything public, in the same transaction.

    Database triggers raise it (``publishing.generation``), so bulk and shell edits count too.
    """

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="publishing_generation_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)


class RedirectManager(models.Manager["Redirect"]):
    def for_path(self, path: str) -> "Redirect | None":
        # PostgreSQL refuses to be asked for NUL; no stored path has one.
        return None if "\0" in path else self.filter(old_path=path).first()


def validate_own_path(value: str) -> None:
    if not value.startswith("/") or value.startswith("//") or any(c.isspace() or c in "\\\0" for c in value):
        raise ValidationError("请填写本站地址，以一条“/”开头，例如 /news/tongzhi/。")


class Redirect(models.Model):
    """An old address of the site and where it leads now; without a new address it is gone (410)."""

    old_path = models.CharField(
        "旧地址",
        max_length=500,
        unique=True,
        validators=[validate_own_path],
        help_text="以“/”开头，不含域名。",
    )
    new_path = models.CharField(
        "新地址",
        max_length=500,
        blank=True,
        validators=[validate_own_path],
        help_text="以“/”开头。不填表示内容已移除，访客会看到说明（410）。",
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = RedirectManager()

    class Meta:
        verbose_name = "地址转向"
        verbose_name_plural = "地址转向"
        ordering = ["old_path"]
        constraints = [
            # A path that leads to itself would never end.
            models.CheckConstraint(
                condition=~Q(old_path=F("new_path")),
                name="publishing_redirect_leads_elsewhere",
                violation_error_message="新旧地址不能相同。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path or '已移除'}"

    @property
    def is_gone(self) -> bool:
        return not self.new_path

    @property
    def href(self) -> str:
        return own_href(self.new_path)
