"""System checks of what the office asks of its accounts."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from portal.accounts.duties import EVERYBODY


@register(Tags.security, deploy=True)
def check_second_factor(**kwargs: Any) -> list[CheckMessage]:
    """accounts.W001: a stolen password alone opens the admin."""
    if settings.SECOND_FACTOR_GROUPS:
        return []
    hint = 'Name the groups in SECOND_FACTOR_GROUPS, separated by commas, or "*" for everybody.'
    return [Warning("Nobody has to log in with a second factor.", hint=hint, id="accounts.W001")]


@register(Tags.database)
def check_group_names(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """accounts.W002: a group that does not exist has no members, so its rule would bind nobody."""
    named = set(settings.SECOND_FACTOR_GROUPS) - {EVERYBODY}
    if not named or "default" not in (databases or ()):
        return []
    if Group._meta.db_table not in connections["default"].introspection.table_names():
        return []
    unknown = sorted(named - set(Group.objects.values_list("name", flat=True)))
    hint = "Write the names as they stand under 认证和授权 › 组 in the admin."
    return [
        Warning(
            f"SECOND_FACTOR_GROUPS names a group {name!r} that does not exist.", hint=hint, id="accounts.W002"
        )
        for name in unknown
    ]
