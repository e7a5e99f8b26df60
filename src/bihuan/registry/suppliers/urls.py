"""Addresses of suppliers."""

from django.urls import path

from bihuan.registry.suppliers import views

app_name = "suppliers"
urlpatterns = [
    path("", views.supplier_list, name="list"),
    path("approved-list/", views.issue_list, name="issue_list"),
    path("<slug:code>/", views.page, name="supplier"),
]
