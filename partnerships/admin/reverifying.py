"""再核实 as an act of the admin: on one agreement, and on those chosen in the list with one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from partnerships.agreements import HOW_LENGTH, reverify, reverify_obstacles
from partnerships.findings import verified_words
from partnerships.models import Agreement, Verification
from partnerships.validity import fresh_until, is_fresh
from publishing.admin_acts import Act, ActForm
from publishing.models import State
from publishing.workflow import Refused

AT_ONCE = 100
CHANGED = "您打开这一页之后，别人保存过它。请先看最新的内容，再登记。"


class ReverifyForm(ActForm):
    on = forms.DateField(
        label="核实日期",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="公开：访客看到“已核实”和这一天。",
        error_messages={"invalid": "请填写日期，例如 2026-10-01。"},
    )
    how = forms.CharField(
        label="核实方式",
        max_length=HOW_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=Verification._meta.get_field("how").help_text,
        error_messages={"required": "请写明怎样核实的。"},
    )


def fresh_words(agreement: Agreement) -> str:
    """Until when what was verified counts, for the message after it."""
    on = agreement.last_verified_on
    assert on is not None, "only after a verification"
    if is_fresh(on, timezone.localdate()):
        return f"到 {fresh_until(on)} 为止，访客看到“已核实”。"
    return "这一天已超过十二个月，访客看到的仍是“待核实”。"


REVERIFY = Act(
    name="reverify",
    states=frozenset(State),
    form=ReverifyForm,
    explains="向当事各方问过、协议仍然有效的，在这里登记。以前的核实都留着；登记后不能改也不能删。",
    done="已登记再核实",
    obstacles=lambda item, by: reverify_obstacles(item),
    perform=lambda item, by, given: reverify(item, by=by, how=given["how"], on=given["on"]),
    label="再核实",
    right="verify",
    fits=lambda item, by: not item.revision_of_id,
    adds=fresh_words,
)


class ReverifySelected:
    """Mixin of the agreements' admin: the action of the list."""

    admin_site: Any
    opts: Any
    media: Any
    log_change: Any

    def has_verify_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj) and request.user.has_perm(  # type: ignore[attr-defined, no-any-return]
            "partnerships.verify_agreement"
        )

    @admin.action(permissions=["verify"], description="登记所选%(verbose_name)s的再核实")
    def reverify_selected(
        self, request: HttpRequest, queryset: QuerySet[Agreement]
    ) -> TemplateResponse | None:
        """First the form with what stands against each; then each for itself, refusals told one by one."""
        if "opened" not in request.POST:
            chosen = list(queryset[: AT_ONCE + 1])
            if len(chosen) > AT_ONCE:
                messages.error(request, f"一次最多登记 {AT_ONCE} 条，请少选一些。")
                return None
            return self._reverify_page(request, ReverifyForm(), chosen)
        opened = _opened(request)
        form = ReverifyForm(request.POST)
        if not form.is_valid():
            rows = queryset.model.objects.filter(pk__in=opened).select_related("counterpart")
            return self._reverify_page(request, form, list(rows.prefetch_related("partners")), opened)
        self._reverify_each(request, opened, form.cleaned_data)
        return None

    def _reverify_each(self, request: HttpRequest, opened: dict[int, int], given: dict[str, Any]) -> None:
        done: list[Agreement] = []
        for pk, version in opened.items():
            with transaction.atomic():
                agreement = Agreement.objects.select_for_update().filter(pk=pk).first()
                if agreement is None:
                    messages.error(request, "有一条已经被删除，没有登记。")
                    continue
                try:
                    if agreement.lock_version != version:
                        raise Refused([CHANGED])
                    reverify(agreement, by=request.user, how=given["how"], on=given["on"])  # type: ignore[arg-type]
                except Refused as refused:
                    messages.error(request, f"没有登记“{agreement}”：{' '.join(refused.reasons)}")
                else:
                    self.log_change(request, agreement, REVERIFY.label)
                    done.append(agreement)
        if done:
            messages.success(request, f"已登记 {len(done)} 条的再核实。{fresh_words(done[0])}")

    def _reverify_page(
        self,
        request: HttpRequest,
        form: ReverifyForm,
        chosen: list[Agreement],
        opened: dict[int, int] | None = None,
    ) -> TemplateResponse:
        rows = [
            {
                "agreement": one,
                "verified": verified_words(one),
                "obstacles": reverify_obstacles(one),
                "opened": f"{one.pk}:{(opened or {}).get(one.pk, one.lock_version)}",
            }
            for one in chosen
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": f"再核实：所选 {len(rows)} 条{self.opts.verbose_name}",
            "opts": self.opts,
            "form": form,
            "rows": rows,
            "explains": REVERIFY.explains,
            "can_act": any(not row["obstacles"] for row in rows),
        }
        return TemplateResponse(request, "admin/partnerships/reverify_selected.html", context)


def _opened(request: HttpRequest) -> dict[int, int]:
    """The agreements of the page that was confirmed, each with the version it had; what is no such pair is left out."""
    pairs = [given.partition(":") for given in request.POST.getlist("opened")[:AT_ONCE]]
    return {int(pk): int(version) for pk, _, version in pairs if _is_key(pk) and _is_key(version)}


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
