"""首页位置 as an act of the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from news import placement
from publishing.admin_act_forms import ActForm, near
from publishing.admin_acts import Act


class PlaceForm(ActForm):
    headline = forms.BooleanField(
        label="首页头条", required=False, help_text="有几篇时，最新的一篇显示在首页最上方。"
    )
    pinned_until = forms.DateTimeField(
        label="要闻置顶到",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="北京时间。在这之前排在首页要闻的前面；不填则不置顶。",
        error_messages={"invalid": "请填写日期和时间，例如 2026-10-01 08:00。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in placement.PLACEMENT:
            self.fields[name].initial = getattr(self.item, name)

    def clean_pinned_until(self) -> datetime | None:
        until: datetime | None = near(self.cleaned_data["pinned_until"])
        stored = self.item.pinned_until
        # The box holds no seconds: sent back untouched, the stored moment stays.
        same = until is not None and stored is not None and until == stored.replace(second=0, microsecond=0)
        return stored if same else until


PLACE = Act(
    name=placement.PLACE.name,
    label=placement.PLACE.label,
    states=placement.PLACE.states,
    right=placement.PLACE.right,
    form=PlaceForm,
    explains="只决定在首页的位置，不改内容，不需要重新审核。确认后立即生效。",
    done="已设首页位置",
    obstacles=lambda item, by: placement.place_obstacles(item, by=by),
    perform=lambda item, by, given: placement.place(
        item, by=by, headline=given["headline"], pinned_until=given["pinned_until"]
    ),
    adds=lambda item: f"现在：{placement.words(item)}。",
)
