"""Addresses of the service desk."""

from django.urls import path

from bihuan.service.desk import paper_views, views

app_name = "desk"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("new/", views.register, name="register"),
    path("lookup/", views.lookup, name="lookup"),
    path("board/", views.board, name="board"),
    path("board/channels/", views.channels, name="channels"),
    path("missed-call/", views.missed_call, name="missed"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.case_page, name="case"),
    path("<str:number>/issue/<str:code>/", paper_views.issue_form, name="issue"),
    path("<str:number>/dossier/<int:cycle>/", paper_views.dossier, name="dossier"),
    path("<str:number>/suggestions/<int:pk>/", views.decide, name="decide"),
    path("<str:number>/opinions/<int:pk>/", views.opine, name="opine"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
