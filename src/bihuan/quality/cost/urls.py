"""Addresses of quality costs."""

from django.urls import path

from bihuan.quality.cost import views

app_name = "cost"
urlpatterns = [
    path("", views.voucher_list, name="list"),
    path("lines/", views.line_list, name="lines"),
    path("lines/new/", views.line_new, name="line_new"),
    path("lines/<int:pk>/void/", views.line_void, name="line_void"),
    path("ledger/", views.ledger, name="ledger"),
    path("transfer/", views.open_transfer, name="open_transfer"),
    path("new/<str:kind>/", views.voucher_new, name="new"),
    path("by-id/<int:pk>/", views.go, name="go"),
    path("<str:number>/", views.voucher_page, name="voucher"),
    path("<str:number>/form/<str:code>/", views.issue_form, name="form"),
    path("<str:number>/<str:name>/", views.act, name="act"),
]
