"""The pages of the service desk: parse, authorise, call one service, render."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.acting import take
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.customers.queries import recognise
from bihuan.registry.products.models import ProductLine
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.actions import ACTS
from bihuan.service.desk.board import board_rows
from bihuan.service.desk.channels import PERIODS, Reply, channel_rows
from bihuan.service.desk.forms import MissedCallForm, RegisterForm, custom_values
from bihuan.service.desk.listing import CASES
from bihuan.service.desk.models import Case, Opinion, Suggestion
from bihuan.service.desk.pages import case_context
from bihuan.service.desk.queries import for_page, visible_to
from bihuan.service.desk.recognition import find_unit
from bihuan.service.desk.services.diagnosing import give_opinion
from bihuan.service.desk.services.registration import Report, policy_for, register_reported
from bihuan.service.desk.services.triage import decide_suggestion
from bihuan.service.desk.validation import custom_fields
from bihuan.service.intake.services import log_call

CALL_FIELDS = ("rings", "wait_seconds")


def case_list(request: HttpRequest) -> HttpResponse:
    """List cases by state, with filters; every tab counts to a hundred."""
    return list_page(request, CASES, "desk/list.html", {"may_register": can(request.user, perm.CASE_REGISTER)})


def register(request: HttpRequest) -> HttpResponse:
    """Register a case by keyboard alone; the product line brings its own fields."""
    require(request.user, perm.CASE_REGISTER)
    chosen = request.POST.get("line") or request.GET.get("line") or ""
    line = ProductLine.objects.select_related("profile").filter(pk=int(chosen)).first() if chosen.isdigit() else None
    rules, custom = policy.parsed(policy_for(line)), custom_fields(line)
    initial = {
        "channel": request.GET.get("channel", "phone"),
        "line": line,
        "contact_phone": request.GET.get("phone", ""),
    }
    form = RegisterForm(request.POST or None, rules=rules, line=line, custom=custom, initial=initial)
    if request.method == "POST" and form.is_valid():
        case = _register(request, form.cleaned_data)
        messages.success(request, _("Case %(number)s is registered.") % {"number": case.number})
        return redirect("desk:case", case.number)
    status = 422 if form.is_bound else 200
    channel = rules.channel(str(form["channel"].value()))
    context = {
        "form": form, "lines": ProductLine.objects.all(), "guidance": channel.guidance if channel else (),
    }  # fmt: skip
    return render(request, "desk/register.html", context, status=status)


def _register(request: HttpRequest, data: dict[str, Any]) -> Case:
    fields = {key: value for key, value in data.items() if not key.startswith("c_") and key not in CALL_FIELDS}
    call = {name: data[name] for name in CALL_FIELDS}
    return register_reported(report=Report(**fields, custom=custom_values(data)), by=person(request), **call)


def lookup(request: HttpRequest) -> HttpResponse:
    """Say who may be calling: customers, units and open cases for a telephone number or a serial."""
    require(request.user, perm.CASE_REGISTER)
    phone = (request.GET.get("phone") or request.GET.get("contact_phone", ""))[:40]
    serial = (request.GET.get("serial") or request.GET.get("serial_text", ""))[:60]
    matches = recognise(phone=phone)
    unit = find_unit(Case(serial_text=serial)) if serial else None
    wanted = Q(pk__in=[])
    if phone:
        wanted |= Q(contact_phone=phone)
    if unit:
        wanted |= Q(unit=unit)
    recent = visible_to(request.user).filter(wanted).order_by("-pk")[:5]
    return render(request, "desk/lookup.html", {"matches": matches, "unit": unit, "recent": recent})


def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one case on one page."""
    case = found(for_page(request.user, number))
    return render(request, "desk/case.html", case_context(case, request.user))


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a case by its id, for links from search and notices."""
    return redirect("desk:case", get_object_or_404(visible_to(request.user), pk=pk).number)


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take one action; what was typed stays on the page when it is refused."""
    outcome = take(request, ACTS, found(for_page(request.user, number)), name)
    if outcome.is_done:
        messages.success(request, _("Done: %(what)s") % {"what": outcome.act.label})
        return redirect("desk:case", number)
    case = found(for_page(request.user, number))
    return render(request, "desk/case.html", case_context(case, request.user, outcome), status=outcome.status)


@require_POST
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Accept or refuse a suggestion."""
    case = found(for_page(request.user, number))
    suggestion = get_object_or_404(Suggestion.objects.select_related("case"), pk=pk, case=case)
    require(request.user, perm.CASE_TRIAGE, case)
    choice = request.POST.get("accept", "")
    if choice not in {"0", "1"}:
        raise MoveRefused(_("Please choose from the list."), code="accept")
    decide_suggestion(suggestion=suggestion, by=person(request), accept=choice == "1")
    return redirect("desk:case", number)


@require_POST
def opine(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Give an opinion in a consultation."""
    case = found(for_page(request.user, number))
    opinion = get_object_or_404(Opinion.objects.select_related("consultation__case"), pk=pk, consultation__case=case)
    give_opinion(opinion=opinion, by=person(request), text=request.POST.get("text", ""))
    return redirect("desk:case", number)


def board(request: HttpRequest) -> HttpResponse:
    """The supervisor's board: what is late, what is about to be."""
    require(request.user, perm.BOARD_VIEW)
    return render(request, "desk/board.html", {"board": board_rows(request.user), "now": timezone.now()})


def channels(request: HttpRequest) -> HttpResponse:
    """Each channel against its targets: calls taken, first replies in time (INT-13, INT-14, KPI-06)."""
    require(request.user, perm.BOARD_VIEW)
    asked = request.GET.get("days", "")
    days = next((period for period in PERIODS if str(period) == asked), PERIODS[0])
    context = {
        "rows": channel_rows(request.user, days), "days": days, "periods": PERIODS, "reply": Reply,
        "may_register": can(request.user, perm.CASE_REGISTER),
    }  # fmt: skip
    return render(request, "desk/channels.html", context)


def missed_call(request: HttpRequest) -> HttpResponse:
    """Note a call that nobody took, so that the connect rate is true (INT-14)."""
    require(request.user, perm.CASE_REGISTER)
    form = MissedCallForm(request.POST or None, rules=policy.default())
    if request.method == "POST" and form.is_valid():
        log_call(by=person(request), **form.cleaned_data)
        messages.success(request, _("The call is noted."))
        return redirect("desk:missed")
    return render(request, "desk/missed_call.html", {"form": form}, status=422 if form.is_bound else 200)
