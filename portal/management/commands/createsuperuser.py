from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User

from audit.chain import record
from audit.models import Event


class Command(createsuperuser.Command):
    help = "Create an administrator; that it was done stands in the audit trail."

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(User.objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in User.objects.exclude(pk__in=known):
            record(Event.ACCOUNT, obj=user, detail="新建超级用户")
        self.stdout.write("超级用户只用于开发：正式运行时 check 会报错（accounts.E001）。")
