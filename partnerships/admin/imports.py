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

# A file brings new rows and changes others.
RIGHTS = ("add", "change")


def explained(report: Report, unit: str) -> str:
    """What the confirm will do, whatever the rows are about."""
    told = f"确认后{report.written(unit)}。都是草稿，要逐{unit}看过、送审，批准发布之前访客看到的不变。"
    sent_back = "已送审的改动后退回草稿。" if report.revises or report.updates else ""
    return told + sent_back


def done(report: Report, unit: str) -> str:
    if not report.writes:
        return "没有新的内容，什么都没有写入。"
    return f"已写入：{report.written(unit)}，请逐{unit}看过再送审。"


class AgreementImportForm(SourcedImportForm):
    model = Agreement


class AgreementImportPages(ImportPages):
    """Mixin of the agreements' admin."""

    import_form = AgreementImportForm
    import_rights = RIGHTS
    import_columns = AGREEMENT_COLUMNS
    import_shown = ("partners", "counterpart", "kind", "place", "signed_on")
    import_title = "导入共建协议"
    import_about = (
        "第一行是表头，与共建目录导出的表格相同；导出的表格可以原样导回，不会改动任何记录。"
        "与公开的记录不同的行建立修订稿，公开的内容不变。几个共建单位用顿号分开，名称里本来有顿号的加引号。先看预览，再确认。"
    )
    import_back = "不做，回到共建协议"

    def import_file(self, data: bytes, *, by: Any, dry_run: bool, **options: Any) -> Report:
        return import_agreements(data, by=by, dry_run=dry_run, **options)

    def import_explains(self, report: Report) -> str:
        return f"{explained(report, '条')}新的单位一并建立。"

    def import_done(self, report: Report) -> str:
        return done(report, "条")


class DualListImportPages(ImportPages):
    """Mixin of the dual list's admin."""

    import_rights = RIGHTS
    import_columns = DUAL_LIST_COLUMNS
    import_shown = ("public_content", "year", "side", "number", "office", "due_on")
    import_title = "导入双清单"
    import_about = (
        "第一行是表头，与双清单导出的表格相同，可以加一列“内部内容”；导出的表格可以原样导回，不会改动任何记录。"
        "与公开的事项不同的行建立修订稿，公开的内容不变。本系统不是涉密系统，不得上传涉密内容。先看预览，再确认。"
    )
    import_back = "不做，回到双清单"

    def import_file(self, data: bytes, *, by: Any, dry_run: bool, **options: Any) -> Report:
        return import_dual_list(data, by=by, dry_run=dry_run, **options)

    def import_explains(self, report: Report) -> str:
        return explained(report, "项")

    def import_done(self, report: Report) -> str:
        return done(report, "项")
