"""Partners and counterparts: who takes part in agreements."""

from django.contrib import admin

from partnerships.models import Counterpart, Partner


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "place", "is_group", "group_size")
    list_filter = ("kind", "is_group", ("place__province", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("place__province", "place__prefecture")
    search_fields = ("name", "place__name")
    search_help_text = "按名称或所在地查找"
    autocomplete_fields = ("place",)


@admin.register(Counterpart)
class CounterpartAdmin(admin.ModelAdmin):
    list_display = ("public_name", "kind")
    list_filter = ("kind",)
    search_fields = ("public_name",)
    search_help_text = "按公开称谓查找"
