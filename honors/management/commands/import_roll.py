"""Bring a roll in from a CSV or XLSX file; see honors/importers.py."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from honors.importers import Report, import_roll
from honors.models import Source
from publishing.workflow import Refused


class Command(BaseCommand):
    help = "从 CSV 或 XLSX 文件导入荣誉名单。导入的名单等待另一个人在后台核验。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="表头与荣誉榜导出的表格相同。")
        parser.add_argument("--source", help="没有写明来源的行用这个来源（后台已有的来源名称）。")
        parser.add_argument("--by", required=True, help="录入人的用户名；须有录入名单的权限。")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"读不出文件：{error}") from error
        dry_run = options["dry_run"]
        try:
            report = import_roll(
                data, by=clerk(options["by"]), source=source(options["source"]), dry_run=dry_run
            )
        except Refused as refused:
            raise CommandError("\n".join(refused.reasons)) from refused
        self.tell(report, dry_run=dry_run)

    def tell(self, report: Report, *, dry_run: bool) -> None:
        if report.wrong:
            lines = [f"第 {line.number} 行：{line.words}" for line in report.wrong]
            raise CommandError("\n".join([*lines, f"{len(lines)} 行有错，什么都没有写入。"]))
        self.stdout.write(f"新的 {len(report.new)} 条，已经在记录里的 {len(report.known)} 条。")
        if dry_run:
            self.stdout.write("只作检查，什么都没有写入。")
        elif report.sheets:
            self.stdout.write(f"{len(report.sheets)} 张名单等待核验：")
            self.stdout.writelines(f"  {sheet}\n" for sheet in report.sheets)


def clerk(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or not user.has_perm("honors.add_rollsheet"):
        raise CommandError(f"没有用户“{name}”，或者这个用户没有录入名单的权限。")
    return user


def source(name: str | None) -> Source | None:
    """The stored source of a name; None for none."""
    if not name:
        return None
    found = list(Source.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise CommandError(f"来源“{name}”{'有几个' if found else '不存在'}，请先在后台建立或改名。")
    return found[0]
