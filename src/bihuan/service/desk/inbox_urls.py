"""Addresses of the inbox."""

from django.urls import path

from bihuan.service.desk import inbox_views as views

app_name = "inbox"
urlpatterns = [
    path("", views.inbox, name="list"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/raw/", views.raw, name="raw"),
    path("<int:pk>/decide/", views.decide, name="decide"),
]
