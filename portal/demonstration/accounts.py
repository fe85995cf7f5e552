"""The demonstration's two accounts, with random passwords that nobody but the person who runs it sees.

Two more stand in its records as those who entered and verified them; nobody can log in as them.
"""

import os
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User

from portal.passwords import random_password

EDITORS = "编辑"
EDITOR_PERMISSIONS = [
    ("news", "article", ("view", "add", "change", "publish")),
    ("news", "attachment", ("view", "add", "change")),
    ("publishing", "picture", ("view", "add", "change")),
    # An editor enters rolls; another person, here the administrator, verifies them.
    ("honors", "rollsheet", ("view", "add", "change")),
    ("honors", "evidence", ("view", "add", "change")),
    ("honors", "source", ("view", "add", "change")),
    ("honors", "recipient", ("view", "add", "change")),
    ("honors", "claim", ("view", "add", "change")),
    # Partnerships and the dual list: entered, published and verified anew by the same person.
    ("partnerships", "agreement", ("view", "add", "change", "publish", "verify")),
    ("partnerships", "partner", ("view", "add", "change")),
    ("partnerships", "partnername", ("view", "add", "change", "delete")),
    ("partnerships", "counterpart", ("view", "add", "change")),
    ("partnerships", "duallistitem", ("view", "add", "change", "publish")),
    ("partnerships", "progressnote", ("view", "add", "change")),
    ("partnerships", "reportedtotal", ("view",)),
    # What an editor chooses from while writing and entering.
    ("news", "column", ("view",)),
    ("honors", "place", ("view",)),
    ("honors", "title", ("view",)),
    ("honors", "round", ("view",)),
    ("honors", "award", ("view",)),
]


def make_accounts() -> dict[str, str]:
    """Create ``admin`` and ``editor`` where they are missing; return the passwords of those created now."""
    users = get_user_model().objects
    made = {}
    if not users.filter(username="admin").exists():
        made["admin"] = random_password()
        users.create_superuser("admin", password=made["admin"])
    if not users.filter(username="editor").exists():
        made["editor"] = random_password()
        users.create_user("editor", password=made["editor"], is_staff=True).groups.add(editors())
    return made


def editors() -> Group:
    """The group of those who write and publish articles and enter rolls, but change nothing about the site."""
    group, created = Group.objects.get_or_create(name=EDITORS)
    if created:
        group.permissions.set(
            Permission.objects.get(
                content_type__app_label=app, content_type__model=model, codename=f"{verb}_{model}"
            )
            for app, model, verbs in EDITOR_PERMISSIONS
            for verb in verbs
        )
    return group


def clerks() -> tuple[User, User]:
    """Who entered and who verified the demonstration's records: two names that nobody can log in with."""
    users = get_user_model().objects
    found = []
    for name in ("演示录入", "演示核验"):
        user = users.filter(username=name).first() or users.create_user(name, password=None)
        found.append(user)
    found[1].user_permissions.add(
        Permission.objects.get(content_type__app_label="honors", codename="verify_rollsheet")
    )
    return found[0], found[1]


def keep(passwords: dict[str, str], path: Path) -> None:
    """Write the passwords into a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, 0o600)  # an older file keeps its mode otherwise
        file.write("# 演示站点的后台账号，由 manage.py demo 随机生成。改过密码后本文件作废，请删除。\n")
        file.writelines(f"{name} {password}\n" for name, password in passwords.items())
