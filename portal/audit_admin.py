"""The audit trail in the admin: read and exported by the holders of one right, changed by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from audit.chain import record
from audit.models import AuditEvent, Event, Result
from publishing.exports import KINDS, Layout, download


class Row(NamedTuple):
    number: int
    at: str
    event: str
    person: str
    address: str
    object_type: str
    object_id: str
    object_name: str
    result: str
    detail: str
    algorithm: str
    previous: str
    hash: str


LAYOUT = Layout(
    headings={field.name: str(field.verbose_name) for field in AuditEvent._meta.fields},
    labels={"event": dict(Event.choices), "result": dict(Result.choices)},
    widths=[8, 28, 12, 16, 16, 20, 10, 40, 10, 50, 10, 20, 20],
    sheet="审计记录",
    file_name="审计记录",
)


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    list_display = ["at_local", "event", "person", "address", "object_name", "result", "detail", "number"]
    list_filter = ["event", "result"]
    date_hierarchy = "at"
    search_fields = ["person", "address", "object_name", "detail"]
    search_help_text = "按人员、来源地址、对象或说明查找"
    list_per_page = 100
    show_full_result_count = False
    actions = None
    change_list_template = "admin/portal/audit_list.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("audit.view_auditevent")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    # Not even a superuser: what could be edited would prove nothing.
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("export.<str:kind>", export, name="audit_auditevent_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        exports = [
            (kind.upper(), reverse("admin:audit_auditevent_export", args=[kind]) + query) for kind in KINDS
        ]
        return super().changelist_view(request, {"exports": exports, **(extra_context or {})})

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The events of the list's present filter, oldest last; that they were taken is an event itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in KINDS:
            raise Http404
        chosen = self.get_changelist_instance(request).get_queryset(request)
        count = chosen.count()
        detail = f"{kind.upper()}，{count} 条"
        newest = record(Event.EXPORT, name="审计记录", detail=detail).number
        # Not the event just written: the file holds what was counted.
        rows = chosen.filter(number__lt=newest).order_by("-number")
        return download(kind, _rows(rows), LAYOUT, lambda: count)

    @admin.display(description="时间", ordering="at")
    def at_local(self, event: AuditEvent) -> str:
        return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"


def _rows(events: Any) -> Iterator[Row]:
    for event in events.iterator(chunk_size=1000):
        values = {name: getattr(event, name) for name in Row._fields}
        yield Row(**{**values, "at": event.at.isoformat()})
