"""Addresses of visits."""

from django.urls import path

from bihuan.service.visits import arranging_views, care_views, phone_views, route_views, views

app_name = "visits"
urlpatterns = [
    path("", views.visit_list, name="list"),
    path("mine/", views.mine, name="mine"),
    path("board/", views.board, name="board"),
    path("phone/", phone_views.shell, name="phone"),
    path("phone/worker.js", phone_views.worker, name="phone_worker"),
    path("phone/facts.json", phone_views.facts, name="phone_facts"),
    path("phone/drawing/<int:pk>/", phone_views.drawing, name="phone_drawing"),
    path("phone/<str:number>/", phone_views.entry, name="phone_entry"),
    path("phone/<str:number>/photo/", phone_views.photo, name="phone_photo"),
    path("board/propose/", route_views.propose, name="propose"),
    path("board/proposal/<int:pk>/", route_views.proposal, name="proposal"),
    path("board/proposal/<int:pk>/accept/", route_views.accept, name="accept"),
    path("board/roster/", arranging_views.issue, name="issue_roster"),
    path("rosters/<int:pk>/", arranging_views.roster, name="roster"),
    path("wish/<str:number>/", arranging_views.wish, name="wish"),
    path("tools/", care_views.tools, name="tools"),
    path("plan/<str:number>/", views.plan, name="plan"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.page, name="visit"),
    path("<str:number>/form/", views.paper, name="form"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
