"""The pages of a sheet besides its form: verification as a whole, and the acts on single rows."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from honors import records
from honors.admin import acts
from honors.models import RollSheet
from publishing.workflow import Refused


class SheetPages:
    """Mixin of the sheets' admin."""

    admin_site: Any
    opts: Any
    address: Any
    log_change: Any
    has_verify_permission: Any

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            guarded = require_http_methods(["GET", "HEAD", "POST"])(view)
            return path(route, self.admin_site.admin_view(guarded), name=f"honors_rollsheet_{name}")

        return [
            page("<int:pk>/verify/", self.verify_view, "verify"),
            page("<int:pk>/rows/<int:row>/<str:act>/", self.row_view, "row"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def verify_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """核验: the rows beside the source, every obstacle before the act, one confirm."""
        with transaction.atomic():
            sheet = locked_sheet(request, pk)
            if not self.has_verify_permission(request, sheet):
                raise PermissionDenied
            obstacles = records.verify_obstacles(sheet, by=request.user)  # type: ignore[arg-type]
            rows = [row for row in rows_of(sheet) if row.voided_at is None]
            seen = fingerprint(sheet, rows)
            can_act = not obstacles
            if request.method == "POST" and can_act:
                if request.POST.get("seen") != seen:
                    obstacles = ["您打开这一页之后，名单有改动。下面是最新的，请重新核对。"]
                else:
                    done, obstacles = self._verify(request, sheet)
                    if done:
                        return done
        context = {
            **self.admin_site.each_context(request),
            "title": f"核验：{sheet}",
            "opts": self.opts,
            "original": sheet,
            "rows": rows,
            "waiting": sum(row.verified_by_id is None for row in rows),
            "held": records.held(sheet),
            "obstacles": obstacles,
            "can_act": can_act,
            "seen": seen,
            "change_address": self.address(sheet, "change"),
            "source_address": reverse("admin:honors_source_change", args=[sheet.source_id]),
        }
        return TemplateResponse(request, "admin/honors/verify.html", context)

    def _verify(self, request: HttpRequest, sheet: RollSheet) -> tuple[HttpResponseBase | None, list[str]]:
        try:
            number = records.verify(sheet, by=request.user)  # type: ignore[arg-type]
        except Refused as refused:
            return None, refused.reasons
        self.log_change(request, sheet, f"核验 {number} 条")
        public = "已经公开" if sheet.round.is_published() else "在届次发布后公开"
        messages.success(request, f"已核验“{sheet}”：{number} 条{public}。")
        return HttpResponseRedirect(self.address(sheet, "change")), []

    def row_view(self, request: HttpRequest, pk: int, row: int, act: str) -> HttpResponseBase:
        """修改、删除、更正、作废 of one row."""
        chosen = acts.ROW_ACTS.get(act)
        if chosen is None:
            raise Http404("没有这个操作。")
        if not request.user.has_perm("honors.change_rollsheet"):
            raise PermissionDenied
        with transaction.atomic():
            sheet = locked_sheet(request, pk)
            found = rows_of(sheet, pk=row)
            if not found:
                raise Http404("名单上没有这一条。")
            return self._row_page(request, chosen, sheet, found[0])

    def _row_page(
        self, request: HttpRequest, act: acts.RowAct, sheet: RollSheet, row: Any
    ) -> HttpResponseBase:
        user: Any = request.user
        form = act.form(request.POST if request.method == "POST" else None, row=row, site=self.admin_site)
        obstacles, back = act.obstacles(row, user), self.address(sheet, "change")
        can_act = not obstacles
        if request.method == "POST" and can_act and form.is_valid():
            done, obstacles = acts.perform(
                request,
                lambda: act.perform(row, user, form.cleaned_data),
                f"{act.done}：{row.name_printed}。",
                back,
            )
            if done:
                self.log_change(request, sheet, f"{act.label}条目：{row.name_printed}")
                return done
        return acts.shown(
            request,
            self,
            sheet,
            about=f"{row.award.place or row.award.recipient}（所印“{row.name_printed}”）",
            label=act.label,
            explains=act.explains,
            form=form,
            obstacles=obstacles,
            can_act=can_act,
            back=back,
            state_line=f"{sheet}：{row.state_text}。",
        )


def name_of(user: Any) -> str:
    return user.get_full_name() or user.get_username()


def locked_sheet(request: HttpRequest, pk: int) -> RollSheet:
    """The sheet, locked where something is to be done to it. 404 for none."""
    sheets = RollSheet.objects.select_related("round__title", "scope", "source", "entered_by", "verified_by")
    if request.method == "POST":
        RollSheet.objects.select_for_update().filter(pk=pk).first()
    sheet = sheets.filter(pk=pk).first()
    if sheet is None:
        raise Http404("没有这张名单，可能已被删除。")
    return sheet


def rows_of(sheet: RollSheet, **only: Any) -> list[Any]:
    """The rows of a sheet, as both pages show them: each with its holder and how it stands."""
    rows = sheet.evidence.filter(**only).select_related(
        "award__round__title",
        "award__place__province",
        "award__place__prefecture",
        "award__recipient",
        "entered_by",
        "verified_by",
        "replaces",
    )
    found: list[Any] = list(rows)
    for row in found:
        row.sheet = sheet
        row.holder = row.award.place or row.award.recipient
        row.printed_otherwise = row.holder.name != row.name_printed
        row.state_text = records.state_of(row)
    return found


def fingerprint(sheet: RollSheet, rows: list[Any]) -> str:
    """What a verifier has seen: it changes with every word of the sheet and its rows."""
    head = (
        sheet.round_id,
        sheet.scope_id,
        sheet.basis,
        sheet.source_id,
        sheet.declared_count,
        sheet.complete,
    )
    body = [(row.pk, row.award_id, row.name_printed, row.title_printed, row.quote) for row in rows]
    return hashlib.sha256(repr((head, body)).encode()).hexdigest()
