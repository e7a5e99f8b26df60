"""Addresses of recalls."""

from django.urls import path

from bihuan.quality.recall import views

app_name = "recall"
urlpatterns = [
    path("", views.recall_list, name="list"),
    path("units/", views.unit_list, name="units"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("of-issue/<str:number>/", views.ask, name="ask"),
    path("<str:number>/", views.recall_page, name="recall"),
    path("<str:number>/letters/", views.letters, name="letters"),
    path("<str:number>/form/<str:code>/", views.paper, name="form"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
