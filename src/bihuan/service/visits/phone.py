"""What the telephone keeps for days without a network, and how it reads what comes back from it (WO-08..10, ACC-07)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.registry.products.models import ProductDocument
from bihuan.service.desk.pages import documents_of_models
from bihuan.service.visits.forms import AgreeForm, PrepareForm, ReportForm, SignForm, meant_early, signed_values
from bihuan.service.visits.models import Purpose, Visit, VisitState
from bihuan.service.visits.queries import FOR_PAGE, going, visible_to
from bihuan.service.visits.services.handing_in import Written
from bihuan.service.visits.services.parting import read_issued
from bihuan.service.visits.workflow import AHEAD
from bihuan.ui.inputs import MomentInput

S = VisitState
DAYS = 3
MOST = 40
OPEN_STATES = (S.PLANNED, S.CONFIRMED, S.ON_SITE, S.REPORTED)


class HeadForm(forms.Form):
    """Which entry it is, which visit the phone knew, and when it was written."""

    key = forms.RegexField(r"^[0-9a-zA-Z-]{8,64}$", widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    written_at = forms.DateTimeField(widget=forms.HiddenInput)
    arrived_at = forms.DateTimeField(label=_("Arrived at"), widget=MomentInput(), required=False)


class EntryForms:
    """The forms that a visit needs in its state, each with its prefix: shown on the phone, read on return."""

    def __init__(self, visit: Visit, data: Mapping[str, Any] | None = None) -> None:
        self.visit = visit
        report = getattr(visit, "report", None)
        ahead = visit.state in AHEAD
        before_report = ahead or visit.state == S.ON_SITE
        agreed = report is not None and report.agreed_at is not None
        self.head = HeadForm(data)
        if ahead:
            self.head.fields["early"] = meant_early(visit)
        else:
            del self.head.fields["arrived_at"]
        missing = ahead and visit.policy.visits.missing(visit.prepared)
        wants_plan = before_report and visit.purpose == Purpose.SERVICE and not agreed
        self.prepare = PrepareForm(data, row=visit, prefix="prepare") if missing else None
        self.agree = AgreeForm(data, row=visit, prefix="agree") if wants_plan else None
        self.report = ReportForm(data, row=visit, prefix="report", lenient=data is not None) if before_report else None
        self.sign: SignForm | None = SignForm(data, row=visit, prefix="sign")
        if self.report is not None:
            # The customer may sign later: then nothing of the signature is read.
            self.sign.fields["decision"].required = False
            if data is not None and not data.get("sign-decision"):
                self.sign = None

    def parts(self) -> list[Any]:
        """The forms that stand in this entry."""
        return [form for form in (self.head, self.prepare, self.agree, self.report, self.sign) if form is not None]

    def errors(self) -> list[dict[str, str]]:
        """What is not right, by the names that the phone's fields carry."""
        return [
            {"field": form.add_prefix(name), "label": str(form.fields[name].label or "") if name in form.fields else "",
             "message": str(text)}
            for form in self.parts() if not form.is_valid() for name, texts in form.errors.items() for text in texts
        ]  # fmt: skip

    def written(self) -> Written:
        """The entry as the service wants it."""
        head = self.head.cleaned_data
        report = dict(self.report.cleaned_data) if self.report is not None else None
        if report is not None:
            del report["uploads"]
        return Written(
            written_at=head["written_at"], arrived_at=head.get("arrived_at"),
            early=head.get("early", False),
            prepared=self.prepare.cleaned_data if self.prepare is not None else None,
            agreed=self.agree.cleaned_data if self.agree is not None else None, report=report,
            signed=signed_values(self.sign.cleaned_data) if self.sign is not None else None,
        )  # fmt: skip


def facts_of(user: Any, numbers: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that the phone keeps of somebody's coming days: the pages of his visits as they will be shown.

    ``numbers`` are visits of which the phone holds an entry: they are told wherever they were moved.
    """
    rows = coming(user, numbers)
    read_issued(rows)
    drawings: dict[int, list[ProductDocument]] = defaultdict(list)
    for sheet in documents_of_models({row.case.model_id for row in rows}):
        drawings[sheet.model_id].append(sheet)
    visits = [_visit(row, drawings.get(row.case.model_id or 0, [])) for row in rows]
    return {"user": user.pk, "name": str(user), "at": timezone.now().isoformat(), "visits": visits}


def coming(user: Any, numbers: Sequence[str] = ()) -> list[Visit]:
    """The visits of the coming days, those that were begun and are not signed, and those that are named."""
    until = timezone.now() + timedelta(days=DAYS)
    near = Q(starts_at__lt=until) | Q(state__in=(S.ON_SITE, S.REPORTED)) | Q(number__in=numbers[:MOST])
    rows = visible_to(user).filter(going(user), near, state__in=OPEN_STATES)
    return list(rows.select_related(*FOR_PAGE).prefetch_related("helpers").order_by("starts_at")[:MOST])


def _visit(row: Visit, drawings: list[ProductDocument]) -> dict[str, Any]:
    """A visit: what the list of the phone says, and its page."""
    local, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    customer = row.case.customer.name if row.case.customer else row.contact_name
    context = {"visit": row, "case": row.case, "forms": EntryForms(row), "model_documents": drawings,
               "report": getattr(row, "report", None)}  # fmt: skip
    return {
        "number": row.number, "version": row.version, "state": row.state, "label": str(row.get_state_display()),
        "day": f"{local:%Y-%m-%d}", "when": f"{local:%m-%d %H:%M}–{ends:%H:%M}", "title": customer, "place": row.place,
        "drawings": sorted({one.file_id for one in drawings}),
        "html": render_to_string("visits/phone/visit.html", context),
    }  # fmt: skip


def words() -> dict[str, str]:
    """What the scripts of the phone's page say, in the reader's language."""
    return {name: str(text) for name, text in WORDS.items()}


WORDS = {
    "online": _("Connected"), "offline": _("No network: go on, everything is kept on this telephone"),
    "waiting": _("Waiting to be sent: %s"), "nothing": _("Everything has been sent"),
    "attention": _("Entries that wait for you: %s"),
    "draft": _("Begun, not handed in"), "queued": _("Waits to be sent"),
    "conflict": _("Refused: the visit has changed"), "wrong": _("To be corrected"), "sent": _("Received by the server"),
    "signin": _("Sign in again to send"), "back": _("All visits"),
    "correct": _("Correct"), "discard": _("Discard"), "photos": _("Photos: %s"),
    "resend": _("Send for the visit as it is now"), "gone": _("This visit is no longer among yours."),
    "sure": _("Discard what was written here, with its photos? This cannot be undone."),
    "failed": _("The last try failed: %s"),
    "no_visits": _("You have no visit in the coming three days. New ones arrive when you refresh."),
    "fetching": _("Your visits are being fetched…"),
    "never": _("Nothing has been fetched to this telephone yet: open this page once with a network."),
    "fetched": _("As of %s"), "other": _("Written by another person; it is sent when that person signs in."),
    "kept": _("Kept on this telephone"), "full": _("This telephone has no more room. Send or discard entries first."),
    "unsafe": _("Working without a network needs a secure address (https)."), "remove": _("Remove the photo"),
}  # fmt: skip
