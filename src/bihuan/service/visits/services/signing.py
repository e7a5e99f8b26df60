"""The customer's word under the report, and how his case goes on (ACC-02..07, WO-10, WO-11, D16)."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.services import issue
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import attach, store
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import can
from bihuan.core.policy.schema.field import ReportForm
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk import permissions as desk
from bihuan.service.desk.models import CaseState
from bihuan.service.desk.services import closing
from bihuan.service.desk.workflow import WORKFLOW as DESK
from bihuan.service.parts.services.using import book
from bihuan.service.visits.models import FieldReport, Purpose, Verdict, Visit
from bihuan.service.visits.queries import BOOKED
from bihuan.service.visits.services.caring import open_findings
from bihuan.service.visits.services.parting import work_of
from bihuan.service.visits.services.working import require_on_it
from bihuan.service.visits.workflow import WORKFLOW

BY_ITSELF = DESK["carry_out"].sources
SCORES = ("process_score", "result_score", "attitude_score")


@transaction.atomic
def sign(
    *, visit: Visit, satisfied: bool, person: str, picture: bytes, opinion: str = "",
    by: AbstractBaseUser | None = None, expected_version: int | None = None, at: datetime | None = None,
    **scores: int | None,
) -> Visit:  # fmt: skip
    """The customer rates and signs on the engineer's screen, or by his own link (``by`` None) (ACC-07).

    Then the used parts are booked, the paper of the visit is issued, the work stands on the case, and a solved case
    goes on to its acceptance.
    """
    if by is not None:
        require_on_it(visit, by)
    _check(satisfied=satisfied, person=person, picture=picture, opinion=opinion)
    now, report = at or timezone.now(), visit.report
    data = {"name": person, "satisfied": satisfied, "opinion": opinion[:200]}
    fields = {"left_at": visit.left_at or now}
    apply(visit, WORKFLOW["sign"], by=by, data=data, fields=fields, expected_version=expected_version,
          actor_name="" if by else person, at=at)  # fmt: skip
    report.satisfied, report.opinion, report.signed_by, report.signed_at = satisfied, opinion, person.strip()[:60], now
    report.signature = _kept(visit, picture)
    for name in SCORES:
        setattr(report, name, scores.get(name))
    report.save(update_fields=["satisfied", "opinion", "signed_by", "signed_at", "signature", *SCORES])
    book(work=work_of(visit), by=by or visit.engineer)
    form = visit.policy.form(visit.policy.visits.report_form)
    if form is not None and form.enabled:
        issue(form_code=form.code, subject=visit, by=by)
    _carry_on(visit, report)
    return visit


def _check(*, satisfied: bool, person: str, picture: bytes, opinion: str) -> None:
    if not person.strip():
        raise MoveRefused(_("Please give the name of the person who signs."), code="person")
    if satisfied and not picture:
        raise MoveRefused(_("The signature is missing."), code="signature")
    if not satisfied and not opinion.strip():
        raise MoveRefused(_("Please say what is not right yet."), code="opinion")


def _kept(visit: Visit, picture: bytes) -> StoredFile | None:
    if not picture:
        return None
    file = store(data=picture, name="signature.png", by=None, allow={"image"})
    for subject in (visit, visit.case):
        attach(subject=subject, file=file, role="signature", caption=_("Signature"))
    return file


def _carry_on(visit: Visit, report: FieldReport) -> None:
    """What was done stands on the case; a solved one goes on to its acceptance, the others stay in work (ACC-05)."""
    case, engineer = visit.case, visit.engineer
    case.refresh_from_db()
    verdict = str(Verdict(report.verdict).label)
    record(subject=case, verb="case.visit_finished", by=engineer, data={"name": f"{visit.number} {verdict}"})
    title = _("Visit %(number)s of %(case)s is finished: %(result)s") % {
        "number": visit.number, "case": case.number, "result": verdict if report.satisfied else _("not accepted"),
    }  # fmt: skip
    people = [user for user in (case.owner, visit.planned_by) if user is not None]
    tell(users=people, title=title, subject=visit, level="info" if report.satisfied else "warn", verb="visit.signed")
    open_findings(visit=visit, report=report)
    _finish_care(visit, report)
    if case.state != CaseState.WORKING or not can(engineer, desk.CASE_WORK, case):
        return
    closing.add_work(case=case, by=engineer, text=report.steps or report.phenomenon, minutes=visit.minutes)
    others = case.visits.filter(state__in=BOOKED).exists()
    if visit.purpose == Purpose.SERVICE and report.verdict == Verdict.SOLVED and report.satisfied and not others:
        closing.finish_work(case=case, by=engineer)
        if case.policy.procedure.completion_form in set(ReportForm):
            closing.accept_by_customer(case=case, values=acceptance_of(report))


def _finish_care(visit: Visit, report: FieldReport) -> None:
    """The case that a care plan made ends with its last visit, carried out as planned and signed (WO-22, WO-33)."""
    case = visit.case
    is_done = visit.care_plan_id is not None and report.verdict == Verdict.DONE and bool(report.satisfied)
    if is_done and case.state in BY_ITSELF and not case.visits.filter(state__in=BOOKED).exists():
        closing.close_care(case=case, why=visit.number)


@transaction.atomic
def issue_paper(*, visit: Visit, by: Any) -> Document:
    """Issue the paper of a visit, before it for the road or after it as a correction of the last one (WO-10, WO-11)."""
    code = str(visit.policy.visits.report_form)
    last = next((row for row in for_subject(visit) if row.form_code == code), None)
    return issue(form_code=code, subject=visit, by=by, corrects=last)


def acceptance_of(report: FieldReport) -> dict[str, Any]:
    """The signed report as the customer's acceptance, where it is the company's completion paper (D16)."""
    results = "；".join(f"{row['name']} {row['value']}".strip() for row in report.results)
    return {
        "passed": True, "person": report.signed_by, "opinion": report.opinion, "signature": report.signature,
        "demonstrated": report.demonstrated, "site_cleaned": report.cleaned, "run_test": results,
        **{name: getattr(report, name) for name in SCORES},
    }  # fmt: skip
