"""The table of roles: every right in it exists, and those that must never meet in one role do not."""

import pytest
from django.contrib.auth.models import Permission

from publishing.permissions import (
    ADMINISTRATORS,
    AUDIT,
    CONTENT,
    CONTENT_RIGHTS,
    EDITOR,
    FIRST,
    HONORS,
    PARTNERSHIPS,
    ROLES,
    SECOND,
    SECURITY,
    SITE,
    THIRD,
    rights_of,
)

MAKERS, REVIEWERS = (EDITOR, HONORS, PARTNERSHIPS), (FIRST, SECOND, THIRD)
WRITING = ("add", "change", "delete")


def holders(right: str, label: str) -> set[str]:
    app, _, model = label.partition(".")
    return {role for role in ROLES if f"{app}.{right}_{model}" in rights_of(role)}


def test_the_roles_are_the_nine_of_the_office() -> None:
    assert set(ROLES) == {*MAKERS, *REVIEWERS, *ADMINISTRATORS} and len(ROLES) == 9


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_right_of_the_table_exists(role: str) -> None:
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    assert rights_of(role) - {f"{app}.{codename}" for app, codename in rows} == set()


@pytest.mark.parametrize("label", CONTENT)
def test_every_verb_on_every_content_has_somebody_and_reviewers_write_nothing(label: str) -> None:
    assert all(holders(right, label) for right in (*CONTENT_RIGHTS, *WRITING, "view"))
    assert {role for right in WRITING for role in holders(right, label)} <= set(MAKERS)
    assert {role for right in CONTENT_RIGHTS for role in holders(right, label)} <= set(REVIEWERS)
    assert holders("review_1", label) == {FIRST}
    assert holders("review_2", label) == {SECOND}
    assert holders("review_3", label) == {THIRD} == holders("emergency", label)


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_administrator_has_a_verb_of_content(role: str) -> None:
    verbs = {*CONTENT_RIGHTS, *WRITING}
    named = {
        f"{label.partition('.')[0]}.{right}_{label.partition('.')[2]}" for label in CONTENT for right in verbs
    }
    assert rights_of(role) & named == set()


def test_who_gives_the_roles_and_who_reads_the_trail_sees_no_content() -> None:
    assert rights_of(SECURITY) == {"auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group"}
    assert rights_of(AUDIT) == {"audit.view_auditevent"}


def test_accounts_and_the_trail_are_nobody_elses() -> None:
    for role in set(ROLES) - {SECURITY, AUDIT}:
        assert not {right for right in rights_of(role) if right.startswith(("auth.", "audit."))}, role
    assert {role for role in ROLES if "portal.change_siteidentity" in rights_of(role)} == {SITE}


def test_who_confirms_a_name_did_not_enter_it_by_role() -> None:
    assert holders("confirm", "publishing.consent") == {SECOND, THIRD}
    assert holders("add", "publishing.consent") == set(MAKERS)
