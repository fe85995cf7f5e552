"""What the acts of the admin ask a person for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from publishing.admin_forms import VersionedForm
from publishing.models import ReviewLevel, StepKind, WithdrawalMode
from publishing.models.reviews import OPINION_LENGTH
from publishing.workflow import signs_open

WORDS = {"rows": 3, "class": "vLargeTextField"}
SIGN_WORDS = {
    StepKind.SECRECY: "保密审查：不含国家秘密、工作秘密、商业秘密和个人隐私",
    StepKind.MILITARY: "涉军审核：不含部队番号、驻地、行动等未公开的军事信息；称谓已公开或经部队同意",
}


class ActForm(VersionedForm):
    """What an act needs besides the item and the person who acts."""

    def __init__(self, *args: Any, item: Any = None, by: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.by = item, by


class SubmitForm(ActForm):
    note = forms.CharField(
        label="给审核人的话",
        max_length=OPINION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs=WORDS),
        help_text="只在后台可见，可不填。",
    )


class SignForm(ActForm):
    """Ticks, each with the name of whoever sets it; only those that the person may still give."""

    signs = forms.MultipleChoiceField(label="专项审查", widget=forms.CheckboxSelectMultiple)
    signs_needed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = signs_open(self.item, self.by)
        self.fields["signs"].choices = [(kind.value, SIGN_WORDS[kind]) for kind in possible]  # type: ignore[attr-defined]
        self.fields["signs"].required = self.signs_needed
        self.fields["signs"].help_text = "勾选即由您签名，写入审核单。"
        self.fields["signs"].error_messages["required"] = "请至少勾选一项。"
        if not possible:
            del self.fields["signs"]


class ReviewForm(SignForm):
    signs_needed = False
    opinion = forms.CharField(
        label="审核意见",
        max_length=OPINION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs=WORDS),
        help_text="写入审核单。不填记作“同意。”；不同意请不要在这里写，用“退回”。",
    )
    field_order = ["opinion", "signs"]


class SendBackForm(ActForm):
    reason = forms.CharField(
        label="退回原因",
        max_length=OPINION_LENGTH,
        widget=forms.Textarea(attrs=WORDS),
        help_text="作者会看到，写入审核单。请写清要改什么。",
    )


class LevelForm(ActForm):
    level = forms.ChoiceField(label="审核级别", choices=ReviewLevel.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].initial = str(self.item.level.value)
        self.fields[
            "level"
        ].help_text = f"{self.item.level_ground}是“{self.item.base_level().label}”，只能更高。"


class EmergencyForm(ActForm):
    reason = forms.CharField(
        label="应急原因",
        max_length=OPINION_LENGTH,
        widget=forms.Textarea(attrs=WORDS),
        help_text="为什么等不及审核。只在后台可见，写入审核单，检查的人会看到它。",
    )


class TermsForm(ActForm):
    expires_at = forms.DateTimeField(
        label="到期时间",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="北京时间。到这个时间后访客不再看到正文，只看到到期说明；不需要有人在场。不填则一直公开。",
        error_messages={"invalid": "请填写日期和时间，例如 2026-10-01 08:00。"},
    )
    review_on = forms.DateField(
        label="复核日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="到这一天，后台首页提醒再看一遍内容是否还对。访客看不到。",
        error_messages={"invalid": "请填写日期，例如 2026-10-01。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_at"].initial, self.fields["review_on"].initial = (
            self.item.expires_at,
            self.item.review_on,
        )
        if not self.item.can_expire:
            del self.fields["expires_at"]

    def clean_expires_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["expires_at"]
        return near(at)

    def clean_review_on(self) -> date | None:
        on: date | None = self.cleaned_data["review_on"]
        return near(on)


def near(moment: Any) -> Any:
    """A moment or a day that can be meant. ``ValidationError`` for slips of the hand, which break time zones too."""
    if moment is not None and not timezone.now().year - 1 <= moment.year <= timezone.now().year + 30:
        raise forms.ValidationError("这个时间太远了，请检查年份。")
    return moment


class ScheduleForm(ActForm):
    at = forms.DateTimeField(
        label="发布时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="北京时间，例如 2026-10-01 08:00。到时自动公开，不需要有人在场。",
        error_messages={"invalid": "请填写日期和时间，例如 2026-10-01 08:00。"},
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at <= timezone.now():
            raise forms.ValidationError("这个时间已经过了。请填写将来的时间，或者直接用“发布”。")
        if at.year > timezone.now().year + 5:
            raise forms.ValidationError("这个时间太远了，请检查年份。")
        return at


class ReasonForm(ActForm):
    reason = forms.CharField(
        label="撤回原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="公开：访客打开原来的网址会看到这句话。不要写内部情况。",
    )


class WithdrawForm(ReasonForm):
    mode = forms.ChoiceField(
        label="原来的网址",
        choices=WithdrawalMode.choices,
        initial=WithdrawalMode.NOTICE,
        widget=forms.RadioSelect,
        help_text="“显示撤回说明”会写明日期和原因，一般选它。",
    )
    target = forms.CharField(
        label="转到的地址",
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="选“转到另一个页面”时填写：本站地址，以“/”开头，例如 /news/tongzhi/。",
    )


class RowWithdrawForm(ReasonForm):
    """For what is shown in a list only: it has no address that could lead elsewhere."""

    mode = forms.ChoiceField(
        label="列表上的位置",
        choices=[
            (WithdrawalMode.NOTICE, "显示撤回说明"),
            (WithdrawalMode.GONE, "什么也不显示"),
        ],
        initial=WithdrawalMode.NOTICE,
        widget=forms.RadioSelect,
        help_text="“显示撤回说明”会在列表上写明编号、日期和原因，一般选它。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "公开：显示撤回说明时，访客会在列表上看到这句话。不要写内部情况。"
