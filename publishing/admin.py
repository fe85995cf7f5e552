"""What every admin of content shares: the verbs as pages, permissions at every door, previews, deletion."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from audit.chain import record
from audit.models import Event, Result
from publishing import picture_admin, redirect_admin, workflow  # noqa: F401 -- register what they hold
from publishing.admin_acts import ACTS, PUBLISH, SCHEDULE, SUBMIT, Act, ActForm, acts_for
from publishing.admin_deletion import TOLD_ONE_BY_ONE, GuardedDeletion
from publishing.admin_forms import PublishableForm
from publishing.admin_history import REASON_LENGTH, HistoryAdmin
from publishing.admin_lists import badge, local, name_of, preview_words, state_line
from publishing.links import own_href
from publishing.models import Publishable, State
from publishing.preflight import admin as preflight_admin  # noqa: F401 -- registers its tables
from publishing.preflight.pages import preflight_page
from publishing.querysets import Status
from publishing.workflow import Refused, table


class NamedCells:
    """Mixin of tabular inlines: each box says its column, which otherwise only who sees the head of the table knows."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            field.widget.attrs.setdefault("aria-label", field.label)
        return field


class PublishableAdmin(GuardedDeletion, HistoryAdmin):
    """Admin of a ``Publishable`` model. Subclasses name ``preview_template`` and ``preview_context``.

    Rights: ``view`` sees and previews, ``change`` edits and submits; the others are in ``publishing.permissions``.
    Status and dates are no form fields; they move by the verbs only. What is public is read here and changed by a
    revision.
    """

    class Media:
        css = {"all": ["css/desk.css"]}

    form = PublishableForm
    change_form_template = "admin/publishing/change_form.html"
    view_on_site = False
    actions = ["submit_selected", "publish_selected", "delete_selected"]
    preview_template = ""
    # Verbs of the content app, as pages and buttons like those of the workflow.
    more_acts: Sequence[Act] = ()

    def preview_context(self, request: HttpRequest, item: Any) -> dict[str, Any]:
        """What the public template needs to show the item."""
        return {}

    # --- Rights --------------------------------------------------------------------------------

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has_right(request, "publish", obj)

    def _has_right(self, request: HttpRequest, right: str, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj) and table.has_right(request.user, right, self.model)

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
        return self.model._base_manager.select_for_update().filter(pk=found.pk).first()

    def _item(self, request: HttpRequest, object_id: str) -> Any:
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404("这条内容不存在，可能已被删除。")
        return item

    # --- The verbs as pages --------------------------------------------------------------------

    def _may(self, request: HttpRequest, act: Act, item: Any) -> bool:
        return self._has_right(request, act.right, item)

    def _acts_for(self, request: HttpRequest, item: Any) -> list[Act]:
        """The acts that make sense in the item's state and that the person may do."""
        by = request.user
        more = [act for act in self.more_acts if item.state() in act.states and act.fits(item, by)]
        return [act for act in (*acts_for(item, by), *more) if self._may(request, act, item)]

    def _act_view(self, act: Act) -> Any:
        @require_http_methods(["GET", "HEAD", "POST"])
        def view(request: HttpRequest, object_id: str) -> HttpResponseBase:
            with transaction.atomic():
                item = self._item(request, object_id)
                if not self._may(request, act, item):
                    raise PermissionDenied
                return self._act(request, act, item)

        return view

    def _act(self, request: HttpRequest, act: Act, item: Any) -> HttpResponseBase:
        first = {"opened_version": item.lock_version, **self._first_values(act, item)}
        sent = request.POST if request.method == "POST" else None
        form = act.form_for(item)(sent, initial=first, item=item, by=request.user)
        obstacles = act.obstacles(item, request.user)
        if request.method == "POST" and form.is_valid() and not obstacles:
            if form.cleaned_data["opened_version"] != item.lock_version:
                form.show_version(item.lock_version)
                obstacles = ["您打开这一页之后，别人保存过这条内容。请先看最新的内容，再回到这里。"]
            else:
                try:
                    return self._perform(request, act, item, form)
                except Refused as refused:
                    obstacles = refused.reasons
        if request.method == "POST" and obstacles:
            record(Event.WORKFLOW, obj=item, result=Result.REFUSED, detail=act.label_for(item))
        return self._act_page(request, act, item, form, obstacles)

    def _first_values(self, act: Act, item: Any) -> dict[str, Any]:
        return {"at": item.published_at} if act is SCHEDULE and item.is_scheduled() else {}

    def _perform(self, request: HttpRequest, act: Act, item: Any, form: ActForm) -> HttpResponseBase:
        label = act.label_for(item)
        result = act.perform(item, request.user, form.cleaned_data)
        there = result if isinstance(result, self.model) else item
        self.log_change(request, there, label)
        messages.success(request, format_html("{}{}", self._told(there, act.done), act.adds(there)))
        return HttpResponseRedirect(self.address(there, "change"))

    def _act_page(
        self, request: HttpRequest, act: Act, item: Any, form: ActForm, obstacles: list[str]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{act.label_for(item)}：{item}",
            "opts": self.opts,
            "original": item,
            "explains": act.explains_for(item),
            "act_label": act.label_for(item),
            "form": form,
            "obstacles": obstacles,
            "can_act": not act.obstacles(item, request.user),
            "state_line": state_line(item),
            "change_address": self.address(item, "change"),
            "preview_address": self._preview_address(item),
            "preflight_address": self.address(item, "preflight"),
        }
        return TemplateResponse(request, "admin/publishing/act.html", context)

    def _told(self, item: Any, done: str) -> SafeString | str:
        if item.is_scheduled():
            return f"{done}：“{item}”将在 {local(item.published_at)}（北京时间）公开。"
        if address := item.live_address():
            return format_html('{}：“{}”。<a href="{}">查看页面</a>', done, str(item), address)
        return f"{done}：“{item}”。"

    # --- The list action -----------------------------------------------------------------------

    @admin.action(permissions=["change"], description="送审所选%(verbose_name)s")
    def submit_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        self._each(request, queryset, SUBMIT, lambda item: workflow.submit(item, by=request.user))

    @admin.action(permissions=["publish"], description="发布所选%(verbose_name)s")
    def publish_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        def publish(item: Any) -> None:
            if item.status == Status.WITHDRAWN:
                raise Refused(["它曾被撤回。请打开它，看过撤回原因后逐篇恢复。"])
            workflow.publish(item, by=request.user)

        self._each(request, queryset, PUBLISH, publish)

    def _each(
        self, request: HttpRequest, queryset: models.QuerySet[Any], act: Act, do: Callable[[Any], object]
    ) -> None:
        """Do a verb to each chosen row as it stands now: others save while a long list is worked through."""
        done, refused = [], []
        for chosen in queryset:
            try:
                with transaction.atomic():
                    item = self.model._base_manager.select_for_update().filter(pk=chosen.pk).first()
                    if item is None:
                        raise Refused(["它刚才被删除了。"])
                    there = item.root
                    do(item)
            except Refused as reason:
                record(Event.WORKFLOW, obj=chosen, result=Result.REFUSED, detail=act.label)
                refused.append(f"没有{act.label}“{chosen}”：{' '.join(reason.reasons)}")
            else:
                done.append(str(chosen))
                self.log_change(request, there, act.label)
        if done:
            titles = "".join(f"《{title}》" for title in done[:TOLD_ONE_BY_ONE])
            messages.success(request, f"{act.done} {len(done)} 条：{titles}")
        for sentence in refused[:TOLD_ONE_BY_ONE]:
            messages.error(request, sentence)
        if (more := len(refused) - TOLD_ONE_BY_ONE) > 0:
            messages.error(request, f"还有 {more} 条没有{act.label}，原因请逐条打开查看。")

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
                "acts": [
                    (act.label_for(item), self.address(item, act.name))
                    for act in self._acts_for(request, item)
                ],
                "preview_address": self._preview_address(item),
                "preflight_address": self.address(item, "preflight"),
                "live_address": item.live_address(),
                "history_address": self.address(item, "history"),
                "state_line": state_line(item),
                "revision_address": self._revision_address(item),
                "original_address": self.address(item.revision_of, "change") if item.revision_of_id else "",
                "may_change": self.has_change_permission(request, item),
                "has_conflict": getattr(form, "has_conflict", False),
                "differences": getattr(form, "differences", []),
                "saved_by": name_of(item.updated_by),
                "saved_at": item.updated_at,
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
