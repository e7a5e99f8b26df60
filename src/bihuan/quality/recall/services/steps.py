"""The steps of the law: stop, report, plan, publish, progress reports, completion, final report (domain facts B2)."""

from datetime import datetime, time
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.calendar.arithmetic import add_months
from bihuan.core.permissions.services import require
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.figures import figures_of
from bihuan.quality.recall.models import AffectedState, Recall, RecallReport, RecallState, RecallStep, StepKind
from bihuan.quality.recall.services.owners import mark_told, note_all_told
from bihuan.quality.recall.workflow import WORKFLOW


@transaction.atomic
def take_step(
    *, recall: Recall, by: AbstractBaseUser, kind: str, reference: str = "", text: str = "", at: datetime | None = None,
    expected_version: int | None = None,
) -> RecallStep:  # fmt: skip
    """Take a step that the law wants once: with its moment, its reference and the move that belongs to it."""
    moment = at or timezone.now()
    if moment > timezone.now():
        raise MoveRefused(_("This lies in the future."), code="at")
    if moment < recall.discovered_at:
        raise MoveRefused(_("This lies before the discovery of the danger."), code="at")
    if not reference.strip() and kind != StepKind.STOP_SALE:
        raise MoveRefused(_("Give the reference no. or the address."), code="reference")
    data = {"name": " ".join(filter(None, (reference, text)))[:200]}
    apply(recall, WORKFLOW[kind], by=by, data=data, at=moment, expected_version=expected_version)
    step = RecallStep.objects.create(
        recall=recall, kind=kind, at=moment, reference=reference[:200], text=text, by_id=by.pk
    )
    if kind == StepKind.PUBLISH:
        _began(recall, moment)
    return step


def _began(recall: Recall, at: datetime) -> None:
    """The public is told, and with it the holders whom nobody knows; the progress reports begin."""
    unknown = recall.affected.filter(customer__isnull=True, state=AffectedState.WAITING).select_related("recall")
    for row in unknown.order_by("id"):
        mark_told(row=row, by=None, data={"name": _("by publication")})
    note_all_told(recall)
    ask_report(recall, at)


def ask_report(recall: Recall, since: datetime) -> RecallReport:
    """The next progress report, due so many months after the beginning or the last one."""
    last = recall.reports.order_by("-period").first()
    day = add_months(timezone.localdate(since), recall.law.progress_months)
    row = RecallReport.objects.create(
        recall=recall, period=last.period + 1 if last else 1, asked_at=since,
        due_at=timezone.make_aware(datetime.combine(day, time(18))),
    )  # fmt: skip
    record(subject=row, verb="recallreport.asked", by=None, data={"name": str(recall)}, at=since)
    return row


@transaction.atomic
def file_report(*, report: RecallReport, by: AbstractBaseUser, reference: str, text: str = "") -> RecallReport:
    """File a progress report: its figures are those of this moment and stay; the next one is asked for."""
    recall = report.recall
    require(by, perm.RECALL_MANAGE, recall)
    if not reference.strip():
        raise MoveRefused(_("Give the reference no. or the address."), code="reference")
    values: dict[str, Any] = {
        "filed_at": timezone.now(), "filed_by_id": by.pk, "reference": reference[:200], "text": text,
        "figures": figures_of(recall).model_dump(mode="json"),
    }  # fmt: skip
    waiting = RecallReport.objects.filter(pk=report.pk, filed_at__isnull=True, dropped_at__isnull=True)
    if not waiting.update(**values):
        raise MoveRefused(_("This report has been filed already."), code="conflict")
    report.refresh_from_db()
    record(subject=report, verb="recallreport.filed", by=by, data={"name": reference[:200]})
    if recall.state == RecallState.RUNNING:
        ask_report(recall, report.due_at)
    return report


@transaction.atomic
def complete(*, recall: Recall, by: AbstractBaseUser, expected_version: int | None = None) -> Recall:
    """Every unit has ended: the clock of the final report begins."""
    fields = {"completed_at": timezone.now()}
    data = {"figures": figures_of(recall).model_dump(mode="json")}
    return apply(recall, WORKFLOW["complete"], by=by, data=data, fields=fields, expected_version=expected_version)


@transaction.atomic
def close(*, recall: Recall, by: AbstractBaseUser, expected_version: int | None = None) -> Recall:
    """Close after the final report; the progress report that was not yet due falls away."""
    fields = {"closed_at": timezone.now()}
    apply(recall, WORKFLOW["close"], by=by, fields=fields, expected_version=expected_version)
    for row in recall.reports.filter(filed_at__isnull=True, dropped_at__isnull=True):
        RecallReport.objects.filter(pk=row.pk).update(dropped_at=fields["closed_at"])
        record(subject=row, verb="recallreport.dropped", by=None)
    record(subject=recall.issue, verb="issue.recall_closed", by=by, data={"name": recall.number})
    return recall
