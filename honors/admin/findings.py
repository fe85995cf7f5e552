"""核对发现: what editors should look into, each with the way to it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from honors.findings import all_groups
from honors.models import Place


def findings_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    groups = [
        {"group": group, "rows": [(one, address(one.subject)) for one in group.findings]}
        for group in all_groups()
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "核对发现",
        "opts": model_admin.opts,
        "groups": groups,
    }
    return TemplateResponse(request, "admin/honors/findings.html", context)


def address(subject: Model) -> str:
    """Where an editor mends it: a place's awards, or the form of the thing itself."""
    if isinstance(subject, Place):
        return f"{reverse('admin:honors_award_changelist')}?q={subject.code}"
    return reverse(f"admin:honors_{subject._meta.model_name}_change", args=[subject.pk])
