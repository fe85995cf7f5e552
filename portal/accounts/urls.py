"""Log-in pages. Only these of allauth's: nobody signs up or resets a password by mail here."""

from allauth.account import views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.decorators.cache import never_cache

urlpatterns = [
    path("login/", never_cache(views.login), name="account_login"),
    path("logout/", never_cache(views.logout), name="account_logout"),
    path("password/change/", never_cache(views.password_change), name="account_change_password"),
    path("reauthenticate/", never_cache(views.reauthenticate), name="account_reauthenticate"),
    path("second-factor/", never_cache(second_factor.index), name="mfa_index"),
    path("second-factor/code/", never_cache(second_factor.authenticate), name="mfa_authenticate"),
    path("second-factor/again/", never_cache(second_factor.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/set-up/", never_cache(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/remove/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "second-factor/recovery-codes/",
        never_cache(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/new/",
        never_cache(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
