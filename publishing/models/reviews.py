"""What people did with a submission: who wrote, who reviewed, who signed, in the order in which it happened."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from publishing.preflight.models import root_id

OPINION_LENGTH = 500


class StepKind(models.TextChoices):
    AUTHOR = "author", "撰写"
    SUBMITTED = "submitted", "送审"
    TAKEN_BACK = "taken_back", "收回"
    APPROVED = "approved", "审核通过"
    RETURNED = "returned", "退回"
    EDITED = "edited", "改动后退回草稿"
    SECRECY = "secrecy", "保密审查"
    MILITARY = "military", "涉军审核"
    EMERGENCY = "emergency", "应急发布"


# Checks apart from the reviews; both are needed, each with the name of who answers for it.
SIGNATURES = (StepKind.SECRECY, StepKind.MILITARY)
# What needs words: a reader of the sheet must learn why.
WITH_REASON = (StepKind.RETURNED, StepKind.EMERGENCY)


class ReviewStepQuerySet(models.QuerySet["ReviewStep"]):
    def about(self, item: models.Model) -> ReviewStepQuerySet:
        """The rows of an item; those of a revision belong to what it revises."""
        return self.filter(content_type=ContentType.objects.get_for_model(item), object_id=root_id(item))

    def of_submission(self, item: models.Model) -> ReviewStepQuerySet:
        """The rows of an item's present submission."""
        return self.about(item).filter(submission=item.submission)  # type: ignore[attr-defined]


class ReviewStep(models.Model):
    """One act of one person on one submission of an item. Append-only (triggers: no row is changed or deleted).

    `object_id` is the item's, or for a revision that of what it revises. `submission` counts the item's submissions
    from 1; authors of the next one stand under its number already. `step` is 1 to 3 for reviews, else 0.
    `content_hash` binds a review or signature to what was read (``publishing.declared.content_hash``).
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    submission = models.PositiveIntegerField("第几次送审")
    kind = models.CharField("做了什么", max_length=12, choices=StepKind)
    step = models.PositiveSmallIntegerField("第几审", default=0)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="谁"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    opinion = models.CharField("意见", max_length=OPINION_LENGTH, blank=True)
    content_hash = models.CharField("所审内容的校验和", max_length=64, blank=True)

    objects = ReviewStepQuerySet.as_manager()

    class Meta:
        verbose_name = "审核记录"
        verbose_name_plural = "审核记录"
        ordering = ["at", "pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["content_type", "object_id"], name="publishing_reviewstep_item")]
        constraints = [
            # 三审: an author never reviews, and every reviewer is another person. Of two at one moment one wins.
            models.UniqueConstraint(
                fields=["content_type", "object_id", "submission", "person"],
                condition=Q(kind__in=[StepKind.AUTHOR, StepKind.APPROVED]),
                name="publishing_reviewstep_persons",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "submission", "step"],
                condition=Q(kind=StepKind.APPROVED),
                name="publishing_reviewstep_steps",
            ),
            # Nobody signs for the secrecy, or for the military, of what they wrote; a reviewer may do both.
            models.UniqueConstraint(
                fields=["content_type", "object_id", "submission", "person"],
                condition=Q(kind__in=[StepKind.AUTHOR, StepKind.SECRECY]),
                name="publishing_reviewstep_secrecy_by_another",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "submission", "person"],
                condition=Q(kind__in=[StepKind.AUTHOR, StepKind.MILITARY]),
                name="publishing_reviewstep_military_by_another",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "submission", "kind"],
                condition=Q(
                    kind__in=[StepKind.SUBMITTED, StepKind.SECRECY, StepKind.MILITARY, StepKind.EMERGENCY]
                ),
                name="publishing_reviewstep_once",
            ),
            # A review that cannot say what was read binds nobody.
            models.CheckConstraint(
                condition=Q(kind=StepKind.APPROVED, step__gte=1, step__lte=3) & ~Q(content_hash="")
                | Q(kind__in=SIGNATURES, step=0) & ~Q(content_hash="")
                | ~Q(kind__in=[StepKind.APPROVED, *SIGNATURES]),
                name="publishing_reviewstep_bound_to_content",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=WITH_REASON) | ~Q(opinion=""),
                name="publishing_reviewstep_has_reason",
                violation_error_message="请写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.submission}次送审 {self.name}"

    @property
    def name(self) -> str:
        """What was done, in a word: 一审通过."""
        if self.kind == StepKind.APPROVED:
            return f"{STEP_NAMES[self.step]}通过"
        return str(StepKind(self.kind).label)


STEP_NAMES = {1: "一审", 2: "二审", 3: "三审"}
