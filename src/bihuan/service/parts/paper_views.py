"""The pages of requisitions, plans, orders, counts, scrappings and discrepancies: the same for each kind of paper."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.documents.rendering import pdf_answer, to_pdf
from bihuan.core.listing.pages import list_page
from bihuan.core.listing.spec import Listing
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow.acting import Act, Outcome, acts_context, steps_of, take
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.parts import paper_forms as forms
from bihuan.service.parts import permissions as perm
from bihuan.service.parts import sheets
from bihuan.service.parts.documents import count_sheet as sheet_of_count
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
    Requisition,
    RequisitionState,
    Scrap,
    ScrapState,
)
from bihuan.service.parts.money import yuan
from bihuan.service.parts.paper_actions import COUNT_ACTS, DISCREPANCY_ACTS, ORDER_ACTS, PLAN_ACTS, SCRAP_ACTS
from bihuan.service.parts.paper_listing import COUNTS, DISCREPANCIES, ORDERS, PLANS, RECEIPTS, SCRAPS, late
from bihuan.service.parts.queries import papers_for, requisitions_in_full
from bihuan.service.parts.requisition_actions import ACTS as REQUISITION_ACTS
from bihuan.service.parts.requisition_listing import REQUISITIONS
from bihuan.service.parts.services import counting, purchasing
from bihuan.service.parts.services.count_plan import due_counts
from bihuan.ui.templatetags.bihuan import moment

Fact = tuple[Any, Any, str]
Rows = Callable[[Any], QuerySet[Any]]
TONES = {
    **dict.fromkeys(("ordered", "received", "posted", "done", "settled", "closed"), "green"),
    **dict.fromkeys(("cancelled", "declined", "withdrawn"), "grey"), "asked": "orange",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its list, what can be done with one, the way it goes, what its page shows, how one is begun."""

    name: str
    model: type[Any]
    listing: Listing[Any]
    acts: dict[str, Act]
    way: tuple[Any, ...]
    related: tuple[str, ...]
    page: Callable[[Any, Any], dict[str, Any]]
    begin: Any = None
    form: Any = None
    permission: str = ""
    words: dict[str, Any] = field(default_factory=dict)
    rows: Rows | None = None
    new_url: str = ""
    template: str = "paper"
    due: Callable[[], list[Any]] | None = None

    def visible(self, user: Any) -> QuerySet[Any]:
        """The papers that the user may see."""
        return self.rows(user) if self.rows else papers_for(user, self.model)

    def one(self, user: Any, number: str) -> Any:
        """One paper that the user may see."""
        return self.visible(user).select_related(*self.related).filter(number=number).first()


def link(name: str, row: Any) -> str:
    """The page of a paper, or nothing."""
    return reverse(f"parts:{name}", args=[row.number]) if row else ""


def case_fact(case: Any, user: Any) -> Fact:
    """The case of a paper, with its page for those who may see it."""
    sees = case is not None and visible_cases(user).filter(pk=case.pk).exists()
    return _("Case no."), case and case.number, reverse("desk:case", args=[case.number]) if sees else ""


def made(who: Any, at: Any) -> SafeString:
    """By whom and when."""
    return format_html("{} {}", who, moment(at))


def _plan(row: Plan, user: Any) -> dict[str, Any]:
    orders = [
        (_("Order"), f"{one.number} {one.supplier}", link("order", one))
        for one in row.orders.select_related("supplier").order_by("id")
    ]  # fmt: skip
    facts = [(_("Period"), f"{row.starts_on:%Y-%m-%d} – {row.ends_on:%Y-%m-%d}", ""),
             (_("Drafted by"), made(row.drafted_by, row.created_at), ""), *orders]  # fmt: skip
    return {"sheet": sheets.of_plan(row), "facts": facts}


def _order(row: Order, user: Any) -> dict[str, Any]:
    receipts = Receipt.objects.filter(line__order=row).select_related("line__part", "registered_by", "inspected_by")
    sees = can(user, perm.PARTS_VALUE)
    facts: list[Fact] = [
        (_("Supplier"), row.supplier, ""), (_("Contract no."), row.supplier.contract_no, ""),
        (_("Delivery due on"), f"{row.due_on:%Y-%m-%d}", ""), (_("Purchase plan"), row.plan, link("plan", row.plan)),
        (_("Ordered by"), made(row.ordered_by, row.created_at), ""),
    ]  # fmt: skip
    if sees:
        total = row.lines.aggregate(cents=Sum(F("quantity") * F("price")))["cents"] or 0
        facts.append((_("Amount"), f"{yuan(total):,.2f}", ""))
    return {
        "sheet": sheets.of_order(row, shows_money=sees), "facts": facts, "receipts": list(receipts.order_by("id")),
        "is_late": late(row),
    }  # fmt: skip


