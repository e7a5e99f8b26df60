"""Asking for a return, reviewing it, and the way here (RET-01, RET-02)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.documents.services import issue
from bihuan.core.files.services import attach, store
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import require
from bihuan.core.search import services as search
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.queries import with_permission
from bihuan.registry.products.services import check_in_use
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.evidence import EVIDENCE
from bihuan.service.desk.services.registration import Report, register_reported
from bihuan.service.desk.services.talk import say
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Degree, Remedy, ReturnOrder, Source
from bihuan.service.returns.queries import address_of
from bihuan.service.returns.services.limiting import answer_for, limits_for
from bihuan.service.returns.workflow import OPEN, WORKFLOW, authorise

NUMBER_PATTERN = "FX{yyyymm}-{seq:05d}"
WISHES = frozenset({Remedy.REPAIR, Remedy.REPLACE, Remedy.REFUND})


@transaction.atomic
def request_return(
    *, case: Case, problem: str, contact_name: str, by: AbstractBaseUser | None, wish: str = Remedy.REPAIR,
    source: str = Source.CASE, packed: str = "", contact_phone: str = "", address: str = "",
) -> ReturnOrder:  # fmt: skip
    """Ask that a product comes back: what it is, what is wrong, whom to reach (RET-01); ``by`` None is the customer.

    A unit has one open return at a time; whoever asks a second time is told of the first.
    """
    if by is not None:
        require(by, perm.RETURNS_REQUEST, case)
    _check_request(case, problem, contact_name, wish)
    order = ReturnOrder(
        number=next_number("return", case.policy.numbering.get("return", NUMBER_PATTERN)), case=case, wish=wish,
        policy_version_id=case.policy_version_id, source=source, unit=case.unit, model=case.model,
        serial_text=case.unit.serial if case.unit else case.serial_text, region_id=case.region_id, problem=problem,
        packed=packed, contact_name=contact_name, contact_phone=contact_phone, address=address,
        requested_by_id=by.pk if by else None,
    )  # fmt: skip
    order.limits = limits_for(order, answer_for(order))
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError as error:
        raise MoveRefused(_("This unit is in an open return already."), code="unit") from error
    words = f"{order.product}\n{contact_name}\n{case.number}"
    search.index(subject=order, title=order.number, text=words, at=order.requested_at, region_id=order.region_id,
                 new=True)  # fmt: skip
    data = {"name": order.number, "wish": wish}
    record(subject=order, verb="return.requested", by=by, data=data, actor_name="" if by else contact_name)
    record(subject=case, verb="case.return_requested", by=by, data=data, actor_name="" if by else contact_name)
    title = _("Return %(number)s asks for review: %(product)s") % {"number": order.number, "product": order.product}
    tell(users=with_permission(perm.RETURNS_REVIEW, order), title=title, subject=order, verb="return.requested")
    order.refresh_from_db()
    return order


def _check_request(case: Case, problem: str, contact_name: str, wish: str) -> None:
    needed = {"problem": problem, "contact_name": contact_name}
    for name, text in needed.items():
        if not text.strip():
            raise MoveRefused(_("This field is required."), code=name)
    if wish not in WISHES:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": wish}, code="wish")
    if not case.is_open:
        raise MoveRefused(_("The case is closed. Open it again first."), code="state")
    if case.unit is not None:
        check_in_use(case.unit)
    open_one = ReturnOrder.objects.filter(unit=case.unit_id, state__in=OPEN).first() if case.unit_id else None
    if open_one is not None:
        raise MoveRefused(_("This unit is in return %(number)s already.") % {"number": open_one.number}, code="unit")


@transaction.atomic
def request_for_sales(*, report: Report, by: AbstractBaseUser, **request: Any) -> ReturnOrder:
    """Sales ask for a return of what no case knows yet: the case is opened with it, so that the loop counts it."""
    require(by, perm.RETURNS_REQUEST)
    case = register_reported(report=report, by=by)
    return request_return(case=case, by=by, source=Source.SALES, **request)


@transaction.atomic
def approve(
    *, order: ReturnOrder, by: AbstractBaseUser, problem_confirmed: bool, conditions_checked: bool, degree: str,
    route: str = "", note: str = "", expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """Confirm the problem and the conditions; the customer learns where to send the goods (RET-02, SOL-05).

    The degree gives the hours of the repair (SLA-04, SLA-05, SLA-06). The request is issued as paper F19.
    """
    authorise(order, "approve", by)
    check_degree(degree)
    check_route(order, route)
    address = address_for(order)
    data = {"problem_confirmed": problem_confirmed, "conditions_checked": conditions_checked, "name": note[:200]}
    fields = {"degree": degree, "route": route}
    apply(order, WORKFLOW["approve"], by=by, data=data, fields=fields, expected_version=expected_version)
    issue_paper(order, "F19", by)
    text = _("Your return %(number)s is approved. Please send the goods with this number outside to: %(address)s")
    say(case=order.case, by=by, text=text % {"number": order.number, "address": address}, kind="return")
    return order


def address_for(order: ReturnOrder) -> str:
    """Where the goods are sent; never nowhere (RET-02)."""
    address = address_of(order)
    if not address:
        raise MoveRefused(_("Enter the address for returned goods in the rules first (section of returns)."), code="")
    return address


def check_degree(degree: str) -> None:
    """Only known degrees have hours."""
    if degree not in Degree.values:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": degree}, code="degree")


def check_route(order: ReturnOrder, route: str) -> None:
    """Who repairs is one of the company's own list (D24)."""
    if route and route not in {item.code for item in order.policy.returns.routes}:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": route}, code="route")


