"""Addresses of quality issues."""

from django.urls import path

from bihuan.quality.issues import board_views, views

app_name = "issues"
urlpatterns = [
    path("", views.issue_list, name="list"),
    path("report/", views.report, name="report"),
    path("board/", board_views.board, name="board"),
    path("board/<int:pk>/", board_views.notice, name="notice"),
    path("board/<int:pk>/read/", board_views.read, name="read"),
    path("supervision/", board_views.supervision, name="supervision"),
    path("take/<int:pk>/", views.take, name="take"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.issue_page, name="issue"),
    path("<str:number>/form/<str:code>/", views.issue_form, name="form"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
