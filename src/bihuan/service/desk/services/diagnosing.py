"""Finding the cause: remote support, diagnosis, technical consultation (WO-01..07)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.workflow.services import apply, conflict
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import Department, User
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Case, CaseState, Consultation, Diagnosis, Opinion, RemoteSession
from bihuan.service.desk.workflow import WORKFLOW

HELPABLE = {CaseState.TRIAGED, CaseState.DIAGNOSING, CaseState.SOLVING, CaseState.WORKING}


@transaction.atomic
def start_diagnosis(
    *,
    case: Case,
    by: AbstractBaseUser,
    owner: AbstractBaseUser | None = None,
    expected_version: int | None = None,
) -> Case:
    """Begin the diagnosis; whoever begins it without a handler being named takes the case."""
    who = owner or case.owner or by
    fields: dict[str, Any] = {"owner": who} if who.pk != case.owner_id else {}
    return apply(
        case, WORKFLOW["start_diagnosis"], by=by, data={"owner": who.pk, "owner_name": str(who)}, fields=fields,
        expected_version=expected_version,
    )  # fmt: skip


@transaction.atomic
def record_remote_session(*, case: Case, by: AbstractBaseUser, values: Mapping[str, Any]) -> RemoteSession:
    """Keep a remote support session with its steps, also one that did not help (WO-06)."""
    require(by, perm.CASE_DIAGNOSE, case)
    if case.state not in HELPABLE:
        raise MoveRefused(_("Remote support belongs to a case in diagnosis or in work."), code="state")
    session = RemoteSession.objects.create(case=case, cycle=case.cycle, engineer_id=by.pk, **values)
    data = {"means": session.means, "minutes": session.minutes, "solved": session.solved}
    record(subject=case, verb="case.helped_remotely", by=by, data=data)
    return session


@transaction.atomic
def conclude_diagnosis(
    *, case: Case, by: AbstractBaseUser, values: Mapping[str, Any], expected_version: int | None = None
) -> Diagnosis:
    """Record findings, cause and the resources needed, and go on to the solution (WO-04)."""
    require(by, perm.CASE_DIAGNOSE, case)
    diagnosis = Diagnosis.objects.create(case=case, cycle=case.cycle, engineer_id=by.pk, **values)
    data = {"diagnosis": diagnosis.pk, "cause": diagnosis.cause[:200]}
    apply(case, WORKFLOW["diagnose"], by=by, data=data, expected_version=expected_version)
    return diagnosis


@transaction.atomic
def convene(
    *,
    case: Case,
    by: AbstractBaseUser,
    topic: str,
    answer_by: datetime,
    departments: Iterable[Department] = (),
    users: Iterable[User] = (),
    experts: Iterable[str] = (),
) -> Consultation:
    """Invite departments, people and outside experts to say what they think (WO-05, SOL-10)."""
    require(by, perm.CASE_CONSULT, case)
    if not case.is_open:
        raise MoveRefused(_("The case is at rest; reopen it first."), code="state")
    consultation = Consultation.objects.create(case=case, topic=topic, convened_by_id=by.pk, answer_by=answer_by)
    invited = [
        *(Opinion(consultation=consultation, department=item) for item in departments),
        *(Opinion(consultation=consultation, user=item) for item in users),
        *(Opinion(consultation=consultation, expert_name=item) for item in experts),
    ]
    if not invited:
        raise MoveRefused(_("Invite at least one department or person."), code="invited")
    Opinion.objects.bulk_create(invited)
    names = [str(item) for item in invited]
    record(subject=case, verb="case.consultation_convened", by=by, data={"topic": topic, "invited": names})
    tell(
        users=list(invited_users(consultation)), title=_("Technical consultation: %(topic)s") % {"topic": topic},
        subject=case, verb="case.consultation_convened",
    )  # fmt: skip
    return consultation


def invited_users(consultation: Consultation) -> Iterable[User]:
    """People who are asked: those named, and everybody of the departments named."""
    direct = User.objects.filter(is_active=True, pk__in=consultation.opinions.values("user"))
    members = User.objects.filter(is_active=True, department__in=consultation.opinions.values("department"))
    return (direct | members).distinct()


def may_answer(opinion: Opinion, user: Any) -> bool:
    """Whether this person is asked: himself, as one of the department, or as one who may convene."""
    asked = opinion.user_id == user.pk or (opinion.department_id and opinion.department_id == user.department_id)
    return bool(asked) or can(user, perm.CASE_CONSULT, opinion.consultation.case)


@transaction.atomic
def give_opinion(*, opinion: Opinion, by: Any, text: str) -> Opinion:
    """Say what one thinks; for a department any of its people may, for an expert the one who convened."""
    consultation = opinion.consultation
    if not may_answer(opinion, by):
        raise Refused(perm.CASE_CONSULT)
    if not text.strip():
        raise MoveRefused(_("Please write a text."), code="text")
    if consultation.concluded_at:
        raise MoveRefused(_("The consultation is concluded."), code="state")
    rows = Opinion.objects.filter(pk=opinion.pk, given_at__isnull=True)
    if not rows.update(text=text, given_by=by, given_at=timezone.now()):
        raise conflict(consultation.case)
    opinion.refresh_from_db()
    record(subject=consultation.case, verb="case.opinion_given", by=by, data={"opinion": opinion.pk})
    return opinion


@transaction.atomic
def conclude_consultation(
    *, consultation: Consultation, by: AbstractBaseUser, causes: str, conclusion: str, resources: str = ""
) -> Consultation:
    """Write down possible causes, the conclusion and the resources needed (WO-05)."""
    require(by, perm.CASE_CONSULT, consultation.case)
    rows = Consultation.objects.filter(pk=consultation.pk, concluded_at__isnull=True)
    changed = rows.update(causes=causes, conclusion=conclusion, resources=resources, concluded_at=timezone.now())
    if not changed:
        raise MoveRefused(_("The consultation is concluded."), code="conflict")
    consultation.refresh_from_db()
    data = {"conclusion": conclusion[:200]}
    record(subject=consultation.case, verb="case.consultation_concluded", by=by, data=data)
    return consultation
