"""内部进展 as an act of the admin: on the page of any item, public ones too."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from partnerships.models import ProgressNote
from partnerships.notes import LABEL, add_internal_note, note_obstacles
from publishing.admin_acts import Act, ActForm
from publishing.models import State

LENGTH = ProgressNote._meta.get_field("text").max_length


class NoteForm(ActForm):
    on = forms.DateField(
        label="日期",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填写日期，例如 2026-10-01。"},
    )
    text = forms.CharField(
        label="进展",
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="仅内部可见。本系统不是涉密系统，不得录入涉密内容。",
        error_messages={"required": "请填写进展。"},
    )


NOTE = Act(
    name="internal-note",
    label=f"登记{LABEL}",
    states=frozenset(State),
    form=NoteForm,
    explains="只给本单位看的进展，访客永远看不到，所以不用审核，公开的事项也不用修订。要公开的进展请写在草稿或修订稿里。",
    done=f"已登记{LABEL}",
    obstacles=lambda item, by: note_obstacles(item, by=by),
    perform=lambda item, by, given: add_internal_note(item, by=by, text=given["text"], on=given["on"]),
    right="change",
    fits=lambda item, by: not note_obstacles(item, by=by),
)
