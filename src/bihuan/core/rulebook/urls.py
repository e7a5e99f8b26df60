"""Addresses of the rules."""

from django.urls import path

from bihuan.core.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("", views.profile_list, name="list"),
    path("<slug:code>/", views.profile_page, name="profile"),
    path("<slug:code>/versions/", views.versions, name="versions"),
    path("<slug:code>/versions/<int:number>/", views.version_page, name="version"),
    path("<slug:code>/versions/<int:number>/restore/", views.restore, name="restore"),
    path("<slug:code>/<slug:section>/", views.section, name="section"),
]
