"""The roles where transactions are real: two roles given at one moment, and a database that was emptied."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit import guards as audit_guards
from audit.models import AuditEvent
from portal.accounts import guards
from publishing.permissions import ROLES, rights_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself")
def test_of_two_administrator_roles_given_at_one_moment_one_stays() -> None:
    user = User.objects.create_user("newcomer")
    barrier = Barrier(2)

    def give(name: str) -> str:
        try:
            group = Group.objects.get(name=name)
            barrier.wait()
            with transaction.atomic():
                user.groups.add(group)
                time.sleep(0.5)  # long enough for the other one to come to the lock
            return name
        except IntegrityError as error:
            assert guards.MESSAGE in str(error)
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        given = sorted(pool.map(give, ["站点管理", "审计"]))
    assert given[0] == "" and given[1] in {"站点管理", "审计"}
    assert [group.name for group in user.groups.all()] == [given[1]]


def test_an_emptied_database_has_its_groups_again_and_tells_nobody() -> None:
    audit_guards.lift("default")
    call_command("flush", interactive=False, verbosity=0)
    found = {
        group.name: {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()}
        for group in Group.objects.prefetch_related("permissions__content_type")
    }
    assert found == {role: rights_of(role) for role in ROLES}
    assert not AuditEvent.objects.exists()
    with pytest.raises(IntegrityError, match=guards.MESSAGE), transaction.atomic():
        User.objects.create_user("newcomer").groups.set(Group.objects.filter(name__in=["审计", "站点管理"]))


def test_the_migration_of_the_groups_goes_back_and_forth_and_keeps_who_holds_which() -> None:
    user = User.objects.create_user("writer")
    user.groups.add(Group.objects.get(name="编辑"))
    call_command("migrate", "portal", "0002", verbosity=0)
    call_command("migrate", "portal", verbosity=0)
    assert [group.name for group in user.groups.all()] == ["编辑"]
    assert Group.objects.filter(name__in=ROLES).count() == len(ROLES)
