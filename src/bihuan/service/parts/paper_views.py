"""The pages of plans, orders, counts and scrapping: the same five for each kind of paper."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.listing.pages import list_page
from bihuan.core.listing.spec import Listing
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow.acting import Act, Outcome, acts_context, steps_of, take
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.parts import paper_forms as forms
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import (
    Count,
    CountState,
    Discrepancy,
    DiscrepancyState,
    Order,
    OrderState,
    Plan,
    PlanState,
    Receipt,
    Scrap,
    ScrapState,
)
from bihuan.service.parts.money import yuan
from bihuan.service.parts.paper_actions import COUNT_ACTS, DISCREPANCY_ACTS, ORDER_ACTS, PLAN_ACTS, SCRAP_ACTS
from bihuan.service.parts.paper_listing import COUNTS, DISCREPANCIES, ORDERS, PLANS, RECEIPTS, SCRAPS, late
from bihuan.service.parts.queries import papers_for
from bihuan.service.parts.services import counting, purchasing

Extra = Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its list, what can be done with one, the way it goes, and how one is begun."""

    name: str
    model: type[Any]
    listing: Listing[Any]
    acts: dict[str, Act]
    way: tuple[Any, ...]
    related: tuple[str, ...]
    facts: Extra
    begin: Any = None
    form: Any = None
    permission: str = ""
    words: dict[str, Any] = field(default_factory=dict)

    def one(self, user: Any, number: str) -> Any:
        """One paper that the user may see."""
        return papers_for(user, self.model).select_related(*self.related).filter(number=number).first()


def _plan(row: Plan, user: Any) -> dict[str, Any]:
    lines = row.lines.select_related("part")
    return {"lines": list(lines), "orders": list(row.orders.select_related("supplier").order_by("id"))}


def _order(row: Order, user: Any) -> dict[str, Any]:
    receipts = Receipt.objects.filter(line__order=row).select_related("line__part", "registered_by", "inspected_by")
    lines, sees = list(row.lines.select_related("part")), can(user, perm.PARTS_VALUE)
    total = sum(line.quantity * line.price for line in lines)
    return {
        "lines": [(line, yuan(line.price) if sees else "") for line in lines],
        "receipts": list(receipts.order_by("id")),
        "total": yuan(total) if sees else None, "is_late": late(row),
    }  # fmt: skip


def _count(row: Count, user: Any) -> dict[str, Any]:
    lines = list(row.lines.select_related("part"))
    done = [line for line in lines if line.counted is not None]
    agree = sum(1 for line in done if not line.difference)
    return {
        "lines": lines, "done": len(done), "agree": agree, "is_blind": row.state == CountState.OPEN,
        "accuracy": f"{100 * agree / len(done):.1f} %" if done else "—",
    }  # fmt: skip


def _scrap(row: Scrap, user: Any) -> dict[str, Any]:
    return {"amount": yuan(row.move.amount) if row.move and can(user, perm.PARTS_VALUE) else None}


def _discrepancy(row: Discrepancy, user: Any) -> dict[str, Any]:
    uses = row.uses.select_related("line__part", "line__requisition", "move")
    may_ask = row.state == DiscrepancyState.OPEN and can(user, perm.PARTS_ASK)
    return {
        "uses": list(uses.order_by("id")), "may_ask": may_ask,
        "sees_case": row.case is not None and visible_cases(user).filter(pk=row.case.pk).exists(),
    }  # fmt: skip


PLAN = Kind(
    "plan", Plan, PLANS, PLAN_ACTS, (PlanState.DRAFT, PlanState.ASKED, PlanState.APPROVED, PlanState.ORDERED),
    ("drafted_by",), _plan, purchasing.draft_plan, forms.NewPlanForm, perm.PARTS_PLAN,
    {"new": gettext_lazy("Draft a purchase plan"), "empty": gettext_lazy("No purchase plans"), "icon": "shopping-cart",
     "hint": gettext_lazy("A plan proposes what to buy for a period from stock, need and lead time.")},
)  # fmt: skip
ORDER = Kind(
    "order", Order, ORDERS, ORDER_ACTS, (OrderState.SENT, OrderState.RECEIVED), ("supplier", "plan", "ordered_by"),
    _order, words={"empty": gettext_lazy("No orders"), "icon": "truck-delivery",
                   "hint": gettext_lazy("Orders are made from a reviewed purchase plan.")},
)  # fmt: skip
COUNT = Kind(
    "count", Count, COUNTS, COUNT_ACTS, (CountState.OPEN, CountState.ASKED, CountState.POSTED), ("place", "opened_by"),
    _count, counting.open_count, forms.NewCountForm, perm.PARTS_KEEP,
    {"new": gettext_lazy("Begin a count"), "empty": gettext_lazy("No counts"), "icon": "checklist",
     "hint": gettext_lazy("Count every month, and everything at the end of the year.")},
)  # fmt: skip
SCRAP = Kind(
    "scrap", Scrap, SCRAPS, SCRAP_ACTS, (ScrapState.ASKED, ScrapState.DONE), ("part", "place", "asked_by", "move"),
    _scrap, words={"empty": gettext_lazy("Nothing was scrapped"), "icon": "trash",
                   "hint": gettext_lazy("Scrapping is asked for on the page of the part.")},
)  # fmt: skip

