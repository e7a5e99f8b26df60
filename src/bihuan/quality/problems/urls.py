"""Addresses of the quality problem database."""

from django.urls import path

from bihuan.quality.problems import views

app_name = "problems"
urlpatterns = [
    path("", views.problem_list, name="list"),
    path("analysis/", views.analysis, name="analysis"),
    path("analysis/<str:what>/export/", views.export, name="export"),
    path("similar/", views.find_similar, name="similar"),
    path("read-across/", views.read_across, name="read_across"),
    path("read-across/<int:pk>/", views.question, name="question"),
    path("read-across/<int:pk>/again/", views.again, name="again"),
    path("<str:number>/", views.problem, name="problem"),
]
