"""Telling owners, their answers, and what was done to their units."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.services import record
from bihuan.core.jobs.services import enqueue
from bihuan.core.notify.services import send_mail
from bihuan.core.permissions.services import require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.letters import text_of
from bihuan.quality.recall.models import (
    Affected,
    AffectedState,
    OwnerNotice,
    Recall,
    RecallState,
    Remedy,
    StepKind,
    Way,
)
from bihuan.quality.recall.population import Found
from bihuan.quality.recall.services.population import identify, rest_for, split
from bihuan.quality.recall.workflow import DECIDED, UNIT_WORKFLOW, taken
from bihuan.registry.customers.models import Customer
from bihuan.registry.products.models import Unit
from bihuan.registry.products.services import normalise_serial

A = AffectedState


@transaction.atomic
def begin_telling(*, recall: Recall, by: AbstractBaseUser) -> int:
    """Tell every known owner who does not know yet, in a job; returns how many customers that are."""
    require(by, perm.RECALL_MANAGE, recall)
    if not taken(recall, StepKind.FILE_PLAN):
        raise MoveRefused(_("File the recall plan first."), code="state")
    if recall.state not in {RecallState.PREPARING, RecallState.RUNNING}:
        raise MoveRefused(_("This recall is not under way."), code="state")
    waiting = customers_to_tell(recall).count()
    if not waiting:
        raise MoveRefused(_("Every known owner has been told."), code="state")
    record(subject=recall, verb="recall.telling", by=by, data={"customers": waiting, "name": str(waiting)})
    enqueue("recall.tell", {"recall": recall.pk}, by=by)
    return waiting


def customers_to_tell(recall: Recall) -> QuerySet[Customer]:
    """The customers who hold units and do not know yet; what was taken back or scrapped they hold no longer."""
    rows = recall.affected.filter(state=A.WAITING, customer__isnull=False, unit__ended_on=None)
    return Customer.objects.filter(pk__in=rows.values("customer"))


@transaction.atomic
def tell_customer(*, recall: Recall, customer: Customer) -> OwnerNotice:
    """Tell one customer of all his units: by mail where there is an address, else a letter waits to be printed."""
    way = Way.MAIL if customer.email else Way.LETTER
    told = {"way": way, "at": timezone.now()}
    notice, _new = OwnerNotice.objects.get_or_create(recall=recall, customer=customer, defaults=told)
    rows = list(recall.affected.filter(customer=customer, unit__ended_on=None).order_by("id"))
    if customer.email:
        text = text_of(notice, rows)
        send_mail(
            kind="recall", to=[customer.email], subject=text.subject, text=text.body, subject_obj=recall,
            dedupe_key=f"recall:{notice.pk}:{len(rows)}",
        )  # fmt: skip
    for row in rows:
        if row.state == A.WAITING:
            row.recall = recall
            mark_told(row=row, by=None, data={"name": str(Way(way).label)})
    return notice


def tell_everybody(*, recall: Recall, report: Callable[[int, int], None] | None = None) -> int:
    """Tell the owners one by one, each in a transaction of his own; a second run goes on where the first one ended."""
    waiting = list(customers_to_tell(recall).order_by("pk"))
    for index, customer in enumerate(waiting, 1):
        tell_customer(recall=recall, customer=customer)
        if report is not None and index % 50 == 0:
            report(index, len(waiting))
    with transaction.atomic():
        note_all_told(recall)
    return len(waiting)


def mark_told(*, row: Affected, by: AbstractBaseUser | None, data: Mapping[str, Any]) -> Affected:
    """The owner of a unit knows."""
    return apply(row, UNIT_WORKFLOW["tell"], by=by, data=data, fields={"told_at": timezone.now()})


def note_all_told(recall: Recall) -> None:
    """When nobody is left to be told, the clock of the notices stops; said once for all who were told until then."""
    if recall.affected.filter(state=A.WAITING).exists():
        return
    said = next((row for row in timeline(recall) if row.verb == "recall.all_told"), None)
    if said is None or recall.affected.filter(told_at__gt=said.at).exists():
        record(subject=recall, verb="recall.all_told", by=None)


@transaction.atomic
def record_answer(
    *, row: Affected, by: AbstractBaseUser | None, text: str, holder_name: str = "", holder_phone: str = "",
    expected_version: int | None = None,
) -> Affected:  # fmt: skip
    """What an owner answered; he may be another one than whom we delivered to."""
    if not text.strip():
        raise MoveRefused(_("What did the owner answer?"), code="text")
    fields = {
        "answered_at": timezone.now(), "ended_at": None, "note": text[:300],
        "holder_name": holder_name[:60] or row.holder_name, "holder_phone": holder_phone[:40] or row.holder_phone,
    }  # fmt: skip
    move = UNIT_WORKFLOW["answer"]
    return apply(row, move, by=by, data={"name": text[:200]}, fields=fields, expected_version=expected_version)


@transaction.atomic
def record_try(*, row: Affected, by: AbstractBaseUser, text: str, expected_version: int | None = None) -> Affected:
    """A try to reach the owner that led to nothing."""
    fields = {"attempts": row.attempts + 1, "note": text[:300]}
    data = {"name": text[:200], "tries": row.attempts + 1}
    return apply(row, UNIT_WORKFLOW["try"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def record_measure(
    *, row: Affected, by: AbstractBaseUser, measure: str, quantity: int | None = None, text: str = "",
    expected_version: int | None = None,
) -> Affected:  # fmt: skip
    """The measure is done to a unit, or to so many of a row without serials; the others stay as they are."""
    if measure not in Remedy.values:
        raise MoveRefused(_("“%(value)s” is not known") % {"value": measure}, code="measure")
    if expected_version is not None and expected_version != row.version:
        raise MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
    require(by, perm.RECALL_RECORD, row)
    part = split(row=row, quantity=row.quantity if quantity is None else quantity)
    fields = {"measure": measure, "ended_at": timezone.now(), "note": text[:300] or part.note}
    data = {"name": str(Remedy(measure).label), "quantity": part.quantity}
    return apply(part, UNIT_WORKFLOW["do"], by=by, data=data, fields=fields)


@transaction.atomic
def end_without(
    *, row: Affected, by: AbstractBaseUser, move: str, reason: str, expected_version: int | None = None
) -> Affected:
    """End a unit without a measure: its owner is unreachable or refuses; both are told apart and need a reason."""
    fields = {"ended_at": timezone.now(), "note": reason[:300]}
    data = {"reason": reason[:300]}
    return apply(row, UNIT_WORKFLOW[move], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def register_owner(
    *, recall: Recall, by: AbstractBaseUser | None, serial: str, customer: Customer | None = None,
    holder_name: str = "", holder_phone: str = "", text: str = "", batch: Any = None,
) -> Affected:  # fmt: skip
    """Somebody holds a unit whose serial nobody knew: it is taken out of the units without serials of its batch.

    A serial that is known already only gets its holder. One that lies outside the scope is refused with the reason.
    """
    if by is not None:
        require(by, perm.RECALL_RECORD, recall)
    if recall.state not in DECIDED:
        raise MoveRefused(_("This recall is not under way."), code="state")
    serial = normalise_serial(serial)
    if not serial:
        raise MoveRefused(_("This field is required."), code="serial")
    row = recall.affected.filter(serial=serial).select_related("recall").first()
    if row is None:
        row = _take_out(recall, serial, batch, customer, holder_name, holder_phone, by)
        name = holder_name or str(customer or "")
        record(subject=recall, verb="recall.owner_registered", by=by, data={"name": f"{serial} {name}".strip()})
    return record_answer(
        row=row, by=by, text=text or _("has come forward"), holder_name=holder_name, holder_phone=holder_phone
    )


def _take_out(
    recall: Recall, serial: str, batch: Any, customer: Customer | None, name: str, phone: str, by: Any
) -> Affected:
    unit = Unit.objects.filter(serial=serial).first()
    place = (unit.model_id, unit.batch_id) if unit else (batch.model_id, batch.pk) if batch else None
    rows = recall.affected.filter(serial="")
    if place is None:
        groups = set(rows.values_list("model", "batch"))
        place = groups.pop() if len(groups) == 1 else None
    if place is None:
        raise MoveRefused(_("Choose the batch: the serial alone does not tell it."), code="batch")
    if (unit and not recall.scopes.filter(model=unit.model_id).exists()) or not rows.filter(model=place[0]).exists():
        raise MoveRefused(_("This unit lies outside the scope of the recall."), code="serial")
    row = rest_for(recall, Found(model=place[0], batch=place[1], quantity=1))
    if row is None:
        raise MoveRefused(_("This unit lies outside the scope of the recall."), code="serial")
    return identify(
        row=row, serial=serial, unit_id=unit.pk if unit else None, by=by, holder_name=name, holder_phone=phone,
        customer_id=customer.pk if customer else (unit.customer_id if unit else None),
    )  # fmt: skip


@transaction.atomic
def owner_answers(*, notice: OwnerNotice, values: Mapping[str, str]) -> OwnerNotice:
    """The owner answers by himself through his link; the last answer counts, each is in the journal."""
    recall = notice.recall
    if recall.state not in DECIDED:
        raise MoveRefused(_("This recall is not under way."), code="state")
    OwnerNotice.objects.filter(pk=notice.pk).update(answered_at=timezone.now(), answer=dict(values))
    notice.refresh_from_db()
    text = "；".join(filter(None, (values.get("wish", ""), values.get("when", ""), values.get("remark", ""))))
    record(subject=recall, verb="recall.owner_answered", by=None, data={"name": str(notice.customer)},
           actor_name=values.get("name", "") or str(notice.customer))  # fmt: skip
    for row in recall.affected.filter(customer=notice.customer_id).exclude(state=A.DONE).select_related("recall"):
        record_answer(
            row=row, by=None, text=text or _("has answered"), holder_name=values.get("name", ""),
            holder_phone=values.get("phone", ""),
        )  # fmt: skip
    return notice


@transaction.atomic
def give_up_rest(*, recall: Recall, by: AbstractBaseUser, reason: str) -> int:
    """Units without serials that nobody brought after the public call end as unreachable; returns how many."""
    require(by, perm.RECALL_MANAGE, recall)
    count = 0
    for row in (
        recall.affected.filter(serial="", state__in=[A.TOLD, A.ANSWERED]).select_related("recall").order_by("id")
    ):
        fields = {"ended_at": timezone.now(), "note": reason[:300]}
        apply(row, UNIT_WORKFLOW["give_up"], by=by, data={"reason": reason[:300]}, fields=fields)
        count += row.quantity
    return count
