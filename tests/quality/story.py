"""People of the quality loop, and walking an issue through its stations."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from bihuan.core.activity.services import record
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import vote
from bihuan.core.files.services import store
from bihuan.core.policy import queries as policy
from bihuan.quality.issues.models import Cause, Issue, Source
from bihuan.quality.issues.services import investigating, judging, planning, proving, publishing
from bihuan.quality.issues.services.registration import Sign, register_issue
from bihuan.quality.monitor.models import Alarm, Cell
from bihuan.registry.faults.models import FailureMechanism
from bihuan.registry.people.models import Department, User
from bihuan.registry.people.services import create_user
from bihuan.registry.products.models import Batch, Shipment, Unit
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.triage import code_case
from tests.cast import PASSWORD, Cast
from tests.service.story import png, triaged

TODAY = timezone.localdate


@dataclass
class Quality:
    """The people of quality beside the fixed cast: Quentin follows, Chen rules, Olga decides whose it is, Paul makes."""

    cast: Cast
    quentin: User
    qiu: User
    chen: User
    olga: User
    paul: User
    mechanism: FailureMechanism
    batch: Batch

    def sign(self, **changes: Any) -> Sign:
        """An employee's report."""
        fields: dict[str, Any] = {
            "source": Source.EMPLOYEE, "description": "第二条线主轴装配后有异响，已发现三台。", "place": "二号线",
            "model": self.cast.model, "quantity": 3,
        }  # fmt: skip
        return Sign(**{**fields, **changes})

    def issue(self, **changes: Any) -> Issue:
        """A registered issue of Paul's."""
        return register_issue(sign=self.sign(**changes), by=self.paul)

    def alarm(self, verb: str = "alarm.raised", *, case: Case | None = None, **changes: Any) -> Alarm:
        """The monitor says something about the cell of the model and its mechanism: a new alarm, or the live one."""
        model = self.cast.model
        cell, _made = Cell.objects.get_or_create(
            key=f"model:{model.pk}|m:{self.mechanism.pk}",
            defaults={
                "level": "model", "scope": f"model:{model.pk}", "line": model.line, "model": model,
                "mechanism": self.mechanism,
            },
        )  # fmt: skip
        row = Alarm.objects.filter(cell=cell, rule=changes.get("rule", "per_mille")).exclude(state="closed").first()
        if row is None:
            fields: dict[str, Any] = {
                "policy_version": policy.current(None), "cell": cell, "cell_key": cell.key, "line": model.line,
                "model": model, "mechanism": self.mechanism, "rule": "per_mille", "level": 1, "form": "F01",
                "count": 4, "exposure": 1000, "low": 0.0011, "high": 0.0102, "window": "2026-01…06", "case": case,
                "complained_at": case.complained_at if case else timezone.now(),
            }  # fmt: skip
            row = Alarm.objects.create(**{**fields, **changes})
        row.latest_count, row.latest_exposure = changes.get("count", row.count), changes.get("exposure", row.exposure)
        row.save(update_fields=["latest_count", "latest_exposure"])
        record(subject=row, verb=verb, by=None, data={"alarm": row.pk, "case": case.pk if case else None})
        row.refresh_from_db()
        return row


def build_quality(cast: Cast) -> Quality:
    """Make the people and the catalogue through the services."""
    found = {row.code: row for row in Department.objects.all()}
    made = {
        name: create_user(username=name, name=label, password=PASSWORD, roles=[role], department=found[department])
        for name, label, role, department in (
            ("quentin", "吴倩", "quality_engineer", "quality"), ("qiu", "邱实", "quality_engineer", "quality"),
            ("chen", "总工程师", "chief_engineer", "engineering"), ("olga", "欧阳", "gm_office", "gm_office"),
            ("paul", "蒲经理", "production_manager", "production"),
        )
    }  # fmt: skip
    mechanism = FailureMechanism.objects.create(code="preload", name="轴承预紧力不足")
    batch = Batch.objects.create(model=cast.model, number="B2601", produced_on=date(2026, 1, 10), quantity=1000)
    return Quality(cast, **made, mechanism=mechanism, batch=batch)


def people_of_quality(cast: Cast) -> Quality:
    """The people and the catalogue that `build_quality` has made."""
    names = ("quentin", "qiu", "chen", "olga", "paul")
    found = {user.username: user for user in User.objects.filter(username__in=names)}
    mechanism, batch = FailureMechanism.objects.get(code="preload"), Batch.objects.get(number="B2601")
    return Quality(cast, **found, mechanism=mechanism, batch=batch)


def coded(q: Quality, unit: Unit | None = None, **changes: Any) -> Case:
    """A case whose fault carries the mechanism."""
    case = triaged(q.cast, q.cast.case(**({"unit": unit} if unit else {}), **changes))
    values = {"mechanism": q.mechanism, "cause_category": q.cast.cause}
    return code_case(case=case, by=q.cast.erik, values=values)


def graded(q: Quality, issue: Issue, criteria: tuple[str, ...] = ("use",)) -> Issue:
    """A follower, a grade, a team led by Erik, the investigation begun."""
    judging.assign_follower(issue=issue, by=q.quentin, owner=q.quentin)
    judging.grade_issue(issue=issue, by=q.quentin, values={"criteria": list(criteria), "dispersion": 2})
    investigating.name_team(issue=issue, by=q.quentin, leader=q.qiu, members=[q.paul])
    return investigating.start_investigation(issue=issue, by=q.quentin)


