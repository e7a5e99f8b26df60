"""Addresses of sign-in and users."""

from django.urls import path

from bihuan.registry.people import views

app_name = "people"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="password"),
    path("people/", views.user_list, name="list"),
    path("people/new/", views.user_new, name="new"),
    path("people/<int:pk>/", views.user_edit, name="edit"),
]
