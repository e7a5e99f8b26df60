"""Addresses of the calendar."""

from django.urls import path

from bihuan.core.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.year_page, name="year"),
    path("days/", views.days, name="days"),
    path("hours/", views.hours, name="hours"),
]
