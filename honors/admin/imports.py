"""Import of rolls in the admin: what the pages of publishing ask, say and do for a roll."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.urls import reverse

from honors.admin.acts import chooser
from honors.importers import COLUMNS, Report, import_roll
from honors.models import RollSheet, Source
from publishing.admin_imports import ImportForm, ImportPages


class SourcedImportForm(ImportForm):
    """Asks for the source of rows that name none. A subclass names the ``model`` that has the sources."""

    model: ClassVar[type[Model]]

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        self.fields["source"] = forms.ModelChoiceField(
            Source.objects.all(),
            label="来源",
            required=False,
            widget=chooser(self.model, "source", site),
            help_text="只用于没有写明来源的行，可不填。",
        )

    def to_keep(self) -> dict[str, Any]:
        source = self.cleaned_data["source"]
        return {"source": source.pk if source else None}

    @staticmethod
    def options(kept: dict[str, Any]) -> dict[str, Any]:
        return {"source": Source.objects.filter(pk=kept["source"]).first()}


class RollImportForm(SourcedImportForm):
    model = RollSheet


class RollImportPages(ImportPages):
    """Mixin of the sheets' admin."""

    import_form = RollImportForm
    import_columns = COLUMNS
    import_shown = ("place", "round", "basis", "source_name")
    import_title = "导入名单"
    import_about = (
        "第一行是表头，与荣誉榜导出的表格相同；导出的表格可以原样导回，不会改动任何记录。先看预览，再确认。"
    )
    import_back = "不做，回到名单"

    def import_file(self, data: bytes, *, by: Any, dry_run: bool, **options: Any) -> Report:
        return import_roll(data, by=by, dry_run=dry_run, **options)

    def import_explains(self, report: Any) -> str:
        return (
            f"确认后，新的 {len(report.new)} 条按届次、依据和来源录成名单，录入人是您，等待另一个人核验；"
            "核验以前访客看不到。已有的条目不改动。"
        )

    def import_done(self, report: Any) -> str:
        return f"已录入 {len(report.new)} 条，共 {len(report.sheets)} 张名单，等待另一个人核验。"

    def import_next(self) -> str:
        return f"{reverse('admin:honors_rollsheet_changelist')}?verification=mine"
