"""Log-in pages. Only these of allauth's: nobody signs up or resets a password by mail here."""

from allauth.account import views
from django.urls import path
from django.views.decorators.cache import never_cache

urlpatterns = [
    path("login/", never_cache(views.login), name="account_login"),
    path("logout/", never_cache(views.logout), name="account_logout"),
    path("password/change/", never_cache(views.password_change), name="account_change_password"),
    path("reauthenticate/", never_cache(views.reauthenticate), name="account_reauthenticate"),
]
