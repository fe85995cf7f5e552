"""Import of tables in the admin: a file, its preview, one confirm. The file waits in private storage meanwhile.

django-import-export reads the rows and keeps the file (its resources and storages); the two pages are our own,
since its own name the kept file in the page, bound to nobody, and show tracebacks for errors.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from import_export.tmp_storages import MediaStorage

from publishing.imports import Line, Report, State, audit
from publishing.storage import private_storage
from publishing.tables import MAX_BYTES, MAX_ROWS, Columns
from publishing.workflow import Refused

SHOWN = 500


class ImportForm(forms.Form):
    """The file. A subclass may ask for more; what it asks for reaches the import as keyword arguments."""

    file = forms.FileField(
        label="文件",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=f".xlsx 或 .csv（UTF-8 或 GBK），一次最多 {MAX_ROWS} 行。",
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def clean_file(self) -> bytes:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError("文件超过 10 MB，请拆成几个文件。")
        return upload.read()

    def to_keep(self) -> dict[str, Any]:
        """What the session holds of the other fields until the confirm, as plain JSON."""
        return {}

    @staticmethod
    def options(kept: dict[str, Any]) -> dict[str, Any]:
        """The keyword arguments of the import, from what ``to_keep`` gave; the record may have changed since."""
        return {}


class ImportPages:
    """Mixin of an admin: upload, preview, confirm, named ``admin:<app>_<model>_import`` and ``…_import_confirm``."""

    admin_site: Any
    opts: Any
    media: Any

    import_form: ClassVar[type[ImportForm]] = ImportForm
    import_columns: ClassVar[Columns]
    import_shown: ClassVar[tuple[str, ...]]  # codes of the columns that the preview shows
    import_title: ClassVar[str]
    import_about: ClassVar[str]  # a sentence or two above the field for the file
    import_rights: ClassVar[tuple[str, ...]] = ("add",)  # all of them are needed
    import_back: ClassVar[str]  # the link that leaves without importing

    change_list_template: ClassVar[Any] = "admin/publishing/importable_list.html"

    def import_file(self, data: bytes, *, by: Any, dry_run: bool, **options: Any) -> Report:
        """Read the file; unless ``dry_run``, write what it brings. Raises ``Refused``."""
        raise NotImplementedError

    def import_explains(self, report: Report) -> str:
        """What the confirm will do."""
        raise NotImplementedError

    def import_done(self, report: Report) -> str:
        """What was done."""
        raise NotImplementedError

    def import_next(self) -> str:
        """The address to go to afterwards."""
        return self._import_address("changelist")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(  # type: ignore[union-attr]
            f"{self.opts.app_label}.{get_permission_codename(right, self.opts)}"
            for right in self.import_rights
        )

    # --- The pages -----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        upload = self.admin_site.admin_view(self.import_view)
        confirm = self.admin_site.admin_view(self.confirm_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_import"
        return [
            path("import/", upload, name=name),
            path("import/confirm/", confirm, name=f"{name}_confirm"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        address = self._import_address() if self.has_import_permission(request) else ""
        context = {"import_address": address, **(extra_context or {})}
        return super().changelist_view(request, context)  # type: ignore[misc]

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """The upload, and the preview of what it would do."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._upload_page(request, self.import_form(site=self.admin_site))
        forget(request, self._import_key)
        form = self.import_form(request.POST, request.FILES, site=self.admin_site)
        if not form.is_valid():
            return self._upload_page(request, form)
        data, kept = form.cleaned_data["file"], form.to_keep()
        try:
            report = self.import_file(data, by=request.user, dry_run=True, **form.options(kept))
        except Refused as refused:
            for reason in refused.reasons:
                form.add_error("file", reason)
            return self._upload_page(request, form)
        if report.writes and not report.wrong:
            keep(request, self._import_key, data, kept)
        return self._preview_page(request, report)

    def confirm_view(self, request: HttpRequest) -> HttpResponseBase:
        """Enter what was previewed, once."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        kept = request.session.get(self._import_key) if request.method == "POST" else None
        if kept is None or kept["name"] != request.POST.get("name"):
            return self._upload_again(request, "没有等待确认的文件，请重新上传。")
        try:
            data = MediaStorage(name=kept["name"], read_mode="rb").read()
        except FileNotFoundError:
            return self._upload_again(request, "文件放得太久，已经清除，请重新上传。")
        options = self.import_form.options(kept["options"])
        try:
            with transaction.atomic():
                report = self.import_file(data, by=request.user, dry_run=False, **options)
                if not report.wrong:
                    audit(report, name=self.import_title, by=request.user)
        except Refused as refused:
            return self._upload_again(request, " ".join(["什么都没有写入。", *refused.reasons]))
        finally:
            forget(request, self._import_key)
        if report.wrong:  # the record changed since the preview
            return self._preview_page(request, report)
        messages.success(request, self.import_done(report))
        return HttpResponseRedirect(self.import_next())

    @property
    def _import_key(self) -> str:
        """Where the session remembers the kept file: one for each model."""
        return f"{self.opts.app_label}_{self.opts.model_name}_import"

    def _import_address(self, page: str = "import") -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def _upload_again(self, request: HttpRequest, words: str) -> HttpResponseRedirect:
        messages.error(request, words)
        return HttpResponseRedirect(self._import_address())

    def _upload_page(self, request: HttpRequest, form: ImportForm) -> TemplateResponse:
        columns = self.import_columns
        headings = [(heading, code in columns.required) for code, heading in columns.headings.items()]
        told = {
            "about": self.import_about,
            "back": self.import_back,
            "leave": self._import_address("changelist"),
        }
        return self._import_page(
            request, {"form": form, "media": self.media + form.media, "headings": headings, **told}
        )

    def _preview_page(self, request: HttpRequest, report: Report) -> TemplateResponse:
        lines, kept = report.sorted_lines(), request.session.get(self._import_key)
        context = {
            "report": report,
            "heads": [self.import_columns.headings[code] for code in self.import_shown],
            "lines": [self._shown(line) for line in lines[:SHOWN]],
            "more": max(0, len(lines) - SHOWN),
            "kept": kept["name"] if kept else "",
            "explains": self.import_explains(report),
            "confirm": self._import_address("import_confirm"),
        }
        return self._import_page(request, context)

    def _shown(self, line: Line) -> dict[str, Any]:
        """A line for the template; the first of its cells says what the row is about, the others need a label."""
        texts = [(self.import_columns.headings[code], line.cells.get(code, "")) for code in self.import_shown]
        first, *others = texts
        return {"line": line, "label": State(line.state).label, "first": first[1], "others": others}

    def _import_page(self, request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
        given = {
            **self.admin_site.each_context(request),
            "title": self.import_title,
            "opts": self.opts,
            "upload": self._import_address(),
            **context,
        }
        return TemplateResponse(request, "admin/publishing/import.html", given)


# --- The file that waits -----------------------------------------------------------------------------------


def keep(request: HttpRequest, key: str, data: bytes, options: dict[str, Any]) -> None:
    """Put the file where no web server serves it; the session, which lies on the server, knows its name."""
    sweep()
    storage = MediaStorage()
    storage.save(data)
    request.session[key] = {"name": storage.name, "options": options}


def sweep() -> None:
    """Remove files that nobody confirmed within a day."""
    storage, folder = private_storage(), MediaStorage().MEDIA_FOLDER
    names = storage.listdir(folder)[1] if storage.exists(folder) else []
    for kept in (f"{folder}/{name}" for name in names):
        if storage.get_modified_time(kept) < timezone.now() - timedelta(days=1):
            storage.delete(kept)


def forget(request: HttpRequest, key: str) -> None:
    if kept := request.session.pop(key, None):
        MediaStorage(name=kept["name"]).remove()
