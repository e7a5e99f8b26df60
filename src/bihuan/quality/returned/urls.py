"""Addresses of returned defectives."""

from django.urls import path

from bihuan.quality.returned import views

app_name = "returned"
urlpatterns = [
    path("", views.returned_list, name="list"),
    path("new/", views.hand_over, name="hand_over"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.page, name="returned"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
