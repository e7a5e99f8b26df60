"""The list of cases, and what may be done with several of them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import (
    Bulk,
    Card,
    Choices,
    Column,
    Filter,
    Listing,
    Reader,
    RowRefused,
    Tabs,
    register,
)
from bihuan.core.policy import queries as policy
from bihuan.core.search.queries import narrowed
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.customers.phones import shown_phone
from bihuan.registry.products.models import ProductLine
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.channels import LONGEST, PERIODS, Reply, judged, period_start
from bihuan.service.desk.forms import AssignForm
from bihuan.service.desk.labels import level_name, name_of
from bihuan.service.desk.models import Case, CaseState
from bihuan.service.desk.queries import visible_to
from bihuan.service.desk.services.triage import assign_case
from bihuan.service.desk.templatetags.desk import priority_step
from bihuan.ui.templatetags.bihuan import remaining, tag


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Case]:
    """Cases that the user sees, by words of the search index, line, levels and handler."""
    found = visible_to(user)
    if values["mine"]:
        found = found.filter(owner=user.pk)
    for name in ("priority", "urgency", "line"):
        if values[name]:
            found = found.filter(**{name: int(values[name])})
    if values["channel"]:
        found = found.filter(channel=values["channel"])
    if values["days"] or values["reply"]:
        since = period_start(int(values["days"] or LONGEST))
        found = found.filter(complained_at__gte=since)
        if values["reply"]:
            found = judged(found, policy.default().channels, since, timezone.now()).filter(reply=values["reply"])
    if words := values["words"]:
        found = narrowed(found, words, "desk.case")
    return found


def _lines(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in ProductLine.objects.all()]


def _priorities(user: Any) -> Choices:
    return [(str(step.level), step.name) for step in policy.default().scales.priority]


def _urgencies(user: Any) -> Choices:
    return [(str(step.level), step.name) for step in policy.default().scales.urgency]


def _channels(user: Any) -> Choices:
    return [(row.code, row.name) for row in policy.default().channels]


def _periods(user: Any) -> Choices:
    return [(str(days), _("Last %(days)s days") % {"days": days}) for days in PERIODS]


def _replies(user: Any) -> Choices:
    return Reply.choices


def _mine(user: Any) -> Choices:
    return [("1", _("Mine"))]


def _state(case: Case, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', case.state, case.get_state_display())


def _priority(case: Case, reader: Reader) -> SafeString | str:
    step = priority_step(case)
    return tag(step["name"], step["tone"]) if step else ""


def _due(case: Case, reader: Reader) -> SafeString | str:
    return remaining(case.next_due_at) if case.is_open and case.next_due_at else ""


def _summary(case: Case, reader: Reader) -> SafeString | str:
    """What may hurt somebody stands out in every list (TRI-08)."""
    if not (case.is_safety or case.may_be_danger):
        return case.summary
    mark = _("Danger to persons") if case.is_safety else _("Perhaps danger to persons")
    return format_html("{} {}", tag(str(mark), "red"), case.summary)


def _thing(case: Case, reader: Reader) -> str:
    return " · ".join(part for part in (case.model.code if case.model else "", case.serial_text) if part)


def _assign(case: Case, by: Any, data: dict[str, Any], version: int | None) -> None:
    try:
        assign_case(case=case, by=by, expected_version=version, **data)
    except MoveRefused as refused:
        raise RowRefused(refused.reason) from refused


CASES = register(
    Listing(
        "cases", _("Cases"), perm.CASE_VIEW, "desk:list", rows,
        columns=(
            Column("number", _("Case no."), lambda row, reader: row.number, style="one", width=18),
            Column("summary", _("Summary"), lambda row, reader: row.summary, _summary, below=_thing, needs=("model",),
                   style="cut", width=40),
            Column("customer", _("Customer"),
                   lambda row, reader: row.customer.name if row.customer else row.contact_name,
                   below=lambda row, reader: row.region.name if row.region else "",
                   needs=("customer", "region"), style="cut", width=32),
            Column("priority", _("Priority"), lambda row, reader: level_name(row, "priority"), _priority,
                   sort="priority", highest_first=True),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state),
            Column("owner", _("Handler"), lambda row, reader: row.owner and str(row.owner), needs=("owner",),
                   style="one"),
            Column("due", _("Next deadline"), lambda row, reader: row.next_due_at if row.is_open else None, _due,
                   sort="next_due_at", style="one"),
            Column("complained", _("Complaint"), lambda row, reader: row.complained_at, sort="complained_at",
                   highest_first=True, style="one"),
            Column("contact", _("Contact"), lambda row, reader: row.contact_name, shown=False, style="one"),
            Column("phone", _("Telephone"), lambda row, reader: shown_phone(row.contact_phone, reader), shown=False,
                   style="one"),
            Column("line", _("Product line"), lambda row, reader: row.line and row.line.name, shown=False,
                   needs=("line",)),
            Column("model", _("Product model"), lambda row, reader: row.model and row.model.code, shown=False,
                   needs=("model",), style="one"),
            Column("serial", _("Serial no."), lambda row, reader: row.serial_text, shown=False, style="one", width=22),
            Column("region", _("Region"), lambda row, reader: row.region and row.region.name, shown=False,
                   needs=("region",)),
            Column("channel", _("Channel"), lambda row, reader: name_of(row, "channel"), shown=False),
            Column("kind", _("Service type"), lambda row, reader: name_of(row, "service_type"), shown=False),
            Column("urgency", _("Urgency"), lambda row, reader: level_name(row, "urgency"), shown=False),
            Column("severity", _("Severity"), lambda row, reader: level_name(row, "severity"), shown=False),
            Column("symptom", _("Symptom"), lambda row, reader: row.symptom and row.symptom.name, shown=False,
                   needs=("symptom",)),
            Column("warranty", _("Warranty"), lambda row, reader: row.get_warranty_state_display(), shown=False),
            Column("department", _("Department"), lambda row, reader: row.department and row.department.name,
                   shown=False, needs=("department",)),
            Column("registered", _("Registered at"), lambda row, reader: row.registered_at, shown=False, style="one"),
            Column("closed", _("Closed at"), lambda row, reader: row.closed_at, shown=False, style="one"),
        ),
        link=lambda row: reverse("desk:case", args=[row.number]),
        card=Card("summary", "priority", (("number", "customer"), ("state", "owner", "due"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, customer, serial, fault")),
            Filter("line", _("Product line"), _lines), Filter("priority", _("Priority"), _priorities),
            Filter("urgency", _("Urgency"), _urgencies), Filter("mine", _("Handler"), _mine),
            Filter("channel", _("Channel"), _channels, rare=True), Filter("days", _("Complaint"), _periods, rare=True),
            Filter("reply", _("First reply"), _replies, rare=True),
        ),
        tabs=Tabs(_("States"), lambda: CaseState.choices),
        actions=(
            Bulk("assign", _("Assign handler"), perm.CASE_ASSIGN, _assign, lambda data: AssignForm(data, row=Case())),
        ),
    )
)  # fmt: skip
