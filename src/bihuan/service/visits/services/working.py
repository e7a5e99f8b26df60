"""On the way and on site: preparing, arriving, agreeing the plan, reporting, leaving (WO-08..13, WO-19..21)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.files.queries import attachments_of
from bihuan.core.files.services import attach, store
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.services.evidence import EVIDENCE
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import CARE, FieldReport, Visit, VisitState
from bihuan.service.visits.services.parting import declare_parts
from bihuan.service.visits.services.planning import goes
from bihuan.service.visits.workflow import AHEAD, WORKFLOW


def require_on_it(visit: Visit, by: AbstractBaseUser) -> None:
    """What is done on site is written by those who were there."""
    require(by, perm.VISITS_WORK, visit)
    if not goes(visit, by):
        raise Refused(perm.VISITS_WORK, _("Only who goes on this visit may do this."))


@transaction.atomic
def prepare(
    *, visit: Visit, by: AbstractBaseUser, ticked: Sequence[str], supplies: str, expected_version: int | None = None
) -> Visit:
    """Tick what is ready: staff, tools, parts, drawings, papers, the customer's safety rules (WO-08)."""
    if not (goes(visit, by) or can(by, perm.VISITS_PLAN, visit)):
        raise Refused(perm.VISITS_WORK)
    known = {item.code: item.name for item in visit.policy.visits.preparation}
    if unknown := set(ticked) - set(known):
        raise MoveRefused(_("“%(value)s” is not known") % {"value": "、".join(sorted(unknown))}, code="ticked")
    done = [code for code in known if code in ticked]
    data = {"name": "、".join(known[code] for code in done)}
    fields = {"prepared": done, "supplies": supplies}
    return apply(visit, WORKFLOW["prepare"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def arrive(
    *, visit: Visit, by: AbstractBaseUser, early: bool = False, expected_version: int | None = None,
    at: datetime | None = None,
) -> Visit:  # fmt: skip
    """Check in on site, prepared and at a time that the customer agreed to (WO-08, WO-14, WO-16).

    ``at`` is the time that a telephone without a network kept; it counts for the deadlines too. ``early`` says that a
    check-in before the agreed day is meant; the journal keeps which time was agreed.
    """
    require_on_it(visit, by)
    arrived = at or timezone.now()
    data: dict[str, Any] = {"at": arrived}
    if early and visit.is_before_its_day(arrived):
        agreed = f"{timezone.localtime(visit.starts_at):%m-%d %H:%M}"
        data |= {"early": True, "name": _("before the agreed time, %(at)s") % {"at": agreed}}
    fields = {"arrived_at": arrived, "left_at": None}
    return apply(visit, WORKFLOW["arrive"], by=by, data=data, fields=fields, expected_version=expected_version, at=at)


@transaction.atomic
def agree_plan(
    *, visit: Visit, by: AbstractBaseUser, phenomenon: str, plan: str, agreed_with: str, environment: str = "",
    expected_version: int | None = None, at: datetime | None = None,
) -> FieldReport:  # fmt: skip
    """Confirm the phenomenon with the customer's person in charge and agree the plan before the work (WO-09)."""
    require_on_it(visit, by)
    needed = {"phenomenon": phenomenon, "plan": plan, "agreed_with": agreed_with}
    for name, text in needed.items():
        if not text.strip():
            raise MoveRefused(_("This field is required."), code=name)
    data = {"name": agreed_with, "plan": plan[:200]}
    apply(visit, WORKFLOW["agree"], by=by, data=data, expected_version=expected_version, at=at)
    values = {**needed, "environment": environment, "agreed_at": at or timezone.now()}
    report, _created = FieldReport.objects.update_or_create(visit=visit, defaults=values)
    visit.report = report
    return report


@transaction.atomic
def write_report(
    *, visit: Visit, by: AbstractBaseUser, values: Mapping[str, Any], uploads: Iterable[UploadedFile] = (),
    expected_version: int | None = None, at: datetime | None = None, lenient: bool = False,
) -> FieldReport:  # fmt: skip
    """Write down what was found and done; the customer reads it before he signs (WO-10, WO-13, WO-20, WO-21).

    ``lenient`` is for what was written without a network: parts are taken as they were written (PRT-18).
    """
    require_on_it(visit, by)
    before = FieldReport.objects.filter(visit=visit).first()
    if before is None and visit.purpose not in CARE and not str(values.get("phenomenon", "")).strip():
        raise MoveRefused(_("This field is required."), code="phenomenon")
    typed = {name: value for name, value in values.items() if name not in {"used", "parts_reason"}}
    facts = {
        **typed,
        **declare_parts(visit, by, values, lenient=lenient),
        "results": checked_results(visit, values.get("results") or []),
    }
    data = {**facts, "name": str(values.get("verdict", ""))}
    journal = {"name": str(values.get("steps", ""))[:120], "verdict": str(values.get("verdict", ""))}
    _check(visit, by, data)
    apply(visit, WORKFLOW["report"], by=by, data={**data, **journal}, expected_version=expected_version,
          at=at)  # fmt: skip
    report, _created = FieldReport.objects.update_or_create(
        visit=visit, defaults={**facts, "reported_at": at or timezone.now()}
    )
    visit.report = report
    keep(visit, uploads, by)
    return report


def _check(visit: Visit, by: Any, data: Mapping[str, Any]) -> None:
    if not data.get("verdict"):
        raise MoveRefused(_("This field is required."), code="verdict")
    if visit.purpose == "service" and not str(data.get("steps", "")).strip():
        raise MoveRefused(_("Record what was done first."), code="steps")


def checked_results(visit: Visit, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was measured, with the company's words for each criterion; what nobody looked at is left out."""
    known = {item.code: item for item in visit.criteria}
    found = []
    for row in rows:
        rule = known.get(str(row.get("code", "")))
        if rule is None:
            raise MoveRefused(_("“%(value)s” is not known") % {"value": row.get("code")}, code="results")
        value = str(row.get("value", "")).strip()[:200]
        if value or row.get("passed") is not None:
            found.append({"code": rule.code, "name": rule.name, "required": rule.required, "value": value,
                          "passed": row.get("passed")})  # fmt: skip
    return found


@transaction.atomic
def add_photos(*, visit: Visit, by: AbstractBaseUser, uploads: Sequence[UploadedFile]) -> int:
    """Keep photos and video before the report is written (WO-13); what the visit has already is not kept twice.

    Returns how many are new.
    """
    require_on_it(visit, by)
    known = {row.file.sha256 for row in attachments_of(visit) if row.role == "evidence"}
    fresh = [item for item in uploads if digest_of(item) not in known]
    if not fresh:
        return 0
    if visit.state not in {*AHEAD, VisitState.ON_SITE, VisitState.REPORTED}:
        state = visit.get_state_display()
        raise MoveRefused(_("This visit takes no more photos: %(state)s.") % {"state": state}, code="state")
    keep(visit, fresh, by)
    record(subject=visit, verb="visit.photographed", by=by, data={"name": str(len(fresh))})
    return len(fresh)


def digest_of(item: UploadedFile) -> str:
    """What names the content of an upload."""
    digest = hashlib.sha256(item.read()).hexdigest()
    item.seek(0)
    return digest


def keep(visit: Visit, files: Iterable[UploadedFile], by: Any) -> None:
    """Photos and video of the site, on the visit and among the evidence of its case (WO-13)."""
    for item in files:
        name = item.name or "photo"
        file = store(data=item, name=name, by=by, allow=EVIDENCE)
        attach(subject=visit, file=file, role="evidence", caption=name, by=by)
        attach(subject=visit.case, file=file, role="evidence", caption=name, public=True, by=by)


@transaction.atomic
def take_back(*, visit: Visit, by: AbstractBaseUser, expected_version: int | None = None) -> Visit:
    """Correct the report before it is signed."""
    require_on_it(visit, by)
    return apply(visit, WORKFLOW["take_back"], by=by, expected_version=expected_version)


@transaction.atomic
def leave(*, visit: Visit, by: AbstractBaseUser, expected_version: int | None = None) -> Visit:
    """Check out: the time on site ends."""
    require_on_it(visit, by)
    if visit.left_at is not None:
        raise MoveRefused(_("You have checked out already."), code="state")
    apply(visit, WORKFLOW["leave"], by=by, fields={"left_at": timezone.now()}, expected_version=expected_version)
    return visit
