"""Addresses without a sign-in: the customer's request and his page of a return."""

from django.urls import path

from bihuan.service.returns import public_views as views

app_name = "return"
urlpatterns = [
    path("ask/<str:token>/", views.ask, name="ask"),
    path("<str:token>/label/", views.label, name="label"),
    path("<str:token>/", views.order, name="order"),
]
