"""Addresses of files."""

from django.urls import path

from bihuan.core.files import views

app_name = "files"
urlpatterns = [
    path("p/<str:token>/", views.public, name="public"),
    path("<int:pk>/thumb/", views.thumb, name="thumb"),
    path("<int:pk>/<str:name>", views.open_file, name="open"),
]
