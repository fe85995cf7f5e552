"""The fields of the second factor; allauth's own, with failures in the audit trail."""

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from audit.chain import record
from audit.models import Event, Result


class RecordsFailure:
    """Mixin of a form that takes a code."""

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
