"""What the pages of visits show."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.approvals.queries import for_subject as approvals_of
from bihuan.core.deadlines.services import milestones, of_subject
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, acts_context, steps_of
from bihuan.registry.customers import permissions as customers
from bihuan.service.desk.models import Case
from bihuan.service.desk.pages import model_documents
from bihuan.service.desk.queries import visible_to as visible_cases
from bihuan.service.parts.panels import of_job, without_issue
from bihuan.service.visits.actions import ACTS, on_it
from bihuan.service.visits.calendar import token_of
from bihuan.service.visits.models import TimeWish, Visit, VisitState
from bihuan.service.visits.queries import BOOKED, going, visible_to
from bihuan.service.visits.rosters import midnight, recent_rosters
from bihuan.service.visits.services.parting import job_of
from bihuan.service.visits.staffing import Candidate, day_of, suggest

S = VisitState
WAY = (S.PLANNED, S.CONFIRMED, S.ON_SITE, S.REPORTED, S.FINISHED)
GATED_WAY = (S.ASKED, *WAY)
LONGEST_SUGGESTION = timedelta(days=31)


def visit_context(visit: Visit, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not depend on how much there is."""
    case, approvals = visit.case, approvals_of(visit)
    ticked, acts = visit.prepared, acts_context(ACTS, visit, user, wish, outcome)
    moves = acts["opened"] is not None and acts["opened"].name == "reschedule"
    return {
        "visit": visit, "row": visit, "case": case, "act_address": "visits:act",
        "report": getattr(visit, "report", None), "who": f"{_('Engineer')}：{visit.engineer}",
        "steps": steps_of(visit.state, GATED_WAY if approvals else WAY), "approvals": approvals,
        **acts, "candidates": candidates(case, acts["form"], visit.pk) if moves else None,
        "preparation": [(item.name, item.code in ticked) for item in visit.policy.visits.preparation],
        "helpers": visit.helpers.all(), "attachments": attachments_of(visit), "papers": documents_of(visit),
        "form_of_visit": visit.policy.form(visit.policy.visits.report_form),
        "may_issue": can(user, "documents.issue", visit),
        "may_call": on_it(visit, user) or can(user, customers.CUSTOMERS_REVEAL),
        "sees_case": visible_cases(user).filter(pk=case.pk).exists(), "model_documents": model_documents(case),
        "deadlines": milestones(of_subject(visit)), "timeline": timeline(visit),
        "requisitions": of_job(user, job_of(visit)), "discrepancies": without_issue(user, job_of(visit)),
        "customer_link": f"{settings.BASE_URL}/v/{visit.token}/",
    }  # fmt: skip


def named_day(text: str) -> date | None:
    """The day of the address, if it names one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wished_day(text: str) -> date:
    """The day of the address, or today."""
    return named_day(text) or timezone.localdate()


def my_day(user: Any, text: str) -> dict[str, Any]:
    """The engineer's day: where, when, whom, what; and what comes after it (WO-08)."""
    day = wished_day(text)
    rows = visible_to(user).filter(going(user)).exclude(state=S.CANCELLED)
    rows = rows.select_related("case__customer", "case__model", "case__unit").order_by("starts_at")
    start, end = midnight(day), midnight(day + timedelta(days=1))
    later = rows.filter(starts_at__gte=end, state__in=BOOKED)[:10]
    open_ones = rows.filter(ends_at__lt=start, state__in=(S.ON_SITE, S.REPORTED))[:10]
    visits = list(rows.filter(starts_at__lt=end, ends_at__gt=start))
    return {
        "day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1), "visits": visits,
        "calendar": f"{settings.BASE_URL}/v/calendar/{token_of(user)}.ics", "later": list(later),
        "left_open": list(open_ones), "is_today": day == timezone.localdate(), "rosters": recent_rosters(user),
    }  # fmt: skip


def candidates(case: Case, form: Any, but: int | None = None) -> list[Candidate]:
    """Who suits the time of a form, as it was typed or proposed."""
    return who_suits(case, _time(form, "starts_at"), _time(form, "ends_at"), but)


def who_suits(case: Case, start: datetime | None, end: datetime | None, but: int | None = None) -> list[Candidate]:
    """Who suits a time best; one that is missing, runs backwards or is too long has no answer."""
    if start is None or end is None or not start < end <= start + LONGEST_SUGGESTION:
        return []
    return suggest(case, start, end, but)


def _time(form: Any, name: str) -> datetime | None:
    """A time of the form, whether it was typed or proposed."""
    value = form.cleaned_data.get(name) if form.is_bound else form.initial.get(name)
    try:
        found: datetime | None = form.fields[name].clean(value) if isinstance(value, str) else value
    except ValidationError:
        return None
    return found


def usual_time(hours: float, text: str = "", wish: TimeWish | None = None) -> tuple[datetime, datetime]:
    """The time that the customer wishes, else the wished day at nine, else tomorrow; for as long as visits take."""
    day = wished_day(text) if text else timezone.localdate() + timedelta(days=1)
    minutes = 9 * 60
    if wish is not None:
        day = wish.day or day
        minutes = min(max(minutes, wish.bounds()[0]), wish.bounds()[1])
    start = midnight(day) + timedelta(minutes=minutes)
    if start <= timezone.now():
        start = day_of(timezone.now())[1] + timedelta(minutes=minutes)
    return start, start + timedelta(hours=hours)
