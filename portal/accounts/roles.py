"""The roles as groups of the database: made from the table ``publishing.permissions.ROLES``, and kept like it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.apps import apps as global_apps
from django.contrib.auth.management import create_permissions
from django.db import transaction

from audit.chain import record
from audit.models import Event
from publishing.permissions import ROLES, rights_of


class Change(NamedTuple):
    """What came and went in a group that stood already: names of permissions."""

    group: Any
    came: list[str]
    went: list[str]


def make_roles(
    using: str = "default", apps: Any = global_apps, *, only_missing: bool = False
) -> list[Change]:
    """Give the group of each role exactly the table's permissions; groups that the office made itself stay as they are.

    `apps` may be those of a migration: a permission of a model that comes later is left out then, and given by the
    next call.
    """
    _make_permissions(using, apps)
    rows = apps.get_model("auth", "Permission").objects.using(using).select_related("content_type")
    found = {f"{one.content_type.app_label}.{one.codename}": one for one in rows}
    groups = apps.get_model("auth", "Group").objects.using(using)
    changes = []
    for role in ROLES:
        group, is_new = groups.get_or_create(name=role)
        if is_new or not only_missing:
            change = _set(group, {found[right] for right in rights_of(role) if right in found})
            changes += [] if is_new else [change]
    return [change for change in changes if change.came or change.went]


def _make_permissions(using: str, apps: Any) -> None:
    """Django makes them at the end of ``migrate``, app by app, which is too late for the groups."""
    for label in sorted({right.partition(".")[0] for role in ROLES for right in rights_of(role)}):
        create_permissions(global_apps.get_app_config(label), verbosity=0, using=using, apps=apps)


def _set(group: Any, wanted: set[Any]) -> Change:
    present = set(group.permissions.all())
    came, went = wanted - present, present - wanted
    group.permissions.add(*came)
    group.permissions.remove(*went)
    return Change(group, sorted(one.name for one in came), sorted(one.name for one in went))


def follow_table(using: str, apps: Any) -> None:
    """Make the groups like the table again; what changes for somebody who holds a role stands in the audit trail."""
    with transaction.atomic(using=using):
        for group, came, went in make_roles(using, apps):
            if group.user_set.exists():
                told = "、".join([*(f"+{one}" for one in came), *(f"-{one}" for one in went)])
                record(Event.ACCOUNT, obj=group, detail=f"角色的权限随程序更新：{told}")
