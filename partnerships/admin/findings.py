"""核对发现 of partnerships and the dual list: to each only the groups about what they may view."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from partnerships import findings
from partnerships.admin.merging import RIGHTS_TO_MERGE
from publishing.admin_findings import findings_page, usual_address
from publishing.findings import Finding

# Right to view -> the groups about it.
GROUPS = {
    "partnerships.view_agreement": findings.of_agreements,
    "partnerships.view_partner": findings.of_partners,
    "partnerships.view_duallistitem": findings.of_dual_list,
}


def findings_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    found = [group for right, groups in GROUPS.items() if request.user.has_perm(right) for group in groups()]
    if not found:
        raise PermissionDenied
    may_merge = request.user.has_perms(RIGHTS_TO_MERGE)
    return findings_page(model_admin, request, found, lambda finding: address(finding, may_merge=may_merge))


def address(finding: Finding, *, may_merge: bool) -> str:
    """Where an editor mends it: two partners on the page that joins them, anything else where it usually is."""
    if finding.other is not None and may_merge:
        merge = reverse("admin:partnerships_partner_merge", args=[finding.subject.pk])
        return f"{merge}?other={finding.other.pk}"
    return usual_address(finding)
