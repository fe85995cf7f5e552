"""The search word of every list: bounded, and with Chinese messages that say what to do."""

from typing import Any

import django_filters
from django import forms

KEYWORD_LENGTH = 50


class KeywordField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", KEYWORD_LENGTH)
        super().__init__(**kwargs)
        self.error_messages["max_length"] = f"关键词太长，请不要超过 {KEYWORD_LENGTH} 个字。"

    def prepare_value(self, value: Any) -> Any:
        """What the page repeats of a word: enough to recognise it, nothing that HTML cannot hold."""
        return value.replace("\0", "")[: 2 * KEYWORD_LENGTH] if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                [
                    one
                    if getattr(one, "code", "") == "max_length"
                    else "关键词里有不能使用的字符，请重新输入。"
                    for one in error.error_list
                ]
            ) from error


class KeywordFilter(django_filters.CharFilter):
    field_class = KeywordField
