"""Addresses of notices."""

from django.urls import path

from bihuan.core.notify import views

app_name = "notify"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("preference/", views.preference, name="preference"),
    path("mails/", views.mails, name="mails"),
    path("mails/<int:pk>/", views.mail_page, name="mail"),
    path("mails/<int:pk>/again/", views.mail_again, name="mail_again"),
    path("<int:pk>/", views.go, name="go"),
]
