"""The versions of content in the admin: one timeline, any two side by side, one restored, and the sheet of the reviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.chain import record as audit_record
from audit.models import Event, Result
from publishing import versions
from publishing.admin_forms import VersionedForm
from publishing.admin_history import Entry, HistoryAdmin, before, differences, newest_of_each_save
from publishing.admin_lists import name_of, state_line
from publishing.differences import Difference
from publishing.review_sheet import sheet_of
from publishing.timeline import content_differences, raw_contents, revision_numbers, root_key, timeline
from publishing.workflow import Refused, table

# So many records between two versions are told on the page that compares them.
TOLD_BETWEEN = 50
MISSING = "这条内容不存在，可能已被删除。"
CHOOSE = "请在“修改记录”里选两个版本，再按“比较”。"
SAME_TWICE = "选的是同一个版本。请选两个不同的版本。"
OVERTAKEN = "您打开这一页之后，别人保存过这条内容。请看下面最新的不同，再决定是否恢复。"


class RestoreForm(VersionedForm):
    """The number of the row that is written into, and for a revision under way the word of the person."""

    overwrites = forms.BooleanField(
        label="我知道已有一份修订稿，用那一版的内容替换其中的文字",
        required=False,
        help_text="被替换的文字留在“修改记录”里。",
    )

    def __init__(self, *args: Any, needs_word: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if not needs_word:
            del self.fields["overwrites"]


class VersionsAdmin(HistoryAdmin):
    """History of a ``Publishable``: records of its row and its revisions together, compared, restored, and printed.

    Restoring goes through ``publishing.versions.restore`` only: the library's own door stays shut.
    """

    # What the head of the sheet says besides the title: names of fields.
    sheet_fields: Sequence[str] = ()

    def get_urls(self) -> list[URLPattern]:
        def named(address: str, name: str, view: Any) -> URLPattern:
            label = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(f"<path:object_id>/{address}", self.admin_site.admin_view(view), name=label)

        return [
            named("history/compare/", "compare", require_safe(self.compare_view)),
            named("restore/<str:version>/", "restore", self._restore_door()),
            named("sheet/", "sheet", require_safe(self.sheet_view)),
            *super().get_urls(),
        ]

    # --- The timeline ----------------------------------------------------------------------------

    def _key_and_item(self, request: HttpRequest, object_id: str) -> tuple[Any, Any]:
        pk, item = super()._key_and_item(request, object_id)
        root = root_key(self.model, pk, item)
        if root is None:
            raise Http404(MISSING)
        return root, item

    def _records(self, pk: Any) -> models.QuerySet[Any]:
        return timeline(self.model, pk)

    def _entries(self, records: Iterable[Any], timeline: models.QuerySet[Any]) -> list[Entry]:
        numbers = revision_numbers(timeline)
        entries = []
        for record in records:
            entry = Entry(record)
            entry.revision = numbers.get(getattr(record, self.opts.pk.attname))
            entry.brought_in = numbers.get(getattr(record, "brought_in", None))
            entries.append(entry)
        return entries

    def _history_context(self, request: HttpRequest, item: Any, page: Any) -> dict[str, Any]:
        if item is None:
            return {}
        # What stands now can be compared with from every page.
        newest = [Entry(page.paginator.object_list[0])] if page.number > 1 else []
        on_page = [
            *(entry.pk for entry in newest),
            *(one.pk for one in newest_of_each_save(page.object_list)),
        ]
        return {
            "new_pk": on_page[0] if on_page else None,
            "old_pk": on_page[1] if len(on_page) > 1 else None,
            "compare_address": self.address(item, "compare"),
            "newest": newest,
            "may_restore": self._may_restore(request, item),
            "restore_base": self.address(item, "change").removesuffix("change/") + "restore/",
        }

    def _entry_context(self, request: HttpRequest, item: Any, record: Any) -> dict[str, Any]:
        if item is None or not self._may_restore(request, item):
            return {}
        return {"restore_address": self._restore_address(item, record)}

    def _previous(self, record: Any, records: models.QuerySet[Any]) -> Any:
        """The save before of the same row; for the first of a revision what stood when it was begun."""
        key = self.opts.pk.attname
        same = records.filter(**{key: getattr(record, key)})
        found = before(record, same)
        if found is None and record.revision_of_id:
            of = records.filter(**{key: record.revision_of_id}, history_date__lte=record.history_date)
            found = of.first()
        return found

    def _differences(self, record: Any, previous: Any) -> list[Difference]:
        key = self.opts.pk.attname
        if previous is None or getattr(record, key) == getattr(previous, key):
            return differences(record, previous)
        return self._compared(previous, record)

    def _compared(self, old: Any, new: Any) -> list[Difference]:
        contents = raw_contents([old, new])
        return content_differences(self.model, contents[old.pk], contents[new.pk])

    # --- Any two versions ------------------------------------------------------------------------

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions side by side; 404 where one is not of this item, a sentence where two were not chosen."""
        pk, item = self._key_and_item(request, object_id)
        if item is None:
            raise Http404(MISSING)
        records = self._records(pk)
        chosen, refusal = self._chosen(request, records)
        context: dict[str, Any] = {"title": f"比较版本：{item}", "refusal": refusal}
        if len(chosen) == 2:
            audit_record(Event.VIEW, obj=item, detail="比较版本")
            context |= self._comparison(request, item, records, *chosen)
        context |= {"children": self._children(), "history_address": self.address(item, "history")}
        return self._page(request, "admin/publishing/compare.html", item, context)

    def _chosen(self, request: HttpRequest, records: models.QuerySet[Any]) -> tuple[list[Any], str]:
        """The two records that were asked for, the older first, or the last two; and what is wrong with them."""
        given = [request.GET.get(name, "") for name in ("old", "new")]
        if not any(given):
            last = newest_of_each_save(records[:TOLD_BETWEEN])[:2]
            return last[::-1], "" if len(last) == 2 else "只有一个版本，没有可比的。"
        if not all(one.isdecimal() and len(one) < 19 for one in given):
            return [], CHOOSE
        if int(given[0]) == int(given[1]):
            return [], SAME_TWICE
        found = [self._record(records, one) for one in given]
        return sorted(found, key=lambda one: (one.history_date, one.pk)), ""

    def _comparison(
        self, request: HttpRequest, item: Any, records: models.QuerySet[Any], old: Any, new: Any
    ) -> dict[str, Any]:
        between = records.filter(history_date__gt=old.history_date, history_date__lte=new.history_date)
        shown = newest_of_each_save(between[: TOLD_BETWEEN + 1])
        entries = self._entries([old, new, *shown], records)
        may = self._may_restore(request, item)
        return {
            "old": entries[0],
            "new": entries[1],
            "between": entries[2 : TOLD_BETWEEN + 2],
            "more_between": len(shown) > TOLD_BETWEEN,
            "differences": self._compared(old, new),
            "restore_old": self._restore_address(item, old) if may else "",
            "restore_new": self._restore_address(item, new) if may else "",
        }

    def _children(self) -> str:
        """What belongs to an item without versions of its own: 附件."""
        return "、".join(
            str(self.opts.get_field(child.relation).related_model._meta.verbose_name)
            for child in self.model.content_children
        )

    # --- Restoring -------------------------------------------------------------------------------

    def _may_restore(self, request: HttpRequest, item: Any) -> bool:
        return self.has_view_permission(request, item) and table.has_right(
            request.user, table.RESTORE.right, self.model
        )

    def _restore_address(self, item: Any, record: Any) -> str:
        return f"{self.address(item, 'change').removesuffix('change/')}restore/{record.pk}/"

    def _restore_door(self) -> Any:
        @require_http_methods(["GET", "HEAD", "POST"])
        def view(request: HttpRequest, object_id: str, version: str) -> HttpResponseBase:
            return self.restore_view(request, object_id, version)

        return view

    def restore_view(self, request: HttpRequest, object_id: str, version: str) -> HttpResponseBase:
        """What restoring a version would change, and the button that does it."""
        # Read outside the transaction: the row that is locked first is the one that is written into.
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404(MISSING)
        if not self._may_restore(request, item):
            raise PermissionDenied
        record = self._record(self._records(item.root.pk), version)
        if request.method != "POST":
            audit_record(Event.VIEW, obj=item, detail="恢复：看改动")
            return self._restore_page(request, item, record, [])
        try:
            with transaction.atomic():
                held = versions.hold(item)
                if request.POST.get("opened_version") != str(held.lock_version):
                    raise Refused([OVERTAKEN])
                overwrites = bool(request.POST.get("overwrites"))
                done = versions.restore(item, record, by=request.user, overwrites=overwrites)
        except Refused as refused:
            audit_record(Event.WORKFLOW, obj=item, result=Result.REFUSED, detail="恢复")
            item = self.get_object(request, unquote(object_id))
            if item is None:
                raise Http404(MISSING) from refused
            return self._restore_page(request, item, record, refused.reasons)
        self.log_change(request, done.item, "恢复")
        messages.success(request, f"已恢复到草稿：“{done.item}”。请看一遍，再送审。")
        for sentence in done.left:
            messages.warning(request, sentence)
        return HttpResponseRedirect(self.address(done.item, "change"))

    def _restore_page(self, request: HttpRequest, item: Any, record: Any, refused: list[str]) -> HttpResponse:
        target = versions.target_of(item)
        needs_word = target not in (None, item)
        told = versions.restore_obstacles(item, record, by=request.user, overwrites=True)
        plan = versions.plan_for(item, record)
        form = RestoreForm(
            initial={"opened_version": (target or item).lock_version}, needs_word=needs_word, auto_id="id_%s"
        )
        return self._page(
            request,
            "admin/publishing/restore.html",
            item,
            {
                "title": f"恢复：{item}",
                "entry": self._entries([record], self._records(item.root.pk))[0],
                "state_line": state_line(item),
                "obstacles": list(dict.fromkeys([*refused, *told])),
                "can_act": not told,
                "form": form,
                "differences": versions.changes(item, plan),
                "left": plan.left,
                "begins": target is None,
                "fills_revision": needs_word,
                "sends_back": target is not None and target.status != "draft",
                "children": self._children(),
                "history_address": self.address(item, "history"),
                "change_address": self.address(item, "change"),
            },
        )

    # --- 审核单 ----------------------------------------------------------------------------------

    def sheet_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The sheet of the reviews of an item, for whoever may view it: to be read, printed and signed on paper."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404(MISSING)
        if not self.has_view_or_change_permission(request, item):
            raise PermissionDenied
        audit_record(Event.VIEW, obj=item, detail="审核单")
        address = item.root.live_address()
        context = {
            "title": f"审核单：{item.root}",
            "sheet": sheet_of(item),
            "facts": self._sheet_facts(item.root),
            "public_address": address and request.build_absolute_uri(address),
            "compare_address": self.address(item, "compare"),
            "children": self._children(),
            "printed_at": timezone.now(),
            "printed_by": name_of(request.user),
        }
        return self._page(request, "admin/publishing/sheet.html", item, context)

    def _sheet_facts(self, item: Any) -> list[tuple[str, Any]]:
        return [(self.opts.get_field(name).verbose_name, getattr(item, name)) for name in self.sheet_fields]