def _count(row: Count, user: Any) -> dict[str, Any]:
    lines, is_blind = list(row.lines.all()), row.state == CountState.OPEN
    done = [line for line in lines if line.counted is not None]
    agree = sum(1 for line in done if not line.difference)
    accuracy = f"{100 * agree / len(done):.1f} %" if done else "—"
    facts: list[Fact] = [
        (_("Storage place"), row.place, reverse("parts:place", args=[row.place.code])),
        (_("Kind"), row.get_kind_display(), ""),
        (_("Nothing moves during the count"), _("yes") if row.freezes else _("no"), ""),
        (_("Counted"), f"{len(done)} / {len(lines)}", ""),
        *([] if is_blind else [(_("Lines that agree"), f"{agree} / {len(done)} · {accuracy}", "")]),
        (_("Opened by"), made(row.opened_by, row.created_at), ""),
        (_("Posted at"), moment(row.posted_at) if row.posted_at else "", ""),
    ]  # fmt: skip
    return {"sheet": sheets.of_count(row, is_blind=is_blind), "facts": facts}


def _scrap(row: Scrap, user: Any) -> dict[str, Any]:
    lot = f" · {row.lot}" if row.lot else ""
    facts: list[Fact] = [
        (_("Spare part"), f"{row.part} × {row.quantity}{lot}", reverse("parts:part", args=[row.part.code])),
        (_("Storage place"), row.place, reverse("parts:place", args=[row.place.code])),
        (_("Condition"), row.get_condition_display(), ""), (_("Reason"), row.get_ground_display(), ""),
        (_("What was found and why"), row.finding, ""), (_("Asked by"), made(row.asked_by, row.created_at), ""),
    ]  # fmt: skip
    if row.move and can(user, perm.PARTS_VALUE):
        facts.append((_("Amount"), f"{yuan(row.move.amount):,.2f}", ""))
    return {"facts": facts}


def _discrepancy(row: Discrepancy, user: Any) -> dict[str, Any]:
    uses = row.uses.select_related("line__part", "line__requisition", "move", "by")
    facts: list[Fact] = [
        (_("Engineer"), row.used_by, ""), (_("Job"), row.job_name, ""), case_fact(row.case, user),
        (_("Unit"), row.unit, ""), (_("Settlement"), row.get_settlement_display(), ""),
        (_("Settled at"), moment(row.settled_at) if row.settled_at else "", ""),
    ]  # fmt: skip
    may_ask = row.state == DiscrepancyState.OPEN and can(user, perm.PARTS_ASK)
    return {"uses": list(uses.order_by("id")), "may_ask": may_ask, "facts": facts}


def _requisition(row: Requisition, user: Any) -> dict[str, Any]:
    ledger = f"{reverse('parts:ledger')}?{urlencode({'paper': row.number})}"
    facts: list[Fact] = [
        (_("Asked by"), made(row.asked_by, row.created_at), ""), (_("Receiver"), row.receiver, ""),
        (_("Approved at"), moment(row.approved_at) if row.approved_at else "", ""), case_fact(row.case, user),
        (_("Job"), row.job_name, ""), (_("Parts ledger"), _("In the ledger"), ledger),
    ]  # fmt: skip
    who = f"{_('Receiver')}：{row.receiver}"
    return {"sheet": sheets.of_requisition(row), "facts": facts, "title": row.purpose, "who": who}


