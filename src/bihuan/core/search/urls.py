"""Address of the search."""

from django.urls import path

from bihuan.core.search import views

app_name = "search"
urlpatterns = [path("", views.page, name="page")]
