"""Break-glass: letting somebody in again from the server's own shell. See docs/security.md."""

from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import transaction

from audit.chain import record
from audit.models import Event
from portal.passwords import random_password
from publishing.permissions import ADMINISTRATORS, SECURITY


@transaction.atomic
def let_in_again(user: User, reason: str) -> str:
    """Enable the account, take its second factors away, give it a new password; return that password.

    A lock after failed attempts is lifted. Log-ins that stand end with the old password. The owner must change the
    new one, and set up a second factor again where the office demands it.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    password = random_password()
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    _unlock(user)
    told = f"解除两步验证 {removed} 项，重新设置密码，启用账户，解除锁定{_bring_down(user)}。原因：{reason.strip()}"
    record(Event.BREAK_GLASS, obj=user, detail=told)
    return password


def _bring_down(user: User) -> str:
    """Make of a superuser one who gives the roles, unless the account holds another role that excludes it."""
    if not user.is_superuser:
        return ""
    user.is_superuser, user.is_staff = False, True
    user.save(update_fields=["is_superuser", "is_staff"])
    user.user_permissions.clear()
    if not user.groups.filter(name__in=ADMINISTRATORS).exists():
        user.groups.add(Group.objects.get(name=SECURITY))
    return f"，不再是超级用户，角色为{user.groups.get(name__in=ADMINISTRATORS)}"


def _unlock(user: User) -> None:
    """Forget the failed attempts on this name and on its codes; those of addresses are nobody's own."""
    counted = {"app": "allauth.account", "action": "login_failed"}
    for rate in ratelimit.get_rates(**counted):
        for key in (user.username.lower(), f"mfa-auth-user-{user.pk}") if rate.per == "key" else ():
            cache.delete(ratelimit.get_cache_key(None, **counted, rate=rate, key=key))
