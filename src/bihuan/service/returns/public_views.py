"""Without a sign-in: the customer asks for a return, follows it, names the carrier, and agrees or objects."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from bihuan.core.documents.labels import labels_page
from bihuan.core.workflow.acting import steps_of
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import Case
from bihuan.service.desk.public_forms import SignedForm
from bihuan.service.returns import pages
from bihuan.service.returns.forms import CloseForm, RequestForm, WayForm
from bihuan.service.returns.models import Loan, Means, Remedy, ReturnOrder, ReturnState, Source
from bihuan.service.returns.money import owed
from bihuan.service.returns.queries import address_of
from bihuan.service.returns.services.offering import decide
from bihuan.service.returns.services.requesting import request_return, send
from bihuan.service.returns.services.settling import close

S = ReturnState
NEXT = {
    S.REQUESTED: _lazy("We look at your request and tell you where to send the product."),
    S.IN_TRANSIT: _lazy("We tell you as soon as the product is here."),
    S.RECEIVED: _lazy("We inspect the product and then tell you what we propose."),
    S.INSPECTED: _lazy("We inspect the product and then tell you what we propose."),
    S.APPROVING: _lazy("We inspect the product and then tell you what we propose."),
    S.AGREED: _lazy("We do what was agreed and keep you informed."),
    S.WORKING: _lazy("We do what was agreed and keep you informed."),
    S.READY: _lazy("The product is ready and will be sent back to you."),
    S.CLOSED: _lazy("This return is closed. Thank you for your trust."),
    S.REFUSED: _lazy("We could not take the product back. The reason is in our message to you."),
    S.CANCELLED: _lazy("This return was called off."),
}  # fmt: skip


@login_not_required
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """The customer of a case asks that his product comes back to us (RET-01)."""
    case = get_object_or_404(Case.objects.select_related("customer", "unit", "model"), public_token=token)
    initial = {"problem": case.description or case.summary, "contact_name": case.contact_name}
    form, status = RequestForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                order = request_return(case=case, by=None, source=Source.CUSTOMER, **form.cleaned_data)
            except MoveRefused as refused:
                form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
                status = 409
            else:
                messages.success(request, _("Thank you, your request has reached us."))
                return redirect("return:order", order.token)
    context = {"form": form, "case": case, "company": case.policy.company}
    return render(request, "returns/public/ask.html", context, status=status)


def _order(token: str) -> ReturnOrder:
    rows = ReturnOrder.objects.select_related("case__customer", "model", "unit", "owner")
    return get_object_or_404(rows, token=token)


def _shown(request: HttpRequest, order: ReturnOrder, form: Any) -> dict[str, Any]:
    """The customer's page: where it stands, what we propose, what he can do now."""
    offers = pages.offers_of(order, approved=True)
    way = pages.WAYS[Remedy(offers[0].remedy) if offers else Remedy.REPAIR]
    return {
        "order": order, "case": order.case, "company": order.policy.company, "form": form, "label": _submit(order),
        "offer": offers[0] if offers else None, "steps": steps_of(pages.station_of(order.state), way),
        "station": S(pages.station_of(order.state)).label, "owed": owed(order),
        "pay_to": order.policy.returns.pay_to, "next": NEXT.get(S(order.state), ""),
        "lent": lent_for(order), "address": address_of(order), "is_staff": request.user.is_authenticated,
    }  # fmt: skip


def _submit(order: ReturnOrder) -> str:
    return {
        S.APPROVED: _("I have sent it"), S.OFFERED: _("Send my decision"), S.SHIPPED: _("I have received it"),
    }.get(ReturnState(order.state), "")  # fmt: skip


def _form(request: HttpRequest, order: ReturnOrder) -> Any:
    """What the customer can do now."""
    data = request.POST or None
    if order.state == S.APPROVED:
        return WayForm(data, row=order)
    if order.state == S.SHIPPED and lent_for(order) is None:
        return CloseForm(data, row=order)
    if order.state == S.OFFERED:
        choices = [("yes", _("I agree")), ("no", _("I do not agree"))]
        return SignedForm(data, choices=choices, initial={"person": order.contact_name})
    return None


def lent_for(order: ReturnOrder) -> Loan | None:
    """The loan of our unit that he has meanwhile."""
    return order.loans.filter(returned_at=None).select_related("unit").first()


def _run(order: ReturnOrder, data: dict[str, Any]) -> None:
    """Do what the customer decided."""
    if order.state == S.APPROVED:
        send(order=order, **data)
    elif order.state == S.SHIPPED:
        close(order=order, **data)
    else:
        offer = order.offers.last()
        if offer is None:
            raise MoveRefused(_("Nothing is offered."), code="state")
        decide(offer=offer, agreed=data["decision"] == "yes", person=data["person"], opinion=data["opinion"],
               means=Means.LINK, picture=data["signature"])  # fmt: skip


@login_not_required
def label(request: HttpRequest, token: str) -> HttpResponse:
    """The numbered label for the parcel, to be printed by the customer once he may send it (SOL-05)."""
    row = _order(token)
    if row.state not in {S.APPROVED, S.IN_TRANSIT}:
        raise Http404
    if not address_of(row):
        return redirect("return:order", token)
    back = reverse("return:order", args=[token])
    return labels_page(request, [pages.label_of(row)], title=row.number, back=back)


@login_not_required
def order(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's page of his return; the QR code of the label leads here (SOL-03, SOL-04)."""
    row = _order(token)
    form, is_asked = _form(request, row), row.state == S.OFFERED
    if request.method != "POST" or form is None or not form.is_valid():
        status = 422 if form is not None and form.is_bound else 200
        return render(request, "returns/public/return.html", _shown(request, row, form), status=status)
    try:
        _run(row, dict(form.cleaned_data))
    except MoveRefused as refused:
        form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
        return render(request, "returns/public/return.html", _shown(request, _order(token), form), status=409)
    thanks = _("Thank you, your decision has reached us.") if is_asked else _("Thank you for telling us.")
    messages.success(request, thanks)
    return redirect("return:order", token)
