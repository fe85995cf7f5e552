from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts import duties


class Command(BaseCommand):
    help = "Disable accounts with which nobody logged in for ACCOUNT_IDLE_DAYS; run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        disabled = duties.disable_idle()
        names = "、".join(user.get_username() for user in disabled)
        self.stdout.write(f"停用 {len(disabled)} 个账户：{names}。" if disabled else "没有需要停用的账户。")
