"""Bring a roll in from a CSV or XLSX file; see honors/importers.py."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User

from honors.importers import Report, import_roll
from honors.lookups import stored_source
from publishing.import_command import ImportCommand


class Command(ImportCommand):
    help = "从 CSV 或 XLSX 文件导入荣誉名单。导入的名单等待另一个人在后台核验。"
    title = "导入名单"
    permissions = ("honors.add_rollsheet",)
    refusal = "没有录入名单的权限"
    file_help = "表头与荣誉榜导出的表格相同。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", help="没有写明来源的行用这个来源（后台已有的来源名称）。")

    def import_file(self, data: bytes, *, by: User, dry_run: bool, options: dict[str, Any]) -> Report:
        return import_roll(data, by=by, source=stored_source(options["source"]), dry_run=dry_run)

    def tell_written(self, report: Any) -> None:
        self.stdout.write(f"{len(report.sheets)} 张名单等待核验：")
        self.stdout.writelines(f"  {sheet}\n" for sheet in report.sheets)
