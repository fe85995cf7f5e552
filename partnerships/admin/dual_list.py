"""The dual list: items with what is internal and what visitors read."""

from django.contrib import admin

from partnerships.models import DualListItem
from publishing.admin import PublishableAdmin
from publishing.admin_lists import StateFilter


@admin.register(DualListItem)
class DualListItemAdmin(PublishableAdmin):
    list_display = ("__str__", "public_content", "office", "due_on", "stage", "state_badge")
    list_filter = (StateFilter, "year", "side", "stage")
    search_fields = ("public_content", "office")
    fields = (
        "year",
        "side",
        "number",
        "content",
        "public_content",
        "office",
        "standard",
        "due_on",
        "stage",
        "done_on",
        "expires_at",
    )
