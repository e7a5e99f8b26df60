"""Addresses of parts."""

from django.urls import URLPattern, path

from bihuan.service.parts import analysis_views, place_views, requisition_views, views
from bihuan.service.parts import paper_views as papers


def of_paper(kind: papers.Kind, plural: str) -> list[URLPattern]:
    """The addresses of a kind of paper."""
    begun = [path(f"{plural}/new/", papers.new_of(kind), name=f"{kind.name}_new")] if kind.begin else []
    return [
        path(f"{plural}/", papers.list_of(kind), name=plural), *begun,
        path(f"{plural}/by-id/<int:pk>/", papers.go_of(kind), name=f"{kind.name}_go"),
        path(f"{plural}/<str:number>/", papers.page_of(kind), name=kind.name),
        path(f"{plural}/<str:number>/<slug:name>/", papers.act_of(kind), name=f"{kind.name}_act"),
    ]  # fmt: skip


app_name = "parts"
urlpatterns = [
    *of_paper(papers.PLAN, "plans"),
    *of_paper(papers.ORDER, "orders"),
    path("counts/<str:number>/sheet/", papers.count_sheet, name="count_sheet"),
    *of_paper(papers.COUNT, "counts"),
    *of_paper(papers.SCRAP, "scraps"),
    *of_paper(papers.DISCREPANCY, "discrepancies"),
    path("receipts/", papers.receipts, name="receipts"),
    path("", views.stock_list, name="stock"),
    path("idle/", views.idle, name="idle"),
    path("analysis/", analysis_views.analysis, name="analysis"),
    path("ledger/", views.ledger, name="ledger"),
    path("requisitions/new/", requisition_views.ask, name="ask"),
    *of_paper(papers.REQUISITION, "requisitions"),
    path("stock/by-id/<int:pk>/", views.go, name="part_go"),
    path("stock/<slug:code>/", views.part_page, name="part"),
    path("stock/<slug:code>/label/", place_views.part_label, name="label"),
    path("places/", place_views.place_list, name="places"),
    path("places/labels/", place_views.place_labels, name="labels"),
    path("places/at/<slug:code>/", place_views.place_page, name="place"),
    path("stock/<slug:code>/do/<slug:name>/", views.act, name="act"),
]
