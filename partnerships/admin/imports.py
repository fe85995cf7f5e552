"""Import of agreements and of the dual list in the admin: what the pages of publishing ask, say and do for them."""

from __future__ import annotations

from typing import Any

from honors.admin.imports import SourcedImportForm
from partnerships.importers import (
    AGREEMENT_COLUMNS,
    DUAL_LIST_COLUMNS,
    import_agreements,
    import_dual_list,
)
from partnerships.models import Agreement
from publishing.admin_imports import ImportPages
from publishing.imports import Report


class AgreementImportForm(SourcedImportForm):
    model = Agreement


class AgreementImportPages(ImportPages):
    """Mixin of the agreements' admin."""

    import_form = AgreementImportForm
    import_columns = AGREEMENT_COLUMNS
    import_shown = ("partners", "counterpart", "kind", "place", "signed_on")
    import_title = "导入共建协议"
    import_about = (
        "第一行是表头，与共建目录导出的表格相同；导出的表格可以原样导回，不会改动任何记录。"
        "几个共建单位用顿号分开，名称里本来有顿号的加引号。先看预览，再确认。"
    )
    import_back = "不做，回到共建协议"

    def import_file(self, data: bytes, *, by: Any, dry_run: bool, **options: Any) -> Report:
        return import_agreements(data, by=by, dry_run=dry_run, **options)

    def import_explains(self, report: Report) -> str:
        return (
            f"确认后，新的 {len(report.new)} 条录成草稿，新的单位一并建立；访客看不到，要逐条看过再发布。"
            "已有的记录不改动。"
        )

    def import_done(self, report: Report) -> str:
        return f"已录入 {len(report.new)} 条草稿，请逐条看过再发布。"


class DualListImportPages(ImportPages):
    """Mixin of the dual list's admin."""

    import_columns = DUAL_LIST_COLUMNS
    import_shown = ("public_content", "year", "side", "number", "office", "due_on")
    import_title = "导入双清单"
    import_about = (
        "第一行是表头，与双清单导出的表格相同，可以加一列“内部内容”；导出的表格可以原样导回，不会改动任何记录。"
        "本系统不是涉密系统，不得上传涉密内容。先看预览，再确认。"
    )
    import_back = "不做，回到双清单"

    def import_file(self, data: bytes, *, by: Any, dry_run: bool, **options: Any) -> Report:
        return import_dual_list(data, by=by, dry_run=dry_run, **options)

    def import_explains(self, report: Report) -> str:
        return f"确认后，新的 {len(report.new)} 项录成草稿；访客看不到，要逐项看过再发布。已有的事项不改动。"

    def import_done(self, report: Report) -> str:
        return f"已录入 {len(report.new)} 项草稿，请逐项看过再发布。"
