"""The cases over HTTP. Every endpoint fetches from ``visible_to`` and calls one service."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status

from bihuan.core.files.models import StoredFile
from bihuan.core.permissions.services import person, require
from bihuan.core.workflow.services import apply, choices
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.customers.queries import visible_to as visible_customers
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.people.models import User
from bihuan.registry.products.models import ProductModel, Unit
from bihuan.registry.products.services import normalise_serial
from bihuan.service.desk import permissions as perm
from bihuan.service.desk import schemas
from bihuan.service.desk.api_pages import page_of
from bihuan.service.desk.models import Case, ConsentMeans, Decision
from bihuan.service.desk.queries import visible_to
from bihuan.service.desk.services import closing, diagnosing, solving, talk, triage
from bihuan.service.desk.services.registration import Report, register_case
from bihuan.service.desk.validation import check_channel, check_choice, check_custom
from bihuan.service.desk.workflow import WORKFLOW

router = Router(tags=["cases"])
FREE_MOVES = {"start_diagnosis", "finish_work", "settle", "archive", "reopen", "wait", "cancel", "rework"}


def _case(request: HttpRequest, number: str) -> Case:
    rows = visible_to(request.user).select_related("customer", "owner", "unit", "line", "symptom", "cause_category")
    return get_object_or_404(rows, number=number)


def _out(case: Case) -> schemas.CaseOut:
    return schemas.CaseOut.of(case)


@router.post("", response={201: schemas.CaseOut}, summary="Register a case")
def register(request: HttpRequest, data: schemas.CaseIn) -> Any:
    """Register a case; the channel, the codes and the custom fields are checked against the policy."""
    require(request.user, perm.CASE_REGISTER)
    channel = check_channel(data.channel)
    unit = Unit.objects.select_related("model__line__profile", "customer").filter(
        serial=normalise_serial(data.serial)
    ).first() if data.serial else None  # fmt: skip
    model = (
        ProductModel.objects.select_related("line__profile").filter(code=data.model_code).first()
        if data.model_code
        else None
    )
    report = Report(
        channel=channel.code,
        customer=_customer(request, data.customer_code),
        unit=unit,
        model=model,
        serial_text=data.serial,
        position_text=data.position,
        impact_text=data.impact,
        **data.dict(include={
            "description", "summary", "service_type", "category", "contact_name", "contact_phone", "contact_email",
            "reporter_name", "purchased_on", "complained_at", "occurred_at", "urgency",
        }),
        custom=check_custom(data.custom, unit, model),
    )  # fmt: skip
    return Status(201, _out(register_case(report=report, by=person(request))))


def _customer(request: HttpRequest, code: str) -> Any:
    if not code:
        return None
    customer = visible_customers(request.user).filter(code=code).first()
    if customer is None:
        raise MoveRefused("customer_code", code="customer_code")
    return customer


@router.get("", response=schemas.Page, summary="List cases")
def list_cases(request: HttpRequest, state: str = "", cursor: str = "", limit: int = 50) -> schemas.Page:
    """List the newest cases first, page by page."""
    rows = visible_to(request.user).select_related("customer", "owner")
    items, following = page_of(rows.filter(state=state) if state else rows, cursor, max(1, min(limit, 200)))
    return schemas.Page(items=[_out(case) for case in items], next=following)


@router.get("/{number}", response=schemas.CaseOut, summary="One case")
def detail(request: HttpRequest, number: str) -> schemas.CaseOut:
    """Return one case."""
    return _out(_case(request, number))


@router.get("/{number}/moves", response=list[dict[str, Any]], summary="What may be done now")
def moves(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Return the moves that the caller may make now, with the reason where one is refused yet."""
    found = choices(_case(request, number), WORKFLOW, request.user)
    return [
        {
            "move": item.move.name,
            "label": str(item.move.label),
            "refusal": str(item.refusal) if item.refusal else None,
            "needs_reason": item.move.needs_reason,
        }
        for item in found
    ]


@router.post("/{number}/moves", response=schemas.CaseOut, summary="Make a move")
def make_move(request: HttpRequest, number: str, data: schemas.MoveIn) -> schemas.CaseOut:
    """Make one of the moves that need nothing but a reason."""
    case, user = _case(request, number), person(request)
    more: dict[str, Any] = {"case": case, "by": user, "expected_version": data.version}
    services: dict[str, Any] = {
        "start_diagnosis": lambda: diagnosing.start_diagnosis(**more),
        "finish_work": lambda: closing.finish_work(**more),
        "settle": lambda: closing.settle_by_answer(**more),
        "archive": lambda: closing.archive_case(**more),
        "reopen": lambda: closing.reopen_case(reason=data.reason, **more),
        "wait": lambda: talk.wait_for_customer(reason=data.reason, **more),
        "cancel": lambda: closing.cancel_case(reason=data.reason, **more),
        "rework": lambda: apply(
            case,
            WORKFLOW["rework"],
            by=user,
            data={"reason": data.reason},
            expected_version=data.version,
        ),
    }
    services[check_choice("move", data.move, services)]()
    return _out(_case(request, number))


@router.post("/{number}/triage", response=schemas.CaseOut, summary="Triage")
def triage_case(request: HttpRequest, number: str, data: schemas.TriageIn) -> schemas.CaseOut:
    """Judge a case."""
    case = _case(request, number)
    values = {
        key: value for key, value in data.dict(exclude={"version", "owner", "symptom"}).items() if value is not None
    }
    if data.owner:
        values["owner"] = get_object_or_404(User, username=data.owner, is_active=True)
    if data.symptom:
        values["symptom"] = get_object_or_404(Symptom, code=data.symptom, retired_on=None)
    triage.triage_case(case=case, by=person(request), values=values, expected_version=data.version)
    return _out(case)


