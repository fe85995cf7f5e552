"""Bring agreements in from a CSV or XLSX file; see partnerships/importers.py."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User

from honors.lookups import stored_source
from partnerships.importers import import_agreements
from publishing.import_command import ImportCommand
from publishing.imports import Report


class Command(ImportCommand):
    help = "从 CSV 或 XLSX 文件导入共建协议，录成草稿和修订稿，在后台逐条看过再送审。"
    title = "导入共建协议"
    permissions = ("partnerships.add_agreement", "partnerships.change_agreement")
    refusal = "没有录入和修改共建协议的权限"
    file_help = "表头与共建目录导出的表格相同。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", help="没有写明来源的行用这个来源（后台已有的来源名称）。")

    def import_file(self, data: bytes, *, by: User, dry_run: bool, options: dict[str, Any]) -> Report:
        return import_agreements(data, by=by, source=stored_source(options["source"]), dry_run=dry_run)

    def tell_written(self, report: Report) -> None:
        self.stdout.write(f"{report.written()}，请在后台逐条看过再送审。")
