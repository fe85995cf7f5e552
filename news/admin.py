"""The news desk: articles with their attachments, and columns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from news.admin_attachments import AttachmentInline, prepare_all
from news.admin_filters import AttachmentFilter, ColumnFilter, MissingFilter
from news.admin_placement import PLACE
from news.models import Article, Column
from news.placement import PLACEMENT
from news.querysets import NOT_IN_LISTS, TREE_ORDER
from news.views import preview_context
from partnerships.models import Agreement
from publishing.admin import PublishableAdmin, with_private_files
from publishing.admin_deletion import GuardedDeletion
from publishing.admin_history import HistoryAdmin
from publishing.admin_lists import PublishedFilter, StateFilter, local
from publishing.body import render_body
from publishing.editor import EditorAdminMixin


class ColumnChoice(forms.ModelChoiceField):
    def label_from_instance(self, column: Column) -> str:  # type: ignore[override]
        return f"{column.parent.name} › {column.name}" if column.parent else column.name


# Where and until when an article stands is said of the public one, by the acts 首页位置 and 期限.
NOT_REVISED = {*PLACEMENT, "expires_at"}


@admin.register(Article)
class ArticleAdmin(EditorAdminMixin, PublishableAdmin):
    list_display = [
        "title",
        "state_badge",
        "page_link",
        "column",
        "published_local",
        "last_change",
    ]
    list_filter = [StateFilter, ColumnFilter, PublishedFilter, MissingFilter, AttachmentFilter]
    list_select_related = ["column", "updated_by"]
    list_per_page = 50
    ordering = ["-updated_at", "-pk"]
    date_hierarchy = "published_at"
    search_fields = ["title", "subtitle", "lead_title", "source_name"]
    search_help_text = "按标题、副题、引题或来源查找"
    autocomplete_fields = ["cover", "places", "agreements"]
    inlines = [AttachmentInline]
    more_acts = [PLACE]
    preview_template = "news/preview.html"
    sheet_fields = ["column", "source_name"]
    fieldsets = [
        ("标题", {"fields": ["column", "lead_title", "title", "subtitle", "summary"]}),
        ("正文", {"fields": ["body"]}),
        (
            "来源",
            {
                "fields": [
                    "source_name",
                    "source_url",
                    "author",
                    "editor",
                    "is_reprint",
                    "original_title",
                    "original_author",
                ]
            },
        ),
        ("图片与附件", {"fields": ["cover"], "description": "附件在本页最下面添加。"}),
        ("首页与链接", {"fields": ["headline", "pinned_until", "link_out", "places", "agreements"]}),
        ("更多", {"fields": ["keywords", "expires_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Article]:
        articles = super().get_queryset(request)
        view = request.resolver_match.url_name if request.resolver_match else ""
        return articles.defer(*NOT_IN_LISTS) if view == "news_article_changelist" else articles

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """The fields: of a revision without those that belong to what it revises; for reading, the body as it is read."""
        left_out = NOT_REVISED if obj is not None and obj.revision_of_id else set()
        shown = {"body": "body_shown"} if self._is_for_reading(request, obj) else {}

        def fields(told: Any) -> list[str]:
            return [shown.get(one, one) for one in told["fields"] if one not in left_out]

        return [
            (name, {**told, "fields": fields(told)}) for name, told in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> Any:
        return ["body_shown"] if self._is_for_reading(request, obj) else []

    def _is_for_reading(self, request: HttpRequest, obj: Article | None) -> bool:
        return obj is not None and not self.has_change_permission(request, obj)

    @admin.display(description="正文")
    def body_shown(self, article: Article) -> SafeString:
        return mark_safe(with_private_files(render_body(article.body)))  # noqa: S308 -- cleaned by every save

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "column":
            kwargs["form_class"] = ColumnChoice
            kwargs["queryset"] = Column.objects.in_tree_order().select_related("parent")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "agreements":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        # A revision is gone once it is public: an article names the agreement itself.
        kwargs["queryset"] = (
            Agreement.objects.roots().select_related("counterpart").prefetch_related("partners")
        )
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.label_from_instance = Agreement.look_up_label
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"column", "cover"}:
            # Beside an article nobody means to delete a column or a picture.
            field.widget.can_delete_related = False
        return field

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and request.user.has_perm("news.add_attachment"):
            prepare_all([one for one in request.FILES.values() if isinstance(one, UploadedFile)])
        return super().changeform_view(request, *args, **kwargs)

    def preview_context(self, request: HttpRequest, item: Article) -> dict[str, Any]:
        return preview_context(item.pk)

    @admin.display(description="最后修改", ordering="updated_at")
    def last_change(self, article: Article) -> str:
        return f"{local(article.updated_at)} {self.updated_by_name(article)}".rstrip("- ")


@admin.register(Column)
class ColumnAdmin(GuardedDeletion, HistoryAdmin):
    """Columns as a tree. What is entered here is public at once."""

    class Media:
        css = {"all": ["css/desk.css"]}

    list_display = [
        "tree_name",
        "page_link",
        "column_type",
        "level",
        "home_position",
        "count",
        "last",
        "mark",
        "order",
    ]
    list_filter = ["home_position", "review_level", "column_type"]
    search_fields = ["name", "slug"]
    search_help_text = "按栏目名称或地址名查找"
    list_per_page = 200
    # The order of the tree is the only one in which indentation means anything.
    sortable_by = ()
    fieldsets = [
        ("栏目", {"fields": ["name", "slug", "parent", "order"], "description": "保存后立即公开。"}),
        ("检查要看的", {"fields": ["column_type", "description", "keywords", "update_days"]}),
        ("审核", {"fields": ["review_level"]}),
        ("首页", {"fields": ["home_position"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Column]:
        return Column.objects.order_by(*TREE_ORDER).with_figures().select_related("parent")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return TREE_ORDER

    def view_on_site(self, column: Column) -> str:  # type: ignore[override]
        return column.get_absolute_url()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            tops = Column.objects.filter(parent=None)
            own = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            kwargs["queryset"] = tops.exclude(pk=own) if own and own.isdecimal() else tops
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def deletion_obstacles(self, column: Column) -> list[str]:
        reasons = []
        if number := column.articles.count():
            reasons.append(f"栏目下有 {number} 篇稿件，请先把它们移到别的栏目。")
        if number := column.children.count():
            reasons.append(f"下面还有 {number} 个栏目，请先移走或删除它们。")
        return reasons

    @admin.display(description="栏目名称")
    def tree_name(self, column: Column) -> str:
        return f"　└ {column.name}" if column.parent_id else column.name

    @admin.display(description="页面")
    def page_link(self, column: Column) -> SafeString:
        return format_html('<a href="{}">查看页面</a>', column.get_absolute_url())

    @admin.display(description="级别")
    def level(self, column: Column) -> str:
        return column.review_level

    @admin.display(description="公开／全部稿件")
    def count(self, column: Column) -> str:
        return f"{column.public_count}／{column.article_count}"

    @admin.display(description="最近公开")
    def last(self, column: Column) -> str:
        return local(column.last_published)

    @admin.display(description="提醒")
    def mark(self, column: Column) -> str:
        return column.reminder()
