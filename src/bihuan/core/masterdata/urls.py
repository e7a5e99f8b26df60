"""Addresses of the small tables."""

from django.urls import path

from bihuan.core.masterdata import views

app_name = "masterdata"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:code>/", views.entries, name="entries"),
    path("<slug:code>/new/", views.new, name="new"),
    path("<slug:code>/<int:pk>/", views.entry, name="entry"),
    path("<slug:code>/<int:pk>/<slug:name>/", views.act, name="act"),
]