PLAN = Kind(
    "plan", Plan, PLANS, PLAN_ACTS, (PlanState.DRAFT, PlanState.ASKED, PlanState.APPROVED, PlanState.ORDERED),
    ("drafted_by",), _plan, purchasing.draft_plan, forms.NewPlanForm, perm.PARTS_PLAN,
    {"new": gettext_lazy("Draft a purchase plan"), "empty": gettext_lazy("No purchase plans"), "icon": "shopping-cart",
     "hint": gettext_lazy("A plan proposes what to buy for a period from stock, need and lead time.")},
)  # fmt: skip
ORDER = Kind(
    "order", Order, ORDERS, ORDER_ACTS, (OrderState.SENT, OrderState.RECEIVED), ("supplier", "plan", "ordered_by"),
    _order, words={"empty": gettext_lazy("No orders"), "icon": "truck-delivery",
                   "hint": gettext_lazy("Orders are made from a reviewed purchase plan.")}, template="order",
)  # fmt: skip
COUNT = Kind(
    "count", Count, COUNTS, COUNT_ACTS, (CountState.OPEN, CountState.ASKED, CountState.POSTED), ("place", "opened_by"),
    _count, counting.open_count, forms.NewCountForm, perm.PARTS_KEEP,
    {"new": gettext_lazy("Begin a count"), "empty": gettext_lazy("No counts"), "icon": "checklist",
     "hint": gettext_lazy("Count every month, and everything at the end of the year.")},
    due=due_counts, template="count",
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
    template="discrepancy",
)  # fmt: skip
REQUISITION = Kind(
    "requisition", Requisition, REQUISITIONS, REQUISITION_ACTS,
    (RequisitionState.ASKED, RequisitionState.APPROVED, RequisitionState.ISSUED, RequisitionState.CLOSED),
    (), _requisition, permission=perm.PARTS_ASK, new_url="parts:ask", rows=requisitions_in_full,
    words={"new": gettext_lazy("Ask for parts"), "empty": gettext_lazy("No requisitions"), "icon": "clipboard-list",
           "hint": gettext_lazy("Parts are asked for from the page of a visit or a case, or by hand.")},
)  # fmt: skip


def list_of(kind: Kind) -> Callable[..., HttpResponse]:
    """The list of a kind."""

    def view(request: HttpRequest) -> HttpResponse:
        new = kind.new_url or (f"parts:{kind.name}_new" if kind.begin else "")
        may = bool(new) and can(request.user, kind.permission)
        context = {"may_new": may, "new": new, "words": kind.words, "due": kind.due() if kind.due and may else []}
        return list_page(request, kind.listing, "parts/papers.html", context)

    return view


def new_of(kind: Kind) -> Callable[..., HttpResponse]:
    """Begin a paper of a kind."""

    def view(request: HttpRequest) -> HttpResponse:
        require(request.user, kind.permission)
        form, status = kind.form(request.POST or None, **_wished(request)), 200
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


def _wished(request: HttpRequest) -> dict[str, Any]:
    """What a link fills in, such as the place of a count."""
    return {"initial": request.GET.dict()} if request.GET else {}


def page_of(kind: Kind) -> Callable[..., HttpResponse]:
    """One paper of a kind."""

    def view(request: HttpRequest, number: str) -> HttpResponse:
        row = found(kind.one(request.user, number))
        context = _context(kind, row, request.user, request.GET.get("do", ""))
        return render(request, f"parts/{kind.template}.html", context)

    return view


def _context(kind: Kind, row: Any, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    return {
        "row": row, "back_list": kind.listing, "act_address": f"parts:{kind.name}_act", "who": row.number,
        "title": row.number, "tone": TONES.get(row.state, "blue"),
        **acts_context(kind.acts, row, user, wish, outcome), "steps": steps_of(row.state, kind.way),
        "approvals": approvals_of(row), "papers": documents_of(row), "timeline": timeline(row), **kind.page(row, user),
    }  # fmt: skip


def go_of(kind: Kind) -> Callable[..., HttpResponse]:
    """Find a paper by its id, for links from notices and approvals."""

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(kind.visible(request.user), pk=pk)
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
        return render(request, f"parts/{kind.template}.html", context, status=outcome.status)

    return view


def receipts(request: HttpRequest) -> HttpResponse:
    """The receipts, to be exported as vouchers for finance (PRT-11)."""
    words = {"empty": _("No receipts"), "hint": _("What comes is registered on the page of its order."),
             "icon": "package-import"}  # fmt: skip
    return list_page(request, RECEIPTS, "parts/papers.html", {"may_new": False, "words": words})


def count_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The sheet of a count to be printed: to write on while it is counted, as its record afterwards (PRT-04)."""
    row = found(COUNT.one(request.user, number))
    return pdf_answer(to_pdf([sheet_of_count(row)]), row.number)
