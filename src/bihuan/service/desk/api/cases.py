"""Registering, listing and correcting cases, and the moves that need nothing but a reason."""

from typing import Any

from django.http import HttpRequest

from bihuan.core.permissions.services import person, require
from bihuan.core.policy import queries as policy
from bihuan.core.rest.fields import Code
from bihuan.core.rest.paging import PageQuery, Words, cut
from bihuan.core.rest.problems import known, wrong
from bihuan.core.search.queries import narrowed
from bihuan.core.workflow.services import apply, choices
from bihuan.registry.products.models import ProductLine, ProductModel, Unit
from bihuan.registry.products.services import normalise_serial
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.api import inputs
from bihuan.service.desk.api.base import case_of, case_out, customer_of, level_of, of_line, past, router, row_of
from bihuan.service.desk.api.outputs import CaseOut, CasePage, MoveOut
from bihuan.service.desk.models import Case, CaseState
from bihuan.service.desk.queries import FOR_PAGE, visible_to
from bihuan.service.desk.services import closing, diagnosing, talk
from bihuan.service.desk.services.registration import Report, policy_for, register_reported
from bihuan.service.desk.services.triage import edit_case
from bihuan.service.desk.validation import check_channel, check_custom
from bihuan.service.desk.workflow import WORKFLOW

TEXTS = {
    "description", "summary", "service_type", "category", "contact_name", "contact_phone", "contact_email",
    "reporter_name", "purchased_on", "complained_at", "occurred_at", "urgency",
}  # fmt: skip
OWN_NAMES = {"serial": "serial_text", "position": "position_text", "impact": "impact_text"}


@router.post("", response={201: CaseOut}, summary="Register a case")
def register(request: HttpRequest, data: inputs.CaseIn) -> Any:
    """Register a case; the channel, the codes and the custom fields are checked against the policy of its line."""
    require(request.user, perm.CASE_REGISTER)
    unit, model, line = _product(data.serial, data.model_code, data.line)
    channel = check_channel(data.channel, line)
    rules = policy.parsed(policy_for(line))
    of_line("service_type", rules.service_types, line, data.service_type)
    of_line("category", rules.categories, line, data.category)
    level_of(rules, "urgency", data.urgency)
    past("complained_at", data.complained_at)
    report = Report(
        channel=channel.code,
        customer=customer_of(request, data.customer_code),
        line=line,
        unit=unit,
        model=model,
        serial_text=data.serial,
        position_text=data.position,
        impact_text=data.impact,
        custom=check_custom(data.custom, line),
        **data.dict(include=TEXTS),
    )
    case = register_reported(report=report, by=person(request), rings=data.rings, wait_seconds=data.wait_seconds)
    return CaseOut.of(case)


def _product(serial: str, model_code: str, line_code: str) -> tuple[Unit | None, ProductModel | None, Any]:
    """What is known of the product: a serial nobody has is kept as told, a wrong code is refused."""
    units = Unit.objects.select_related("model__line__profile", "customer")
    unit = units.filter(serial=normalise_serial(serial)).first() if serial else None
    models = ProductModel.objects.select_related("line__profile")
    model: ProductModel | None = row_of("model_code", models, model_code)
    line = row_of("line", ProductLine.objects.select_related("profile").filter(is_active=True), line_code)
    product = model or (unit.model if unit else None)
    return unit, model, line or (product.line if product else None)


@router.get("", response=CasePage, summary="List cases")
def list_cases(
    request: HttpRequest, page: PageQuery, state: Code = "", owner: Code = "", customer: Code = "", q: Words = ""
) -> CasePage:
    """The newest cases first: by state, by the login name of the handler, by customer number, by words."""
    require(request.user, perm.CASE_VIEW)
    wanted = {"state": state, "owner__username": owner, "customer__code": customer}
    if state:
        known("state", state, set(CaseState.values))
    rows = visible_to(request.user).filter(**{key: value for key, value in wanted.items() if value})
    if q.strip():
        rows = narrowed(rows, q.strip(), "desk.case")
    items, following = cut(rows.select_related(*FOR_PAGE), page)
    return CasePage(items=[CaseOut.of(case) for case in items], next=following)


