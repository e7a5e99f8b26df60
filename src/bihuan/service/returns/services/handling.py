"""Goods in our hands: receiving, inspecting, repairing, judging the repair (RET-03..06, WO-20, WO-29)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.files.queries import attachments_of
from bihuan.core.notify.services import tell
from bihuan.core.permissions.services import require
from bihuan.core.workflow.services import apply, check
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.registry.products.entitlement import Answer
from bihuan.registry.products.models import Unit
from bihuan.registry.products.services import record_repair
from bihuan.registry.products.words import shown
from bihuan.service.desk.services.talk import say
from bihuan.service.desk.services.triage import code_case
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Evaluation, Fault, RepairRecord, ReturnOrder, ReturnState
from bihuan.service.returns.services.approving import ask_for_cost
from bihuan.service.returns.services.limiting import answer_for, limit_again
from bihuan.service.returns.services.parting import book_parts, declare_parts, value_parts
from bihuan.service.returns.services.requesting import check_degree, issue_paper, keep_files
from bihuan.service.returns.workflow import OPEN, WORKFLOW, authorise

COSTS = ("material_cost", "labour_hours", "labour_cost", "freight_cost")


@transaction.atomic
def receive(
    *, order: ReturnOrder, by: AbstractBaseUser, condition: str, accessories: str = "", meter: int | None = None,
    uploads: Iterable[UploadedFile] = (), expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """Take the goods in with their condition and photos; the hours of the repair begin (SLA-04, RET-04).

    From this day the unit is in repair: its warranty stands still.
    """
    authorise(order, "receive", by)
    if not condition.strip():
        raise MoveRefused(_("Say in which condition the goods arrived."), code="condition")
    if meter is not None and order.unit and (order.unit.meter or 0) > meter:
        raise MoveRefused(_("The meter was read higher before: %(n)s") % {"n": order.unit.meter}, code="meter")
    kept = keep_files(order, uploads, by)
    if order.policy.returns.photographs and not kept and not attachments_of(order):
        raise MoveRefused(_("Photograph the goods as they arrived."), code="uploads")
    now = timezone.now()
    told = {"received_at": now, "condition": condition, "accessories": accessories, "meter": meter}
    fields = {**told, **named_since(order)}
    apply(order, WORKFLOW["receive"], by=by, data={"name": condition[:120]}, fields=fields,
          expected_version=expected_version)  # fmt: skip
    if order.unit is not None:
        if meter is not None:
            Unit.objects.filter(pk=order.unit.pk).update(meter=meter)
        record_repair(unit=order.unit, source=order.number, by=by, sent_on=timezone.localdate(now))
        limit_again(order, answer_for(order), by)
    text = _("We have received your goods (%(number)s).")
    say(case=order.case, by=by, text=text % {"number": order.number}, kind="return")
    return order


def named_since(order: ReturnOrder) -> dict[str, Any]:
    """The unit that the case has learned of since the request; it may not be in another open return (RET-06)."""
    unit = order.case.unit
    if order.unit is not None or unit is None:
        return {}
    other = ReturnOrder.objects.filter(unit=unit, state__in=OPEN).exclude(pk=order.pk).first()
    if other is not None:
        raise MoveRefused(_("This unit is in return %(number)s already.") % {"number": other.number}, code="unit")
    return {"unit": unit, "model": unit.model, "serial_text": unit.serial}


@transaction.atomic
def inspect(
    *, order: ReturnOrder, by: AbstractBaseUser, fault: str, finding: str, cause: str = "", user_caused: bool = False,
    exclusion: str = "", degree: str = "", uploads: Iterable[UploadedFile] = (),
    expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """Write down what was found; the warranty answers with its reasons, and the answer is kept (RET-04, SOL-06).

    Another degree gives other hours from the same receipt (SLA-05, SLA-06).
    """
    authorise(order, "inspect", by)
    if fault not in Fault.values:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": fault}, code="fault")
    check_degree(degree or order.degree)
    cause_of_case = order.case.cause_category
    by_user = user_caused or (cause_of_case is not None and cause_of_case.is_user_caused and fault != Fault.NONE)
    answer = answer_for(order, fault=fault, user_caused=by_user, exclusion=exclusion)
    check_exclusion(answer, exclusion)
    before = order.degree
    facts = {"fault": fault, "finding": finding, "cause": cause, "user_caused": by_user, "exclusion": exclusion}
    fields = {**facts, "degree": degree or order.degree, "warranty": kept(answer), "inspected_at": timezone.now(),
              **named_since(order)}  # fmt: skip
    data = {**facts, "name": finding[:120]}
    apply(order, WORKFLOW["inspect"], by=by, data=data, fields=fields, expected_version=expected_version)
    keep_files(order, uploads, by)
    if fields["degree"] != before:
        record(subject=order, verb="return.regraded", by=by, data={"name": str(order.get_degree_display())})
    limit_again(order, answer, by)
    told = {"name": f"{order.number} {order.get_fault_display()}"}
    record(subject=order.case, verb="case.return_inspected", by=by, data=told)
    return order


@transaction.atomic
def code_found(
    *, order: ReturnOrder, by: AbstractBaseUser, cause_category: Any, mechanism: Any = None,
    expected_version: int | None = None,
) -> ReturnOrder:  # fmt: skip
    """Write cause and mechanism on the case, where the quality loop counts them (TRI-13, RET-09).

    The right is the one of the case. What the user caused is judged anew while nothing is offered yet.
    """
    authorise(order, "code", by)
    code_case(case=order.case, by=by, values={"cause_category": cause_category, "mechanism": mechanism})
    by_user = order.fault != Fault.NONE and (order.user_caused or cause_category.is_user_caused)
    data = {"name": str(mechanism or cause_category)}
    if order.state != ReturnState.INSPECTED:
        return apply(order, WORKFLOW["code"], by=by, data=data, expected_version=expected_version)
    answer = answer_for(order, fault=order.fault, user_caused=by_user, exclusion=order.exclusion)
    fields = {"user_caused": by_user, "warranty": kept(answer)}
    apply(order, WORKFLOW["code"], by=by, data=data, fields=fields, expected_version=expected_version)
    limit_again(order, answer, by)
    return order


def check_exclusion(answer: Answer | None, exclusion: str) -> None:
    """Only what the rule of the unit names takes the right away."""
    known = {item.code for item in answer.rule.exclusions} if answer is not None and answer.rule else set()
    if exclusion and answer is not None and exclusion not in known:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": exclusion}, code="exclusion")


def kept(answer: Answer | None) -> dict[str, Any]:
    """The warranty answer as plain values, to be kept with the return; nothing without a unit."""
    return {**shown(answer), "codes": sorted(answer.entitlements)} if answer is not None else {}


@transaction.atomic
def arrange(
    *, order: ReturnOrder, by: AbstractBaseUser, technician: User, planned_for: datetime, tools: str = "",
    expected_version: int | None = None,
) -> RepairRecord:  # fmt: skip
    """Name who repairs when with which tools; the customer is told (RET-03)."""
    authorise(order, "arrange", by)
    if technician.pk not in {user.pk for user in with_permission(perm.RETURNS_WORK, order)}:
        raise MoveRefused(_("%(name)s does not repair.") % {"name": technician}, code="technician")
    data = {"name": str(technician), "at": planned_for}
    apply(order, WORKFLOW["arrange"], by=by, data=data, fields={"owner": technician},
          expected_version=expected_version)  # fmt: skip
    row = RepairRecord.objects.create(order=order, technician=technician, planned_for=planned_for, tools=tools)
    title = _("Repair %(number)s is yours: %(product)s") % {"number": order.number, "product": order.product}
    tell(users=[technician], title=title, subject=order, verb="return.arranged")
    text = _("The repair of %(number)s is planned for %(at)s.")
    moment = f"{timezone.localtime(planned_for):%Y-%m-%d %H:%M}"
    say(case=order.case, by=by, text=text % {"number": order.number, "at": moment}, kind="return")
    return row


@transaction.atomic
def record_work(
    *, order: ReturnOrder, by: AbstractBaseUser, values: Mapping[str, Any], uploads: Iterable[UploadedFile] = (),
    expected_version: int | None = None,
) -> RepairRecord:  # fmt: skip
    """Write the repair record with the fields that the law names, before the goods are judged (RET-04, RET-06).

    Replaced parts come from their issue, or wait for the warehouse with a reason (PRT-18).
    """
    authorise(order, "record", by)
    if not str(values.get("work", "")).strip():
        raise MoveRefused(_("Record what was done first."), code="work")
    _check_waiting(order, values.get("waited_from"), values.get("waited_to"))
    typed = {name: value for name, value in values.items() if name not in {"used", "parts_reason"}}
    check(order, WORKFLOW["record"], by=by, data={}, expected_version=expected_version)
    facts = {**typed, **declare_parts(order, by, values)}
    data = {**facts, "name": str(values["work"])[:120]}
    apply(order, WORKFLOW["record"], by=by, data=data, expected_version=expected_version)
    row = order.repair
    for name, value in {**facts, "parts_cost": value_parts(order), "recorded_at": timezone.now()}.items():
        setattr(row, name, value)
    row.save()
    keep_files(order, uploads, by)
    ask_for_cost(order, row, by)
    return row


def _check_waiting(order: ReturnOrder, start: date | None, end: date | None) -> None:
    """Waiting for parts lies between the receipt and today."""
    if (start is None) != (end is None):
        raise MoveRefused(_("Give both days of the waiting, or none."), code="waited_to")
    if start is None or end is None:
        return
    first = timezone.localdate(order.received_at) if order.received_at else start
    if not first <= start <= end <= timezone.localdate():
        raise MoveRefused(_("Waiting lies between the receipt and today."), code="waited_from")


@transaction.atomic
def evaluate(
    *, order: ReturnOrder, by: AbstractBaseUser, results: Sequence[Mapping[str, Any]], passed: bool, remark: str = "",
    expected_version: int | None = None,
) -> Evaluation:  # fmt: skip
    """Judge the repaired goods against the criteria; who failed goes back to work, who passes may travel (RET-05).

    Who repaired does not judge his own work, unless the company allows it. A pass books the replaced parts and issues
    the paper F20.
    """
    require(by, perm.RETURNS_EVALUATE, order)
    if by.pk == order.owner_id and not order.policy.returns.own_evaluation:
        raise MoveRefused(_("Who repaired does not judge his own work."), code="passed")
    rows = checked(order, results)
    if not passed and not remark.strip():
        raise MoveRefused(_("Say what is still wrong."), code="remark")
    data = {"results": rows, "name": remark[:120]}
    apply(order, WORKFLOW["pass" if passed else "fail"], by=by, data=data, expected_version=expected_version)
    row = Evaluation.objects.create(order=order, by_id=by.pk, results=rows, passed=passed, remark=remark)
    if passed:
        book_parts(order, by)
        finish_repair(order, by, _("repaired"))
        issue_paper(order, "F20", by)
    return row


def checked(order: ReturnOrder, results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The judgement of every criterion in the company's words; one that is missing was not judged."""
    given = {str(row.get("code")): row for row in results}
    known = {item.code for item in order.policy.returns.criteria}
    if unknown := set(given) - known:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": "、".join(sorted(unknown))}, code="results")
    rows: list[dict[str, Any]] = []
    for item in order.policy.returns.criteria:
        said = given.get(item.code, {})
        row = {"code": item.code, "name": item.name, "required": item.required}
        rows.append({**row, "value": str(said.get("value", ""))[:200], "passed": said.get("passed")})
    return rows


def finish_repair(order: ReturnOrder, by: Any, outcome: str) -> None:
    """The unit is out of repair from today; what was repaired, waited for and replaced stays with it (RET-06)."""
    today, row = timezone.localdate(), getattr(order, "repair", None)
    ReturnOrder.objects.filter(pk=order.pk).update(result=outcome[:200])
    order.result = outcome[:200]
    if order.unit is None:
        return
    code = order.case.mechanism or order.case.symptom
    more: dict[str, Any] = {}
    if row is not None:
        names = ("main_part", "waited_from", "waited_to", "delay_days")
        more = {name: getattr(row, name) for name in names}
    record_repair(
        unit=order.unit, source=order.number, by=by, done_on=today, outcome=outcome[:200],
        sent_on=timezone.localdate(order.received_at) if order.received_at else today,
        fault=code.code if code else "", found_nothing=order.fault == Fault.NONE,
        is_heavy=order.fault in {Fault.SERIOUS, Fault.MAIN_PART, Fault.SAFETY}, **more,
    )  # fmt: skip
