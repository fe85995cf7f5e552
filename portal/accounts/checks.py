"""System checks of what the office asks of its accounts."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections, models

from portal.accounts.duties import EVERYBODY
from publishing.permissions import ADMINISTRATORS, SECURITY


@register(Tags.security, deploy=True)
def check_second_factor(**kwargs: Any) -> list[CheckMessage]:
    """accounts.W001: a stolen password alone opens the admin."""
    if settings.SECOND_FACTOR_GROUPS:
        return []
    hint = f'Set SECOND_FACTOR_GROUPS={",".join(ADMINISTRATORS)} at least, or "*" for everybody.'
    return [Warning("Nobody has to log in with a second factor.", hint=hint, id="accounts.W001")]


@register(Tags.database)
def check_group_names(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """accounts.W002: a group that does not exist has no members, so its rule would bind nobody."""
    named = set(settings.SECOND_FACTOR_GROUPS) - {EVERYBODY}
    if not named or not _can_ask(Group, databases):
        return []
    unknown = sorted(named - set(Group.objects.values_list("name", flat=True)))
    hint = "Write the names as they stand under 认证和授权 › 组 in the admin."
    return [
        Warning(
            f"SECOND_FACTOR_GROUPS names a group {name!r} that does not exist.", hint=hint, id="accounts.W002"
        )
        for name in unknown
    ]


@register(Tags.database)
def check_superusers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """accounts.E001: a superuser has every right there is, whatever the roles say."""
    # Before the roles exist nobody could take the superuser's place, and their migration must not be stopped.
    if settings.DEBUG or not _can_ask(User, databases) or not Group.objects.filter(name=SECURITY).exists():
        return []
    names = User.objects.filter(is_superuser=True, is_active=True).order_by("username")
    hint = (
        f"manage.py break_glass NAME --reason TEXT makes the account one of {SECURITY}, who gives the roles; "
        "or disable it in the admin."
    )
    return [
        Error(f"The account {name!r} is an active superuser.", hint=hint, id="accounts.E001")
        for name in names.values_list("username", flat=True)
    ]


def _can_ask(model: type[models.Model], databases: Sequence[str] | None) -> bool:
    """Whether the check may read the database, and has the table there."""
    if "default" not in (databases or ()):
        return False
    return model._meta.db_table in connections["default"].introspection.table_names()
