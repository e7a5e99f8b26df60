"""Products over HTTP: units with their warranty and card, models with their documents."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.schemas import EventOut
from bihuan.core.files.api import BINARY
from bihuan.core.files.views import serve
from bihuan.core.permissions.services import person, require
from bihuan.core.rest.fields import Code, Day, In, MaybeText, Phone, Wide, words
from bihuan.core.rest.paging import PageQuery, Words, cut
from bihuan.core.rest.problems import checked, wrong
from bihuan.core.rest.routing import Router
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products import permissions as perm
from bihuan.registry.products.entitlement import Answer
from bihuan.registry.products.forms import CardForm, UnitForm
from bihuan.registry.products.models import ProductDocument, ProductModel, ServiceCard, Unit, WarrantyPolicy
from bihuan.registry.products.queries import answer_of, by_words, for_list, models_for
from bihuan.registry.products.services import create_unit, normalise_serial, register_card, update_unit
from bihuan.registry.products.words import sentence

router = Router(tags=["products"])
DAYS = ("produced_on", "shipped_on", "delivered_on", "invoiced_on", "installed_on")


class WarrantyOut(Schema):
    """Whether a unit is under warranty today: ``in``, ``out`` or ``unknown``, from which day and why.

    ``entitlements`` is what the customer may ask for, should a fault be found: repair, replace_part, replace, refund,
    loaner, compensation, depreciation_fee.
    """

    state: str
    basis: str
    starts_on: date | None
    until: date | None
    rule: str
    reasons: list[str]
    entitlements: list[str]

    @classmethod
    def of(cls, answer: Answer) -> "WarrantyOut":
        """Build the view of a warranty answer."""
        found = answer.warranty
        return cls(
            state=found.state, basis=found.basis, starts_on=found.starts_on, until=found.until,
            rule=answer.rule.code if answer.rule else "", reasons=[sentence(row) for row in answer.reasons],
            entitlements=sorted(answer.entitlements),
        )  # fmt: skip


class UnitOut(Schema):
    """A unit with its warranty of today.

    ``ending`` is ``returned`` or ``scrapped`` where it has left its customer for good, on the day ``ended_on``.
    """

    serial: str
    model: str
    line: str
    customer: str | None
    batch: str | None
    order_no: str
    produced_on: date | None
    shipped_on: date | None
    delivered_on: date | None
    invoiced_on: date | None
    installed_on: date | None
    ending: str
    ended_on: date | None
    warranty: WarrantyOut

    @classmethod
    def of(cls, row: Unit) -> "UnitOut":
        """Build the view of a unit."""
        return cls(
            model=row.model.code, line=row.model.line.code, customer=row.customer.code if row.customer else None,
            batch=row.batch.number if row.batch else None,
            warranty=WarrantyOut.of(answer_of(row, on=timezone.localdate())),
            **{name: getattr(row, name) for name in ("serial", "order_no", "ending", "ended_on", *DAYS)},
        )  # fmt: skip


class UnitRow(Schema):
    """A unit in a list."""

    serial: str
    model: str
    customer: str | None
    shipped_on: date | None


class UnitPage(Schema):
    """One page of units; ``next`` is the cursor of the following one."""

    items: list[UnitRow]
    next: str | None


class DocumentOut(Schema):
    """A document of a model in force."""

    id: int
    kind: str
    title: str
    revision: str
    valid_from: date


class ModelOut(Schema):
    """A model with what engineering has supplied for it (CUS-05)."""

    code: str
    name: str
    line: str
    specification: str
    drawing_no: str
    documents: list[DocumentOut]


class ModelPage(Schema):
    """One page of models; ``next`` is the cursor of the following one."""

    items: list[ModelOut]
    next: str | None


class RepairOut(Schema):
    """A repair in the life of a unit."""

    source: str
    fault: str
    sent_on: date
    done_on: date | None
    main_part: str
    waited_from: date | None
    waited_to: date | None
    found_nothing: bool
    outcome: str


class UnitChange(In):
    """What changes of a unit; what is not named stays. Customers, models and batches are named by their codes."""

    model: Code | None = None
    customer: Annotated[str, words(120)] | None = None
    batch: Code | None = None
    warranty: Code | None = None
    order_no: Code | None = None
    produced_on: Day | None = None
    shipped_on: Day | None = None
    delivered_on: Day | None = None
    invoiced_on: Day | None = None
    installed_on: Day | None = None


class UnitIn(UnitChange):
    """A new unit."""

    serial: Annotated[str, words(60, 1)]
    model: Annotated[str, words(60, 1)]


class CardIn(In):
    """The service card of an installed product."""

    customer: Annotated[str, words(120, 1)]
    installed_on: Day
    installer: Annotated[str, words(80)] = ""
    contact_name: Annotated[str, words(40)] = ""
    contact_phone: Phone = ""
    address: Wide = ""
    remark: MaybeText = ""


class CardOut(Schema):
    """A service card."""

    number: str
    installed_on: date
    installer: str
    contact_name: str
    contact_phone: str
    address: str
    remark: str


def _unit(request: HttpRequest, serial: str) -> Unit:
    return get_object_or_404(for_list(request.user), serial=normalise_serial(serial))


def _cleaned(data: UnitChange, unit: Unit | None) -> dict[str, Any]:
    """Hold the unit to the rules of its page; what was not sent is as it was."""
    before: dict[str, Any] = {}
    if unit is not None:
        before = {name: getattr(unit, name) for name in ("serial", "order_no", *DAYS)}
        before |= {"model": unit.model.code, "customer": unit.customer.code if unit.customer else ""}
        before |= {"batch": unit.batch.number if unit.batch else "", "warranty": unit.warranty_id}
    sent = data.dict(exclude_unset=True)
    if sent.get("warranty"):
        row = WarrantyPolicy.objects.filter(code=sent["warranty"]).first()
        if row is None:
            raise wrong("warranty", sent["warranty"])
        sent["warranty"] = row.pk
    return checked(UnitForm({**before, **sent}, instance=unit))


@router.get("/units", response=UnitPage, summary="List units")
def list_units(request: HttpRequest, page: PageQuery, q: Words = "") -> UnitPage:
    """The newest units first; ``q`` finds the beginning of a serial or an order number."""
    require(request.user, perm.PRODUCTS_VIEW)
    rows, following = cut(by_words(for_list(request.user), q.strip()), page)
    items = [
        UnitRow(
            serial=row.serial, model=row.model.code, customer=row.customer.code if row.customer else None,
            shipped_on=row.shipped_on,
        )
        for row in rows
    ]  # fmt: skip
    return UnitPage(items=items, next=following)


@router.post("/units", response={201: UnitOut}, summary="Register a unit")
def register(request: HttpRequest, data: UnitIn) -> Any:
    """Register a unit."""
    require(request.user, perm.PRODUCTS_EDIT)
    return UnitOut.of(create_unit(by=person(request), **_cleaned(data, None)))


@router.get("/units/{serial}", response=UnitOut, summary="One unit with its warranty")
def detail(request: HttpRequest, serial: str) -> UnitOut:
    """One unit by its serial."""
    return UnitOut.of(_unit(request, serial))


@router.patch("/units/{serial}", response=UnitOut, summary="Change a unit")
def change(request: HttpRequest, serial: str, data: UnitChange) -> UnitOut:
    """Change what is named; the journal keeps what was before."""
    unit = _unit(request, serial)
    require(request.user, perm.PRODUCTS_EDIT)
    values = _cleaned(data, unit)
    return UnitOut.of(update_unit(unit=_unit(request, serial), by=person(request), **values))


@router.post("/units/{serial}/card", response={201: CardOut}, summary="Register the service card")
def card(request: HttpRequest, serial: str, data: CardIn) -> Any:
    """Register the card of an installed product; it is issued as paper F16 (CUS-02)."""
    unit = _unit(request, serial)
    require(request.user, perm.PRODUCTS_EDIT)
    if ServiceCard.objects.filter(unit=unit).exists():
        raise MoveRefused(_("This unit has its service card already."), code="card")
    row = register_card(unit=unit, by=person(request), **checked(CardForm(data.dict())))
    return CardOut.from_orm(row)


@router.get("/units/{serial}/card", response=CardOut, summary="The service card of a unit")
def card_of(request: HttpRequest, serial: str) -> ServiceCard:
    """The service card of a unit."""
    return get_object_or_404(ServiceCard, unit=_unit(request, serial))


@router.get("/units/{serial}/repairs", response=list[RepairOut], summary="The repairs of a unit")
def repairs(request: HttpRequest, serial: str) -> list[RepairOut]:
    """The repairs from which the warranty counts, the oldest first (RET-06)."""
    return [RepairOut.from_orm(row) for row in _unit(request, serial).repairs.all()]


@router.get("/units/{serial}/journal", response=list[EventOut], summary="The journal of a unit")
def journal(request: HttpRequest, serial: str) -> list[EventOut]:
    """What happened to the record of a unit, the newest first."""
    return [EventOut.of(row) for row in timeline(_unit(request, serial))]


@router.get("/models", response=ModelPage, summary="List models")
def list_models(request: HttpRequest, page: PageQuery) -> ModelPage:
    """The models with their documents in force."""
    require(request.user, perm.PRODUCTS_VIEW)
    rows, following = cut(models_for(request.user).prefetch_related("documents"), page)
    return ModelPage(items=[_model(row) for row in rows], next=following)


def _model(row: ProductModel) -> ModelOut:
    documents = [DocumentOut.from_orm(item) for item in row.documents.all() if item.is_current]
    names = ("code", "name", "specification", "drawing_no")
    return ModelOut(line=row.line.code, documents=documents, **{name: getattr(row, name) for name in names})


@router.get("/documents/{int:pk}", summary="Download a document of a model", openapi_extra=BINARY)
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A drawing or a sheet of a model (CUS-04)."""
    rows = ProductDocument.objects.filter(model__in=models_for(request.user)).select_related("file")
    return serve(request, get_object_or_404(rows, pk=pk).file)
