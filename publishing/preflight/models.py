"""The tables of the preflight: overrides of findings, names that may be public, common slips of the pen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from publishing import designations
from publishing.preflight.catalogue import KINDS, Kind, Level

OVERRIDE_LENGTH = 300


def _person(label: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Somebody who answers for a row: never deleted from under it."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=label, **options
    )


def root_id(item: models.Model) -> Any:
    """The key under which the road of an item is kept: a revision goes that of what it revises."""
    return getattr(item, "revision_of_id", None) or item.pk


class OverrideQuerySet(models.QuerySet["Override"]):
    def about(self, item: models.Model) -> OverrideQuerySet:
        return self.filter(content_type=ContentType.objects.get_for_model(item), object_id=root_id(item))


class Override(models.Model):
    """Why a finding does not stand against an item: asked for by one person, confirmed by another.

    It speaks of one text only: `digest` is that text's, so it dies when the text changes. A reminder is ignored by one
    person, without confirmation. A confirmed one never changes (trigger).
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    item = GenericForeignKey("content_type", "object_id")
    finding = models.CharField("发现", max_length=40)
    key = models.CharField("位置", max_length=100)
    label = models.CharField("在哪里", max_length=200)
    digest = models.CharField("所说文字的校验和", max_length=64)
    reason = models.CharField("理由", max_length=OVERRIDE_LENGTH)
    asked_by = _person("申请人")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    confirmed_by = _person("确认人", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = "预检例外"
        verbose_name_plural = "预检例外"
        ordering = ["-asked_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            # A second pair of eyes is the whole point.
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")),
                name="publishing_override_confirmed_by_another",
                violation_error_message="申请人不能确认自己的申请。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="publishing_override_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="publishing_override_has_reason",
                violation_error_message="请写明理由。",
            ),
            # Two clerks asking at the same moment ask once.
            models.UniqueConstraint(
                fields=["content_type", "object_id", "finding", "key", "digest"],
                name="publishing_override_once_per_text",
                violation_error_message="这一条已经有人申请。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}：{self.kind.name}"

    @property
    def kind(self) -> Kind:
        return KINDS[self.finding]

    @property
    def is_in_force(self) -> bool:
        """Whether the finding stands against the item no more, as long as its text stays what it is."""
        return self.kind.level == Level.WARN or self.confirmed_by_id is not None


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> ConsentQuerySet:
        return self.filter(confirmed_by__isnull=False)


class Consent(models.Model):
    """A unit's name that may be public: the military agreed in writing, or it is open already, or no unit at all."""

    words = models.CharField(
        "称谓", max_length=40, unique=True, help_text="文章里的写法，如“好八连”。只放行这几个字。"
    )
    ground = models.CharField(
        "依据",
        max_length=300,
        help_text="军方书面同意的文件和日期，或公开发表的出处；不是部队的，写明是什么。",
    )
    entered_by = _person("登记人", editable=False)
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    confirmed_by = _person("确认人", null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "准予公开的称谓"
        verbose_name_plural = "准予公开的称谓"
        ordering = ["words"]
        permissions = [("confirm_consent", "可以确认准予公开的称谓")]
        constraints = [
            # What opens a secret is never one person's word.
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="publishing_consent_confirmed_by_another",
                violation_error_message="登记人不能确认自己登记的称谓。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="publishing_consent_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(ground=""),
                name="publishing_consent_has_ground",
                violation_error_message="请填写称谓和依据。",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        super().clean()
        if not any(designations.find(self.words, frozenset())):
            raise ValidationError({"words": "预检不会拦下这个称谓，不用登记。"})


class Slip(models.Model):
    """A wrong word that is typed now and then, and the right one."""

    wrong = models.CharField("错", max_length=30, unique=True, help_text="稿件里出现这几个字就提醒。")
    right = models.CharField("对", max_length=30)
    note = models.CharField("说明", max_length=200, blank=True, help_text="给编辑看，可不填。")

    class Meta:
        verbose_name = "易错词"
        verbose_name_plural = "易错词"
        ordering = ["wrong"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(wrong="") & ~Q(right="") & ~Q(wrong=F("right")),
                name="publishing_slip_says_something",
                violation_error_message="“错”和“对”都要填写，而且不能相同。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}"
