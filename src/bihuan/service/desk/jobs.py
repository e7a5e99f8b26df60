"""What follows a registration, outside the request."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from bihuan.core.activity.services import record
from bihuan.core.files.queries import images_of
from bihuan.core.files.services import decode_codes
from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.core.notify.services import tell_roles
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.dossier import make_dossier
from bihuan.service.desk.models import Case, CaseState, Dossier
from bihuan.service.desk.recognition import suggest
from bihuan.service.desk.services.talk import mail_customer
from bihuan.service.desk.services.triage import judge_warranty, suspect_danger
from bihuan.service.desk.texts import customer_text


@job("desk.after_registration", label=_lazy("Recognise and acknowledge a new case"))
def after_registration(payload: dict[str, Any], progress: Progress) -> None:
    """Recognise, suggest, acknowledge, and tell those who triage; each part is safe to repeat."""
    case = Case.objects.select_related("customer", "unit__model", "line").get(pk=payload["case"])
    codes = [code for file in images_of(case)[:5] for code in decode_codes(file)]
    with transaction.atomic():
        suggest(case, codes)
        judge_warranty(case=case)
        if case.state == CaseState.NEW:  # a person who was faster has judged these words already
            suspect_danger(case=case)
    with transaction.atomic():
        acknowledge(case)
        announce(case)


def acknowledge(case: Case) -> None:
    """Confirm the acceptance once, with number, process and rough schedule (INT-30)."""
    if not case.contact_email or case.follows_id:
        return
    text = customer_text(case, "acknowledgement")
    key = f"ack:{case.pk}"
    mail = mail_customer(
        case, subject=text.subject, text=text.body, automatic=True, kind="acknowledgement", dedupe_key=key
    )
    if mail.state != "suppressed" and not _already(case, "case.acknowledged"):
        record(subject=case, verb="case.acknowledged", by=None, data={"means": "email"})


def _already(case: Case, verb: str) -> bool:
    from bihuan.core.activity.models import Activity

    rows = Activity.objects.filter(subject_type="desk.case", subject_id=case.pk, verb=verb)
    return rows.exists()


def announce(case: Case) -> None:
    """Tell those who triage; what may be dangerous was shouted before (TRI-08)."""
    if case.state != CaseState.NEW or case.may_be_danger:
        return
    tell_roles(
        roles=case.policy.roles_with(perm.CASE_TRIAGE),
        region_id=case.region_id,
        title=_("New case %(number)s: %(summary)s") % {"number": case.number, "summary": case.summary},
        subject=case,
        verb="case.registered",
        thread_key=f"case:{case.pk}:registered",
    )


@job("desk.dossier", label=_lazy("Put a dossier together"))
def dossier(payload: dict[str, Any], progress: Progress) -> None:
    """Make the one PDF with all parts of an archived case."""
    make_dossier(Dossier.objects.select_related("case").get(pk=payload["dossier"]))
