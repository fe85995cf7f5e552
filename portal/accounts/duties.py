"""What is asked of a person before the admin opens, and when an account has been idle too long."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.chain import record
from audit.models import Event
from portal.accounts.models import PasswordRecord

EVERYBODY = "*"


class PasswordDue(models.TextChoices):
    """Why a password must be changed now; templates/account/password_change.html says it."""

    NOT_OWN = "not_own"
    OLD = "old"


def password_due(user: Any) -> str:
    """A value of ``PasswordDue``, or "" for a password that may be kept."""
    newest = user.password_records.first()
    if newest is None or not newest.by_owner:
        return PasswordDue.NOT_OWN.value
    if settings.PASSWORD_DAYS and newest.set_at < timezone.now() - timedelta(days=settings.PASSWORD_DAYS):
        return PasswordDue.OLD.value
    return ""


def needs_second_factor(user: Any) -> bool:
    """Whether the office demands one of this person."""
    groups = settings.SECOND_FACTOR_GROUPS
    if not groups:
        return False
    return EVERYBODY in groups or user.is_superuser or user.groups.filter(name__in=groups).exists()


def has_second_factor(user: Any) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def second_factor_due(user: Any) -> bool:
    """Whether one is demanded and not set up yet."""
    return needs_second_factor(user) and not has_second_factor(user)


# --- Idle accounts -----------------------------------------------------------------------------------------


def idle_accounts() -> models.QuerySet[User]:
    """Accounts that could log in and have not for so long; a new password starts the time anew."""
    if not settings.ACCOUNT_IDLE_DAYS:
        return User.objects.none()
    since = timezone.now() - timedelta(days=settings.ACCOUNT_IDLE_DAYS)
    newer = PasswordRecord.objects.filter(user=OuterRef("pk"), set_at__gte=since)
    used = Q(last_login__gte=since) | Q(date_joined__gte=since) | Exists(newer)
    return User.objects.exclude(used)


def is_idle(user: Any) -> bool:
    return idle_accounts().filter(pk=user.pk).exists()


def disable(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(Event.ACCOUNT, obj=user, detail=f"超过 {settings.ACCOUNT_IDLE_DAYS} 天没有登录，停用")


def disable_idle() -> list[User]:
    """Disable every account that has been idle too long; return them. Names without a password stay as they are."""
    idle = [user for user in idle_accounts().filter(is_active=True) if user.has_usable_password()]
    for user in idle:
        disable(user)
    return idle
