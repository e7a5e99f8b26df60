"""Customers over HTTP."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Schema

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.schemas import EventOut
from bihuan.core.permissions.services import person, require
from bihuan.core.rest.fields import Code, Email, In, MaybeText, Phone, Wide, words
from bihuan.core.rest.paging import PageQuery, Words, cut
from bihuan.core.rest.problems import known, wrong
from bihuan.core.rest.routing import Router
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.customers import permissions as perm
from bihuan.registry.customers.models import Contact, Customer, CustomerKind, Site
from bihuan.registry.customers.queries import by_words, for_list, recognise
from bihuan.registry.customers.services import add_contact, add_site, create_customer, update_customer
from bihuan.registry.people.models import Region, User

router = Router(tags=["customers"])


class CustomerOut(Schema):
    """A customer."""

    code: str
    name: str
    kind: str
    region: str | None
    owner: str | None
    phone: str
    email: str
    address: str
    note: str
    is_active: bool

    @classmethod
    def of(cls, row: Customer) -> "CustomerOut":
        """Build the view of a customer."""
        names = ("code", "name", "kind", "phone", "email", "address", "note", "is_active")
        return cls(
            region=row.region.code if row.region else None, owner=row.owner.username if row.owner else None,
            **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class CustomerPage(Schema):
    """One page of customers; ``next`` is the cursor of the following one."""

    items: list[CustomerOut]
    next: str | None


class ContactOut(Schema):
    """A person to talk to."""

    id: int
    name: str
    position: str
    phone: str
    email: str
    is_primary: bool


class SiteOut(Schema):
    """A place where the customer uses our products."""

    id: int
    name: str
    address: str


class CustomerChange(In):
    """What changes of a customer; what is not named stays."""

    name: Annotated[str, words(120, 1)] | None = None
    kind: Code | None = None
    region: Code | None = None
    owner: Code | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Wide | None = None
    note: MaybeText | None = None


class CustomerIn(CustomerChange):
    """A new customer; ``sure`` registers him although somebody like him is known."""

    name: Annotated[str, words(120, 1)]
    code: Annotated[str, words(40)] = ""
    sure: bool = False


class ContactIn(In):
    """A person to talk to."""

    name: Annotated[str, words(40, 1)]
    position: Annotated[str, words(40)] = ""
    phone: Phone = ""
    email: Email = ""
    is_primary: bool = False


class SiteIn(In):
    """A place where the customer uses our products."""

    name: Annotated[str, words(80, 1)]
    address: Annotated[str, words(200, 1)]


def _customer(request: HttpRequest, code: str) -> Customer:
    return get_object_or_404(for_list(request.user), code=code)


def _fields(data: CustomerChange) -> dict[str, Any]:
    """Codes become rows; a code that nobody has is named."""
    values = data.dict(exclude_unset=True, exclude={"sure", "code"})
    values = {key: value for key, value in values.items() if value is not None or key in {"region", "owner"}}
    if values.get("kind"):
        known("kind", values["kind"], CustomerKind.values)
    kinds: dict[str, Any] = {"region": (Region, "code"), "owner": (User, "username")}
    for field, (kind, key) in kinds.items():
        if values.get(field):
            row = kind.objects.filter(**{key: values[field]}, is_active=True).first()
            if row is None:
                raise wrong(field, values[field])
            values[field] = row
        elif field in values:
            values[field] = None
    return values


@router.get("", response=CustomerPage, summary="List customers")
def list_customers(request: HttpRequest, page: PageQuery, q: Words = "") -> CustomerPage:
    """The newest customers first; ``q`` finds names and codes by their beginning, and telephones."""
    require(request.user, perm.CUSTOMERS_VIEW)
    rows, following = cut(by_words(for_list(request.user), q.strip()), page)
    return CustomerPage(items=[CustomerOut.of(row) for row in rows], next=following)


@router.post("", response={201: CustomerOut}, summary="Register a customer")
def register(request: HttpRequest, data: CustomerIn) -> Any:
    """Register a customer; 409 names a likely double, which ``sure`` overrides."""
    require(request.user, perm.CUSTOMERS_EDIT)
    if data.code and Customer.objects.filter(code=data.code).exists():
        raise MoveRefused(_("There is a customer with this number already."), code="code")
    doubles = recognise(phone=data.phone or "", email=data.email or "", names=[data.name])
    if doubles and not data.sure:
        text = f"{doubles[0].customer.code} {doubles[0].customer.name}: {doubles[0].reason}"
        raise MoveRefused(text, code="double")
    row = create_customer(by=person(request), code=data.code, **_fields(data))
    return CustomerOut.of(row)


@router.get("/{code}", response=CustomerOut, summary="One customer")
def detail(request: HttpRequest, code: str) -> CustomerOut:
    """One customer."""
    return CustomerOut.of(_customer(request, code))


@router.patch("/{code}", response=CustomerOut, summary="Change a customer")
def change(request: HttpRequest, code: str, data: CustomerChange) -> CustomerOut:
    """Change what is named; the journal keeps what was before."""
    row = _customer(request, code)
    require(request.user, perm.CUSTOMERS_EDIT)
    return CustomerOut.of(update_customer(customer=row, by=person(request), **_fields(data)))


@router.get("/{code}/contacts", response=list[ContactOut], summary="People to talk to")
def contacts(request: HttpRequest, code: str) -> list[Contact]:
    """The people of a customer, the main contact first."""
    return list(_customer(request, code).contacts.all())


@router.post("/{code}/contacts", response={201: ContactOut}, summary="Add a person to talk to")
def new_contact(request: HttpRequest, code: str, data: ContactIn) -> Any:
    """Add a person; a new main contact takes the place of the old one."""
    row = _customer(request, code)
    require(request.user, perm.CUSTOMERS_EDIT)
    return ContactOut.from_orm(add_contact(customer=row, by=person(request), **data.dict()))


@router.get("/{code}/sites", response=list[SiteOut], summary="Places of use")
def sites(request: HttpRequest, code: str) -> list[Site]:
    """The places where a customer uses our products."""
    return list(_customer(request, code).sites.all())


@router.post("/{code}/sites", response={201: SiteOut}, summary="Add a place of use")
def new_site(request: HttpRequest, code: str, data: SiteIn) -> Any:
    """Add a place."""
    row = _customer(request, code)
    require(request.user, perm.CUSTOMERS_EDIT)
    return SiteOut.from_orm(add_site(customer=row, by=person(request), **data.dict()))


@router.get("/{code}/journal", response=list[EventOut], summary="The journal of a customer")
def journal(request: HttpRequest, code: str) -> list[EventOut]:
    """What happened to the record of a customer, the newest first."""
    return [EventOut.of(row) for row in timeline(_customer(request, code))]
