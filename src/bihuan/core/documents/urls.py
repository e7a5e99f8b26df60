"""Addresses of papers."""

from django.urls import path

from bihuan.core.documents import views

app_name = "documents"
urlpatterns = [
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/preview/", views.preview, name="preview"),
    path("<int:pk>/receipt/", views.receipt, name="receipt"),
    path("<int:pk>/<str:kind>/", views.download, name="download"),
]
