"""What a person can do on the page of a sheet."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Act, table
from bihuan.quality.nonconformity import forms as f
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.balance import needs
from bihuan.quality.nonconformity.models import Nonconformity, SheetState
from bihuan.quality.nonconformity.services import disposing, objecting, reporting, reviewing
from bihuan.quality.nonconformity.workflow import OPEN

S = SheetState


def at(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


def rows_of(sheet: Nonconformity) -> list[Any]:
    """The dispositions, read once for a page."""
    kept = sheet.__dict__.get("_rows")
    if kept is None:
        kept = list(sheet.dispositions.select_related("owner", "done_by", "verified_by", "after"))
        for row in kept:
            row.sheet = sheet
        sheet.__dict__["_rows"] = kept
    return list(kept)


def has_left(sheet: Nonconformity, user: Any) -> bool:
    """Whether pieces wait for a disposition."""
    return any(need.left > 0 for need in needs(sheet, rows_of(sheet)))


def may_finish(sheet: Nonconformity, user: Any) -> bool:
    """Whether this person can report a disposition as carried out."""
    runs = can(user, perm.EXECUTE, sheet)
    return any(row.state == "open" and (runs or row.owner_id == user.pk) for row in rows_of(sheet))


def may_verify(sheet: Nonconformity, user: Any) -> bool:
    """Whether there is something that this person may verify."""
    return any(row.state == "done" and user.pk not in {row.owner_id, row.done_by_id} for row in rows_of(sheet))


def may_report(sheet: Nonconformity, user: Any) -> bool:
    """Whether this person can report the measures."""
    return sheet.measures_done_at is None and (user.pk == sheet.responsible_id or can(user, perm.EXECUTE, sheet))


def is_superior(sheet: Nonconformity, user: Any) -> bool:
    """Whether the superior's word is still missing, and this is he."""
    reporter = sheet.reporter.department_id
    asked = sheet.superior_id is None and reporter is not None and reporter == user.department_id
    return asked and user.pk != sheet.reporter_id and can(user, perm.SUPERVISE, sheet)


def can_drop(sheet: Nonconformity, user: Any) -> bool:
    """Whether a proposal can be taken back."""
    first = sheet.state == S.REVIEWING
    return any(row.state == "open" and (first or row.after_id) for row in rows_of(sheet))


def objections_of(sheet: Nonconformity) -> list[Any]:
    """The objections, read once for a page."""
    kept = sheet.__dict__.get("_objections")
    if kept is None:
        kept = list(sheet.objections.select_related("by", "department", "ruled_by"))
        sheet.__dict__["_objections"] = kept
    return list(kept)


def may_object(sheet: Nonconformity, user: Any) -> bool:
    """Whether this person's department may still object."""
    rows = objections_of(sheet)
    return bool(user.department_id) and objecting.in_time(sheet) and not any(row.waits or row.ruling for row in rows)


ACTS = table(
    Act("opinion", _("Give the superior's opinion"), "", OPEN,
        lambda s, by, d, v: reporting.give_opinion(sheet=s, by=by, **d), f.OpinionForm, "primary", ready=is_superior),
    Act("take", _("Take over the sheet"), perm.MANAGE, at(S.REPORTED),
        lambda s, by, d, v: reviewing.take_sheet(sheet=s, by=by, expected_version=v, **d), f.TakeForm, "primary"),
    Act("isolate", _("Isolate and label"), perm.MANAGE, at(S.REPORTED, S.REVIEWING),
        lambda s, by, d, v: reviewing.isolate(sheet=s, by=by, expected_version=v, **d), f.IsolateForm),
    Act("review", _("Record the review"), perm.MANAGE, at(S.REVIEWING),
        lambda s, by, d, v: reviewing.review(sheet=s, by=by, values=d, expected_version=v), f.ReviewForm),
    Act("dispose", _("Decide a disposition"), perm.MANAGE, at(S.REVIEWING, S.DISPOSING),
        lambda s, by, d, v: disposing.dispose(sheet=s, by=by, **d), f.DisposeForm, "primary", ready=has_left),
    Act("drop", _("Take a disposition back"), perm.MANAGE, at(S.REVIEWING, S.DISPOSING),
        lambda s, by, d, v: disposing.drop_disposition(by=by, **d), f.DropForm, ready=can_drop),
    Act("submit", _("Submit for approval"), perm.MANAGE, at(S.REVIEWING),
        lambda s, by, d, v: reviewing.submit_sheet(sheet=s, by=by, expected_version=v), None, "primary",
        ready=lambda s, user: not has_left(s, user)),
    Act("finish", _("Report a disposition as done"), "", at(S.DISPOSING),
        lambda s, by, d, v: disposing.finish_disposition(by=by, **d), f.FinishForm, "primary", True, may_finish),
    Act("verify", _("Verify again"), perm.VERIFY, at(S.DISPOSING),
        lambda s, by, d, v: disposing.verify_disposition(by=by, **d), f.VerifyForm, "primary", True, may_verify),
    Act("measures", _("Report the measures"), "", at(S.DISPOSING),
        lambda s, by, d, v: disposing.report_measures(sheet=s, by=by, **d), f.MeasuresForm, "normal", True, may_report),
    Act("close", _("Close"), perm.VERIFY, at(S.DISPOSING),
        lambda s, by, d, v: disposing.close_sheet(sheet=s, by=by, expected_version=v, **d), f.CloseForm, "primary",
        ready=lambda s, user: not has_left(s, user) and all(row.state == "over" for row in rows_of(s))),
    Act("object", _("Object"), "", at(S.DISPOSING),
        lambda s, by, d, v: objecting.object_to_sheet(sheet=s, by=by, **d), f.ReasonForm, ready=may_object),
    Act("rule", _("Give the final ruling"), perm.RULE, at(S.DISPOSING),
        lambda s, by, d, v: objecting.rule_on_sheet(sheet=s, by=by, **d), f.RuleForm, "primary",
        ready=lambda s, user: any(row.waits and row.by_id != user.pk for row in objections_of(s))),
    Act("assign", _("Assign a handler"), perm.MANAGE, OPEN,
        lambda s, by, d, v: reviewing.assign_handler(sheet=s, by=by, expected_version=v, **d), f.AssignForm),
    Act("to_issue", _("Open a quality issue"), perm.MANAGE, at(S.REVIEWING, S.DISPOSING),
        lambda s, by, d, v: reviewing.open_issue(sheet=s, by=by), ready=lambda s, user: s.issue_id is None),
    Act("cancel", _("No nonconformity"), perm.MANAGE, at(S.REPORTED, S.REVIEWING),
        lambda s, by, d, v: reviewing.cancel_sheet(sheet=s, by=by, expected_version=v, **d), f.ReasonForm, "danger"),
)  # fmt: skip
