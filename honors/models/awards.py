"""Awards (荣誉), who receives them, and the evidence for each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from honors.models.places import Place
from honors.models.rounds import ROUNDS, Basis, RollSheet, Round
from honors.models.sources import Source
from honors.models.titles import RecipientKind
from honors.querysets import AwardQuerySet


class Recipient(models.Model):
    """A commended unit or person: name and post as official commendations print them, nothing else."""

    kind = models.CharField(
        "类别", max_length=10, choices=[(RecipientKind.UNIT, "单位"), (RecipientKind.PERSON, "个人")]
    )
    name = models.CharField("名称", max_length=100)
    post = models.CharField(
        "职务", max_length=100, blank=True, help_text="只写表彰决定印出的职务，不写其他个人信息。"
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="recipients", verbose_name="地方"
    )

    class Meta:
        verbose_name = "表彰对象"
        verbose_name_plural = "表彰对象"
        ordering = ["name", "pk"]
        constraints = [
            # The same person is commended more than once; a second row would split the record.
            models.UniqueConstraint(
                fields=["kind", "name", "post", "place"],
                condition=Q(place__isnull=False),
                name="honors_recipient_once_per_place",
                violation_error_message="这个表彰对象已经登记。",
            ),
            models.UniqueConstraint(
                fields=["kind", "name", "post"],
                condition=Q(place__isnull=True),
                name="honors_recipient_once_without_place",
                violation_error_message="这个表彰对象已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AwardState(models.TextChoices):
    """What the verified evidence says; derived, never typed."""

    WAITING = "waiting", "待核验"
    PROPOSED = "proposed", "公示"
    NAMED = "named", "命名"
    REVOKED = "revoked", "已撤销"


class Award(models.Model):
    """A place or a recipient in a round. ``state``, ``basis`` and ``shown`` are derived from its evidence."""

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="awards", verbose_name="届次", limit_choices_to=ROUNDS
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="awards", verbose_name="地方"
    )
    recipient = models.ForeignKey(
        Recipient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        verbose_name="表彰对象",
    )
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    revocation_source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="撤销的来源",
    )
    state = models.CharField(
        "状态", max_length=10, choices=AwardState, default=AwardState.WAITING, editable=False
    )
    basis = models.CharField("依据", max_length=12, choices=Basis, blank=True, editable=False)
    # The evidence that a page prints: the firmest that is verified and not voided.
    shown = models.ForeignKey(
        "honors.Evidence", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    history = HistoricalRecords(excluded_fields=["state", "basis", "shown"], verbose_name="荣誉修改记录")
    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = "荣誉"
        verbose_name_plural = "荣誉"
        constraints = [
            # An award goes to a place or to a recipient: a generic relation could not be filtered or constrained.
            models.CheckConstraint(
                condition=Q(place__isnull=False, recipient__isnull=True)
                | Q(place__isnull=True, recipient__isnull=False),
                name="honors_award_to_place_or_recipient",
                violation_error_message="一项荣誉属于一个地方，或属于一个单位、个人。",
            ),
            models.UniqueConstraint(
                fields=["round", "place"],
                condition=Q(place__isnull=False),
                name="honors_award_once_per_place",
                violation_error_message="这一届里已经有这个地方。",
            ),
            models.UniqueConstraint(
                fields=["round", "recipient"],
                condition=Q(recipient__isnull=False),
                name="honors_award_once_per_recipient",
                violation_error_message="这一届里已经有这个表彰对象。",
            ),
            # A title taken back is a grave statement: it says when and on whose word.
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True, revocation_source__isnull=True)
                | Q(revoked_on__isnull=False, revocation_source__isnull=False),
                name="honors_award_revocation_has_source",
                violation_error_message="撤销须同时写明日期和来源。",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "round", "place"], name="honors_award_roll"),
            models.Index(fields=["place", "state"], name="honors_award_of_place"),
        ]

    def __str__(self) -> str:
        return f"{self.round}：{self.place or self.recipient}"


class Evidence(models.Model):
    """What one sheet prints of one award. Append-only once verified: a correction is another row."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="evidence", verbose_name="荣誉")
    sheet = models.ForeignKey(
        RollSheet, on_delete=models.PROTECT, related_name="evidence", verbose_name="名单"
    )
    name_printed = models.CharField("所印名称", max_length=100, help_text="来源怎样印就怎样录。")
    title_printed = models.CharField("所印称号", max_length=100)
    quote = models.CharField("原文", max_length=300, blank=True, help_text="来源中的原话，不公开。")
    note = models.CharField("说明", max_length=300, blank=True, help_text="给编辑看，不公开。")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="录入人",
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="核验人",
    )
    verified_at = models.DateTimeField("核验时间", null=True, blank=True, editable=False)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name="更正的是",
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="作废人",
    )
    void_reason = models.CharField("作废原因", max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = "依据"
        verbose_name_plural = "依据"
        ordering = ["pk"]
        constraints = [
            # A sheet prints a place once; the corrected row and its correction stand side by side until verified.
            models.UniqueConstraint(
                fields=["award", "sheet"],
                condition=Q(voided_at__isnull=True, replaces__isnull=True),
                name="honors_evidence_once_per_sheet",
                violation_error_message="这张名单上已经有这一项。",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("entered_by")),
                name="honors_evidence_verified_by_another",
                violation_error_message="录入人不能核验自己录入的依据。",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="honors_evidence_verified_has_time",
            ),
            # Whoever takes a fact off the record says who they are and why.
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="honors_evidence_voided_has_reason",
                violation_error_message="作废须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_printed}（{self.sheet}）"
