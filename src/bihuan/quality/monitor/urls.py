"""Addresses of the monitor."""

from django.urls import path

from bihuan.quality.monitor import views

app_name = "monitor"
urlpatterns = [
    path("", views.board, name="board"),
    path("export/", views.export_board, name="export"),
    path("cells/<int:pk>/", views.cell, name="cell"),
    path("cells/<int:pk>/export/", views.export_cell, name="export_cell"),
    path("shipments/", views.shipments, name="shipments"),
    path("alarms/", views.alarms, name="alarms"),
    path("alarms/<int:pk>/", views.alarm, name="alarm"),
    path("what-if/", views.what_if, name="what_if"),
]
