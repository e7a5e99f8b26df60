"""Opening an issue, or joining one that is open: alarms, cases, employees, deliveries, suppliers (NCR-01, INT-34)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import Entry, record, record_many
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import Refused
from bihuan.core.policy import queries as policy
from bihuan.core.search import services as search
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import Issue, IssueCase, Repeat, Signal, Source
from bihuan.quality.issues.queries import open_like
from bihuan.quality.issues.services.evidence import keep
from bihuan.registry.faults.models import FailureMechanism, Symptom
from bihuan.registry.people.models import Region, User
from bihuan.registry.people.queries import holders, with_permission
from bihuan.registry.products.models import Batch, ProductLine, ProductModel
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import first_line, policy_for

NUMBER_PATTERN = "QI{yyyymm}-{seq:04d}"


@dataclass(frozen=True)
class Sign:
    """The first sign of an issue, whoever gives it."""

    source: Source
    description: str
    title: str = ""
    place: str = ""
    quantity: int | None = None
    supplier_name: str = ""
    occurred_at: datetime | None = None
    complained_at: datetime | None = None
    line: ProductLine | None = None
    model: ProductModel | None = None
    batch: Batch | None = None
    region: Region | None = None
    mechanism: FailureMechanism | None = None
    symptom: Symptom | None = None
    is_safety: bool = False
    wants_8d: bool = False
    stop_work: bool = False
    cell: str = ""
    client_key: str | None = None


class _Overtaken(Exception):
    """Somebody else has opened the issue that this sign would open."""


@dataclass(frozen=True)
class AlarmFacts:
    """What an alarm of the monitor says, as plain values."""

    alarm_id: int | None
    rule: str
    form_code: str
    count: int
    exposure: int
    low: float | None
    high: float | None
    window: str


@transaction.atomic
def register_issue(
    *, sign: Sign, by: AbstractBaseUser | None, cases: Iterable[Case] = (), uploads: Iterable[Any] = (),
    alarm: AlarmFacts | None = None, at: datetime | None = None, follows: Issue | None = None,
) -> Issue:  # fmt: skip
    """Open an issue at once with number, clocks and journal, or join the open one of the same cell or mechanism.

    The 72 hours count from the complaint, never from the registration (SLA-03). The same ``client_key``
    again returns the issue that it made or joined the first time, and adds nothing to it.
    """
    linked = list(cases)
    same, before = _open_one(sign), _of_key(sign)  # in this order: what a twin opened in between is known by its key
    if before is not None:
        return before
    if same is not None:
        return _repeated(same, sign, by, linked, uploads, alarm)
    now = at or timezone.now()
    try:
        with transaction.atomic():
            issue = _create(sign, by, linked, now, follows)
    except (IntegrityError, _Overtaken):
        winner, pressed = _open_one(sign), _of_key(sign)
        if pressed is not None:
            return pressed
        if winner is None:
            raise
        return _repeated(winner, sign, by, linked, uploads, alarm)
    _link(issue, linked)
    _keep_signal(issue, alarm)
    keep(issue=issue, files=uploads, by=by, role="report")
    _journal_opening(issue, sign, by, now)
    index_issue(issue)
    _tell_quality(issue)
    return issue


def _repeated(
    issue: Issue, sign: Sign, by: Any, cases: list[Case], uploads: Iterable[Any], alarm: AlarmFacts | None
) -> Issue:
    """A second report joins the open issue with all that it says; danger and stopped work shout as in a first one."""
    if not _first_press(issue, sign):
        return issue
    join_issue(issue=issue, by=by, cases=cases, alarm=alarm, text=sign.description)
    keep(issue=issue, files=uploads, by=by, role="report")
    fields: dict[str, Any] = {name: True for name in ("is_safety", "wants_8d")
                              if getattr(sign, name) and not getattr(issue, name)}  # fmt: skip
    entries = [Entry(issue, "issue.learned", {name: str(True) for name in fields})] if fields else []
    if sign.stop_work and not issue.is_stopped:
        fields |= {"stopped_at": timezone.now(), "released_at": None}
        entries.append(Entry(issue, "issue.work_stopped", {"name": sign.place}))
    if fields:
        Issue.objects.filter(pk=issue.pk).update(**fields)
        issue.refresh_from_db()
        record_many(entries=entries, by=by)
        _tell_quality(issue)
    return issue


def _of_key(sign: Sign) -> Issue | None:
    """The issue that the report with this key made or joined before."""
    if not sign.client_key:
        return None
    made = Issue.objects.filter(client_key=sign.client_key).first()
    return made or Issue.objects.filter(repeats__client_key=sign.client_key).first()


def _first_press(issue: Issue, sign: Sign) -> bool:
    """Keep the key of a report that joins; of two presses at once the second finds it taken."""
    if not sign.client_key:
        return True
    try:
        with transaction.atomic():
            Repeat.objects.create(issue=issue, client_key=sign.client_key)
    except IntegrityError:
        return False
    return True


def _open_one(sign: Sign) -> Issue | None:
    mechanism, model, line = sign.mechanism, sign.model, sign.line
    return open_like(
        cell=sign.cell, mechanism_id=mechanism.pk if mechanism else None, model_id=model.pk if model else None,
        line_id=line.pk if line else None,
    )  # fmt: skip


def _create(sign: Sign, by: Any, cases: list[Case], now: datetime, follows: Issue | None) -> Issue:
    """Write the issue. Who draws a number waits for those before him: only then nobody can open the same beside him."""
    line = sign.line or (sign.model.line if sign.model else None)
    version = policy_for(line)
    rules = policy.parsed(version)
    number = next_number("issue", rules.numbering.get("issue", NUMBER_PATTERN), at=now)
    if _open_one(sign) is not None:
        raise _Overtaken
    return Issue.objects.create(
        number=number, cell=sign.cell,
        policy_version_id=version.pk, client_key=sign.client_key, source=sign.source,
        title=(sign.title.strip() or first_line(sign.description) or str(Source(sign.source).label))[:120],
        description=sign.description, place=sign.place, quantity=sign.quantity, supplier_name=sign.supplier_name,
        occurred_at=sign.occurred_at, complained_at=min(_heard_at(sign, cases) or now, now), registered_at=now,
        line=line, model=sign.model, batch=sign.batch, region=sign.region, mechanism=sign.mechanism,
        symptom=sign.symptom, reporter_id=by.pk if by else None,
        is_safety=sign.is_safety or bool(sign.symptom and sign.symptom.is_danger),
        is_serious=bool(sign.symptom and sign.symptom.is_serious), wants_8d=sign.wants_8d,
        stopped_at=now if sign.stop_work else None, follows=follows,
    )  # fmt: skip


def _heard_at(sign: Sign, cases: list[Case]) -> datetime | None:
    """When the clock began: the earliest complaint; for a crossed line the complaint that crossed it (SLA-03)."""
    if sign.complained_at:
        return sign.complained_at
    return min((case.complained_at for case in cases), default=None)


def _link(issue: Issue, cases: Iterable[Case]) -> list[Case]:
    """Link the cases that are not linked yet; returns those that are new."""
    wanted = list(cases)
    known = set(issue.links.filter(case__in=[case.pk for case in wanted]).values_list("case_id", flat=True))
    new = [case for case in wanted if case.pk not in known]
    IssueCase.objects.bulk_create([IssueCase(issue=issue, case=case) for case in new], ignore_conflicts=True)
    return new


def _keep_signal(issue: Issue, alarm: AlarmFacts | None) -> None:
    if alarm is not None:
        Signal.objects.create(
            issue=issue, at=timezone.now(), alarm_id=alarm.alarm_id, rule=alarm.rule, form_code=alarm.form_code,
            count=alarm.count, exposure=alarm.exposure, low=alarm.low, high=alarm.high, window=alarm.window,
            latest_count=alarm.count, latest_exposure=alarm.exposure,
        )  # fmt: skip


@transaction.atomic
def add_cases(*, issue: Issue, cases: Iterable[Case], alarm: AlarmFacts | None = None) -> list[Case]:
    """Link cases and an alarm without a word of the issue itself; also to one that is closed."""
    new = _link(issue, cases)
    _keep_signal(issue, alarm)
    return new


def _journal_opening(issue: Issue, sign: Sign, by: Any, now: datetime) -> None:
    data = {"to": issue.state, "source": issue.source, "name": issue.title}
    entries = [Entry(issue, "issue.registered", data)]
    if sign.stop_work:
        entries.append(Entry(issue, "issue.work_stopped", {"name": sign.place}))
    record_many(entries=entries, by=by, at=now, new_subjects=True)


def _tell_quality(issue: Issue) -> None:
    """Those who register and grade learn of it; an employee's superior first, where the company wants it (NCR-12).

    Stopped work and danger shout, and wait for nobody (NCR-16).
    """
    urgent = issue.is_safety or issue.is_stopped
    title = _("New quality issue %(number)s: %(title)s") % {"number": issue.number, "title": issue.title}
    level = "urgent" if urgent else "warn"
    superiors = superiors_of(issue)
    tell(users=superiors, title=title, subject=issue, level=level, verb="issue.registered")
    if not superiors or urgent:
        tell(users=with_permission(perm.ISSUE_MANAGE, issue), title=title, subject=issue, level=level,
             verb="issue.registered")  # fmt: skip


def superiors_of(issue: Issue) -> list[User]:
    """The heads of the reporter's department; none where he is one himself, or the company asks quality at once."""
    rules, reporter = issue.policy.issues, issue.reporter
    if rules.report_to != "superior" or issue.source != Source.EMPLOYEE or reporter is None:
        return []
    if reporter.department_id is None or reporter.role_codes & set(rules.superior_roles):
        return []
    return [user for user in holders(rules.superior_roles) if user.department_id == reporter.department_id]


