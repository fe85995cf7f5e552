"""The fields of the second factor; allauth's own, with failures in the audit trail."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError

from audit.chain import record
from audit.models import Event, Result


class AsksForCode:
    """Mixin of a form that takes a code, by the name that the pages give it."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "动态码"


class SetUpForm(AsksForCode, ActivateTOTPForm):
    pass


class RecordsFailure(AsksForCode):
    """Mixin of a form that lets somebody in."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()  # type: ignore[misc,no-any-return]
        except ValidationError as error:
            record(Event.LOGIN_FAILED, by=self.user, result=Result.REFUSED, detail=self._why(error))  # type: ignore[attr-defined]
            raise

    @staticmethod
    def _why(error: ValidationError) -> str:
        return "动态码尝试次数太多" if error.code == "too_many_login_attempts" else "动态码不对"


class SecondFactorForm(RecordsFailure, AuthenticateForm):
    pass


class SecondFactorAgainForm(RecordsFailure, ReauthenticateForm):
    pass
