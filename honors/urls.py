from django.urls import path, re_path

from honors.views import pages, roll

app_name = "honors"

urlpatterns = [
    path("", roll.roll, name="roll"),
    path("roll.csv", roll.roll_export, {"kind": "csv"}, name="roll-csv"),
    path("roll.xlsx", roll.roll_export, {"kind": "xlsx"}, name="roll-xlsx"),
    path("roll.json", roll.roll_export, {"kind": "json"}, name="roll-json"),
    path("titles/<slug:slug>/", pages.title, name="title"),
    path("rounds/<slug:slug>/", pages.round_page, name="round"),
    re_path(r"^places/(?P<code>[1-9][0-9]{5})/\Z", pages.place, name="place"),
    path("recipients/", pages.recipients, name="recipients"),
    path("recipients/<int:pk>/", pages.recipient, name="recipient"),
    path("grid/", pages.grid, name="grid"),
]