DISCREPANCY = Kind(
    "discrepancy", Discrepancy, DISCREPANCIES, DISCREPANCY_ACTS,
    (DiscrepancyState.DECLARED, DiscrepancyState.OPEN, DiscrepancyState.SETTLED),
    ("used_by", "case", "unit", "line__part"), _discrepancy,
    words={"empty": gettext_lazy("Every used part has its issue"), "icon": "checks",
           "hint": gettext_lazy("What a report names without an issue stands here until it is settled.")},
)  # fmt: skip


def list_of(kind: Kind) -> Callable[..., HttpResponse]:
    """The list of a kind."""

    def view(request: HttpRequest) -> HttpResponse:
        may = kind.begin is not None and can(request.user, kind.permission)
        return list_page(request, kind.listing, "parts/papers.html", {
            "may_new": may, "new": f"parts:{kind.name}_new", "words": kind.words})  # fmt: skip

    return view


def new_of(kind: Kind) -> Callable[..., HttpResponse]:
    """Begin a paper of a kind."""

    def view(request: HttpRequest) -> HttpResponse:
        require(request.user, kind.permission)
        form, status = kind.form(request.POST or None), 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    row = kind.begin(by=person(request), **form.cleaned_data)
                except MoveRefused as refused:
                    form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
                    status = 409
                else:
                    return redirect(f"parts:{kind.name}", row.number)
        context = {"form": form, "title": kind.words["new"], "back": kind.listing}
        return render(request, "parts/new.html", context, status=status)

    return view


def page_of(kind: Kind) -> Callable[..., HttpResponse]:
    """One paper of a kind."""

    def view(request: HttpRequest, number: str) -> HttpResponse:
        row = found(kind.one(request.user, number))
        return render(request, f"parts/{kind.name}.html", _context(kind, row, request.user, request.GET.get("do", "")))

    return view


def _context(kind: Kind, row: Any, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    return {
        "row": row, "back_list": kind.listing, "act_address": f"parts:{kind.name}_act", "who": row.number,
        **acts_context(kind.acts, row, user, wish, outcome), "steps": steps_of(row.state, kind.way),
        "approvals": approvals_of(row), "papers": documents_of(row), "timeline": timeline(row), **kind.facts(row, user),
    }  # fmt: skip


def go_of(kind: Kind) -> Callable[..., HttpResponse]:
    """Find a paper by its id, for links from notices and approvals."""

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(papers_for(request.user, kind.model), pk=pk)
        return redirect(f"parts:{kind.name}", row.number)

    return view


def act_of(kind: Kind) -> Callable[..., HttpResponse]:
    """Take one act; what was typed stays on the page when it is refused."""

    @require_POST
    def view(request: HttpRequest, number: str, name: str) -> HttpResponse:
        outcome = take(request, kind.acts, found(kind.one(request.user, number)), name)
        if outcome.is_done:
            messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
            return redirect(f"parts:{kind.name}", number)
        context = _context(kind, found(kind.one(request.user, number)), request.user, name, outcome)
        return render(request, f"parts/{kind.name}.html", context, status=outcome.status)

    return view


def receipts(request: HttpRequest) -> HttpResponse:
    """The receipts, to be exported as vouchers for finance (PRT-11)."""
    words = {"empty": _("No receipts"), "hint": _("What comes is registered on the page of its order."),
             "icon": "package-import"}  # fmt: skip
    return list_page(request, RECEIPTS, "parts/papers.html", {"may_new": False, "words": words})
