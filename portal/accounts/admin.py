"""Accounts and groups in the admin, with what a manager of accounts needs to know and may do."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from audit.chain import record
from audit.models import Event
from portal.accounts import duties
from publishing.permissions import ADMINISTRATORS, ROLES

admin.site.unregister([User, Group])

# Who gives rights to others gives none past the roles, and none to themselves.
ONLY_SUPERUSERS = ("is_superuser", "user_permissions")


class AccountForm(UserChangeForm):
    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        held = [role for role in ADMINISTRATORS if role in {group.name for group in groups}]
        if len(held) > 1:
            raise forms.ValidationError(
                f"{'、'.join(held)}不能由同一个账户担任：管网站、管权限、看记录的要是不同的人。请只留一个。"
            )
        return groups

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        enabled = cleaned.get("is_active") and "is_active" in self.changed_data
        if enabled and duties.is_idle(self.instance):
            raise forms.ValidationError(
                "这个账户因长期没有登录而停用。请先重新设置密码，再启用；否则下次登录时又会停用。"
            )
        return cleaned


@admin.register(User)
class AccountAdmin(UserAdmin):
    form = AccountForm
    list_display = [
        "username",
        "last_name",
        "first_name",
        "is_staff",
        "is_active",
        "roles",
        "last_login",
        "second_factor",
    ]
    actions = ["remove_second_factor"]
    filter_horizontal = ["user_permissions"]
    # When somebody was here is a fact: a later day would keep an idle account open.
    readonly_fields = ["last_login", "date_joined"]

    # --- Rights --------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_below(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_below(request, obj)

    @staticmethod
    def _is_below(request: HttpRequest, obj: Any) -> bool:
        """Whoever could set a superuser's password could be that superuser."""
        return obj is None or not obj.is_superuser or request.user.is_superuser  # type: ignore[union-attr]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = [str(name) for name in super().get_readonly_fields(request, obj)]
        if request.user.is_superuser:  # type: ignore[union-attr]
            return fields
        return [*fields, *ONLY_SUPERUSERS, *(["groups"] if obj == request.user else [])]

    # --- List and form -------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return super().get_queryset(request).annotate(has_factor=Exists(factors)).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The roles as boxes in the order of their table: few enough to be seen at once."""
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple()
            kwargs["queryset"] = Group.objects.order_by("pk")
            kwargs["help_text"] = f"可以选几个；{'、'.join(ADMINISTRATORS)}只能选其中一个。"
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            # There is nothing to log in to but the admin.
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.display(description="姓名")
    def full_name(self, user: User) -> str:
        return f"{user.last_name}{user.first_name}"

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        return "、".join(group.name for group in user.groups.all())

    @admin.display(description="两步验证", boolean=True)
    def second_factor(self, user: Any) -> bool:
        return bool(user.has_factor)

    @admin.action(permissions=["change"], description="解除所选用户的两步验证（手机丢失时）")
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For somebody who lost the telephone. Nobody does it for themselves: that is what break_glass is for."""
        for user in queryset:
            if user == request.user:
                messages.error(request, "不能在这里解除自己的两步验证，请由另一位管理员处理。")
            elif user.is_superuser and not request.user.is_superuser:  # type: ignore[union-attr]
                messages.error(request, f"“{user}”是超级用户，只有超级用户可以解除其两步验证。")
            elif Authenticator.objects.filter(user=user).delete()[0]:
                record(Event.SECOND_FACTOR, obj=user, detail="由管理员解除两步验证")
                messages.success(request, f"已解除“{user}”的两步验证。")
            else:
                messages.info(request, f"“{user}”没有启用两步验证。")


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """The groups of the roles are for reading, superusers included: their rights are those of the table."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.name not in ROLES)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.name not in ROLES)
