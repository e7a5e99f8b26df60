"""Doing the work, accepting it, and what is kept: papers and dossiers."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from bihuan.core.documents.api import PaperOut
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.services import issue
from bihuan.core.files.api import BINARY
from bihuan.core.files.views import serve
from bihuan.core.jobs.services import enqueue
from bihuan.core.permissions.services import found, person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.api import inputs
from bihuan.service.desk.api.base import case_of, case_out, file_of, router
from bihuan.service.desk.api.outputs import AcceptanceOut, CaseOut, DossierOut, Made, WorkOut
from bihuan.service.desk.services import closing


@router.get("/{number}/work", response=list[WorkOut], summary="Steps of the work", tags=["closing"])
def work_done(request: HttpRequest, number: str) -> list[WorkOut]:
    """What was done."""
    return [WorkOut.of(row) for row in case_of(request, number).work.select_related("by")]


@router.post("/{number}/work", response={201: Made}, summary="Record a step of the work", tags=["closing"])
def work(request: HttpRequest, number: str, data: inputs.WorkIn) -> Any:
    """Record a step; what is public the customer sees at once (WO-28, SLA-19)."""
    row = closing.add_work(case=case_of(request, number), by=person(request), **data.dict())
    return Made(id=row.pk)


@router.get("/{number}/acceptances", response=list[AcceptanceOut], summary="Acceptances", tags=["closing"])
def acceptances(request: HttpRequest, number: str) -> list[AcceptanceOut]:
    """Every try of both stages."""
    return [AcceptanceOut.of(row) for row in case_of(request, number).acceptances.all()]


@router.post("/{number}/customer-acceptance", response=CaseOut, summary="Customer acceptance", tags=["closing"])
def customer_acceptance(request: HttpRequest, number: str, data: inputs.CustomerAcceptanceIn) -> CaseOut:
    """Record the customer's acceptance or refusal; a refusal goes back to work (ACC-01..07)."""
    case = case_of(request, number)
    signature = file_of(case, "signature", data.signature)
    values = {**data.dict(exclude={"version"}), "signature": signature}
    closing.accept_by_customer(case=case, by=person(request), values=values, expected_version=data.version)
    return case_out(request, number)


@router.post("/{number}/internal-acceptance", response=CaseOut, summary="Internal acceptance", tags=["closing"])
def internal_acceptance(request: HttpRequest, number: str, data: inputs.InternalAcceptanceIn) -> CaseOut:
    """Look at repair quality, records and satisfaction; all three must be right (ACC-06)."""
    values = data.dict(exclude={"version"})
    closing.accept_internally(
        case=case_of(request, number), by=person(request), values=values, expected_version=data.version
    )
    return case_out(request, number)


@router.get("/{number}/papers", response=list[PaperOut], summary="Issued papers", tags=["closing"])
def papers(request: HttpRequest, number: str) -> list[PaperOut]:
    """The papers of a case, the newest first."""
    return [PaperOut.of(row) for row in for_subject(case_of(request, number))]


@router.post("/{number}/papers", response={201: PaperOut}, summary="Issue a form", tags=["closing"])
def issue_form(request: HttpRequest, number: str, data: inputs.PaperIn) -> Any:
    """Freeze a named form, give it its number, and let PDF and Word be made."""
    case = case_of(request, number)
    require(request.user, "documents.issue", case)
    return PaperOut.of(issue(form_code=data.form, subject=case, by=person(request)))


@router.get("/{number}/dossiers", response=list[DossierOut], summary="Archived dossiers", tags=["closing"])
def dossiers(request: HttpRequest, number: str) -> list[DossierOut]:
    """The dossiers of a case, one for each cycle that was archived."""
    return [DossierOut.of(row) for row in case_of(request, number).dossiers.order_by("cycle")]


@router.get(
    "/{number}/dossiers/{int:cycle}/pdf", summary="Download a dossier", tags=["closing"], openapi_extra=BINARY
)  # fmt: skip
def dossier(request: HttpRequest, number: str, cycle: int) -> HttpResponseBase:
    """The one PDF with all parts; 409 while it is being made (ACC-09)."""
    case = case_of(request, number)
    row = found(case.dossiers.select_related("pdf").filter(cycle=cycle).first())
    if row.pdf is None:
        enqueue("desk.dossier", {"dossier": row.pk}, key=f"desk.dossier:{row.pk}")
        raise MoveRefused(_("The PDF is being made; look again in a few seconds."), code="not_ready")
    return serve(request, row.pdf)
