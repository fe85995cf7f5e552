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
]
