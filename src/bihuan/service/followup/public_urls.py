"""Addresses of the customer's questionnaire."""

from django.urls import path

from bihuan.service.followup import views

app_name = "survey"
urlpatterns = [path("<str:token>/", views.questionnaire, name="questionnaire")]
