"""Addresses of approvals."""

from django.urls import path

from bihuan.core.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.todo, name="todo"),
    path("<int:pk>/", views.detail, name="detail"),
    path("delegation/", views.delegation, name="delegation"),
    path("delegation/<int:pk>/end/", views.delegation_end, name="delegation_end"),
]
