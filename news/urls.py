from django.urls import path, re_path

from news import feeds, views

app_name = "news"

ADDRESS = r"^news/(?P<slug>[a-z0-9-]+)/(?P<month>\d{6})/t(?P<day>\d{8})_(?P<pk>\d{1,18})"

urlpatterns = [
    path("news/", views.index, name="index"),
    path("news/<slug:slug>/", views.column, name="column"),
    re_path(rf"{ADDRESS}\.html$", views.article, name="article"),
    re_path(rf"{ADDRESS}\.offline\.html$", views.save_offline, name="offline"),
    path("news/views/<int:pk>", views.views, name="views"),
    path("feeds/news.xml", feeds.AllNews(), name="feed"),
    path("feeds/news/<slug:slug>.xml", feeds.ColumnNews(), name="column-feed"),
]
