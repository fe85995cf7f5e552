"""核对发现 of the record of honors."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from honors.findings import all_groups
from honors.models import Place
from publishing.admin_findings import findings_page, usual_address
from publishing.findings import Finding


def findings_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    return findings_page(model_admin, request, all_groups(), address)


def address(finding: Finding) -> str:
    """Where an editor mends it: a place's awards, or the form of the thing itself."""
    if isinstance(finding.subject, Place):
        return f"{reverse('admin:honors_award_changelist')}?q={finding.subject.code}"
    return usual_address(finding)
