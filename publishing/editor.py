"""The body's editor in the admin: django-prose-editor under the strict CSP, with the portal's own pictures.

The browser's part lies in ``static/admin/editor/``: the toolbar in Chinese, the picture dialog, pasting from Word.
"""

import html
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import ImportMap, Media

from publishing.body import clean_body, removed_from
from publishing.fields import BodyField
from publishing.links import own_href

editor_media = Media(
    # The modules import each other by these names, so that each is fetched under its hashed address.
    importmap=ImportMap(
        {
            "portal/editor": "admin/editor/editor.js",
            "portal/labels": "admin/editor/labels.js",
            "portal/pictures": "admin/editor/pictures.js",
            "portal/picture-dialog": "admin/editor/picture-dialog.js",
            "portal/pasted": "admin/editor/pasted.js",
            "portal/rtf": "admin/editor/rtf.js",
            "portal/tables": "admin/editor/tables.js",
        }
    ),
    # The library's sheet is named for the order: ours has the last word.
    css={"all": ["django_prose_editor/overrides.css", "admin/editor/editor.css"]},
    # A plain script, and so before every module.
    js=["admin/editor/older-browsers.js"],
)


class BodyWidget(AdminProseEditorWidget):
    """The editor. It shows pictures under ``/admin/files/``, where staff also see those of drafts."""

    @property
    def media(self) -> Media:
        return super().media + editor_media

    def format_value(self, value: Any) -> str | None:
        text = super().format_value(value)
        if not text:
            return text
        return text.replace('src="/files/p', f'src="{html.escape(own_href("/admin/files/p"))}')


class BodyFormField(ProseEditorFormField):
    """A body as the browser sends it; what it gives on is canonical."""

    def clean(self, value: Any) -> Any:
        return clean_body(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and clean_body(initial or "") != clean_body(data or "")


class EditorAdminMixin(admin.ModelAdmin):
    """A ``ModelAdmin`` whose ``BodyField``s are edited with the editor."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:  # type: ignore[type-arg,override]
        if isinstance(db_field, BodyField):
            widget = BodyWidget(attrs=picture_attributes(request))
            return db_field.formfield(**{"form_class": BodyFormField, "widget": widget, **kwargs})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # An import map is an inline script: the strict CSP lets it pass by its nonce only.
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))  # type: ignore[attr-defined]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for sentence in removed_sentences(form):
            messages.warning(request, sentence)


def picture_attributes(request: HttpRequest) -> dict[str, str]:
    """Where the editor finds and sends pictures: only what this person may do."""
    user: Any = request.user
    addresses = {
        "data-pictures-latest": ("publishing.view_picture", "admin:publishing_picture_latest"),
        "data-pictures-upload": ("publishing.add_picture", "admin:publishing_picture_upload"),
    }
    return {name: reverse(view) for name, (needed, view) in addresses.items() if user.has_perm(needed)}


def removed_sentences(form: ModelForm) -> list[str]:
    """What cleaning took out of the bodies of a submitted form, as sentences for the editor."""
    raw = [
        form.data.get(form.add_prefix(name), "")
        for name, field in form.fields.items()
        if isinstance(field, BodyFormField) and not field.disabled
    ]
    return [sentence for text in raw for sentence in removed_from(text).sentences()]
