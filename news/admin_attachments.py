"""Attachments in the article's form: one row for each file, a new file in an empty row."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from news.attachments import PreparedDocument, keep_document, prepare_document
from news.models import Attachment
from publishing.documents import DocumentRefused, size_label
from publishing.documents.recognition import MAX_BYTES

MOST = 30


def prepared(upload: UploadedFile) -> PreparedDocument:
    """Read an upload once, however often it is asked for. Raises ``DocumentRefused``."""
    if not hasattr(upload, "prepared"):
        size = upload.size or 0
        if size > MAX_BYTES:
            limit = size_label(MAX_BYTES)
            raise DocumentRefused(f"文件有 {size_label(size)}，超过 {limit} 的上限。请拆成几个文件后再上传。")
        upload.seek(0)
        upload.prepared = prepare_document(upload.read(), upload.name or "")
    return upload.prepared  # type: ignore[no-any-return]


def prepare_all(uploads: list[UploadedFile]) -> None:
    """Read uploads before the transaction of the save begins: on SQLite every other writer waits for it."""
    for upload in uploads:
        with suppress(DocumentRefused):
            prepared(upload)


class AttachmentInput(forms.FileInput):
    """Takes a file in a new row; in the row of a stored one it only names it."""

    attachment: Attachment | None = None
    is_gone = False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        stored = self.attachment
        if self.is_gone:
            return format_html("<span>{}</span>", "这个附件刚才被别人删除了。")
        if stored is None:
            return super().render(name, value, attrs, renderer)
        address = reverse("admin:file", args=[f"a{stored.pk}", stored.name])
        facts = f"{stored.kind_label}，{stored.size_label}"
        return format_html(
            '<a href="{}">{}</a> <span class="file-facts">{}</span>', address, stored.name, facts
        )


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

    def pass_over(self) -> None:
        """Make this row count as untouched and take nothing."""
        self.empty_permitted = True
        self.has_changed = lambda: False  # type: ignore[method-assign]
        self.fields["file"].widget.is_gone = True  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> Any:
        document = self.cleaned_data.get("file")
        if document is None:
            return super().save(commit)
        self.instance = keep_document(self.instance.article, document, self.cleaned_data["order"])
        return self.instance


class AttachmentFormSet(forms.BaseInlineFormSet):
    """Rows of files that somebody else deleted meanwhile are passed over instead of blocking the save."""

    def _construct_form(self, i: int, **kwargs: Any) -> AttachmentForm:
        form: AttachmentForm = super()._construct_form(i, **kwargs)
        if self.is_bound and i < self.initial_form_count() and form.instance.pk is None:
            form.pass_over()
        return form

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


class AttachmentInline(admin.TabularInline):
    model = Attachment
    form = AttachmentForm
    formset = AttachmentFormSet
    fields = ["file", "order"]
    extra = 1
    max_num = MOST
    verbose_name_plural = (
        "附件（pdf、docx、xlsx、pptx、ofd；稿件公开后访客可以下载。要换文件：勾选删除，再加一个）"
    )
