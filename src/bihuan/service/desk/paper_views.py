"""Issuing the forms of a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.documents.services import issue
from bihuan.core.jobs.services import enqueue
from bihuan.core.permissions.services import found, person, require
from bihuan.service.desk.queries import for_page


@require_POST
def issue_form(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Issue a named form for a case."""
    case = found(for_page(request.user, number))
    require(request.user, "documents.issue", case)
    document = issue(form_code=code, subject=case, by=person(request))
    return redirect("documents:detail", document.pk)


def dossier(request: HttpRequest, number: str, cycle: int) -> HttpResponse:
    """Open the one PDF of an archived round; one that is not there yet is made now."""
    case = found(for_page(request.user, number))
    row = found(case.dossiers.select_related("pdf").filter(cycle=cycle).first())
    if row.pdf is None:
        enqueue("desk.dossier", {"dossier": row.pk}, key=f"desk.dossier:{row.pk}")
        messages.info(request, _("The PDF is being made; look again in a few seconds."))
        return redirect("desk:case", number)
    return redirect("files:open", row.pdf.pk, row.pdf.name)
