"""Finding the cause and the solution: remote support, diagnosis, consultation, versions, consent."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from bihuan.core.permissions.services import person
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import Department
from bihuan.registry.people.queries import staff
from bihuan.service.desk.api import inputs
from bihuan.service.desk.api.base import case_of, case_out, file_of, reload, router, rows_of
from bihuan.service.desk.api.outputs import CaseOut, ConsultationOut, DiagnosisOut, OpinionOut, RemoteOut, SolutionOut
from bihuan.service.desk.models import Case, Consent, Consultation, Opinion, Solution
from bihuan.service.desk.services import diagnosing, solving

INSIDE = ("opinions__user", "opinions__department", "opinions__given_by")


@router.get("/{number}/remote-sessions", response=list[RemoteOut], summary="Remote support", tags=["solving"])
def remote_sessions(request: HttpRequest, number: str) -> list[RemoteOut]:
    """The remote support sessions."""
    return [RemoteOut.of(row) for row in case_of(request, number).remote_sessions.select_related("engineer")]


@router.post("/{number}/remote-sessions", response={201: RemoteOut}, summary="Record remote support", tags=["solving"])
def remote(request: HttpRequest, number: str, data: inputs.RemoteIn) -> Any:
    """Record a remote support session, also one that did not help (WO-06)."""
    row = diagnosing.record_remote_session(case=case_of(request, number), by=person(request), values=data.dict())
    return RemoteOut.of(reload(row, "engineer"))


@router.get("/{number}/diagnosis", response=list[DiagnosisOut], summary="Diagnoses", tags=["solving"])
def diagnoses(request: HttpRequest, number: str) -> list[DiagnosisOut]:
    """The diagnoses; a later one replaces the one before it."""
    return [DiagnosisOut.of(row) for row in case_of(request, number).diagnoses.select_related("engineer")]


@router.post("/{number}/diagnosis", response=CaseOut, summary="Conclude the diagnosis", tags=["solving"])
def diagnose(request: HttpRequest, number: str, data: inputs.DiagnosisIn) -> CaseOut:
    """Record findings, cause and what is needed, and go on to the solution (WO-04)."""
    values = data.dict(exclude={"version"})
    diagnosing.conclude_diagnosis(
        case=case_of(request, number), by=person(request), values=values, expected_version=data.version
    )
    return case_out(request, number)


def _consultations(case: Case) -> Any:
    return case.consultations.select_related("convened_by").prefetch_related(*INSIDE)


@router.get("/{number}/consultations", response=list[ConsultationOut], summary="Consultations", tags=["solving"])
def consultations(request: HttpRequest, number: str) -> list[ConsultationOut]:
    """The technical consultations with their opinions."""
    return [ConsultationOut.of(row) for row in _consultations(case_of(request, number))]


@router.post("/{number}/consultations", response={201: ConsultationOut}, summary="Convene", tags=["solving"])
def convene(request: HttpRequest, number: str, data: inputs.ConsultationIn) -> Any:
    """Invite departments, people and outside experts to say what they think (WO-05)."""
    case = case_of(request, number)
    row = diagnosing.convene(
        case=case, by=person(request), topic=data.topic, answer_by=data.answer_by, experts=data.experts,
        departments=rows_of("departments", Department.objects.filter(is_active=True), data.departments),
        users=rows_of("users", staff(), data.users, "username"),
    )  # fmt: skip
    return ConsultationOut.of(_consultations(case).get(pk=row.pk))


@router.post("/{number}/opinions/{int:pk}", response={201: OpinionOut}, summary="Give an opinion", tags=["solving"])
def opine(request: HttpRequest, number: str, pk: int, data: inputs.OpinionIn) -> Any:
    """Answer an invitation; for a department any of its people may, for an expert the one who convened."""
    case = case_of(request, number)
    opinion = get_object_or_404(Opinion.objects.select_related("consultation__case"), pk=pk, consultation__case=case)
    return OpinionOut.of(diagnosing.give_opinion(opinion=opinion, by=person(request), text=data.text))


@router.post(
    "/{number}/consultations/{int:pk}/conclusion", response=ConsultationOut, summary="Conclude a consultation",
    tags=["solving"],
)  # fmt: skip
def conclude(request: HttpRequest, number: str, pk: int, data: inputs.ConclusionIn) -> ConsultationOut:
    """Write down possible causes, the conclusion and the resources needed (WO-05)."""
    case = case_of(request, number)
    row = get_object_or_404(Consultation.objects.select_related("case"), pk=pk, case=case)
    diagnosing.conclude_consultation(consultation=row, by=person(request), **data.dict())
    return ConsultationOut.of(_consultations(case).get(pk=pk))


@router.get("/{number}/solutions", response=list[SolutionOut], summary="Versions of the solution", tags=["solving"])
def solutions(request: HttpRequest, number: str) -> list[SolutionOut]:
    """The versions of the solution with the customer's word on each."""
    rows = case_of(request, number).solutions.select_related("author", "consent")
    return [SolutionOut.of(row) for row in rows]


@router.post("/{number}/solutions", response={201: SolutionOut}, summary="Write a solution", tags=["solving"])
def solution(request: HttpRequest, number: str, data: inputs.SolutionIn) -> Any:
    """Write a version of the solution and, unless told otherwise, send it on its way (SOL-02, WO-07)."""
    values = data.dict(exclude={"submit"})
    row = solving.draft_solution(case=case_of(request, number), by=person(request), values=values)
    if data.submit:
        solving.submit_solution(solution=reload(row, "case"), by=person(request))
    return SolutionOut.of(reload(row, "author", "consent"))


@router.post("/{number}/solutions/{int:pk}/submission", response=SolutionOut, summary="Send a draft on its way",
             tags=["solving"])  # fmt: skip
def submit(request: HttpRequest, number: str, pk: int, data: inputs.SubmitIn) -> SolutionOut:
    """Send a draft on its way: through approval where the rules want one, else straight to the customer."""
    row = get_object_or_404(Solution.objects.select_related("case"), pk=pk, case=case_of(request, number))
    solving.submit_solution(solution=row, by=person(request), expected_version=data.version)
    return SolutionOut.of(reload(row, "author", "consent"))


@router.post("/{number}/consent", response=CaseOut, summary="Record the customer's decision", tags=["solving"])
def consent(request: HttpRequest, number: str, data: inputs.ConsentIn) -> CaseOut:
    """Record the customer's yes or no to the proposed solution, with its evidence (SOL-03, SOL-04)."""
    case = case_of(request, number)
    row = Consent.objects.select_related("solution__case").filter(solution__case=case, solution__state="proposed")
    asked = row.first()
    if asked is None:
        raise MoveRefused(_("No solution has been proposed."), code="state")
    evidence = file_of(case, "evidence", data.evidence)
    values = {**data.dict(), "evidence": evidence}
    solving.record_consent(consent=asked, by=person(request), **values)
    return case_out(request, number)
