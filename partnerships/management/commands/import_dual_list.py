"""Bring items of the dual list in from a CSV or XLSX file; see partnerships/importers.py."""

from typing import Any

from django.contrib.auth.models import User

from partnerships.importers import import_dual_list
from publishing.import_command import ImportCommand
from publishing.imports import Report


class Command(ImportCommand):
    help = "从 CSV 或 XLSX 文件导入双清单事项，录成草稿和修订稿，在后台逐项看过再送审。"
    title = "导入双清单"
    permissions = ("partnerships.add_duallistitem", "partnerships.change_duallistitem")
    refusal = "没有录入和修改双清单事项的权限"
    file_help = "表头与双清单导出的表格相同，可以加一列“内部内容”。"

    def import_file(self, data: bytes, *, by: User, dry_run: bool, options: dict[str, Any]) -> Report:
        return import_dual_list(data, by=by, dry_run=dry_run)

    def tell_written(self, report: Report) -> None:
        self.stdout.write(f"{report.written('项')}，请在后台逐项看过再送审。")
