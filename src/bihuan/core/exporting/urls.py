"""Addresses of exports."""

from django.urls import path

from bihuan.core.exporting import views

app_name = "exporting"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("new/<slug:code>/", views.order, name="order"),
    path("<int:pk>/", views.export_page, name="run"),
    path("<int:pk>/", views.export_page, name="go"),
]
