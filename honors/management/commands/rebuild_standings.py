"""``manage.py rebuild_standings``: derive every award and standing from the evidence anew."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from honors import standings
from honors.models import Award, Standing


class Command(BaseCommand):
    help = "Derive every award's state and every place's standing from the verified evidence anew."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        standings.settle(Award.objects.values_list("pk", flat=True))
        standings.rebuild()
        seconds = time.perf_counter() - started
        self.stdout.write(f"荣誉状况已重新推算：{Standing.objects.count()} 条，用时 {seconds:.1f} 秒。")
