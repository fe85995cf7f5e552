"""Attachments in the article's form: one row for each file, a new file in an empty row."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from news.attachments import PreparedDocument, keep_document, prepare_document
from news.models import Article, Attachment
from publishing.documents import DocumentRefused, size_label
from publishing.documents.recognition import MAX_BYTES

MOST = 30


def prepared(upload: Any) -> PreparedDocument:
    """Read an uploaded file once, however often it is asked for. Raises ``DocumentRefused``."""
    if not hasattr(upload, "prepared"):
        size = upload.size or 0
        if size > MAX_BYTES:
            limit = size_label(MAX_BYTES)
            raise DocumentRefused(f"文件有 {size_label(size)}，超过 {limit} 的上限。请拆成几个文件后再上传。")
        upload.seek(0)
        upload.prepared = prepare_document(upload.read(), upload.name or "")
    document: PreparedDocument = upload.prepared
    return document


def prepare_all(uploads: list[UploadedFile]) -> None:
    """Read uploads before the transaction of the save begins: on SQLite every other writer waits for it."""
    for upload in uploads:
        with suppress(DocumentRefused):
            prepared(upload)


def file_link(stored: Attachment) -> SafeString:
    """A stored file by its name, for staff, with what it is."""
    address = reverse("admin:file", args=[f"a{stored.pk}", stored.name])
    facts = f"{stored.kind_label}，{stored.size_label}"
    return format_html('<a href="{}">{}</a> <span class="file-facts">{}</span>', address, stored.name, facts)


class AttachmentInput(forms.FileInput):
    """Takes a file in a new row; in the row of a stored one it only names it."""

    attachment: Attachment | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if self.attachment is None:
            return super().render(name, value, attrs, renderer)
        return file_link(self.attachment)


class AttachmentForm(forms.ModelForm):
    file = forms.FileField(
        label="文件",
        required=False,
        allow_empty_file=True,
        widget=AttachmentInput(attrs={"accept": ".pdf,.docx,.xlsx,.pptx,.ofd"}),
    )

    class Meta:
        model = Attachment
        fields = ["file", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["file"].disabled = True
            self.fields["file"].widget.attachment = self.instance

    def clean_file(self) -> PreparedDocument | None:
        if self.instance.pk:
            return None
        upload = self.cleaned_data["file"]
        if upload is None:
            raise forms.ValidationError("请选择要上传的文件。")
        try:
            return prepared(upload)
        except DocumentRefused as refusal:
            raise forms.ValidationError(f"“{upload.name}”没有上传：{refusal}") from refusal

    def save(self, commit: bool = True) -> Any:
        document = self.cleaned_data.get("file")
        if document is None:
            return super().save(commit)
        self.instance = keep_document(self.instance.article, document, self.cleaned_data["order"])
        return self.instance


class AttachmentFormSet(forms.BaseInlineFormSet):
    """Its rows are those that were sent, less files that somebody deleted meanwhile: they block no save."""

    data: Any
    files: Any

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        if self.is_bound:
            self._keep_existing_rows()

    def _keep_existing_rows(self) -> None:
        stored = {str(one.pk): one for one in self.get_queryset()}
        rows = min(_number(self.data.get(f"{self.prefix}-INITIAL_FORMS")), self.absolute_max)
        sent = [self.data.get(f"{self.prefix}-{row}-id", "") for row in range(rows)]
        # The admin shows row for row what the queryset holds: files added by somebody else must not shift it.
        self._queryset = [stored[pk] for pk in sent if pk in stored]
        gone = [row for row, pk in enumerate(sent) if pk not in stored]
        if gone:
            total = _number(self.data.get(f"{self.prefix}-TOTAL_FORMS"))
            kept = [row for row in range(min(total, self.absolute_max)) if row not in gone]
            self.data, self.files = (
                moved_up(given, str(self.prefix), kept) for given in (self.data, self.files)
            )
            self.data[f"{self.prefix}-INITIAL_FORMS"] = str(rows - len(gone))
            self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(kept))

    def clean(self) -> None:
        """The same file twice is a slip of the hand, told at its row."""
        super().clean()
        kept = [form for form in self.initial_forms if form not in self.deleted_forms]
        seen = {form.instance.sha256: form.instance.name for form in kept}
        for form in self.extra_forms:
            document = getattr(form, "cleaned_data", {}).get("file")
            if document is None:
                continue
            if document.sha256 in seen:
                form.add_error("file", f"和附件“{seen[document.sha256]}”是同一个文件，不用再传。")
            seen.setdefault(document.sha256, document.name)


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0


def moved_up(given: Any, prefix: str, kept: list[int]) -> Any:
    """The values (a ``MultiValueDict``) of a form set with only some of its rows, numbered from 0 again."""
    moved = given.copy()
    for key in given:
        if re.match(rf"{re.escape(prefix)}-\d+-", key):
            del moved[key]
    for new, old in enumerate(kept):
        start = f"{prefix}-{old}-"
        for key in given:
            if key.startswith(start):
                moved.setlist(f"{prefix}-{new}-{key.removeprefix(start)}", given.getlist(key))
    return moved


class AttachmentInline(admin.TabularInline):
    model = Attachment
    form = AttachmentForm
    formset = AttachmentFormSet
    extra = 1
    max_num = MOST
    verbose_name_plural = (
        "附件（pdf、docx、xlsx、pptx、ofd；稿件公开后访客可以下载。要换文件：勾选删除，再加一个）"
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["stored" if self._is_for_reading(request, obj) else "file", "order"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["stored"] if self._is_for_reading(request, obj) else []

    def _is_for_reading(self, request: HttpRequest, obj: Any) -> bool:
        """Where no row can be changed: what a form would show as its box is then only told."""
        articles = self.admin_site.get_model_admin(Article)
        return not (articles.has_change_permission(request, obj) and self.has_change_permission(request, obj))

    @admin.display(description="文件")
    def stored(self, attachment: Attachment) -> SafeString:
        return file_link(attachment)
