"""Issuing the forms of a case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bihuan.core.documents.services import issue
from bihuan.core.permissions.services import found, require
from bihuan.service.desk.queries import for_page


@require_POST
def issue_form(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Issue a named form for a case."""
    case = found(for_page(request.user, number))
    require(request.user, "documents.issue", case)
    document = issue(form_code=code, subject=case, by=request.user)
    return redirect("documents:detail", document.pk)
