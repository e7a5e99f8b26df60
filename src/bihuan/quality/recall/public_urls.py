"""Addresses of the owner's answer."""

from django.urls import path

from bihuan.quality.recall import views

app_name = "owner"
urlpatterns = [path("<str:token>/", views.answer, name="answer")]
