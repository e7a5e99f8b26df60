"""The one search box."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bihuan.core.search.queries import QueryTooLong, find_visible, kinds


def page(request: HttpRequest) -> HttpResponse:
    """Show what the words find, by kind, the newest first."""
    words, kind, problem = request.GET.get("q", "").strip(), request.GET.get("type", ""), ""
    try:
        hits = find_visible(request.user, words, types=[kind] if kind in kinds else []) if words else []
    except QueryTooLong:
        hits, problem = [], _("The search text is too long.")
    rows = [(hit, kinds[hit.subject_type].label, kinds[hit.subject_type].url(hit.subject_id)) for hit in hits]
    tabs = [("", _("All")), *((code, item.label) for code, item in kinds.items())]
    return render(
        request,
        "search/page.html",
        {"words": words, "rows": rows, "tabs": tabs, "kind": kind, "problem": problem},
    )
