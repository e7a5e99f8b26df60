"""Addresses of notices."""

from django.urls import path

from bihuan.core.notify import views

app_name = "notify"
urlpatterns = [path("", views.inbox, name="inbox"), path("<int:pk>/", views.go, name="go")]
