"""The verbs as pages of the admin and as actions of its lists: every obstacle before the act, refusals one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from audit.chain import record
from audit.models import Event, Result
from publishing import workflow
from publishing.admin_acts import PUBLISH, SCHEDULE, SUBMIT, Act, ActForm, acts_for, main_act
from publishing.admin_deletion import TOLD_ONE_BY_ONE, GuardedDeletion
from publishing.admin_lists import local, state_line
from publishing.admin_review import aids
from publishing.querysets import Status
from publishing.workflow import Refused, table
from publishing.workflow.base import held

MEANWHILE = "您打开这一页之后，别人保存过这条内容。请先看最新的内容，再回到这里。"


class Button(NamedTuple):
    """An act in the form: `look` is "main" for the person's next one, "grave" for what is not done by the way."""

    label: str
    address: str
    look: str


class ActPages(GuardedDeletion):
    """The pages and buttons of the verbs. `more_acts` are those of the content app, besides the workflow's."""

    more_acts: Sequence[Act] = ()

    # --- Rights --------------------------------------------------------------------------------

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._has_right(request, "publish", obj)

    def _has_right(self, request: HttpRequest, right: str, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj) and table.has_right(request.user, right, self.model)

    def _may(self, request: HttpRequest, act: Act, item: Any) -> bool:
        return self._has_right(request, act.right, item)

    # --- Buttons -------------------------------------------------------------------------------

    def _acts_for(self, request: HttpRequest, item: Any) -> list[Act]:
        """The acts that make sense in the item's state and that the person may do."""
        by = request.user
        more = [act for act in self.more_acts if item.state() in act.states and act.fits(item, by)]
        return [act for act in (*acts_for(item, by), *more) if self._may(request, act, item)]

    def _buttons(self, request: HttpRequest, item: Any) -> list[Button]:
        """The acts as buttons: the person's next one first, what is grave last."""
        acts, main = self._acts_for(request, item), main_act(item, request.user)
        acts.sort(key=lambda act: (act is not main, act.grave))
        return [
            Button(
                act.label_for(item),
                self.address(item, act.name),
                "main" if act is main else "grave" if act.grave else "plain",
            )
            for act in acts
        ]

    # --- Pages ---------------------------------------------------------------------------------

    def _item(self, request: HttpRequest, object_id: str) -> Any:
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404("这条内容不存在，可能已被删除。")
        return item

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
        can_act = not obstacles
        if request.method == "POST" and form.is_valid() and can_act:
            if form.cleaned_data["opened_version"] != item.lock_version:
                form.show_version(item.lock_version)
                obstacles = [MEANWHILE]
            else:
                try:
                    return self._perform(request, act, item, form)
                except Refused as refused:
                    obstacles = refused.reasons
        if request.method == "POST" and obstacles:
            record(Event.WORKFLOW, obj=item, result=Result.REFUSED, detail=act.label_for(item))
        return self._act_page(request, act, item, form, obstacles, can_act=can_act)

    def _first_values(self, act: Act, item: Any) -> dict[str, Any]:
        return {"at": item.published_at} if act is SCHEDULE and item.is_scheduled() else {}

    def _perform(self, request: HttpRequest, act: Act, item: Any, form: ActForm) -> HttpResponseBase:
        label = act.label_for(item)
        result = act.perform(item, request.user, form.cleaned_data)
        there = result if isinstance(result, self.model) else item
        self._log(request, item, there, label)
        messages.success(request, format_html("{}{}", self._told(there, act.done), act.adds(there)))
        return HttpResponseRedirect(self.address(there, "change"))

    def _log(self, request: HttpRequest, item: Any, there: Any, label: str) -> None:
        """Write Django's own log about the row of which the verb has told the audit trail, which then hears it once."""
        self.log_change(request, item if item.pk else there, label)

    def _act_page(
        self, request: HttpRequest, act: Act, item: Any, form: ActForm, obstacles: list[str], *, can_act: bool
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{act.label_for(item)}：{item}",
            "opts": self.opts,
            "original": item,
            "explains": act.explains_for(item),
            "act_label": act.label_for(item),
            "grave": act.grave,
            "form": form,
            "obstacles": obstacles,
            "can_act": can_act,
            "state_line": state_line(item),
            "change_address": self.address(item, "change"),
            "readings": self._read_before(item),
            "preflight_address": self.address(item, "preflight"),
            "aids": aids(item, obstacles) if act.aids else None,
        }
        return TemplateResponse(request, "admin/publishing/act.html", context)

    def _read_before(self, item: Any) -> list[tuple[str, str]]:
        """What one reads of an item before an act: label and address."""
        return []

    def _told(self, item: Any, done: str) -> SafeString | str:
        if item.is_scheduled():
            return f"{done}：“{item}”将在 {local(item.published_at)}（北京时间）公开。"
        if address := item.live_address():
            return format_html('{}：“{}”。<a href="{}">查看页面</a>', done, str(item), address)
        return f"{done}：“{item}”。"

    # --- Actions of the list -------------------------------------------------------------------

    @admin.action(permissions=["change"], description="送审所选%(verbose_name)s")
    def submit_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        self._each(request, queryset, SUBMIT, lambda item: workflow.submit(item, by=request.user))

    @admin.action(permissions=["publish"], description="发布所选%(verbose_name)s")
    def publish_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        def publish(item: Any) -> None:
            if item.root.status == Status.WITHDRAWN:
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
                    item = held(chosen).filter(pk=chosen.pk).first()
                    if item is None:
                        raise Refused(["它刚才被删除了。"])
                    there = item.root
                    do(item)
            except Refused as reason:
                record(Event.WORKFLOW, obj=chosen, result=Result.REFUSED, detail=act.label)
                refused.append(f"没有{act.label}“{chosen}”：{' '.join(reason.reasons)}")
            else:
                done.append(str(chosen))
                self._log(request, item, there, act.label)
        if done:
            titles = "".join(f"《{title}》" for title in done[:TOLD_ONE_BY_ONE])
            messages.success(request, f"{act.done} {len(done)} 条：{titles}")
        for sentence in refused[:TOLD_ONE_BY_ONE]:
            messages.error(request, sentence)
        if (more := len(refused) - TOLD_ONE_BY_ONE) > 0:
            messages.error(request, f"还有 {more} 条没有{act.label}，原因请逐条打开查看。")
