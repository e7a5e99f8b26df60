"""Addresses of the customers' pages."""

from django.urls import path

from bihuan.service.desk import public_views as views

app_name = "public"
urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("f/", views.feedback, name="feedback"),
    path("u/<str:token>/", views.feedback, name="unit"),
    path("c/consent/<str:token>/", views.consent, name="consent"),
    path("c/<str:token>/", views.progress, name="progress"),
    path("c/<str:token>/accept/", views.acceptance, name="acceptance"),
]
