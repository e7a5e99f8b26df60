"""Returns over HTTP: the request, every station, the offer and the customer's word."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File
from ninja.files import UploadedFile

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.schemas import EventOut
from bihuan.core.permissions.services import found, person, require
from bihuan.core.rest.fields import Code
from bihuan.core.rest.paging import PageQuery, cut
from bihuan.core.rest.problems import at_most, known, wrong
from bihuan.core.rest.routing import Router
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.faults.models import CauseCategory, FailureMechanism
from bihuan.registry.products.models import Unit
from bihuan.registry.products.services import normalise_serial
from bihuan.service.desk.api.base import case_of, colleague, file_of
from bihuan.service.parts.api import JobPartsIn, RequisitionOut
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.api.schemas import (
    EvaluationIn,
    FaultCodeIn,
    InspectionIn,
    LoanIn,
    OfferIn,
    PaymentIn,
    ReceiptIn,
    RepairIn,
    RepairPlanIn,
    RequestIn,
    ReturnOut,
    ReturnPage,
    ReturnReviewIn,
    SettleIn,
    WayIn,
    WordIn,
)
from bihuan.service.returns.models import PriceItem, ReturnOrder, ReturnState
from bihuan.service.returns.queries import FOR_PAGE, for_page, visible_to
from bihuan.service.returns.services import handling, offering, parting, paying, requesting, settling

router = Router(tags=["returns"])
MOST_FILES = 9


def _row(request: HttpRequest, number: str) -> ReturnOrder:
    return found(for_page(request.user, number))


def _out(request: HttpRequest, number: str) -> ReturnOut:
    return ReturnOut.of(_row(request, number))


def _more(request: HttpRequest, number: str, data: Any) -> dict[str, Any]:
    """Which return, who acts, and the version that he saw."""
    return {"order": _row(request, number), "by": person(request), "expected_version": data.version}


def _unit(serial: str) -> Unit:
    row = Unit.objects.select_related("model", "customer").filter(serial=normalise_serial(serial)).first()
    if row is None:
        raise wrong("serial", serial)
    return row


@router.get("", response=ReturnPage, summary="List returns")
def returns(request: HttpRequest, page: PageQuery, state: Code = "", case: Code = "") -> ReturnPage:
    """The newest returns first: by state, by case."""
    require(request.user, perm.RETURNS_VIEW)
    rows = visible_to(request.user)
    if state:
        rows = rows.filter(state=known("state", state, set(ReturnState.values)))
    if case:
        rows = rows.filter(case__number=case)
    rows = rows.select_related(*FOR_PAGE).prefetch_related("offers__lines", "payments", "loans__unit")
    items, following = cut(rows, page)
    return ReturnPage(items=[ReturnOut.of(row) for row in items], next=following)


@router.post("", response={201: ReturnOut}, summary="Request a return")
def request_return(request: HttpRequest, data: RequestIn) -> Any:
    """Ask that the product of a case comes back (RET-01)."""
    values = data.dict(exclude={"case"})
    row = requesting.request_return(case=case_of(request, data.case), by=person(request), **values)
    return ReturnOut.of(ReturnOrder.objects.select_related(*FOR_PAGE).get(pk=row.pk))


@router.get("/{number}", response=ReturnOut, summary="One return")
def detail(request: HttpRequest, number: str) -> ReturnOut:
    """One return with its offers."""
    return _out(request, number)


@router.get("/{number}/journal", response=list[EventOut], summary="The journal of a return")
def journal(request: HttpRequest, number: str) -> list[EventOut]:
    """What happened, the newest first."""
    return [EventOut.of(row) for row in timeline(_row(request, number))]


@router.post("/{number}/photos", response=ReturnOut, summary="Upload photos")
def photos(request: HttpRequest, number: str, file: File[list[UploadedFile]]) -> ReturnOut:
    """Add up to nine photos or videos; one that is refused keeps all out."""
    order = _row(request, number)
    at_most("file", file, MOST_FILES)
    requesting.add_photos(order=order, by=person(request), files=file)
    return _out(request, number)


@router.post("/{number}/review", response=ReturnOut, summary="Review the request")
def review(request: HttpRequest, number: str, data: ReturnReviewIn) -> ReturnOut:
    """Approve with problem and conditions checked, or refuse with a reason (RET-02)."""
    more = _more(request, number, data)
    if data.approve:
        requesting.approve(**more, **data.dict(exclude={"approve", "reason", "version"}))
    else:
        requesting.refuse(reason=data.reason, **more)
    return _out(request, number)


@router.post("/{number}/dispatch", response=ReturnOut, summary="The goods are on their way here")
def dispatch(request: HttpRequest, number: str, data: WayIn) -> ReturnOut:
    """Keep carrier and waybill of the way here."""
    requesting.send(carrier=data.carrier, tracking=data.tracking, **_more(request, number, data))
    return _out(request, number)


@router.post("/{number}/receipt", response=ReturnOut, summary="Receive the goods")
def receipt(request: HttpRequest, number: str, data: ReceiptIn) -> ReturnOut:
    """Take the goods in; the hours of the repair begin (SLA-04)."""
    handling.receive(**_more(request, number, data), **data.dict(exclude={"version"}))
    return _out(request, number)


@router.post("/{number}/inspection", response=ReturnOut, summary="Record the inspection")
def inspection(request: HttpRequest, number: str, data: InspectionIn) -> ReturnOut:
    """What was found; the warranty answers (RET-04, SOL-06)."""
    values = data.dict(exclude={"version", "degree"})
    handling.inspect(**_more(request, number, data), **values, degree=data.degree or "")
    return _out(request, number)


@router.post("/{number}/fault", response=ReturnOut, summary="Code the fault")
def fault(request: HttpRequest, number: str, data: FaultCodeIn) -> ReturnOut:
    """Cause and mechanism, written on the case (TRI-13)."""
    more = _more(request, number, data)
    cause = CauseCategory.objects.filter(code=data.cause_category).first()
    mechanism = FailureMechanism.objects.filter(code=data.mechanism).first() if data.mechanism else None
    if cause is None:
        raise wrong("cause_category", data.cause_category)
    if data.mechanism and mechanism is None:
        raise wrong("mechanism", data.mechanism)
    handling.code_found(cause_category=cause, mechanism=mechanism, **more)
    return _out(request, number)


@router.post("/{number}/offers", response=ReturnOut, summary="Offer a remedy")
def offers(request: HttpRequest, number: str, data: OfferIn) -> ReturnOut:
    """Offer a remedy by prices of the list; the customer answers by his link (RET-07, CST-09)."""
    more = _more(request, number, data)
    items = {row.code: row for row in PriceItem.objects.filter(code__in=[one.code for one in data.positions])}
    positions = []
    for one in data.positions:
        if one.code not in items:
            raise wrong("positions", one.code)
        positions.append(offering.Position(items[one.code], one.quantity))
    values = data.dict(exclude={"positions", "version"})
    offering.offer(positions=positions, **more, **values)
    return _out(request, number)


@router.post("/{number}/consent", response=ReturnOut, summary="Record the customer's word")
def consent(request: HttpRequest, number: str, data: WordIn) -> ReturnOut:
    """The customer's yes or no to the offer as one of us heard it, with its evidence (SOL-03, SOL-04)."""
    order = _row(request, number)
    offer = order.offers.last()
    if offer is None:
        raise MoveRefused(_("Nothing is offered."), code="state")
    values = data.dict(include={"agreed", "means", "person", "opinion"})
    evidence = file_of(order, "evidence", data.evidence)
    offering.decide(offer=offer, by=person(request), evidence=evidence, expected_version=data.version, **values)
    return _out(request, number)


