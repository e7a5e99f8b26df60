"""Care plans make their visits, findings open cases, tools are looked after every day (WO-22, WO-27, WO-33)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.calendar.queries import default_data
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import Refused, require
from bihuan.core.policy.queries import default as rules_in_force
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.products.services import check_in_use
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import Report, register_case
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import CARE, CarePlan, FieldReport, ToolCheck, Visit
from bihuan.service.visits.models.care import lines_of
from bihuan.service.visits.services.planning import plan_visit

FURTHEST = 60


def make_due(today: date | None = None) -> int:
    """Plan the visits of every plan that is due within the lead time; returns how many.

    A plan that cannot be carried out as written says why, its planner is told once, and it is tried again later.
    """
    day = today or timezone.localdate()
    until = day + timedelta(days=rules_in_force().visits.care_lead_days)
    made = 0
    for plan in CarePlan.objects.filter(is_active=True, next_on__lte=until).select_related("customer", "unit"):
        try:
            made += make_visit(plan=plan, today=day) is not None
        except (MoveRefused, Refused) as refused:
            _keep_problem(plan, str(refused.reason))
    return made


@transaction.atomic
def make_visit(*, plan: CarePlan, today: date) -> Visit | None:
    """Register the case of one turn and plan its visit; of two workers that try, one does it.

    The next turn counts from the day on which this one was due, turns that were missed aside.
    """
    if plan.unit is not None:
        check_in_use(plan.unit)
    due, following = plan.next_on, plan.next_on + timedelta(days=plan.every_days)
    while following <= today:
        following += timedelta(days=plan.every_days)
    mine = CarePlan.objects.filter(pk=plan.pk, next_on=due, is_active=True)
    if not mine.update(next_on=following, problem=""):
        return None
    start = _start(plan, max(due, today + timedelta(days=1)))
    rows = lines_of(plan.checklist)
    words = "\n".join(f"{row['name']} {row['required']}".strip() for row in rows)
    case = _case(plan, f"{plan.name}（{due:%Y-%m-%d}）", words, f"care-{plan.pk}-{due:%Y%m%d}")
    return plan_visit(
        case=case, by=plan.planner, purpose=plan.kind, engineer=plan.engineer, starts_at=start,
        ends_at=start + timedelta(hours=plan.hours), place=plan.place, contact_name=plan.contact_name,
        contact_phone=plan.contact_phone, task=words, care_plan=plan, due_on=due, checklist=rows,
    )  # fmt: skip


def _start(plan: CarePlan, day: date) -> datetime:
    """The first working day from the due day on, at the plan's hour."""
    calendar = default_data()
    for offset in range(FURTHEST):
        if calendar.is_working_day(day + timedelta(days=offset)):
            day += timedelta(days=offset)
            break
    return timezone.make_aware(datetime.combine(day, plan.hour))


def _case(plan: CarePlan, summary: str, words: str, key: str) -> Case:
    rules = rules_in_force().visits
    report = Report(
        channel=rules.care_channel, service_type=rules.care_service_type, summary=summary, client_key=key,
        description=f"{summary}\n{words}", customer=plan.customer, contact_name=plan.contact_name,
        contact_phone=plan.contact_phone, line=plan.line, unit=plan.unit, reporter=plan.planner,
    )  # fmt: skip
    return register_case(report=report, by=plan.planner)


@transaction.atomic
def _keep_problem(plan: CarePlan, reason: str) -> None:
    """Keep why a plan was not carried out; its planner learns of each new reason once."""
    if not CarePlan.objects.filter(pk=plan.pk).exclude(problem=reason[:300]).update(problem=reason[:300]):
        return
    title = _("%(plan)s cannot be planned: %(reason)s") % {"plan": plan, "reason": reason}
    tell(users=[plan.planner], title=title, subject=plan, level="warn", verb="care_plan.problem")


def open_findings(*, visit: Visit, report: FieldReport) -> list[Case]:
    """Each line that was not in order becomes a case of its own, once (WO-22, WO-26)."""
    if visit.purpose not in CARE:
        return []
    found, cause = [row for row in report.results if row["passed"] is False], visit.case
    cases = []
    for row in found:
        words = _("Found at %(visit)s: %(line)s: %(what)s") % {
            "visit": visit.number, "line": row["name"], "what": row["value"],
        }  # fmt: skip
        known = Report(
            channel=visit.policy.visits.care_channel, description=words, customer=cause.customer, unit=cause.unit,
            model=cause.model, line=cause.line, contact_name=visit.contact_name, contact_phone=visit.contact_phone,
            reporter=visit.engineer, client_key=f"finding-{visit.number}-{row['code']}",
        )  # fmt: skip
        case = register_case(report=known, by=visit.engineer)
        record(subject=visit, verb="visit.found", by=visit.engineer, data={"name": case.number})
        cases.append(case)
    return cases


@transaction.atomic
def check_tools(*, by: AbstractBaseUser, good: Sequence[str], faults: str) -> ToolCheck:
    """Keep that somebody has looked after his tools today; what is not in order is described (WO-27)."""
    require(by, perm.VISITS_WORK)
    known = [item.code for item in rules_in_force().visits.tools]
    if set(good) - set(known):
        raise MoveRefused(
            _("“%(value)s” is not known") % {"value": "、".join(sorted(set(good) - set(known)))}, code="good"
        )
    if set(good) != set(known) and not faults.strip():
        raise MoveRefused(_("Say what is not in order and what was done."), code="faults")
    values = {"good": [code for code in known if code in good], "faults": faults.strip(), "at": timezone.now()}
    row, _created = ToolCheck.objects.update_or_create(user_id=by.pk, day=timezone.localdate(), defaults=values)
    record(subject=row, verb="tools.checked", by=by, data={"name": str(len(good)), "faults": faults[:200]})
    return row
