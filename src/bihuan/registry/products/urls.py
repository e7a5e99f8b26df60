"""Addresses of products."""

from django.urls import path

from bihuan.registry.products import model_views, views

app_name = "products"
urlpatterns = [
    path("units/", views.unit_list, name="units"),
    path("units/new/", views.unit_edit, name="unit_new"),
    path("units/<int:pk>/", views.unit_page, name="unit"),
    path("units/<int:pk>/", views.unit_page, name="go"),
    path("units/<int:pk>/edit/", views.unit_edit, name="unit_edit"),
    path("units/<int:pk>/card/", views.card, name="card"),
    path("units/<int:pk>/label/", views.label, name="label"),
    path("models/", views.model_list, name="models"),
    path("models/<int:pk>/", model_views.model_page, name="model"),
    path("documents/<int:pk>/", views.document, name="document"),
]
