from django.urls import path

from partnerships.views import agreements, directory, dual_list, partners

app_name = "partnerships"

urlpatterns = [
    path("", directory.directory, name="directory"),
    path("<int:pk>/", agreements.agreement, name="agreement"),
    path("partners/<int:pk>/", partners.partner, name="partner"),
    path("dual-list/", dual_list.dual_list, name="dual-list"),
]
