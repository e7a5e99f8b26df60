"""Addresses of nonconformities."""

from django.urls import path

from bihuan.quality.nonconformity import views

app_name = "nonconformity"
urlpatterns = [
    path("", views.sheet_list, name="list"),
    path("report/", views.report, name="report"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.sheet_page, name="sheet"),
    path("<str:number>/form/<str:code>/", views.issue_form, name="form"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
