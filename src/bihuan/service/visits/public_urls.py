"""Addresses without a sign-in: the customer's page of a visit, a person's calendar, a team's."""

from django.urls import path

from bihuan.service.visits import public_views as views

app_name = "visit"
urlpatterns = [
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
    path("calendar/team/<str:token>.ics", views.team_calendar, name="team_calendar"),
    path("<str:token>/", views.visit, name="appointment"),
    path("<str:token>/sign/", views.sign, name="sign"),
]
