"""Rules for passwords, as Django's validators; they also hear of every password that is set, by whichever door."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from audit import acting
from audit.chain import record
from audit.models import Event
from portal.accounts.models import PasswordRecord

CLASSES = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())


class ClassesValidator:
    """At least so many of: lower case, upper case, digits, other signs. Chinese characters count as other signs."""

    def __init__(self, classes: int) -> None:
        self.classes = min(classes, len(CLASSES))

    def validate(self, password: str, user: Any = None) -> None:
        found = sum(any(belongs(sign) for sign in password) for belongs in CLASSES)
        if found < self.classes:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return f"密码要包含大写字母、小写字母、数字、符号中的至少 {self.classes} 种。"


class HistoryValidator:
    """Refuses the last passwords of an account and records each new one."""

    def __init__(self, remembered: int) -> None:
        self.remembered = remembered

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        recorded = user.password_records.values_list("encoded", flat=True)[: self.remembered]
        # A first password that a command gave is in no record yet.
        for known in {user.password, *recorded}:
            if check_password(password, known):
                raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Called by Django whenever an account is saved with a new password."""
        now = acting.current()
        by_owner = now is not None and now.user is not None and now.user.pk == user.pk
        PasswordRecord.objects.create(user=user, encoded=user.password, by_owner=by_owner)
        detail = "本人修改密码" if by_owner else "由他人设置密码，首次登录须修改"
        record(Event.PASSWORD, obj=user, detail=detail)

    def get_help_text(self) -> str:
        return f"不能与最近 {self.remembered} 次用过的密码相同。"


def accept(user: Any) -> None:
    """Take the present password as good though its owner did not set it, e.g. the demonstration's random ones."""
    PasswordRecord.objects.create(user=user, encoded=user.password, by_owner=True)
