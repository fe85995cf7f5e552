from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit import retention, verification
from audit.models import AuditEvent

SHOWN = 20


class Command(BaseCommand):
    help = "The audit trail: verify the chain, print its head to note elsewhere, remove what is old enough."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        verify = acts.add_parser("verify", help="Exit code 1 and the row for any change, gap or cut end.")
        verify.add_argument("--head", action="append", default=[], metavar="N:HASH", help="另处记下的链头")
        verify.add_argument("--heads", type=Path, metavar="FILE", help="记着链头的文件，一行一个")
        acts.add_parser("head", help="Print the newest event's number and hash, and the time.")
        prune = acts.add_parser("prune", help="Archive and remove events; a stub of the chain stays.")
        prune.add_argument("--before", required=True, metavar="YYYY-MM-DD", help="清理这一天以前的记录")
        prune.add_argument("--archive", required=True, type=Path, metavar="FILE", help="先存入这个新文件")
        prune.add_argument("--reason", required=True, help="原因，留在凭据里")

    def handle(self, *args: Any, **options: Any) -> None:
        {"verify": self.verify, "head": self.head, "prune": self.prune}[options["act"]](options)

    def verify(self, options: dict[str, Any]) -> None:
        found = list(islice(verification.findings(self.noted(options)), SHOWN))
        for finding in found:
            self.stderr.write(f"第 {finding.number} 条：{finding.words}。")
        if found:
            raise CommandError("审计链不完整。")
        newest = verification.head()
        self.stdout.write(f"审计链完整：{AuditEvent.objects.count()} 条，到第 {newest.number} 条。")

    def noted(self, options: dict[str, Any]) -> list[verification.Noted]:
        try:
            lines = options["heads"].read_text(encoding="utf-8").splitlines() if options["heads"] else []
            return [verification.read_noted(text) for text in [*options["head"], *lines] if text.strip()]
        except OSError as error:
            raise CommandError(f"不能读取 {options['heads']}：{error.strerror}。") from error
        except ValueError as error:
            raise CommandError(f"“{error}”不是链头，应为“序号:摘要”。") from error

    def head(self, options: dict[str, Any]) -> None:
        newest = verification.head()
        if newest.number:
            self.stdout.write(f"{newest} {timezone.localtime():%Y-%m-%d %H:%M}")

    def prune(self, options: dict[str, Any]) -> None:
        try:
            before = timezone.make_aware(datetime.strptime(options["before"], "%Y-%m-%d"))
        except ValueError as error:
            raise CommandError("日期写作 2026-01-31。") from error
        try:
            stub = retention.prune(before=before, archive=options["archive"], reason=options["reason"])
        except retention.NotRemoved as refused:
            raise CommandError(f"{refused}没有清理。") from refused
        self.stdout.write(
            f"已清理第 {stub.first} 至 {stub.last} 条，存入 {options['archive']}（SHA-256 {stub.archive_sha256}）。"
        )
