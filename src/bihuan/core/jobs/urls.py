"""Addresses of jobs."""

from django.urls import path

from bihuan.core.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<int:pk>/retry/", views.try_again, name="retry"),
    path("schedules/<int:pk>/", views.switch, name="schedule"),
]
