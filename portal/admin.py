"""The site as a whole in the admin: its identity, navigation, friendly links."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as account_admin
from allauth.mfa import admin as second_factor_admin
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.accounts import admin as accounts_admin  # noqa: F401 -- registers accounts and groups
from portal.audit_admin import AuditEventAdmin  # noqa: F401 -- registers the audit trail
from portal.models import FriendlyLink, NavigationItem, SiteIdentity
from publishing.admin_history import HistoryAdmin

# Nobody signs in by mail here: a list of mail addresses would be a form without a purpose.
admin.site.unregister(account_admin.EmailAddress)
# Its form would show secrets; a second factor is removed under 用户.
admin.site.unregister(second_factor_admin.Authenticator)


@admin.register(SiteIdentity)
class SiteIdentityAdmin(HistoryAdmin):
    """One row: the list leads straight to its form, a second one cannot be added, it is never deleted."""

    change_form_template = "admin/portal/identity_form.html"
    autocomplete_fields = ["home_place"]
    fieldsets = [
        (
            "名称",
            {
                "fields": ["name", "slogan", "description", "domain", "home_place"],
                "description": "这一页的内容保存后在每一页立即公开。没有填写的标识不显示给访客。",
            },
        ),
        (
            "标识与备案",
            {"fields": ["site_id_code", "icp", "police_filing", "party_mark_url", "error_report_url"]},
        ),
        ("单位与联系", {"fields": ["sponsor", "organiser", "maintainer", "address", "postcode"]}),
        ("有害信息举报", {"fields": ["report_phone", "report_mailbox"]}),
        ("合作链接", {"fields": ["partner_name", "partner_url"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SiteIdentity.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._form_of_the_one_row() or HttpResponseRedirect(reverse("admin:portal_siteidentity_add"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._form_of_the_one_row() or super().add_view(request, form_url, extra_context)

    def _form_of_the_one_row(self) -> HttpResponse | None:
        pk = SiteIdentity.objects.values_list("pk", flat=True).first()
        return HttpResponseRedirect(reverse("admin:portal_siteidentity_change", args=[pk])) if pk else None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["missing_marks"] = SiteIdentity.current().missing_marks()
        return super().render_change_form(request, context, *args, **kwargs)


class SiteLinkAdmin(admin.ModelAdmin):
    """Links in a fixed order, public at once."""

    list_display = ["label", "url", "order"]
    list_editable = ["order"]
    search_fields = ["label", "url"]
    search_help_text = "按名称或网址查找"
    fields = ["label", "url", "order"]


@admin.register(NavigationItem)
class NavigationItemAdmin(SiteLinkAdmin):
    pass


@admin.register(FriendlyLink)
class FriendlyLinkAdmin(SiteLinkAdmin):
    pass
