"""合并: two partners that are one body, seen side by side before they become one."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from honors.admin.acts import chooser
from partnerships.models import Agreement, Partner, PartnerName
from partnerships.parties import PLACE, merge, merge_obstacles, roots_of, similar
from publishing.workflow import Refused

RIGHTS_TO_MERGE = ["partnerships.change_partner", "partnerships.delete_partner"]


class MergeForm(forms.Form):
    """Which partner is the same body as the one whose page it is."""

    other = forms.ModelChoiceField(
        Partner.objects.select_related(*PLACE),
        label="与它是同一个单位的",
        help_text="它的记录和名称归到这一个，它自己随后删去。",
        error_messages={
            "required": "请选择另一个单位。",
            "invalid_choice": "没有这个单位，可能刚被合并或删除。",
        },
    )

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.label_from_instance = Partner.look_up_label
        field.widget = chooser(PartnerName, "partner", site)
        field.widget.choices = field.choices


class MergePages:
    """Mixin of the partners' admin."""

    admin_site: Any
    opts: Any
    media: Any
    log_change: Any
    log_deletions: Any

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(RIGHTS_TO_MERGE)  # type: ignore[union-attr]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.merge_view))
        return [
            path("<int:pk>/merge/", view, name="partnerships_partner_merge"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Choose the other one, see what will move, confirm by POST."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            keep = Partner.objects.select_related("place").filter(pk=pk).first()
            if keep is None:
                raise Http404("没有这个单位，可能刚被合并或删除。")
            given = request.POST if request.method == "POST" else request.GET
            form = MergeForm(given if "other" in given else None, site=self.admin_site)
            other = form.cleaned_data["other"] if form.is_valid() else None
            obstacles = merge_obstacles(keep, other) if other else []
            if request.method == "POST" and other and not obstacles:
                if request.POST.get("seen") != fingerprint(keep, other):
                    obstacles = ["您打开这一页之后，记录有改动。下面是最新的，请再看一遍。"]
                else:
                    done, obstacles = self._merge(request, keep, other)
                    if done:
                        return done
            return self._merge_page(request, keep, other, form, obstacles)

    def _merge(
        self, request: HttpRequest, keep: Partner, other: Partner
    ) -> tuple[HttpResponseBase | None, list[str]]:
        number, key, name = len(agreements_of(other)), other.pk, str(other)
        try:
            with transaction.atomic():
                self.log_deletions(request, [other])
                merge(keep, other, by=request.user)  # type: ignore[arg-type]
        except Refused as refused:
            return None, refused.reasons
        self.log_change(request, keep, f"合并“{name}”（{key}）")
        messages.success(request, f"已合并：“{name}”的 {number} 条记录归到“{keep}”，它的名称留作另一个名称。")
        return HttpResponseRedirect(reverse("admin:partnerships_partner_change", args=[keep.pk])), []

    def _merge_page(
        self,
        request: HttpRequest,
        keep: Partner,
        other: Partner | None,
        form: MergeForm,
        obstacles: list[str],
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"合并：{keep}",
            "opts": self.opts,
            "original": keep,
            "other": other,
            "form": form,
            "obstacles": obstacles,
            "can_act": other is not None and not merge_obstacles(keep, other),
            # Drafts are among the agreements that move: how many is told to whoever merges, what they say is not.
            "may_read": request.user.has_perm("partnerships.view_agreement"),  # type: ignore[union-attr]
            "media": self.media + form.media,
            "change_address": reverse("admin:partnerships_partner_change", args=[keep.pk]),
        }
        if other is None:
            context["similar"] = similar(keep)
        else:
            context |= {
                "sides": [("保留", keep, agreements_of(keep)), ("并入后删去", other, agreements_of(other))],
                "moving": agreements_of(other),
                "names": [other.name, *other.other_names.values_list("name", flat=True)],
                "differ": (keep.kind, keep.place_id) != (other.kind, other.place_id),
                "seen": fingerprint(keep, other),
            }
        return TemplateResponse(request, "admin/partnerships/merge.html", context)


def agreements_of(partner: Partner) -> list[Agreement]:
    """The agreements that would move, each once, also one of which only the revision names the partner."""
    return list(roots_of(partner.agreements).select_related("counterpart", "place").order_by("pk"))


def fingerprint(keep: Partner, other: Partner) -> str:
    """What an editor has seen: it changes with every name, agreement and fact of the two."""
    told = [
        (
            one.pk,
            one.name,
            one.kind,
            one.place_id,
            one.is_group,
            list(one.other_names.order_by("pk").values_list("name", flat=True)),
            list(one.agreements.order_by("pk").values_list("pk", flat=True)),
        )
        for one in (keep, other)
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()
