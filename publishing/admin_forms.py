"""The form of an item: nothing false about what is public, and two editors who lose nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db import models

from publishing.differences import Difference, field_difference
from publishing.models import Publishable
from publishing.querysets import Status

# Years that a date of this work can have; others are slips of the hand and break time zone arithmetic.
YEARS = range(1900, 2200)
# Not in the form, but the constraints speak of them: without them a live item could be saved into a refusal
# of the database, which is an error page instead of a sentence.
STATE_FIELDS = {"status", "published_at", "withdrawn_at", "withdrawal_mode", "withdrawal_reason"}
# Open still, but somebody reviews it, or has.
HANDED_IN = (Status.IN_REVIEW, Status.APPROVED)

# The form of what is public is read only; this meets who had it open when that happened.
CLOSED = (
    "没有保存：您打开之后，它已经公开或已定时，不能再直接修改。您的内容都还在下面的表单里，请先复制出来；"
    "公开的用“修订”，定时的先“取消定时”。"
)

# Who may change an item sets its end while it is a draft; afterwards who may publish does.
END_IS_SET = "已经送审，不能在这里改到期时间。请先“收回”；批准以后，由发布的同事用“期限”设。"


class VersionedForm(forms.Form):
    """Sends back the ``lock_version`` the item had when the page was opened."""

    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def show_version(self, number: int) -> None:
        """Come back with the item's present number: sending it once more is then a decision."""
        self.data: Any = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("opened_version")] = str(number)


class PublishableForm(VersionedForm, forms.ModelForm):
    """Sends back the number the item had when the form was opened; a higher one in the database is a conflict.

    Then nothing is saved, ``differences`` shows both texts, and the form comes back with the new number, so
    that saving once more overwrites knowingly. The caller locks the row (``PublishableAdmin.get_object``).
    """

    instance: Publishable

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences: list[Difference] = []
        self.has_conflict = False
        if expiry := self.fields.get("expires_at"):
            # One label for two boxes names neither of them to who cannot see them.
            for box, word in zip(getattr(expiry.widget, "widgets", ()), ("日期", "时间"), strict=False):
                box.attrs["aria-label"] = f"{expiry.label}：{word}"
        if self.instance.pk:
            self.initial["opened_version"] = self.instance.lock_version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, datetime) and value.year not in YEARS:
                self.add_error(name, "请检查年份。")
        if self.instance.status in HANDED_IN and "expires_at" in self.changed_data:
            self.add_error("expires_at", END_IS_SET)
        if self.instance.pk and not self.instance.is_open:
            self.differences = self._differences()
            self.add_error(None, CLOSED)
        elif self.instance.pk and cleaned.get("opened_version") != self.instance.lock_version:
            self._meet_conflict()
        return cleaned

    def _meet_conflict(self) -> None:
        self.has_conflict = True
        self.differences = self._differences()
        self.errors.pop("opened_version", None)
        self.show_version(self.instance.lock_version)
        self.add_error(
            None,
            "您打开之后，别人保存过。您的内容还没有保存，都留在下面的表单里。请看两边的不同，改好后再按一次“保存”。",
        )

    def _differences(self) -> list[Difference]:
        """Fields where what is stored now and what was sent read differently, in the order of the form."""
        found = []
        for field in self._meta.model._meta.get_fields():
            if isinstance(field, models.Field) and field.name in self.fields and field.editable:
                mine = self.cleaned_data.get(field.name, self[field.name].data)
                difference = field_difference(field, self._stored(field), mine)
                found += [difference] if difference else []
        return found

    def _stored(self, field: models.Field[Any, Any]) -> Any:
        value = getattr(self.instance, field.name)
        return list(value.all()) if field.many_to_many else value

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - STATE_FIELDS  # type: ignore[misc, no-any-return]