def issue_paper(order: ReturnOrder, code: str, by: Any) -> None:
    """Issue a paper of the return where the company uses it."""
    form = order.policy.form(code)
    if form is not None and form.enabled:
        issue(form_code=code, subject=ReturnOrder.objects.get(pk=order.pk), by=by)


@transaction.atomic
def refuse(
    *, order: ReturnOrder, by: AbstractBaseUser, reason: str, expected_version: int | None = None
) -> ReturnOrder:
    """Refuse the request; the customer is told why."""
    apply(order, WORKFLOW["refuse"], by=by, data={"reason": reason}, expected_version=expected_version)
    text = _("We cannot take the goods of %(number)s back: %(reason)s")
    say(case=order.case, by=by, text=text % {"number": order.number, "reason": reason}, kind="return")
    return order


@transaction.atomic
def send(
    *, order: ReturnOrder, carrier: str, tracking: str, by: AbstractBaseUser | None = None,
    expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """Keep with whom the goods travel; ``by`` None is the customer through his link."""
    authorise(order, "send", by)
    if not carrier.strip():
        raise MoveRefused(_("This field is required."), code="carrier")
    fields = {"carrier_in": carrier.strip()[:60], "tracking_in": tracking.strip()[:60]}
    data = {"name": f"{carrier} {tracking}".strip()}
    return apply(order, WORKFLOW["send"], by=by, data=data, fields=fields, expected_version=expected_version,
                 actor_name="" if by else order.contact_name)  # fmt: skip


@transaction.atomic
def call_off(
    *, order: ReturnOrder, reason: str, by: AbstractBaseUser | None = None, expected_version: int | None = None
) -> ReturnOrder:
    """Give the return up before the goods are here; ``by`` None when its case is cancelled."""
    return apply(order, WORKFLOW["cancel"], by=by, data={"reason": reason}, expected_version=expected_version)


def keep_files(order: ReturnOrder, files: Iterable[UploadedFile], by: Any, *, role: str = "evidence") -> int:
    """Store photos with the return, within an action that journals itself; returns how many."""
    count = 0
    for item in files:
        name = item.name or "photo"
        attach(subject=order, file=store(data=item, name=name, by=by, allow=EVIDENCE), role=role, caption=name, by=by)
        count += 1
    return count


@transaction.atomic
def add_photos(*, order: ReturnOrder, by: AbstractBaseUser, files: Iterable[UploadedFile]) -> ReturnOrder:
    """Add photos to a return, an action of its own."""
    require(by, perm.RETURNS_WORK, order)
    record(subject=order, verb="return.photos_added", by=by, data={"count": keep_files(order, files, by)})
    return order
