from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.emergency import let_in_again


class Command(BaseCommand):
    help = "Let somebody in again who lost the second factor or the password. Stands in the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="用户名")
        parser.add_argument("--reason", required=True, help="原因，写入审计记录")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"没有用户“{options['username']}”。没有作任何改动。")
        if not options["reason"].strip():
            raise CommandError("请写明原因。没有作任何改动。")
        password = let_in_again(user, options["reason"])
        self.stdout.write(
            f"“{user}”的两步验证已解除，账户可用。临时密码（只显示这一次，登录后须修改）：{password}"
        )
