"""Log-in under /admin/accounts/ with allauth: accounts are made by the office, everything stands in the audit trail."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from audit.chain import record
from audit.models import Event, Result
from portal.accounts import duties
from portal.accounts.session import begin
from portal.models import SiteIdentity

# What allauth would send mail about stands in the audit trail instead.
SECOND_FACTOR_NOTES = {
    "mfa/email/totp_activated": "启用两步验证",
    "mfa/email/totp_deactivated": "停用两步验证",
    "mfa/email/recovery_codes_generated": "重新生成恢复码",
}


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index")

    # --- Attempts ------------------------------------------------------------------------------

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The name alone: allauth would count apart for each host name that a client may send."""
        return str(credentials.get("username", "")).lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._record(Event.LOGIN_FAILED, credentials, Result.REFUSED, "尝试次数太多，没有核对密码")
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is None or not duties.is_idle(user):
            return user
        # Answered like a wrong password: whoever holds an old password learns nothing.
        duties.disable(user)
        self._record(Event.LOGIN_FAILED, credentials, Result.REFUSED, "账户停用")
        return None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._record(Event.LOGIN_FAILED, credentials, Result.REFUSED, "用户名或密码不对，或账户停用")
        key = self._get_login_attempts_cache_key(request, **credentials)
        if not ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            minutes = settings.LOGIN_LOCK_MINUTES
            self._record(Event.LOCKED, credentials, Result.DONE, f"连续失败，最长锁定 {minutes} 分钟")

    def _record(self, event: Event, credentials: dict[str, Any], result: Result, detail: str) -> None:
        """Only names that exist are written down: people type passwords into the wrong field."""
        given = str(credentials.get("username", ""))
        known = "\0" not in given and User.objects.filter(username=given).exists()
        record(event, person=given if known else "（没有这个账户）", result=result, detail=detail)

    # --- In and out ----------------------------------------------------------------------------

    def post_login(self, request: HttpRequest, user: Any, **hooks: Any) -> HttpResponse:
        begin(request, user)
        used = request.session.get("account_authentication_methods", [{}])[-1]
        ways = {"totp": "密码和动态码", "recovery_codes": "密码和恢复码"}
        record(Event.LOGIN, by=user, detail=ways.get(used.get("type", ""), "密码"))
        return super().post_login(request, user, **hooks)

    def logout(self, request: HttpRequest) -> None:
        record(Event.LOGOUT, by=request.user)
        super().logout(request)

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        begin(self.request, user)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        if note := SECOND_FACTOR_NOTES.get(template_prefix):
            record(Event.SECOND_FACTOR, obj=user, by=user, detail=note)


class SecondFactorAdapter(DefaultMFAAdapter):
    """TOTP and recovery codes; secrets lie in the database encrypted with a key made from SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "动态码不对，请输入验证器现在显示的数字。",
    }

    def get_totp_issuer(self) -> str:
        return SiteIdentity.current().name or super().get_totp_issuer()

    def build_totp_svg(self, url: str) -> str:
        """An SVG element to stand in the page: without the declaration of an XML file."""
        return super().build_totp_svg(url).partition("?>")[2].strip()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not duties.needs_second_factor(authenticator.user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # SECRET_KEY is another one now. A secret that nobody knows fits no code; break_glass helps.
            return generate_totp_secret()


def _cipher() -> MultiFernet:
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    made = [hashlib.sha256(f"portal.accounts.second-factor:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])
