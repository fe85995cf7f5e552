from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from honors.places import load_places


class Command(BaseCommand):
    help = "Load the administrative divisions of China; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_places()
        self.stdout.write(
            f"行政区划：新增 {report['created']}，更新 {report['updated']}，未变 {report['unchanged']}。"
        )
