from django.urls import path

from partnerships.views import agreements, directory, dual_list, partners

app_name = "partnerships"

urlpatterns = [
    path("", directory.directory, name="directory"),
    path("agreements.csv", directory.directory_export, {"kind": "csv"}, name="agreements-csv"),
    path("agreements.xlsx", directory.directory_export, {"kind": "xlsx"}, name="agreements-xlsx"),
    path("agreements.json", directory.directory_export, {"kind": "json"}, name="agreements-json"),
    path("<int:pk>/", agreements.agreement, name="agreement"),
    path("partners/<int:pk>/", partners.partner, name="partner"),
    path("dual-list/", dual_list.dual_list, name="dual-list"),
    path("dual-list.csv", dual_list.dual_list_export, {"kind": "csv"}, name="dual-list-csv"),
    path("dual-list.xlsx", dual_list.dual_list_export, {"kind": "xlsx"}, name="dual-list-xlsx"),
    path("dual-list.json", dual_list.dual_list_export, {"kind": "json"}, name="dual-list-json"),
]
