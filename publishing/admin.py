"""What every admin of content shares: the verbs as pages, permissions at every door, previews, deletion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.chain import record
from audit.models import Event
from publishing import picture_admin, redirect_admin, workflow  # noqa: F401 -- register what they hold
from publishing.admin_act_pages import ActPages
from publishing.admin_acts import ACTS
from publishing.admin_forms import PublishableForm
from publishing.admin_history import REASON_LENGTH
from publishing.admin_lists import badge, local, name_of, preview_words, state_line, way_on
from publishing.admin_review import returned
from publishing.admin_versions import VersionsAdmin
from publishing.links import own_href
from publishing.models import Publishable, State
from publishing.preflight import admin as preflight_admin  # noqa: F401 -- registers its tables
from publishing.preflight.pages import preflight_page
from publishing.workflow.base import held


class NamedCells:
    """Mixin of tabular inlines: each box says its column, which otherwise only who sees the head of the table knows."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            field.widget.attrs.setdefault("aria-label", field.label)
        return field


class PublishableAdmin(ActPages, VersionsAdmin):
    """Admin of a ``Publishable`` model. Subclasses name ``preview_template`` and ``preview_context``.

    Rights: ``view`` sees and previews, ``change`` edits and submits; the others are in ``publishing.permissions``.
    Status and dates are no form fields; they move by the verbs only. What is public is read here and changed by a
    revision.
    """

    class Media:
        css = {"all": ["css/desk.css"]}

    form = PublishableForm
    change_form_template = "admin/publishing/item_form.html"
    view_on_site = False
    actions = ["submit_selected", "publish_selected", "delete_selected"]
    preview_template = ""
    # What visitors need no review for, and what a revision has not: it belongs to the public row.
    not_in_revisions: Sequence[str] = ("expires_at",)

    def preview_context(self, request: HttpRequest, item: Any) -> dict[str, Any]:
        """What the public template needs to show the item."""
        return {}

    # --- Rights --------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The form of what is public is for reading. What is sent nevertheless comes back with its words kept."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.is_open or request.method == "POST")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not self.deletion_obstacles(obj))

    def deletion_obstacles(self, obj: Publishable) -> list[str]:
        if obj.was_public():
            return ["它曾经公开，网址可能已被收藏和引用，只能撤回。"]
        # Deleting would call off what somebody with the right to publish, or to review, has in hand.
        if obj.is_scheduled():
            return ["它正等待定时发布，请先取消定时。"]
        if obj.state() != State.DRAFT:
            return ["它已经送审，请先收回。"]
        return ["这是修订稿，请用“放弃修订”。"] if obj.revision_of_id else []

    # --- Addresses -----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def named(name: str, view: Any) -> URLPattern:
            label = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=label)

        acts = [named(act.name, self._act_view(act)) for act in (*ACTS, *self.more_acts)]
        preview = [named("preview", self.preview_view)] if self.preview_template else []
        return [*acts, *preview, named("preflight", self.preflight_view), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).annotate(revision_pk=models.F("revision__pk"))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The object; while something is being saved, locked and as it stands in the database."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return found
        return held(found).filter(pk=found.pk).first()

    # --- The preview ---------------------------------------------------------------------------

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The public page of an item that is not public, for whoever may view it here; never stored."""
        item = self._item(request, object_id)
        if not self.has_view_or_change_permission(request, item):
            raise PermissionDenied
        record(Event.VIEW, obj=item, detail=preview_words(item))
        # portal.context.site then gives what every public page carries.
        request.shows_public_page = True  # type: ignore[attr-defined]
        context = {
            **self.preview_context(request, item),
            "preview_state": preview_words(item),
            "preview_back": self.address(item, "change"),
        }
        response = render(request, self.preview_template, context)
        response.content = with_private_files(response.content.decode()).encode()
        return response

    def _readings(self, item: Any) -> list[tuple[str, str]]:
        preview = [("预览", self._preview_address(item))] if self.preview_template else []
        sheet = ("审核单", self.address(item, "sheet"))
        return [*preview, ("预检", self.address(item, "preflight")), sheet]

    def _read_before(self, item: Any) -> list[tuple[str, str]]:
        """What has no preview is read in its form."""
        content = [] if self.preview_template else [("内容", self.address(item, "change"))]
        return [*content, *self._readings(item)]

    def _preview_address(self, item: Any) -> str:
        return self.address(item, "preview") if self.preview_template else ""

    # --- The preflight -------------------------------------------------------------------------

    def preflight_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """What must not go out, and what to do about it; whoever may change the item may ask and confirm."""
        item = self._item(request, object_id)
        if not self.has_view_or_change_permission(request, item):
            raise PermissionDenied
        return preflight_page(self, request, item)

    # --- The form ------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not obj.revision_of_id:
            return fieldsets
        kept = [
            (
                name,
                {**options, "fields": [one for one in options["fields"] if one not in self.not_in_revisions]},
            )
            for name, options in fieldsets
        ]
        return [(name, options) for name, options in kept if options["fields"]]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        item = kwargs.get("obj")
        if item is not None and request.method == "GET":
            record(Event.VIEW, obj=item, detail=f"打开表单，{item.state().label}")
        form = context["adminform"].form
        context |= {"files_again": bool(request.FILES) and bool(context["errors"])}
        if item is not None:
            # The form works on its own copy of what is stored; titles and buttons speak of the stored one.
            context |= {
                "acts": self._buttons(request, item),
                "readings": self._readings(item),
                "live_address": item.live_address(),
                "returned": returned(item),
                "history_address": self.address(item, "history"),
                "state_line": state_line(item),
                "revision_address": self._revision_address(item),
                "original_address": self.address(item.revision_of, "change") if item.revision_of_id else "",
                "may_change": (may_change := self.has_change_permission(request, item)),
                "way_on": way_on(item, may_change=may_change),
                "has_conflict": getattr(form, "has_conflict", False),
                "differences": getattr(form, "differences", []),
                "saved_by": name_of(item.updated_by),
                "saved_at": item.updated_at,
            }
            if not item.is_open:
                # Saving once more would be refused once more.
                context |= {
                    "show_save": False,
                    "show_save_and_continue": False,
                    "show_save_and_add_another": False,
                }
        return super().render_change_form(request, context, *args, **kwargs)

    def _revision_address(self, item: Any) -> str:
        revision = item.open_revision
        return self.address(revision, "change") if revision is not None else ""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        if not change:
            obj.created_by = request.user
        obj.updated_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._note_files(form.instance, formsets)
        if workflow.note_edit(form.instance, by=request.user):
            messages.warning(request, "内容有改动，已退回草稿，要重新送审。原来的审核意见留在审核单里。")

    def _note_files(self, item: Any, formsets: Any) -> None:
        """Children have no history of their own: what was done to them stands in the reason of the save."""
        told = []
        for formset in formsets:
            for word, objects in (
                ("增加", formset.new_objects),
                ("修改", [obj for obj, _ in formset.changed_objects]),
                ("删除", formset.deleted_objects),
            ):
                if objects:
                    names = "、".join(str(one) for one in objects)
                    told.append(f"{word}{formset.model._meta.verbose_name} {names}")
        if told:
            record = item.history.latest()
            reason = "；".join([record.history_change_reason or "", *told])
            record.history_change_reason = reason[:REASON_LENGTH]
            record.save(update_fields=["history_change_reason"])

    # --- Columns of the list -------------------------------------------------------------------

    @admin.display(description="状态", ordering="status")
    def state_badge(self, item: Any) -> SafeString:
        mark = format_html('<span class="state state--{}">{}</span>', *badge(item))
        if item.revision_pk:
            href = reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[item.revision_pk]
            )
            mark += format_html(' <a class="state state--in_review" href="{}">修订中</a>', href)
        return mark

    @admin.display(description="发布时间", ordering="published_at")
    def published_local(self, item: Any) -> str:
        return local(item.published_at)

    @admin.display(description="页面")
    def page_link(self, item: Any) -> SafeString:
        if address := item.live_address():
            return format_html('<a href="{}">查看页面</a>', address)
        preview = self._preview_address(item)
        return format_html('<a href="{}">预览</a>', preview) if preview else SafeString("")

    @admin.display(description="最后修改人", ordering="updated_by")
    def updated_by_name(self, item: Any) -> str:
        return name_of(item.updated_by)


def with_private_files(page: str) -> str:
    """A public page whose pictures and attachments come from where staff see those of drafts too."""
    public, private = own_href("/files/"), own_href("/admin/files/")

    def replaced(found: re.Match[str]) -> str:
        return re.sub(rf'(?<=[" ]){re.escape(public)}(?=[a-z]\d)', private, found[0])

    return re.sub(r'\s(?:src|srcset|href)="[^"]*"', replaced, page)
