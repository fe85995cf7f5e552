"""Import of rolls in the admin: a file, its preview, one confirm. The file waits in private storage meanwhile.

django-import-export reads the rows and keeps the file (its resources and storages); the two pages are our own,
since its own name the kept file in the page, bound to nobody, and show tracebacks for errors.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from import_export.tmp_storages import MediaStorage

from honors.admin.acts import chooser
from honors.importers import COLUMNS, Report, import_roll
from honors.models import RollSheet, Source
from honors.tables import MAX_BYTES, MAX_ROWS
from publishing.storage import private_storage
from publishing.workflow import Refused

KEPT = "roll_import"
SHOWN = 500


class ImportForm(forms.Form):
    file = forms.FileField(
        label="文件",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=f".xlsx 或 .csv（UTF-8 或 GBK），一次最多 {MAX_ROWS} 行。",
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"] = forms.ModelChoiceField(
            Source.objects.all(),
            label="来源",
            required=False,
            widget=chooser(RollSheet, "source", site),
            help_text="只用于没有写明来源的行，可不填。",
        )

    def clean_file(self) -> bytes:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError("文件超过 10 MB，请拆成几个文件。")
        return upload.read()


class ImportViews:
    """Mixin of the sheets' admin: upload, preview, confirm."""

    admin_site: Any
    opts: Any
    media: Any

    def get_urls(self) -> list[URLPattern]:
        upload = self.admin_site.admin_view(self.import_view)
        confirm = self.admin_site.admin_view(self.confirm_view)
        return [
            path("import/", upload, name="honors_rollsheet_import"),
            path("import/confirm/", confirm, name="honors_rollsheet_import_confirm"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("honors.add_rollsheet")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"may_import": self.has_import_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc]

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """The upload, and the preview of what it would do."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._upload_page(request, ImportForm(site=self.admin_site))
        forget(request)
        form = ImportForm(request.POST, request.FILES, site=self.admin_site)
        if not form.is_valid():
            return self._upload_page(request, form)
        data, source = form.cleaned_data["file"], form.cleaned_data["source"]
        try:
            report = import_roll(data, by=request.user, source=source, dry_run=True)  # type: ignore[arg-type]
        except Refused as refused:
            for reason in refused.reasons:
                form.add_error("file", reason)
            return self._upload_page(request, form)
        if report.new and not report.wrong:
            keep(request, data, source)
        return self._preview_page(request, report)

    def confirm_view(self, request: HttpRequest) -> HttpResponseBase:
        """Enter what was previewed, once."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        kept = request.session.get(KEPT) if request.method == "POST" else None
        if kept is None or kept["name"] != request.POST.get("name"):
            messages.error(request, "没有等待确认的文件，请重新上传。")
            return HttpResponseRedirect(reverse("admin:honors_rollsheet_import"))
        try:
            data = MediaStorage(name=kept["name"], read_mode="rb").read()
        except FileNotFoundError:
            messages.error(request, "文件放得太久，已经清除，请重新上传。")
            return HttpResponseRedirect(reverse("admin:honors_rollsheet_import"))
        source = Source.objects.filter(pk=kept["source"]).first()
        try:
            report = import_roll(data, by=request.user, source=source)  # type: ignore[arg-type]
        except Refused as refused:
            messages.error(request, " ".join(["什么都没有写入。", *refused.reasons]))
            return HttpResponseRedirect(reverse("admin:honors_rollsheet_import"))
        finally:
            forget(request)
        if report.wrong:  # the record changed since the preview
            return self._preview_page(request, report)
        messages.success(
            request, f"已录入 {len(report.new)} 条，共 {len(report.sheets)} 张名单，等待另一个人核验。"
        )
        return HttpResponseRedirect(f"{reverse('admin:honors_rollsheet_changelist')}?verification=mine")

    def _upload_page(self, request: HttpRequest, form: ImportForm) -> TemplateResponse:
        headings = [(heading, code in COLUMNS.required) for code, heading in COLUMNS.headings.items()]
        return self._import_page(
            request, {"form": form, "media": self.media + form.media, "headings": headings}
        )

    def _preview_page(self, request: HttpRequest, report: Report) -> TemplateResponse:
        lines = sorted(report.lines, key=lambda line: (ORDER[line.state], line.number))
        kept = request.session.get(KEPT)
        more = {"report": report, "lines": lines[:SHOWN], "more": max(0, len(lines) - SHOWN)}
        return self._import_page(request, {**more, "kept": kept["name"] if kept else ""})

    def _import_page(self, request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
        given = {**self.admin_site.each_context(request), "title": "导入名单", "opts": self.opts, **context}
        return TemplateResponse(request, "admin/honors/import.html", given)


# What has to be mended stands first.
ORDER = {"wrong": 0, "new": 1, "known": 2}


def keep(request: HttpRequest, data: bytes, source: Source | None) -> None:
    """Put the file where no web server serves it; the session, which lies on the server, knows its name."""
    sweep()
    storage = MediaStorage()
    storage.save(data)
    request.session[KEPT] = {"name": storage.name, "source": source.pk if source else None}


def sweep() -> None:
    """Remove files that nobody confirmed within a day."""
    storage, folder = private_storage(), MediaStorage().MEDIA_FOLDER
    names = storage.listdir(folder)[1] if storage.exists(folder) else []
    for kept in (f"{folder}/{name}" for name in names):
        if storage.get_modified_time(kept) < timezone.now() - timedelta(days=1):
            storage.delete(kept)


def forget(request: HttpRequest) -> None:
    if kept := request.session.pop(KEPT, None):
        MediaStorage(name=kept["name"]).remove()
