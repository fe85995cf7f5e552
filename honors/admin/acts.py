"""Acts on single rows of the record as pages: what each needs, says and does. One confirm by POST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from honors import records
from honors.models import Award, Evidence, Place, Recipient, RecipientKind, RollSheet, Source
from publishing.workflow import Refused


def chooser(model: type[models.Model], name: str, site: AdminSite) -> AutocompleteSelect:
    """The admin's look-up for a foreign key, outside the form of its model."""
    return AutocompleteSelect(model._meta.get_field(name), site)


def holder_field(kind: str, site: AdminSite) -> forms.ModelChoiceField:
    """Chooses a place, or a recipient where the title goes to units or persons."""
    if kind == RecipientKind.PLACE:
        places = Place.objects.select_related("province", "prefecture")
        return forms.ModelChoiceField(places, label="地方", widget=chooser(Award, "place", site))
    recipients = Recipient.objects.filter(kind=kind)
    return forms.ModelChoiceField(recipients, label="表彰对象", widget=chooser(Award, "recipient", site))


def text_field(name: str, **given: Any) -> forms.CharField:
    """A field of Evidence, with its words and its length."""
    field: Any = Evidence._meta.get_field(name)
    return forms.CharField(
        label=field.verbose_name,
        max_length=field.max_length,
        help_text=given.pop("help_text", field.help_text),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        **given,
    )


# --- What each act asks for --------------------------------------------------------------------------------


class RowForm(forms.Form):
    """What an act on a row needs; ``row`` is the row as it stands."""

    def __init__(self, *args: Any, row: Evidence, site: AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row


class WordsForm(RowForm):
    """The words that a sheet prints, those of the row to begin with."""

    name_printed = text_field("name_printed")
    title_printed = text_field("title_printed")
    quote = text_field("quote", required=False)
    note = text_field("note", required=False)

    def __init__(self, *args: Any, row: Evidence, site: AdminSite, **kwargs: Any) -> None:
        words = {name: getattr(row, name) for name in ("name_printed", "title_printed", "quote", "note")}
        super().__init__(*args, row=row, site=site, initial=words, **kwargs)


class CorrectionForm(WordsForm):
    """The right row; choosing another place is a correction too."""

    field_order = ("holder", "name_printed", "title_printed", "quote", "note")

    def __init__(self, *args: Any, row: Evidence, site: AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, row=row, site=site, **kwargs)
        self.fields["holder"] = holder_field(row.sheet.round.title.recipient_kind, site)
        self.initial["holder"] = row.award.place_id or row.award.recipient_id
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        told = ("name_printed", "title_printed", "quote")
        same_holder = cleaned.get("holder") == (self.row.award.place or self.row.award.recipient)
        if not self.errors and same_holder and all(cleaned[name] == getattr(self.row, name) for name in told):
            self.add_error("name_printed", "与原来的条目相同，没有要更正的。")
        return cleaned


class VoidForm(RowForm):
    reason = forms.CharField(
        label="作废原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="不公开，永远留在记录里。例如“来源已更正”“与另一行重复”。",
    )


class RevokeForm(forms.Form):
    on = forms.DateField(
        label="撤销日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="撤销决定的日期，公开。",
        error_messages={"invalid": "请填写日期，例如 2026-10-01。"},
    )

    def __init__(self, *args: Any, admin_site: AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"] = forms.ModelChoiceField(
            Source.objects.all(),
            label="来源",
            widget=chooser(Award, "revocation_source", admin_site),
            help_text="写明撤销决定的来源，公开。没有的先在“来源”里建立。",
        )

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError("撤销日期不能在将来。")
        return on


# --- The acts on a row of a sheet --------------------------------------------------------------------------


@dataclass(frozen=True)
class RowAct:
    """One verb of ``honors.records`` on a row. ``obstacles`` are known before anything is filled in."""

    name: str
    label: str
    explains: str
    done: str
    form: type[RowForm]
    obstacles: Callable[[Evidence, User], list[str]]
    perform: Callable[[Evidence, User, dict[str, Any]], object]


CHANGE = RowAct(
    name="edit",
    label="修改",
    explains="这一条还没有核验，不公开。修改的人不能再核验这张名单。",
    done="已修改",
    form=WordsForm,
    obstacles=lambda row, by: records.change_obstacles(row),
    perform=lambda row, by, given: records.change(row, by=by, **given),
)
REMOVE = RowAct(
    name="remove",
    label="删除",
    explains="这一条还没有核验，不公开；确认后从名单上删去。删除的人不能再核验这张名单。",
    done="已删除",
    form=RowForm,
    obstacles=lambda row, by: records.change_obstacles(row),
    perform=lambda row, by, given: records.remove(row, by=by),
)
CORRECT = RowAct(
    name="correct",
    label="更正",
    explains="已核验的条目不改动：在这里另写一条正确的。新的一条由另一个人核验后公开，在此之前访客看到的仍是原来的一条。",
    done="已写下更正，等待另一个人核验",
    form=CorrectionForm,
    obstacles=lambda row, by: records.correct_obstacles(row),
    perform=lambda row, by, given: records.correct(row, by=by, **given),
)
VOID = RowAct(
    name="void",
    label="作废",
    explains="确认后这一条立即不再作为依据：没有其他依据的荣誉从网站上消失，连冠和次数随之重新计算。条目和原因留在记录里。",
    done="已作废",
    form=VoidForm,
    obstacles=lambda row, by: records.void_obstacles(row, by=by),
    perform=lambda row, by, given: records.void(row, by=by, **given),
)
ROW_ACTS = {act.name: act for act in (CHANGE, REMOVE, CORRECT, VOID)}


def acts_for(row: Evidence, sheet: RollSheet) -> list[RowAct]:
    """The acts that make sense on a row; whether one is refused now is told on its page."""
    if row.voided_at is not None:
        return []
    if row.verified_by_id is not None:
        return [CORRECT] if sheet.complete else [CORRECT, VOID]
    return [CORRECT] if row.replaces_id is not None else [CHANGE, REMOVE]


# --- The page ----------------------------------------------------------------------------------------------


def perform(
    request: HttpRequest, act: Callable[[], object], done: str, back: str
) -> tuple[HttpResponseBase | None, list[str]]:
    """Do it and lead back with a message; or the reasons for which it was refused."""
    try:
        act()
    except Refused as refused:
        return None, refused.reasons
    messages.success(request, done)
    return HttpResponseRedirect(back), []


def shown(
    request: HttpRequest,
    model_admin: Any,
    original: models.Model,
    *,
    label: str,
    explains: str,
    form: forms.Form,
    obstacles: list[str],
    can_act: bool,
    back: str,
    state_line: str,
    **more: Any,
) -> TemplateResponse:
    """The page of an act: the obstacles in Chinese first, then what is asked for, then one confirm."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{label}：{more.pop('about', original)}",
        "opts": model_admin.opts,
        "original": original,
        "explains": explains,
        "act_label": label,
        "form": form,
        "obstacles": obstacles,
        "can_act": can_act,
        "state_line": state_line,
        "change_address": back,
        "media": model_admin.media + form.media,
        **more,
    }
    return TemplateResponse(request, "admin/honors/act.html", context)
