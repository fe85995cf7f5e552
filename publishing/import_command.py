"""What the commands that bring a table in share: the file, the person who enters it, and how the report is told."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from publishing.imports import Report, audit
from publishing.workflow import Refused


class ImportCommand(BaseCommand):
    """A subclass says who may, what is brought in, and what became of it."""

    title: ClassVar[str]  # as the audit trail and the admin call the import
    permissions: ClassVar[tuple[str, ...]]  # app label and codename; all of them are needed
    refusal: ClassVar[str]  # what somebody without it is told
    file_help: ClassVar[str]

    def import_file(self, data: bytes, *, by: User, dry_run: bool, options: dict[str, Any]) -> Report:
        """Read the file; unless ``dry_run``, write what it brings. Raises ``Refused``."""
        raise NotImplementedError

    def tell_written(self, report: Report) -> None:
        """What was written, where there was something to write."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=self.file_help)
        parser.add_argument("--as", "--by", dest="by", required=True, help="录入人的用户名；须有录入的权限。")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"读不出文件：{error}") from error
        dry_run, by = options["dry_run"], self.clerk(options["by"])
        try:
            with transaction.atomic():
                report = self.import_file(data, by=by, dry_run=dry_run, options=options)
                if not dry_run and not report.wrong:
                    audit(report, name=self.title, by=by)
        except Refused as refused:
            raise CommandError("\n".join(refused.reasons)) from refused
        self.tell(report, dry_run=dry_run)

    def clerk(self, name: str) -> User:
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None or not user.has_perms(self.permissions):
            raise CommandError(f"没有用户“{name}”，或者这个用户{self.refusal}。")
        return user

    def tell(self, report: Report, *, dry_run: bool) -> None:
        if report.wrong:
            lines = [f"第 {line.number} 行：{line.words}" for line in report.wrong]
            raise CommandError("\n".join([*lines, f"{len(lines)} 行有错，什么都没有写入。"]))
        changes = "".join(
            f"{words} {len(lines)} 条，"
            for words, lines in (("修订稿", report.revises), ("改草稿", report.updates))
            if lines
        )
        self.stdout.write(f"新的 {len(report.new)} 条，{changes}已经在记录里的 {len(report.known)} 条。")
        if report.differs:
            self.stdout.write(f"与记录不同、没有写入的 {len(report.differs)} 条：")
        for line in [*report.differs, *report.revises, *report.updates, *(report.new if dry_run else [])]:
            if line.words:
                self.stdout.write(f"  第 {line.number} 行：{line.words}")
        if dry_run:
            self.stdout.write("只作检查，什么都没有写入。")
        elif report.writes:
            self.tell_written(report)
