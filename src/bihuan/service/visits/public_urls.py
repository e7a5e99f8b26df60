"""Addresses of the customer's page of a visit."""

from django.urls import path

from bihuan.service.visits import public_views as views

app_name = "visit"
urlpatterns = [
    path("<str:token>/", views.visit, name="appointment"),
    path("<str:token>/sign/", views.sign, name="sign"),
]
