"""核对发现 as a page of the admin: what editors should look into, each with the way to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from publishing.findings import Finding, Group


def usual_address(finding: Finding) -> str:
    """The form of the thing itself, or the list of its kind, narrowed to what the finding is about."""
    model = finding.subject._meta
    if finding.query:
        return f"{reverse(f'admin:{model.app_label}_{model.model_name}_changelist')}?{finding.query}"
    return reverse(f"admin:{model.app_label}_{model.model_name}_change", args=[finding.subject.pk])


def findings_page(
    model_admin: Any, request: HttpRequest, groups: Iterable[Group], address: Callable[[Finding], str]
) -> HttpResponse:
    """The page, below the list of `model_admin`. `address` is where an editor mends a finding."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "核对发现",
        "opts": model_admin.opts,
        "groups": [
            {"group": group, "rows": [(one, address(one)) for one in group.findings]} for group in groups
        ],
    }
    return TemplateResponse(request, "admin/publishing/findings.html", context)
