"""Customers' pages: feedback, unit, progress, consent, acceptance. A secret address is the key."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.files.queries import attachments_of
from bihuan.core.files.services import attach, store
from bihuan.core.files.views import SALT
from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema.service import ChannelKind
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.models import Unit
from bihuan.service.desk.forms import custom_values
from bihuan.service.desk.models import Case, CaseState, Consent, ConsentMeans, Decision, Direction
from bihuan.service.desk.pages import journey
from bihuan.service.desk.public_forms import FeedbackForm, SignedForm, WordForm
from bihuan.service.desk.services.closing import accept_by_customer
from bihuan.service.desk.services.registration import Report, policy_for, register_case
from bihuan.service.desk.services.solving import record_consent
from bihuan.service.desk.services.talk import receive
from bihuan.service.desk.validation import custom_fields


@login_not_required
def feedback(request: HttpRequest, token: str = "") -> HttpResponse:
    """The feedback form; a unit's QR code leads here with the unit known (INT-11, INT-12)."""
    unit = (
        get_object_or_404(Unit.objects.select_related("model__line__profile", "customer"), public_token=token)
        if token
        else None
    )
    line = unit.model.line if unit else None
    rules = policy.parsed(policy_for(line))
    channel, phone = rules.open_channel(ChannelKind.WEB), rules.open_channel(ChannelKind.PHONE)
    context = {"unit": unit, "company": rules.company, "hotline": phone}
    if channel is None:
        return render(request, "desk/public/closed.html", context, status=409 if request.method == "POST" else 200)
    form = FeedbackForm(
        request.POST or None, request.FILES or None, custom=custom_fields(line), knows_unit=unit is not None
    )
    if request.method == "POST" and form.is_valid():
        case = _feedback(form.cleaned_data, unit, channel.code)
        messages.success(request, _("We have received it. Keep the address of this page: it shows how your case goes."))
        return redirect("public:progress", case.public_token)
    status = 422 if form.is_bound else 200
    return render(request, "desk/public/feedback.html", {**context, "form": form}, status=status)


@login_not_required
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the company: every channel that is open and published (INT-09, INT-10)."""
    rules = policy.default()
    rows = [row for row in rules.channels if row.enabled and row.published and (row.address or row.kind == "web")]
    return render(request, "desk/public/contact.html", {"channels": rows, "company": rules.company})


@transaction.atomic
def _feedback(data: dict[str, Any], unit: Unit | None, channel: str) -> Case:
    names = ("description", "contact_name", "contact_phone", "contact_email", "purchased_on")
    report = Report(
        channel=channel, unit=unit, serial_text=unit.serial if unit else data["serial_text"],
        custom=custom_values(data),
        **{name: data[name] for name in names},
    )  # fmt: skip
    case = register_case(report=report, by=None)
    _keep(case, data["photos"])
    return case


def _keep(case: Case, photos: Any) -> None:
    for item in photos:
        file = store(data=item, name=item.name or "photo", by=None)
        attach(subject=case, file=file, role="evidence", caption=item.name or "", public=True)


def _case(token: str) -> Case:
    return get_object_or_404(Case.objects.select_related("customer", "unit"), public_token=token)


@login_not_required
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """Where the case stands, as a parcel's way is shown; the customer may add words and photos (SLA-19, WO-28)."""
    case = _case(token)
    form = WordForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            _keep(case, form.cleaned_data["photos"])
            receive(
                case=case,
                message=None,
                text=form.cleaned_data["text"],
                sender=case.contact_name,
                channel="web",
            )
        return redirect("public:progress", token)
    photos = [row for row in attachments_of(case, public_only=True) if row.file.is_image]
    appointment = case.appointments.filter(cycle=case.cycle).select_related("engineer").last()
    context = {
        "appointment": appointment,
        "when": f"{timezone.localtime(appointment.at):%Y-%m-%d %H:%M}" if appointment else "",
        "case": case, "form": form, "company": case.policy.company, "steps": journey(case),
        "talk": case.messages.exclude(direction=Direction.NOTE).order_by("at"),
        "work": case.work.filter(is_public=True), "consent": _open_consent(case),
        "accepting": case.state == CaseState.CUSTOMER_ACCEPTANCE,
        "photos": [signing.dumps([row.file_id, True], salt=SALT) for row in photos],
    }  # fmt: skip
    return render(request, "desk/public/progress.html", context, status=422 if form.is_bound else 200)


def _open_consent(case: Case) -> Consent | None:
    return Consent.objects.filter(solution__case=case, solution__state="proposed").first()


@login_not_required
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's decision on a version of the solution (SOL-03, SOL-04)."""
    row = get_object_or_404(Consent.objects.select_related("solution__case"), token=token)
    choices = [(Decision.AGREED.value, _("I agree")), (Decision.OBJECTED.value, _("I do not agree yet"))]
    form = SignedForm(request.POST or None, choices=choices)
    case = row.solution.case
    context = {"form": form, "solution": row.solution, "case": case, "company": case.policy.company}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                evidence = _signature(case, data["signature"])
                means = ConsentMeans.SIGNATURE if evidence else ConsentMeans.LINK
                record_consent(
                    consent=row, decision=Decision(data["decision"]), means=means, person=data["person"],
                    opinion=data["opinion"], evidence=evidence,
                )  # fmt: skip
        except MoveRefused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
            return render(request, "desk/public/consent.html", context, status=409)
        messages.success(request, _("Thank you, your decision has reached us."))
        return redirect("public:progress", case.public_token)
    return render(request, "desk/public/consent.html", context, status=422 if form.is_bound else 200)


def _signature(case: Case, picture: bytes) -> Any:
    if not picture:
        return None
    file = store(data=picture, name="signature.png", by=None, allow={"image"})
    attach(subject=case, file=file, role="signature", caption=_("Signature"))
    return file


@login_not_required
def acceptance(request: HttpRequest, token: str) -> HttpResponse:
    """The customer accepts the result with his signature, or says what is not right yet (ACC-04, ACC-05)."""
    case = _case(token)
    choices = [("yes", _("The problem is solved, I accept")), ("no", _("Not yet right"))]
    form = SignedForm(request.POST or None, choices=choices)
    context = {
        "form": form,
        "case": case,
        "company": case.policy.company,
        "work": case.work.filter(is_public=True),
    }
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                values = {
                    "passed": data["decision"] == "yes", "person": data["person"], "opinion": data["opinion"],
                    "signature": _signature(case, data["signature"]),
                    "run_test": data["opinion"] or _("Tested by the customer"),
                }  # fmt: skip
                accept_by_customer(case=case, values=values)
        except MoveRefused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, str(refused.reason))
            return render(request, "desk/public/acceptance.html", context, status=409)
        messages.success(request, _("Thank you, your decision has reached us."))
        return redirect(reverse("public:progress", args=[token]))
    return render(request, "desk/public/acceptance.html", context, status=422 if form.is_bound else 200)
