"""Addresses of what people arrange on lists."""

from django.urls import path

from bihuan.core.listing import views

app_name = "listing"
urlpatterns = [
    path("<slug:code>/columns/", views.columns, name="columns"),
    path("<slug:code>/views/", views.save, name="save"),
    path("<slug:code>/bulk/", views.bulk, name="bulk"),
    path("views/<int:pk>/name/", views.rename, name="rename"),
    path("views/<int:pk>/update/", views.update, name="update"),
    path("views/<int:pk>/delete/", views.delete, name="delete"),
]
