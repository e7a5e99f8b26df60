"""What the pages of returns show."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.documents.labels import Label
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, acts_context, steps_of
from bihuan.registry.customers import permissions as customers
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.parts.panels import of_job, without_issue
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.actions import ACTS
from bihuan.service.returns.models import Offer, Remedy, ReturnOrder, ReturnState
from bihuan.service.returns.money import owed_of
from bihuan.service.returns.queries import visible_to
from bihuan.service.returns.services.approving import exceeds
from bihuan.service.returns.services.handling import kept
from bihuan.service.returns.services.limiting import answer_for
from bihuan.service.returns.services.offering import suggested_payer
from bihuan.service.returns.services.parting import job_of
from bihuan.service.returns.services.requesting import address_for

S = ReturnState
HEAD = (S.REQUESTED, S.APPROVED, S.IN_TRANSIT, S.RECEIVED, S.INSPECTED, S.OFFERED, S.AGREED)
WAYS = {
    Remedy.REPAIR: (*HEAD, S.WORKING, S.READY, S.SHIPPED, S.CLOSED), Remedy.REFUND: (*HEAD, S.CLOSED),
    Remedy.SCRAP: (*HEAD, S.CLOSED), Remedy.REPLACE: (*HEAD, S.READY, S.SHIPPED, S.CLOSED),
    Remedy.GIVE_BACK: (*HEAD, S.READY, S.SHIPPED, S.CLOSED),
}  # fmt: skip
BOARD = (
    S.REQUESTED, S.APPROVED, S.IN_TRANSIT, S.RECEIVED, S.INSPECTED, S.APPROVING, S.OFFERED, S.AGREED, S.WORKING,
    S.READY, S.SHIPPED,
)  # fmt: skip
MOST_ON_BOARD = 300
A_COLUMN = 20


def link_of(order: ReturnOrder) -> str:
    """The customer's own address of a return; the label carries it."""
    return f"{settings.BASE_URL}/g/{order.token}/"


def offers_of(order: ReturnOrder, **which: Any) -> list[Offer]:
    """The offers with their positions, the newest first."""
    rows = order.offers.prefetch_related("lines").select_related("offered_by", "signature")
    return list(rows.filter(**which).order_by("-revision"))


def station_of(state: str) -> str:
    """Where a state stands on the way: an offer in approval is not with the customer yet."""
    return S.INSPECTED if state == S.APPROVING else state


def order_context(order: ReturnOrder, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how much there is."""
    offers = offers_of(order)
    payments = list(order.payments.select_related("recorded_by"))
    repair = getattr(order, "repair", None)
    stands = bool(offers) and False not in (offers[0].agreed, offers[0].approved)
    remedy = Remedy(offers[0].remedy) if stands else Remedy.REPAIR
    routes = {item.code: item.name for item in order.policy.returns.routes}
    return {
        "order": order, "row": order, "case": order.case, "act_address": "returns:act", "offers": offers,
        "steps": steps_of(station_of(order.state), WAYS[remedy]), **acts_context(ACTS, order, user, wish, outcome),
        "requisitions": of_job(user, job_of(order)), "discrepancies": without_issue(user, job_of(order)),
        "repair": repair, "unapproved": exceeds(order, repair) if repair else None,
        "evaluations": list(order.evaluations.select_related("by")),
        "approvals": approvals_of(order), "payments": payments, "owed": owed_of(reversed(offers), payments),
        "loans": list(order.loans.select_related("unit", "lent_by")), "route": routes.get(order.route, ""),
        "attachments": [row for row in attachments_of(order) if row.role == "evidence"],
        "papers": documents_of(order), "answer": order.warranty or kept(answer_for(order)),
        "deadlines": milestones(of_subject(order)), "timeline": timeline(order), "customer_link": link_of(order),
        "sees_case": visible_cases(user).filter(pk=order.case_id).exists(),
        "may_call": can(user, customers.CUSTOMERS_REVEAL), "who": "", "may_issue": can(user, "documents.issue", order),
        "payer_hint": suggested_payer(order)[1] if order.inspected_at else "",
    }  # fmt: skip


def label_of(order: ReturnOrder) -> Label:
    """The numbered label: outside on the parcel, scanned at receipt."""
    sender = " · ".join(dict.fromkeys(filter(None, (order.contact_name, str(order.case.customer or "")))))
    packed = f"{_('Sent with it')}：{order.packed}" if order.packed else ""
    return Label(
        order.number, link_of(order), _("QR code of the page of this return"), above=_("Return no."),
        lines=(order.product, f"{order.case.number} · {order.get_wish_display()}"),
        below=((f"{_('To')}：{order.policy.company}", address_for(order)), (f"{_('From')}：{sender}", packed)),
    )  # fmt: skip


def board_context(user: Any) -> dict[str, Any]:
    """What stands where: a column for each station, the next deadline first."""
    rows = visible_to(user).filter(state__in=BOARD).select_related("case__customer", "model", "owner")
    cards = list(rows.order_by("next_due_at", "id")[:MOST_ON_BOARD])
    columns = [(state, [row for row in cards if row.state == state]) for state in BOARD]
    return {
        "columns": [{"state": state, "rows": found[:A_COLUMN], "more": len(found) > A_COLUMN, "count": len(found)}
                    for state, found in columns if found],
        "may_request": can(user, perm.RETURNS_REQUEST),
    }  # fmt: skip
