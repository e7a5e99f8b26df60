"""Addresses of products."""

from django.urls import path

from bihuan.registry.products import views

app_name = "products"
urlpatterns = [
    path("units/", views.unit_list, name="units"),
    path("units/<int:pk>/", views.unit_page, name="unit"),
    path("units/<int:pk>/label/", views.label, name="label"),
    path("models/", views.model_list, name="models"),
    path("documents/<int:pk>/", views.document, name="document"),
]