@transaction.atomic
def pass_on(*, issue: Issue, by: AbstractBaseUser, note: str) -> Issue:
    """The superior has seen nature and severity, and passes the report on to quality (NCR-12, NCR-14)."""
    if by.pk not in {user.pk for user in superiors_of(issue)}:
        raise Refused(perm.ISSUE_MANAGE)
    if not note.strip():
        raise MoveRefused(_("Say how grave it is."), code="note")
    rows = Issue.objects.filter(pk=issue.pk, passed_on_at__isnull=True)
    if not rows.update(superior_id=by.pk, passed_on_at=timezone.now(), superior_note=note[:300]):
        raise MoveRefused(_("The report has been passed on."), code="conflict")
    issue.refresh_from_db()
    record(subject=issue, verb="issue.passed_on", by=by, data={"name": note[:120]})
    title = _("%(who)s passes on %(number)s: %(text)s") % {"who": by, "number": issue.number, "text": note[:80]}
    tell(users=with_permission(perm.ISSUE_MANAGE, issue), title=title, subject=issue, level="warn",
         verb="issue.passed_on")  # fmt: skip
    return issue


@transaction.atomic
def join_issue(
    *, issue: Issue, by: AbstractBaseUser | None, cases: Iterable[Case] = (), alarm: AlarmFacts | None = None,
    text: str = "",
) -> Issue:  # fmt: skip
    """Add a repeat to the open issue: its cases, its counts and its words; no second issue is opened (NCR-07)."""
    if issue.is_at_rest:
        raise MoveRefused(_("The issue is closed; a repeat opens it again."), code="state")
    new = _link(issue, cases)
    _keep_signal(issue, alarm)
    about = {"name": text[:120], "cases": [case.number for case in new], "rule": alarm.rule if alarm else ""}
    record(subject=issue, verb="issue.joined", by=by, data=about)
    if issue.owner is not None:
        title = _("A repeat joined %(number)s: %(title)s") % {"number": issue.number, "title": text[:80] or issue.title}
        tell(users=[issue.owner], title=title, subject=issue, verb="issue.joined")
    return issue


@transaction.atomic
def call_special(*, issue: Issue, at: datetime, name: str) -> Issue:
    """A later alarm calls for the special report beside the first one: its own hours count from its complaint (D22)."""
    issue.special_from = min(at, timezone.now())
    Issue.objects.filter(pk=issue.pk).update(special_from=issue.special_from)
    record(subject=issue, verb="issue.special_called", by=None, data={"name": name[:120]})
    return issue


def index_issue(issue: Issue) -> None:
    """Write the search entry of an issue, in the caller's transaction."""
    words = [issue.description, issue.place, issue.supplier_name, *(str(part) for part in (
        issue.model, issue.batch, issue.mechanism, issue.symptom) if part)]  # fmt: skip
    search.index(
        subject=issue, title=f"{issue.number} {issue.title}", text="\n".join(filter(None, words)),
        at=issue.registered_at, region_id=issue.region_id, owner_id=issue.owner_id,
    )  # fmt: skip