@router.get("/{number}", response=CaseOut, summary="One case")
def detail(request: HttpRequest, number: str) -> CaseOut:
    """One case."""
    return case_out(request, number)


@router.patch("/{number}", response=CaseOut, summary="Correct the facts")
def correct(request: HttpRequest, number: str, data: inputs.FactsIn) -> CaseOut:
    """Correct the facts that are named; the journal keeps what was before. A corrected time moves the clocks."""
    case = case_of(request, number)
    edit_case(case=case, by=person(request), values=_facts(request, case, data), expected_version=data.version)
    return case_out(request, number)


def _facts(request: HttpRequest, case: Case, data: inputs.FactsIn) -> dict[str, Any]:
    sent = {OWN_NAMES.get(key, key): value for key, value in data.dict(exclude_unset=True).items()}
    nullable = {"purchased_on", "occurred_at"}
    values = {key: value for key, value in sent.items() if value is not None or key in nullable}
    past("complained_at", values.get("complained_at"))
    del values["version"]
    units = Unit.objects.select_related("model__line", "customer")
    for name, field, rows, key in (
        ("line", "line", ProductLine.objects.filter(is_active=True), "code"),
        ("model_code", "model", ProductModel.objects.filter(is_active=True), "code"),
        ("unit_serial", "unit", units, "serial"),
    ):
        if name in values:
            code = values.pop(name)
            values[field] = row_of(name, rows, normalise_serial(code) if key == "serial" else code, key)
    if "customer_code" in values:
        values["customer"] = customer_of(request, values.pop("customer_code"))
    if "custom" in values:
        values["custom"] = {**case.custom, **check_custom(values["custom"], values.get("line", case.line))}
    return values


@router.get("/{number}/moves", response=list[MoveOut], summary="What may be done now")
def moves(request: HttpRequest, number: str) -> list[MoveOut]:
    """The moves that the caller may make now, with the reason where one is refused yet."""
    return [
        MoveOut(
            move=item.move.name,
            label=str(item.move.label),
            refusal=str(item.refusal) if item.refusal else None,
            needs_reason=item.move.needs_reason,
        )
        for item in choices(case_of(request, number), WORKFLOW, request.user)
    ]


@router.post("/{number}/moves", response=CaseOut, summary="Make a move")
def make_move(request: HttpRequest, number: str, data: inputs.MoveIn) -> CaseOut:
    """Make one of the moves that need nothing but a reason.

    They are: start_diagnosis, finish_work, settle, archive, reopen, wait, resume, cancel, rework.
    """
    case, user = case_of(request, number), person(request)
    more: dict[str, Any] = {"case": case, "by": user, "expected_version": data.version}
    why = {"reason": data.reason, **more}
    services: dict[str, Any] = {
        "start_diagnosis": lambda: diagnosing.start_diagnosis(**more),
        "finish_work": lambda: closing.finish_work(**more),
        "settle": lambda: closing.settle_by_answer(**more),
        "archive": lambda: closing.archive_case(**more),
        "resume": lambda: talk.resume(**more),
        "reopen": lambda: closing.reopen_case(**why),
        "wait": lambda: talk.wait_for_customer(**why),
        "cancel": lambda: closing.cancel_case(duplicate_of=_double(request, case, data.duplicate_of), **why),
        "rework": lambda: apply(
            case, WORKFLOW["rework"], by=user, data={"reason": data.reason}, expected_version=data.version
        ),
    }
    services[known("move", data.move, services)]()
    return case_out(request, number)


def _double(request: HttpRequest, case: Case, number: str) -> Case | None:
    """The other case, which the caller must see."""
    if not number:
        return None
    row = visible_to(request.user).filter(number=number).exclude(pk=case.pk).first()
    if row is None:
        raise wrong("duplicate_of", number)
    return row
