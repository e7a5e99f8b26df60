"""Addresses of imports."""

from django.urls import path

from bihuan.core.importing import views

app_name = "importing"
urlpatterns = [
    path("", views.run_list, name="list"),
    path("new/<slug:code>/", views.new, name="new"),
    path("new/<slug:code>/template/", views.template, name="template"),
    path("<int:pk>/", views.run_page, name="run"),
    path("<int:pk>/check/", views.check_run, name="check"),
    path("<int:pk>/load/", views.load_run, name="load"),
]
