"""The demonstration's people: one account for each role, with random passwords that only whoever runs it sees."""

import os
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db import transaction

from audit.chain import record
from audit.models import Event
from portal.accounts.passwords import accept
from portal.accounts.roles import make_roles
from portal.passwords import random_password
from publishing.permissions import (
    AUDIT,
    EDITOR,
    FIRST,
    HONORS,
    PARTNERSHIPS,
    SECOND,
    SECURITY,
    SITE,
    THIRD,
)

# Role -> name to log in with. Nobody holds two, and nobody goes around: there is no superuser.
ACCOUNTS = {
    EDITOR: "bianji",
    FIRST: "yishen",
    SECOND: "ershen",
    THIRD: "sanshen",
    HONORS: "rongyu",
    PARTNERSHIPS: "gongjian",
    SITE: "zhandian",
    SECURITY: "anquan",
    AUDIT: "shenji",
}
ROLE_OF = {name: role for role, name in ACCOUNTS.items()}


@transaction.atomic
def people() -> dict[str, User]:
    """Who does what at the demonstration's desk, by role; those who are missing come without a password."""
    known = {user.username: user for user in User.objects.filter(username__in=ROLE_OF)}
    if len(known) < len(ACCOUNTS):
        make_roles(only_missing=True)
    return {role: known.get(name) or _make(role, name) for role, name in ACCOUNTS.items()}


def _make(role: str, name: str) -> User:
    # The first name is all of it: what shows a name puts a space between the two.
    user: User = get_user_model().objects.create_user(
        name, password=None, is_staff=True, first_name=f"演示{role}"
    )
    user.groups.add(Group.objects.get(name=role))
    record(Event.ACCOUNT, obj=user, detail=f"新建演示账号，角色：{role}")
    return user


@transaction.atomic
def give_passwords() -> dict[str, str]:
    """Give a random password to each account that never had one; return them by the names to log in with."""
    made = {}
    for user in people().values():
        if not user.has_usable_password():
            made[user.username] = random_password()
            user.set_password(made[user.username])
            user.save()
            # Random already, and known only to whoever runs this: nobody has to change it before looking around.
            accept(user)
    return made


def keep(passwords: dict[str, str], path: Path) -> None:
    """Write the passwords, each beside its role, into a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, 0o600)  # an older file keeps its mode otherwise
        file.write("# 演示站点的后台账号，由 manage.py demo 随机生成。改过密码后本文件作废，请删除。\n")
        file.writelines(f"{name} {password} {ROLE_OF[name]}\n" for name, password in passwords.items())
