"""The verbs of ``publishing.workflow`` as pages of the admin: what each needs, says and does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from publishing import workflow
from publishing.admin_forms import VersionedForm
from publishing.models import Publishable, State, WithdrawalMode


class ActForm(VersionedForm):
    """What an act needs besides the item."""


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


@dataclass(frozen=True)
class Act:
    """One verb. ``obstacles`` are known before anything is filled in; ``perform`` raises ``workflow.Refused``.

    `explains` may name attributes of the `item`.
    `right` names the permission method of the admin: has_publish_permission. `row_form` and `row_explains` are
    for rows without a page of their own. `adds` is what the message says besides that it was done.
    """

    name: str
    states: frozenset[State]
    form: type[ActForm]
    explains: str
    done: str
    obstacles: Callable[[Any], list[str]]
    perform: Callable[[Any, Any, dict[str, Any]], object]
    labels: dict[State, str]
    label: str
    right: str = "publish"
    row_form: type[ActForm] | None = None
    row_explains: str = ""
    adds: Callable[[Any], str] = lambda item: ""

    def label_for(self, item: Publishable) -> str:
        return self.labels.get(item.state(), self.label)

    def form_for(self, item: Publishable) -> type[ActForm]:
        return self.form if item.has_own_page or self.row_form is None else self.row_form

    def explains_for(self, item: Publishable) -> str:
        told = self.explains if item.has_own_page else self.row_explains or self.explains
        return told.format(item=item)


def _withdraw_obstacles(item: Publishable) -> list[str]:
    return workflow.withdraw_obstacles(item, "原因待填", WithdrawalMode.NOTICE)


def _withdraw(item: Publishable, by: AbstractBaseUser, given: dict[str, Any]) -> None:
    workflow.withdraw(item, by=by, reason=given["reason"], mode=given["mode"], target=given.get("target", ""))


def _schedule_obstacles(item: Publishable) -> list[str]:
    # A withdrawn item would return at once; the reason is said before a time is filled in.
    return workflow.publish_obstacles(item, timezone.now() + timedelta(minutes=1))


PUBLISH = Act(
    name="publish",
    states=frozenset({State.DRAFT, State.SCHEDULED, State.WITHDRAWN}),
    form=ActForm,
    explains="确认后立即公开：访客能看到{item.shows}。网址{item.address_rule}。",
    done="已公开",
    obstacles=workflow.publish_obstacles,
    perform=lambda item, by, given: workflow.publish(item, by=by),
    labels={State.WITHDRAWN: "恢复发布", State.SCHEDULED: "立即发布"},
    label="发布",
    row_explains="确认后立即公开：访客在列表里能看到它标明“公开”的各项。只在后台可见的内容永远不公开。",
)
SCHEDULE = Act(
    name="schedule",
    states=frozenset({State.DRAFT, State.SCHEDULED}),
    form=ScheduleForm,
    explains="到时间前访客看不到；到时间后{item.shows}自动公开。",
    done="已定时",
    obstacles=_schedule_obstacles,
    perform=lambda item, by, given: workflow.publish(item, by=by, at=given["at"]),
    labels={State.SCHEDULED: "改定时"},
    label="定时发布",
    row_explains="到时间前访客看不到；到时间后自动出现在列表里。",
)
UNSCHEDULE = Act(
    name="unschedule",
    states=frozenset({State.SCHEDULED}),
    form=ActForm,
    explains="确认后回到草稿，不再自动公开。内容不变。",
    done="已取消定时，回到草稿",
    obstacles=workflow.unschedule_obstacles,
    perform=lambda item, by, given: workflow.unschedule(item, by=by),
    labels={},
    label="取消定时",
)
WITHDRAW = Act(
    name="withdraw",
    states=frozenset({State.LIVE, State.EXPIRED}),
    form=WithdrawForm,
    explains="确认后访客立即看不到{item.shows}，列表、订阅和网站地图里也不再出现。原来的网址保留，按下面的选择处理。",
    done="已撤回",
    obstacles=_withdraw_obstacles,
    perform=_withdraw,
    labels={},
    label="撤回",
    row_form=RowWithdrawForm,
    row_explains="确认后访客立即看不到它的内容，统计里也不再有它。",
)
ACTS = [PUBLISH, SCHEDULE, UNSCHEDULE, WITHDRAW]


def acts_for(item: Publishable) -> list[Act]:
    """The acts that make sense in the item's state; whether one is refused now is told on its page."""
    possible = [act for act in ACTS if act is not SCHEDULE or item.can_be_scheduled]
    return [act for act in possible if item.state() in act.states]
