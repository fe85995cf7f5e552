"""A row that can become public, and where it stands on the road there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from publishing.declared import Child
from publishing.preflight.secrets import numbers_covered
from publishing.querysets import OPEN, PUBLIC, PublishableQuerySet, Status

# Written by the verbs only, which name them; ``save`` leaves them as they are stored.
MOVED_BY_VERBS = (
    "status", "published_at", "imported_at", "withdrawn_at", "withdrawal_mode", "withdrawal_reason",
    "withdrawal_target", "archived_at", "review_on", "review_level", "submission", "submitted_at", "returned_at",
    "approved_at", "approved_hash", "emergency_at",
)  # fmt: skip


class WithdrawalMode(models.TextChoices):
    NOTICE = "notice", "显示撤回说明"
    REDIRECT = "redirect", "转到另一个页面"
    GONE = "gone", "只显示“内容已移除”"


class State(models.TextChoices):
    """Where an item stands for the people who work on it: its status and the clock."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    APPROVED = "approved", "待发布"
    SCHEDULED = "scheduled", "等待定时"
    LIVE = "live", "已发布"
    EXPIRED = "expired", "已到期"
    ARCHIVED = "archived", "已归档"
    WITHDRAWN = "withdrawn", "已撤回"


class ReviewLevel(models.TextChoices):
    """How many people review an item before it is public (local practice: STANDARDS §4.1)."""

    A = "A", "A 普通：一审"
    B = "B", "B 重要：一审、二审"
    C = "C", "C 敏感：一审、二审、三审"

    @property
    def reviews(self) -> int:
        return "ABC".index(self.value) + 1


class Publishable(models.Model):
    """A row that can become public. Verbs are in ``publishing.workflow``; nothing else moves ``status``.

    ``published_at`` may change only while it lies in the future; only ``import_published``
    sets an earlier one and then stamps ``imported_at``. What was once public changes by a revision only: a row with
    ``revision_of``, which is never public itself (``publishing.workflow.revising``).
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
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)
    review_on = models.DateField("复核日期", null=True, blank=True, editable=False)
    # Raised for one item; what counts is the higher of it and ``base_level``.
    review_level = models.CharField("审核级别", max_length=1, choices=ReviewLevel, blank=True, editable=False)
    # Number of the last submission; the rows of ``ReviewStep`` name it.
    submission = models.PositiveIntegerField("送审次数", default=0, editable=False)
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True, editable=False)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True, editable=False)
    approved_at = models.DateTimeField("批准时间", null=True, blank=True, editable=False)
    approved_hash = models.CharField("批准内容的校验和", max_length=64, blank=True, editable=False)
    # Set while an emergency publishing waits for the reviews that it went ahead of.
    emergency_at = models.DateTimeField("应急发布时间", null=True, blank=True, editable=False)
    revision_of: Any = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="revision",
        verbose_name="修订的是",
    )
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

    revision_of_id: Any

    objects = PublishableQuerySet.as_manager()

    # False where something stored depends on what is public and could not follow the clock.
    can_be_scheduled = True
    # False for what is a record of the past, which no date makes untrue.
    can_expire = True
    # What the pages of the verbs say: what visitors see of it, and what becomes of its address.
    shows = "内容"
    address_rule = "以后不再变"
    # False where rows are only shown in a list: withdrawing one then leads nowhere else.
    has_own_page = True
    # Why an item of this kind has at least the level it has, as the beginning of a sentence.
    level_ground = "这类内容的级别"
    # What reviewers approve and visitors read, and what a revision takes along besides; both are names of fields.
    content_fields: ClassVar[tuple[str, ...]] = ()
    carried_fields: ClassVar[tuple[str, ...]] = ()
    content_children: ClassVar[tuple[Child, ...]] = ()

    class Meta:
        abstract = True
        constraints = [
            # Visibility is decided by the moment: a published row without one would be seen by nobody.
            models.CheckConstraint(
                condition=~Q(status__in=PUBLIC) | Q(published_at__isnull=False),
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
            # The public page keeps its approved version: a revision of it has no page, and no date of one.
            models.CheckConstraint(
                condition=Q(revision_of=None) | (Q(status__in=OPEN) & Q(published_at=None)),
                name="%(app_label)s_%(class)s_revision_never_public",
            ),
            # An archived page says since when; a reader must not take it for news.
            models.CheckConstraint(
                condition=~Q(status=Status.ARCHIVED) | Q(archived_at__isnull=False),
                name="%(app_label)s_%(class)s_archived_has_moment",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save everything but the state: a copy that was read before a verb moved the row does not move it back."""
        self.lock_version += 1
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "lock_version", "updated_at"}
        elif not self._state.adding:
            kwargs["update_fields"] = self._saved_fields()
        super().save(*args, **kwargs)

    def _saved_fields(self) -> list[str]:
        unread = self.get_deferred_fields()
        return [
            field.name
            for field in self._meta.concrete_fields
            if not field.primary_key and field.name not in MOVED_BY_VERBS and field.attname not in unread
        ]

    def is_published(self, at: datetime | None = None) -> bool:
        """Whether a visitor sees this row at a moment: the twin of ``PublishableQuerySet.published``."""
        at = at or timezone.now()
        return (
            self.status in PUBLIC
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
            self.status in PUBLIC
            and self.expires_at is not None
            and self.expires_at <= (at or timezone.now())
        )

    def audit_name(self) -> str:
        """The name for the audit trail, from which nothing can be taken out: a draft's title may hold a secret."""
        return numbers_covered(str(self))

    def state(self, at: datetime | None = None) -> State:
        """The state at a moment; its twin for lists is ``PublishableQuerySet.in_state``."""
        at = at or timezone.now()
        if self.status not in PUBLIC:
            return State(self.status)
        if self.is_scheduled(at):
            return State.SCHEDULED
        if not self.is_published(at):
            return State.EXPIRED
        return State.ARCHIVED if self.status == Status.ARCHIVED else State.LIVE

    @property
    def is_open(self) -> bool:
        """Whether the form may change it; everything else changes by a revision, or not at all."""
        return self.status in OPEN

    @property
    def is_archived(self) -> bool:
        return self.status == Status.ARCHIVED

    @property
    def root(self) -> Any:
        """The row whose address, history and reviews these are: for a revision what it revises."""
        return self.revision_of if self.revision_of_id else self

    @property
    def open_revision(self) -> Any:
        """The revision somebody works on, or None; asks the database once, unless selected."""
        return getattr(self, "revision", None)

    def base_level(self) -> ReviewLevel:
        """The level that the kind of content has, which no item goes below."""
        return ReviewLevel.B

    @property
    def level(self) -> ReviewLevel:
        return max(self.base_level(), ReviewLevel(self.review_level or ReviewLevel.A))

    @property
    def check_is_open(self) -> bool:
        """Whether it was published in an emergency, and nobody has reviewed it since."""
        return self.emergency_at is not None

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
