"""All addresses of the portal: a contract that links, tests and inspectors rely on (DESIGN §4)."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path

from portal import views
from portal.sitemaps import SITEMAPS
from publishing.files import public_file

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = views.bad_request
handler404 = views.not_found

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("news.urls")),
    path("honors/", include("honors.urls")),
    path("partnerships/", include("partnerships.urls")),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("search/", views.search, name="search"),
    path("leave/", views.leave, name="leave"),
    path("files/<str:file_id>/<str:name>", public_file, name="file"),
    path("sitemap/", views.site_map, name="site-map"),
    path(
        "sitemap.xml",
        sitemap_views.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-section"},
        name="sitemap-xml",
    ),
    path("sitemap-<section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-section"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/accounts/", include("portal.accounts.urls")),
    path("admin/", admin.site.urls),
]
