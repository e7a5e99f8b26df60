"""Addresses of follow-up."""

from django.urls import path

from bihuan.service.followup import views

app_name = "followup"
urlpatterns = [
    path("", views.call_list, name="list"),
    path("<int:pk>/", views.call, name="call"),
    path("reviews/<int:pk>/", views.review, name="review"),
]
