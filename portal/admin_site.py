from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, URLResolver, path

from portal.auditing import audited
from publishing.files import staff_file


class LookUp(AutocompleteJsonView):
    """What a look-up offers: rows that their name alone does not tell apart say more (``look_up_label``)."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        found: dict[str, str] = super().serialize_result(obj, to_field_name)
        label = getattr(obj, "look_up_label", None)
        return {**found, "text": label()} if label else found


class PortalAdminSite(AdminSite):
    """The admin, in Chinese, with private files below it."""

    site_header = "双拥门户后台"
    site_title = "后台"
    index_title = "今天的工作"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as Django does; whatever is added, changed or deleted then stands in the audit trail."""
        super().register(model_or_iterable, audited(admin_class or ModelAdmin), **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(refusing_wild_values(view), cacheable)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return LookUp.as_view(admin_site=self)(request)  # type: ignore[return-value]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        files = path("files/<str:file_id>/<str:name>", self.admin_view(staff_file), name="file")
        return [files, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        # Models are loaded only after the admin site is.
        from portal.dashboard import work  # noqa: PLC0415

        return super().index(request, {"work": work(request.user), **(extra_context or {})})

    # One way in and out: the log-in pages, which know about attempts and second factors.

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_logout")


WILD = "地址或表单里有一个数字或日期超出了范围，什么都没有改动。"
TAKEN = (
    "没有保存：刚才有人保存了同样的编号或名称，或者改动了这里用到的记录。"
    "请回到上一页，先看列表里的最新内容，再改好或重新保存。"
)
NO_NUMBER = "expected a number but got"  # Django's words, for fields of every kind


def refused(request: HttpRequest, sentence: str, *, status: int) -> HttpResponseBase:
    context = {"title": "没有保存", "sentence": sentence}
    return render(request, "admin/wild_value.html", context, status=status)


def refusing_wild_values(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer what the database refuses with a sentence instead of a server error.

    400 for a value that no database can hold: Django's admin lets through numbers of any length and choices that are
    no numbers. 409 where another editor was faster: two forms with the same new number are both right until one is saved.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
            # Widgets look their choices up while they are shown.
            if isinstance(response, SimpleTemplateResponse):
                response.render()
            return response
        except (OverflowError, DataError):
            return refused(request, WILD, status=400)
        except ValueError as error:
            # A choice that is no number is refused by its field; the look-up that shows it again fails on it.
            if NO_NUMBER not in str(error):
                raise
            return refused(request, WILD, status=400)
        except IntegrityError:
            return refused(request, TAKEN, status=409)

    return guarded
