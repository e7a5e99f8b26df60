"""Addresses of approvals."""

from django.urls import path

from bihuan.core.approvals import views

app_name = "approvals"
urlpatterns = [path("", views.todo, name="todo"), path("<int:pk>/", views.detail, name="detail")]
