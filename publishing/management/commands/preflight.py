"""Look at everything that is public: what must not be there, for the night's cron and for an inspector."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from publishing.preflight import registry
from publishing.preflight.catalogue import Level
from publishing.preflight.inspection import Finding, Knowledge, inspect
from publishing.preflight.secrets import covered

CHUNK = 200


class Command(BaseCommand):
    help = "预检公开的全部内容，列出发现；有“不能发布”的发现仍在公开时，退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--published", action="store_true", help="检查现在公开的全部内容")
        parser.add_argument(
            "--level", choices=Level.values, default=Level.WARN.value,
            help="列到哪一级：block 只列不能发布的，second 加上需要另一人确认的，warn 全部（默认）",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["published"]:
            raise CommandError("请写明 --published：检查现在公开的全部内容。")
        told = Level.values[: Level.values.index(options["level"]) + 1]
        knowledge = Knowledge.gathered(thorough=True)
        counts: Counter[str] = Counter()
        for model, subject in registry.subjects.items():
            for row in subject.public().order_by("pk").iterator(chunk_size=CHUNK):
                counts["rows"] += 1
                for finding in inspect(row, knowledge=knowledge):
                    if finding.is_open:
                        counts[finding.kind.level] += 1
                        name = f"{model._meta.verbose_name} {row.pk}《{covered(str(row), knowledge.names)}》"
                        self._tell(name, finding, told)
        said = "，".join(f"{level.label} {counts[level.value]} 个" for level in Level)
        self.stdout.write(f"检查了 {counts['rows']} 条公开的内容：{said}。")
        if counts[Level.BLOCK]:
            sys.exit(1)

    def _tell(self, name: str, finding: Finding, told: list[str]) -> None:
        if finding.kind.level in told:
            places = "；".join(place.excerpt for place in finding.places[:3])
            where = f"{name} {finding.label} {finding.count} 处"
            self.stdout.write(f"{finding.kind.level.label} {finding.id} {where}：{places}")
