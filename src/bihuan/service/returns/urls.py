"""Addresses of returns."""

from django.urls import path

from bihuan.service.returns import views

app_name = "returns"
urlpatterns = [
    path("", views.order_list, name="list"),
    path("board/", views.board, name="board"),
    path("new/", views.ask_for_sales, name="new"),
    path("ask/<str:number>/", views.ask, name="ask"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.page, name="return"),
    path("<str:number>/label/", views.label, name="label"),
    path("<str:number>/paper/<str:code>/", views.paper, name="paper"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