@router.post("/{number}/payments", response=ReturnOut, summary="Record a payment")
def payments(request: HttpRequest, number: str, data: PaymentIn) -> ReturnOut:
    """What the customer paid, never more than he owes (CST-09)."""
    paying.record_payment(**_more(request, number, data), **data.dict(exclude={"version"}))
    return _out(request, number)


@router.post("/{number}/repair-plan", response=ReturnOut, summary="Arrange the repair")
def repair_plan(request: HttpRequest, number: str, data: RepairPlanIn) -> ReturnOut:
    """Name who repairs when with which tools (RET-03)."""
    values = data.dict(include={"planned_for", "tools"})
    more = _more(request, number, data)
    handling.arrange(technician=colleague("technician", data.technician), **more, **values)
    return _out(request, number)


@router.post("/{number}/repair", response=ReturnOut, summary="Write the repair record")
def repair(request: HttpRequest, number: str, data: RepairIn) -> ReturnOut:
    """Work, issued parts and costs as the law names them; what was not issued needs its reason (RET-04, PRT-18)."""
    handling.record_work(values=data.dict(exclude={"version"}), **_more(request, number, data))
    return _out(request, number)


@router.post("/{number}/parts", response={201: RequisitionOut}, summary="Ask for the parts of a repair")
def parts(request: HttpRequest, number: str, data: JobPartsIn) -> Any:
    """Ask for parts for the technician; they are issued to him and booked when the repair passes (PRT-12)."""
    order = _row(request, number)
    row = parting.ask_parts(order=order, by=person(request), lines=data.pairs(), purpose=data.purpose)
    return RequisitionOut.of(row)


@router.post("/{number}/evaluation", response=ReturnOut, summary="Evaluate the repair")
def evaluation(request: HttpRequest, number: str, data: EvaluationIn) -> ReturnOut:
    """Judge every criterion; who repaired does not judge (RET-05)."""
    handling.evaluate(**_more(request, number, data), **data.dict(exclude={"version"}))
    return _out(request, number)


@router.post("/{number}/shipment", response=ReturnOut, summary="Send the goods back")
def shipment(request: HttpRequest, number: str, data: WayIn) -> ReturnOut:
    """Keep carrier and waybill of the way back (SOL-05)."""
    settling.ship(carrier=data.carrier, tracking=data.tracking, **_more(request, number, data))
    return _out(request, number)


@router.post("/{number}/loans", response=ReturnOut, summary="Lend a unit, or take it back")
def loans(request: HttpRequest, number: str, data: LoanIn) -> ReturnOut:
    """A serial lends that unit; without one the lent unit is back."""
    more = _more(request, number, data)
    if data.serial:
        settling.lend(unit=_unit(data.serial), condition=data.condition, **more)
    else:
        settling.take_loan_back(condition=data.condition, **more)
    return _out(request, number)


@router.post("/{number}/steps", response=ReturnOut, summary="Settle the return")
def step(request: HttpRequest, number: str, data: SettleIn) -> ReturnOut:
    """Exchange, give back, refund, scrap, close or cancel."""
    more = _more(request, number, data)
    steps: dict[str, Any] = {
        "exchange": lambda: settling.exchange(unit=_unit(data.serial), **more),
        "give_back": lambda: settling.give_back(remark=data.text, **more),
        "refund": lambda: settling.refund(reference=data.reference, **more),
        "scrap": lambda: settling.scrap(remark=data.text, **more),
        "close": lambda: settling.close(taken_by=data.text, **more),
        "cancel": lambda: requesting.call_off(reason=data.text, **more),
    }  # fmt: skip
    steps[known("step", data.step, steps)]()
    return _out(request, number)
