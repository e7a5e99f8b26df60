"""Planning a visit, agreeing its time, moving it, calling it off (WO-07, WO-08, WO-14, WO-18)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.approvals.services import decides_alone, open_approval
from bihuan.core.deadlines.services import recompute_subject
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import Refused, can, require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case, CaseState, SolutionState
from bihuan.service.desk.services.solving import check_remote_first
from bihuan.service.desk.services.talk import keep_appointment, say
from bihuan.service.desk.texts import customer_text
from bihuan.service.desk.workflow import OPEN
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import CARE, Purpose, Visit, VisitState
from bihuan.service.visits.services.wishing import keep_wish
from bihuan.service.visits.staffing import Roster, region_of
from bihuan.service.visits.workflow import WORKFLOW

NUMBER_PATTERN = "XC{yyyymm}-{seq:05d}"
LONGEST = timedelta(days=31)
STATIONS = {
    Purpose.SURVEY: {CaseState.TRIAGED, CaseState.DIAGNOSING, CaseState.SOLVING, CaseState.CONSENT},
    Purpose.SERVICE: {CaseState.WORKING},
    **dict.fromkeys(CARE, OPEN),
}


def purposes_of(case: Case) -> list[Purpose]:
    """For what this case can be visited now: to find out, or to do what the customer agreed to."""
    return [purpose for purpose, states in STATIONS.items() if purpose not in CARE and case.state in states]


def is_authorised(case: Case, purpose: str) -> bool:
    """Whether the customer's consent covers this visit: its solution was to be done on site, and passed that gate.

    Care is agreed once, with its plan.
    """
    agreed = case.solutions.filter(cycle=case.cycle, state=SolutionState.CONSENTED).last()
    return purpose in CARE or (purpose == Purpose.SERVICE and agreed is not None and agreed.is_onsite)


def usual_values(case: Case) -> dict[str, Any]:
    """What a plan knows before anybody types: where, whom, and what the customer agreed to."""
    agreed = case.solutions.filter(cycle=case.cycle, state=SolutionState.CONSENTED).last()
    return {
        "place": case.customer.address if case.customer else "", "contact_name": case.contact_name,
        "contact_phone": case.contact_phone, "task": agreed.steps if agreed else case.description or case.summary,
        "supplies": "\n".join(filter(None, (agreed.materials, agreed.tools))) if agreed else "",
    }  # fmt: skip


def goes(visit: Visit, user: Any) -> bool:
    """Whether somebody goes on this visit."""
    return visit.engineer_id == user.pk or visit.helpers.filter(pk=user.pk).exists()


@transaction.atomic
def plan_visit(
    *, case: Case, by: AbstractBaseUser, purpose: str, engineer: User, starts_at: datetime, ends_at: datetime,
    place: str, contact_name: str, contact_phone: str = "", task: str, supplies: str = "", onsite_reason: str = "",
    helpers: Iterable[User] = (), **care: Any,
) -> Visit:  # fmt: skip
    """Plan who goes when; by policy a supervisor authorises what no agreed solution covers (WO-03, WO-07, D17).

    ``care`` is what a care plan says of its visit: the plan, the day on which it is due, the checklist.
    """
    require(by, perm.VISITS_PLAN, case)
    if purpose in CARE and not care.get("care_plan"):
        raise MoveRefused(_("Rounds and maintenance are planned by their care plan."), code="purpose")
    if case.state not in STATIONS.get(Purpose(purpose), set()):
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    covered = is_authorised(case, purpose)
    if not covered:
        check_remote_first(case, {"is_onsite": True, "onsite_reason": onsite_reason})
    team = list(helpers)
    check_team(case, engineer, team, starts_at, ends_at)
    gated = (
        not covered
        and case.policy.procedure.onsite_approval
        and not decides_alone(case.policy, "onsite", by, case.severity or 0)
    )
    visit = Visit.objects.create(
        number=next_number("visit", case.policy.numbering.get("visit", NUMBER_PATTERN)), case=case, purpose=purpose,
        policy_version_id=case.policy_version_id, state=VisitState.ASKED if gated else VisitState.PLANNED,
        engineer=engineer, starts_at=starts_at, ends_at=ends_at, region_id=region_of(case), place=place, task=task,
        contact_name=contact_name, contact_phone=contact_phone, supplies=supplies, onsite_reason=onsite_reason,
        planned_by_id=by.pk, **care,
    )  # fmt: skip
    visit.helpers.set(team)
    data = {"name": visit.number, "at": starts_at, "engineer": str(engineer)}
    record(subject=visit, verb="visit.asked" if gated else "visit.planned", by=by, data=data)
    record(subject=case, verb="case.visit_planned", by=by, data=data)
    if gated:
        title = _("%(number)s: visit of %(case)s") % {"number": visit.number, "case": case.number}
        open_approval(subject=visit, chain_subject="onsite", title=title, by=by, level=case.severity or 0)
    else:
        _announce(visit)
    visit.refresh_from_db()
    return visit


def check_team(
    case: Case, engineer: User, helpers: Sequence[User], start: datetime, end: datetime, but: int | None = None
) -> None:
    """Refuse whoever is not qualified, absent or booked, with the reason (KNO-05); nobody is booked twice.

    The people's rows are held until the end of the transaction, so that two planners cannot take one of them at once.
    """
    if start <= timezone.now():
        raise MoveRefused(_("The time must lie ahead."), code="starts_at")
    if not start < end <= start + LONGEST:
        raise MoveRefused(_("The end follows the beginning, within a month."), code="ends_at")
    ids = sorted({engineer.pk, *(user.pk for user in helpers)})
    team = list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    roster = Roster.of(case, team, start, end, but)
    for user in team:
        leads = user.pk == engineer.pk
        if leads and not can(user, perm.VISITS_WORK, case):
            raise MoveRefused(_("%(name)s does not go on visits.") % {"name": user}, code="engineer")
        if reasons := roster.obstacles(user, leads=leads):
            raise MoveRefused(" ".join(reasons), code="engineer" if leads else "helpers")


def _announce(visit: Visit) -> None:
    """Tell the team, and ask the customer for his word, telling him who comes (WO-14)."""
    case, local = visit.case, timezone.localtime(visit.starts_at)
    title = _("Visit %(number)s, %(at)s: %(place)s") % {
        "number": visit.number, "at": f"{local:%m-%d %H:%M}", "place": visit.place,
    }  # fmt: skip
    tell(users=[visit.engineer, *visit.helpers.all()], title=title, subject=visit, verb="visit.planned")
    values = {"at": f"{local:%Y-%m-%d %H:%M}", "engineer": str(visit.engineer), "phone": visit.engineer.phone or "—"}
    link = f"{settings.BASE_URL}/v/{visit.token}/"
    if case.policy.reply("visit_request") is None:
        body = _("%(engineer)s, telephone %(phone)s, would come on %(at)s. Please agree or wish another time: %(link)s")
        subject, text = case.summary, body % {**values, "link": link}
    else:
        written = customer_text(case, "visit_request", link=link, place=visit.place, **values)
        subject, text = written.subject, written.body
    say(case=case, by=visit.planned_by, text=text, kind="visit", subject=subject)


@transaction.atomic
def authorisation_ended(*, visit: Visit, approved: bool, reason: str = "") -> Visit:
    """The supervisor has spoken: the customer is asked, or the visit falls away (WO-07)."""
    if visit.state != VisitState.ASKED:
        return visit
    apply(visit, WORKFLOW["authorise" if approved else "decline"], by=None, data={"reason": reason})
    if approved:
        _announce(visit)
    return visit


@transaction.atomic
def confirm(
    *, visit: Visit, person: str, by: AbstractBaseUser | None = None, expected_version: int | None = None
) -> Visit:
    """Keep that the customer agreed to the time; ``by`` None is the customer through his link (WO-14, WO-15)."""
    if by is not None and not (can(by, perm.VISITS_PLAN, visit) or goes(visit, by)):
        raise Refused(perm.VISITS_PLAN)
    if not person.strip():
        raise MoveRefused(_("Please give the name of the person who agrees."), code="person")
    fields = {"confirmed_by": person.strip()[:60], "confirmed_at": timezone.now(), "wish": ""}
    apply(visit, WORKFLOW["confirm"], by=by, data={"name": person}, fields=fields, expected_version=expected_version,
          actor_name="" if by else person)  # fmt: skip
    keep_appointment(case=visit.case, by=by or visit.planned_by, at=visit.starts_at, engineer=visit.engineer,
                     agreed_with=visit.confirmed_by, place=visit.place)  # fmt: skip
    title = _("%(person)s agreed to visit %(number)s") % {"person": person, "number": visit.number}
    tell(users=[visit.engineer, visit.planned_by], title=title, subject=visit, verb="visit.confirmed")
    return visit


@transaction.atomic
def wish_other_time(
    *, visit: Visit, person: str, wish: str = "", day: date | None = None, begins: time | None = None,
    until: time | None = None,
) -> Visit:  # fmt: skip
    """The customer wishes another time: whoever planned it learns of it and proposes one (WO-18)."""
    if not person.strip():
        raise MoveRefused(_("Please give the name of the person who agrees."), code="person")
    if day is None and not wish.strip():
        raise MoveRefused(_("Please say which time suits you."), code="opinion")
    kept = keep_wish(case=visit.case, day=day, begins=begins, until=until, words=wish, person=person)
    text = str(kept or wish)
    fields = {"wish": text[:300], "confirmed_by": "", "confirmed_at": None}
    apply(visit, WORKFLOW["wish"], by=None, data={"name": text[:120]}, fields=fields, actor_name=person)
    title = _("%(number)s: the customer wishes another time: %(wish)s") % {"number": visit.number, "wish": text}
    tell(users=[visit.planned_by, visit.engineer], title=title, subject=visit, level="warn", verb="visit.wished")
    return visit


@transaction.atomic
def reschedule(
    *, visit: Visit, by: AbstractBaseUser, engineer: User, starts_at: datetime, ends_at: datetime, reason: str,
    helpers: Iterable[User] = (), expected_version: int | None = None,
) -> Visit:  # fmt: skip
    """Move a visit or give it to somebody else, with the reason; the customer is asked again."""
    require(by, perm.VISITS_PLAN, visit)
    team, before = list(helpers), {visit.engineer_id: visit.engineer}
    check_team(visit.case, engineer, team, starts_at, ends_at, but=visit.pk)
    data = {"reason": reason, "from_time": visit.starts_at, "at": starts_at, "engineer": str(engineer)}
    fields = {"engineer": engineer, "starts_at": starts_at, "ends_at": ends_at, "confirmed_by": "",
              "confirmed_at": None, "wish": ""}  # fmt: skip
    apply(visit, WORKFLOW["reschedule"], by=by, data=data, fields=fields, expected_version=expected_version)
    visit.helpers.set(team)
    recompute_subject(visit)
    _announce(visit)
    if gone := [user for pk, user in before.items() if pk != engineer.pk]:
        title = _("%(number)s is given to %(name)s: %(reason)s")
        told = {"number": visit.number, "name": engineer, "reason": reason}
        tell(users=gone, title=title % told, subject=visit, verb="visit.rescheduled")
    return visit


@transaction.atomic
def call_off(*, visit: Visit, by: AbstractBaseUser | None, reason: str, expected_version: int | None = None) -> Visit:
    """Call a visit off; ``by`` None is the end of its case. Those who would have gone and the customer learn of it."""
    was_told = visit.state != VisitState.ASKED
    apply(visit, WORKFLOW["cancel"], by=by, data={"reason": reason}, expected_version=expected_version)
    title = _("Visit %(number)s is called off: %(reason)s") % {"number": visit.number, "reason": reason}
    tell(users=[visit.engineer, *visit.helpers.all()], title=title, subject=visit, level="warn",
         verb="visit.cancelled")  # fmt: skip
    if was_told:
        at = f"{timezone.localtime(visit.starts_at):%Y-%m-%d %H:%M}"
        text = _("Our visit on %(at)s does not take place: %(reason)s") % {"at": at, "reason": reason}
        say(case=visit.case, by=by or visit.planned_by, text=text, kind="visit")
    return visit