def confirmed(q: Quality, issue: Issue, kind: str = "occurrence", text: str = "拧紧工具未校准") -> Cause:
    """A cause confirmed by evidence."""
    row = investigating.suspect_cause(issue=issue, by=q.quentin, text=text, bone="machine", kind=kind)
    return investigating.decide_cause(cause=row, by=q.quentin, confirmed=True, evidence="扭矩复测记录 12 份")


def investigated(q: Quality, issue: Issue) -> Issue:
    """Every kind of cause confirmed, an expert heard, the responsible named."""
    for kind in ("occurrence", "escape", "system"):
        confirmed(q, issue, kind)
    investigating.add_finding(issue=issue, by=q.quentin, kind="expert", text="专家论证：预紧力不足导致早期磨损")
    values = {
        "cause_category": q.cast.cause, "department": q.paul.department, "responsible": q.paul,
        "mechanism": q.mechanism,
    }  # fmt: skip
    judging.attribute(issue=issue, by=q.quentin, values=values)
    judging.decide_responsibility(issue=issue, by=q.olga, responsibility="internal", reason="装配工序造成")
    return investigating.conclude_investigation(issue=issue, by=q.quentin)


def planned(q: Quality, issue: Issue, by: User | None = None) -> Issue:
    """Contained, with an interim, a corrective and a preventive measure, and submitted."""
    planning.contain(issue=issue, by=q.quentin, location="own_stock", found=120, sorted_out=120, bad=6)
    due = timezone.now() + timedelta(days=10)
    cause = issue.causes.filter(cycle=issue.cycle, state="confirmed").first()
    for kind, text in (("interim", "出货前全检扭矩"), ("corrective", "拧紧枪每班校准"), ("preventive", "加装扭矩监控")):
        planning.set_measure(
            issue=issue,
            by=q.quentin,
            kind=kind,
            text=text,
            goal="扭矩 Cpk ≥ 1.33",
            owner=q.paul,
            due_at=due,
            cause=cause,
        )
    return planning.submit_plan(issue=issue, by=by or q.quentin)


def approved(q: Quality, issue: Issue) -> Issue:
    """Every step of the chain says yes."""
    voters = (q.cast.bob, q.cast.erik, q.chen, q.cast.grace, q.olga)
    approval = Approval.objects.filter(subject_type="issues.issue", subject_id=issue.pk, state="open").get()
    while approval.state == "open":
        voter = next(user for user in voters if may_vote(approval, user))
        vote(approval=approval, by=voter, approved=True)
        approval.refresh_from_db()
    issue.refresh_from_db()
    return issue


def read_by_all(issue: Issue) -> None:
    """Every department has read the notice."""
    for receipt in issue.publications.latest("round").receipts.all():
        receipt.read_at = timezone.now()
        receipt.save()


def implemented(q: Quality, issue: Issue) -> Issue:
    """The window is over, the measures are done with evidence, the breakpoint is chosen."""
    if issue.state == "published":
        read_by_all(issue)
        publishing.start_implementation(issue=issue, by=q.quentin)
    for measure in issue.measures.filter(state="open", issue_cycle=issue.cycle):
        planning.end_measure(
            measure=measure,
            by=q.paul,
            done=True,
            result="已完成",
            uploads=[store(data=png(), name="证据.png", by=q.paul)],
        )
    values = {"breakpoint_kind": "date", "breakpoint_on": date(2026, 3, 1)}
    proving.choose_break_point(issue=issue, by=q.quentin, values=values)
    return proving.finish_measures(issue=issue, by=q.quentin)


def shipped(q: Quality, number: str, produced: date, quantity: int) -> Batch:
    """A batch made on a day and shipped."""
    batch = Batch.objects.create(model=q.cast.model, number=number, produced_on=produced, quantity=quantity)
    row = Shipment.objects.create(
        number=f"FH-{number}", model=q.cast.model, batch=batch, shipped_on=produced + timedelta(days=5),
        quantity=quantity,
    )  # fmt: skip
    record(subject=row, verb="shipment.created", by=None)
    return batch


def made(q: Quality, serial: str, batch: Batch) -> Unit:
    """A unit of a batch."""
    return create_unit(serial=serial, model=q.cast.model, by=None, batch=batch, customer=q.cast.customer)


def adopted(q: Quality, issue: Issue) -> None:
    """A sample speaks for the effect, and what prevents the problem is part of the management system."""
    proving.evaluate(
        issue=issue, by=q.quentin, method="sampling", asked=80, bad=0, text="抽检 80 台，扭矩全部合格", is_good=True
    )
    for measure in issue.measures.filter(kind="preventive", state="done", adopted_at__isnull=True):
        planning.adopt_measure(measure=measure, by=q.quentin, document="QP-08 控制计划 V4")


def proven(q: Quality, issue: Issue) -> Issue:
    """Enough units without the fault."""
    shipped(q, f"OK{issue.pk}", date(2026, 3, 10), 2000)
    adopted(q, issue)
    proving.check_effect(issue=issue, by=q.quentin)
    issue.refresh_from_db()
    return issue


def whole(q: Quality, issue: Issue, criteria: tuple[str, ...] = ("use",)) -> Issue:
    """From the registered issue to the closed and effective one."""
    graded(q, issue, criteria)
    investigated(q, issue)
    planned(q, issue)
    approved(q, issue)
    implemented(q, issue)
    proven(q, issue)
    return proving.close_issue(issue=issue, by=q.quentin)