@router.post("/{number}/replies", response={201: dict[str, int]}, summary="Write to the customer")
def reply(request: HttpRequest, number: str, data: schemas.ReplyIn) -> Any:
    """Send or record a word to the customer."""
    purpose = talk.Purpose(check_choice("purpose", data.purpose, set(talk.Purpose)))
    message = talk.reply(
        case=_case(request, number), by=person(request), text=data.text, purpose=purpose, means=data.means
    )
    return Status(201, {"id": message.pk})


@router.post("/{number}/notes", response={201: dict[str, int]}, summary="Write an internal note")
def note(request: HttpRequest, number: str, data: schemas.NoteIn) -> Any:
    """Write an internal note."""
    row = talk.add_note(case=_case(request, number), by=person(request), text=data.text)
    return Status(201, {"id": row.pk})


@router.post("/{number}/remote-sessions", response={201: dict[str, int]}, summary="Record remote support")
def remote(request: HttpRequest, number: str, data: schemas.RemoteIn) -> Any:
    """Record a remote support session."""
    row = diagnosing.record_remote_session(case=_case(request, number), by=person(request), values=data.dict())
    return Status(201, {"id": row.pk})


@router.post("/{number}/diagnosis", response=schemas.CaseOut, summary="Conclude the diagnosis")
def diagnose(request: HttpRequest, number: str, data: schemas.DiagnosisIn) -> schemas.CaseOut:
    """Conclude the diagnosis."""
    case = _case(request, number)
    diagnosing.conclude_diagnosis(
        case=case,
        by=person(request),
        values=data.dict(exclude={"version"}),
        expected_version=data.version,
    )
    return _out(case)


@router.post("/{number}/solutions", response={201: dict[str, Any]}, summary="Draft or submit a solution")
def solution(request: HttpRequest, number: str, data: schemas.SolutionIn) -> Any:
    """Draft a version of the solution and send it on its way."""
    row = solving.draft_solution(case=_case(request, number), by=person(request), values=data.dict(exclude={"submit"}))
    if data.submit:
        row.refresh_from_db()
        solving.submit_solution(solution=row, by=person(request))
    return Status(201, {"id": row.pk, "revision": row.revision, "state": row.state})


@router.post("/{number}/consent", response=schemas.CaseOut, summary="Record the customer's decision")
def consent(request: HttpRequest, number: str, data: schemas.ConsentIn) -> schemas.CaseOut:
    """Record the customer's decision on the proposed solution."""
    case = _case(request, number)
    proposed = get_object_or_404(case.solutions.select_related("consent"), state="proposed")
    solving.record_consent(
        consent=proposed.consent,
        decision=Decision(check_choice("decision", data.decision, set(Decision.values))),
        means=ConsentMeans(check_choice("means", data.means, set(ConsentMeans.values))),
        person=data.person,
        opinion=data.opinion,
        by=person(request),
    )
    return _out(_case(request, number))


@router.post("/{number}/work", response={201: dict[str, int]}, summary="Record a step of the work")
def work(request: HttpRequest, number: str, data: schemas.WorkIn) -> Any:
    """Record a step of the work."""
    row = closing.add_work(case=_case(request, number), by=person(request), **data.dict())
    return Status(201, {"id": row.pk})


@router.post("/{number}/customer-acceptance", response=schemas.CaseOut, summary="Record customer acceptance")
def customer_acceptance(request: HttpRequest, number: str, data: schemas.CustomerAcceptanceIn) -> schemas.CaseOut:
    """Record the customer's acceptance or refusal."""
    case = _case(request, number)
    values = data.dict(exclude={"version", "signature"})
    if data.signature is not None:
        values["signature"] = get_object_or_404(StoredFile, pk=data.signature)
    closing.accept_by_customer(case=case, by=person(request), values=values, expected_version=data.version)
    return _out(_case(request, number))


@router.post("/{number}/internal-acceptance", response=schemas.CaseOut, summary="Internal acceptance")
def internal_acceptance(request: HttpRequest, number: str, data: schemas.InternalAcceptanceIn) -> schemas.CaseOut:
    """Record the internal acceptance."""
    case = _case(request, number)
    closing.accept_internally(
        case=case,
        by=person(request),
        values=data.dict(exclude={"version"}),
        expected_version=data.version,
    )
    return _out(_case(request, number))


@router.post("/{number}/coding", response=schemas.CaseOut, summary="Code the fault")
def coding(request: HttpRequest, number: str, data: schemas.CodingIn) -> schemas.CaseOut:
    """Code the fault by the codes of the catalogue."""
    case = _case(request, number)
    kinds: dict[str, Any] = {
        "symptom": Symptom, "position": Position, "cause_category": CauseCategory, "mechanism": FailureMechanism,
    }  # fmt: skip
    wanted = data.dict(exclude={"version"}, exclude_none=True)
    values = {key: get_object_or_404(kinds[key], code=code, retired_on=None) for key, code in wanted.items()}
    triage.code_case(case=case, by=person(request), values=values, expected_version=data.version)
    return _out(_case(request, number))


@router.post("/{number}/delays", response={201: dict[str, int]}, summary="Tell the customer of a delay")
def delay(request: HttpRequest, number: str, data: schemas.DelayIn) -> Any:
    """Tell the customer of a possible delay with its reason."""
    row = talk.notify_delay(case=_case(request, number), by=person(request), **data.dict())
    return Status(201, {"id": row.pk})
