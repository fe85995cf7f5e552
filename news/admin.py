"""The news desk: columns, articles, their attachments."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from news.models import Article, Column
from news.views import article_context
from publishing.admin import PublishableAdmin, PublishedFilter, StateFilter
from publishing.admin_history import HistoryAdmin
from publishing.editor import EditorAdminMixin


@admin.register(Article)
class ArticleAdmin(EditorAdminMixin, PublishableAdmin):
    list_display = [
        "title",
        "page_link",
        "column",
        "state_badge",
        "published_local",
        "updated_by_name",
    ]
    list_select_related = ["column", "updated_by"]
    list_filter = [StateFilter, "column", PublishedFilter]
    list_per_page = 50
    ordering = ["-updated_at", "-pk"]
    date_hierarchy = "published_at"
    search_fields = ["title", "subtitle", "lead_title", "source_name"]
    search_help_text = "按标题、副题、引题或来源查找"
    autocomplete_fields = ["cover", "places", "agreements"]
    preview_template = "news/preview.html"
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
        ("图片与附件", {"fields": ["cover"], "description": "附件在表单最下面添加。"}),
        ("首页与链接", {"fields": ["headline", "pinned_until", "link_out", "places", "agreements"]}),
        ("更多", {"fields": ["keywords", "expires_at"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Article]:
        return super().get_queryset(request).select_related("column__parent", "cover", "updated_by")

    def preview_context(self, request: HttpRequest, item: Article) -> dict[str, Any]:
        found = Article.objects.with_neighbours().select_related("column__parent", "cover").get(pk=item.pk)
        # A preview is no reading: it must not be counted, and a draft has no file to keep.
        return {**article_context(found), "views_endpoint": "", "offline_href": ""}


@admin.register(Column)
class ColumnAdmin(HistoryAdmin):
    list_display = ["name", "parent", "order"]
    search_fields = ["name", "slug"]
