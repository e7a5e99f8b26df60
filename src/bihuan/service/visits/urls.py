"""Addresses of visits."""

from django.urls import path

from bihuan.service.visits import views

app_name = "visits"
urlpatterns = [
    path("", views.visit_list, name="list"),
    path("mine/", views.mine, name="mine"),
    path("board/", views.board, name="board"),
    path("plan/<str:number>/", views.plan, name="plan"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.page, name="visit"),
    path("<str:number>/form/", views.paper, name="form"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
