"""What a person can do on the page of a case: each action has its form, its right, its states and one service call."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.acting import Act, table
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk import forms as f
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Case, CaseState, Consent, ConsentMeans, Consultation, Decision
from bihuan.service.desk.services import closing, diagnosing, solving, talk, triage
from bihuan.service.desk.services.evidence import keep
from bihuan.service.desk.workflow import OPEN, WORKFLOW

S = CaseState
Data = dict[str, Any]
TALKING = OPEN | {S.WAITING, S.FOLLOW_UP, S.CLOSED}


def _note(case: Case, by: Any, data: Data, version: int | None) -> None:
    keep(case, data["uploads"], by)
    talk.add_note(case=case, by=by, text=data["text"])


def _work(case: Case, by: Any, data: Data, version: int | None) -> None:
    keep(case, data.pop("uploads"), by, public=data["is_public"])
    closing.add_work(case=case, by=by, **data)


def _consent(case: Case, by: Any, data: Data, version: int | None) -> None:
    consent = (
        Consent.objects.filter(solution__case=case, solution__state="proposed").select_related("solution__case").first()
    )
    if consent is None:
        raise MoveRefused(_("No solution has been proposed."), code="state")
    files = keep(case, data["evidence"], by, role="consent")
    solving.record_consent(
        consent=consent, decision=Decision(data["decision"]), means=ConsentMeans(data["means"]), person=data["person"],
        opinion=data["opinion"], evidence=files[0] if files else None, by=by,
    )  # fmt: skip


def _accept(case: Case, by: Any, data: Data, version: int | None) -> None:
    files = keep(case, data.pop("signature"), by, role="signature")
    values = {**data, "signature": files[0] if files else None}
    closing.accept_by_customer(case=case, by=by, values=values, expected_version=version)


def _solution(case: Case, by: Any, data: Data, version: int | None) -> None:
    solution = solving.draft_solution(case=case, by=by, values=data)
    solution.refresh_from_db()
    solving.submit_solution(solution=solution, by=by)


def _conclude(case: Case, by: Any, data: Data, version: int | None) -> None:
    open_one = Consultation.objects.filter(case=case, concluded_at=None).first()
    if open_one is None:
        raise MoveRefused(_("The consultation is concluded."), code="state")
    diagnosing.conclude_consultation(consultation=open_one, by=by, **data)


def _consulted(case: Case, user: Any) -> bool:
    """Whether a consultation is open; read from what the page has fetched."""
    return any(row.concluded_at is None for row in case.consultations.all())


def _rework(case: Case, by: Any, data: Data, version: int | None) -> None:
    apply(case, WORKFLOW["rework"], by=by, data=data, expected_version=version)


def states(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


ACTS = table(
    Act("start_diagnosis", _("Start diagnosis"), perm.CASE_DIAGNOSE, states(S.TRIAGED),
        lambda c, by, d, v: diagnosing.start_diagnosis(case=c, by=by, expected_version=v), None, "primary"),
    Act("triage", _("Triage"), perm.CASE_TRIAGE, states(S.NEW, S.TRIAGED),
        lambda c, by, d, v: triage.triage_case(case=c, by=by, values=d,
        expected_version=v), f.TriageForm, "primary"),
    Act("diagnose", _("Conclude diagnosis"), perm.CASE_DIAGNOSE, states(S.DIAGNOSING),
        lambda c, by, d, v: diagnosing.conclude_diagnosis(case=c, by=by, values=d, expected_version=v),
        f.DiagnosisForm, "primary"),
    Act("consent", _("Record consent"), perm.CASE_CONSENT, states(S.CONSENT), _consent,
        f.ConsentForm, "primary", True),
    Act("solution", _("Propose solution"), perm.CASE_SOLVE, states(S.SOLVING, S.CONSENT), _solution,
        f.SolutionForm,
        "primary"),
    Act("work", _("Record work"), perm.CASE_WORK, states(S.WORKING), _work, f.WorkForm, "normal", True),
    Act("finish_work", _("Work done"), perm.CASE_WORK, states(S.WORKING),
        lambda c, by, d, v: closing.finish_work(case=c, by=by, expected_version=v), None, "primary"),
    Act("accept", _("Customer acceptance"), perm.CASE_ACCEPT, states(S.CUSTOMER_ACCEPTANCE), _accept,
        f.CustomerAcceptanceForm, "primary", True),
    Act("code", _("Code the fault"), perm.CASE_CODE, frozenset(OPEN | {S.FOLLOW_UP, S.CLOSED}),
        lambda c, by, d, v: triage.code_case(case=c, by=by, values=d, expected_version=v), f.CodeForm),
    Act("accept_internally", _("Internal acceptance"), perm.CASE_ACCEPT_INTERNAL, states(S.INTERNAL_ACCEPTANCE),
        lambda c, by, d, v: closing.accept_internally(case=c, by=by, values=d, expected_version=v),
        f.InternalAcceptanceForm, "primary"),
    Act("archive", _("Archive the case"), perm.CASE_ARCHIVE, states(S.CLOSED),
        lambda c, by, d, v: closing.archive_case(case=c, by=by, expected_version=v), None, "primary"),
    Act("reply", _("Write to the customer"), perm.CASE_REPLY, frozenset(TALKING),
        lambda c, by, d, v: talk.reply(case=c, by=by, text=d["text"], purpose=talk.Purpose(d["purpose"]),
        means=d["means"]),
        f.ReplyForm),
    Act("note", _("Internal note"), perm.CASE_VIEW, frozenset(S.values), _note, f.NoteForm, "normal", True),
    Act("settle", _("Settled by answer"), perm.CASE_REPLY, states(S.TRIAGED, S.DIAGNOSING),
        lambda c, by, d, v: closing.settle_by_answer(case=c, by=by, expected_version=v)),
    Act("remote", _("Record remote support"), perm.CASE_DIAGNOSE,
        states(S.TRIAGED, S.DIAGNOSING, S.SOLVING, S.WORKING),
        lambda c, by, d, v: diagnosing.record_remote_session(case=c, by=by, values=d), f.RemoteForm),
    Act("convene", _("Convene consultation"), perm.CASE_CONSULT, states(S.TRIAGED, S.DIAGNOSING, S.SOLVING),
        lambda c, by, d, v: diagnosing.convene(case=c, by=by, **d), f.ConveneForm),
    Act("conclude", _("Conclude consultation"), perm.CASE_CONSULT, frozenset(OPEN), _conclude, f.ConcludeForm,
        ready=_consulted),
    Act("assign", _("Assign handler"), perm.CASE_ASSIGN, frozenset(OPEN | {S.WAITING, S.FOLLOW_UP}),
        lambda c, by, d, v: triage.assign_case(case=c, by=by, expected_version=v, **d), f.AssignForm),
    Act("charge", _("Decide cost"), perm.CASE_SOLVE, frozenset(OPEN),
        lambda c, by, d, v: solving.decide_charge(case=c, by=by, **d), f.ChargeForm),
    Act("appoint", _("Agree a time"), perm.CASE_REPLY, frozenset(OPEN),
        lambda c, by, d, v: talk.appoint(case=c, by=by, **d), f.AppointForm),
    Act("delay", _("Announce delay"), perm.CASE_REPLY, frozenset(OPEN),
        lambda c, by, d, v: talk.notify_delay(case=c, by=by, **d), f.DelayForm),
    Act("edit", _("Correct facts"), perm.CASE_EDIT, frozenset(OPEN | {S.WAITING, S.FOLLOW_UP}),
        lambda c, by, d, v: triage.edit_case(case=c, by=by, values=d, expected_version=v), f.EditForm),
    Act("wait", _("Wait for customer"), perm.CASE_REPLY,
        states(S.NEW, S.TRIAGED, S.DIAGNOSING, S.SOLVING, S.CONSENT, S.WORKING),
        lambda c, by, d, v: talk.wait_for_customer(case=c, by=by, expected_version=v, **d), f.ReasonForm),
    Act("resume", _("Go on"), perm.CASE_REPLY, states(S.WAITING),
        lambda c, by, d, v: talk.resume(case=c, by=by, expected_version=v), None, "primary"),
    Act("rework", _("Back to diagnosis"), perm.CASE_DIAGNOSE, states(S.SOLVING, S.CONSENT, S.WORKING), _rework,
        f.ReasonForm),
    Act("reopen", _("Reopen"), perm.CASE_REOPEN, states(S.FOLLOW_UP, S.CLOSED, S.ARCHIVED, S.CANCELLED),
        lambda c, by, d, v: closing.reopen_case(case=c, by=by, expected_version=v, **d), f.ReasonForm),
    Act("cancel", _("Cancel"), perm.CASE_CANCEL,
        states(S.NEW, S.TRIAGED, S.DIAGNOSING, S.SOLVING, S.CONSENT, S.WAITING),
        lambda c, by, d, v: closing.cancel_case(case=c, by=by, expected_version=v, **d), f.CancelForm, "danger"),
)  # fmt: skip
