"""What a person can do on the page of a recall: each act has its form, its right, its states and one service call."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.acting import Act, table
from bihuan.quality.recall import forms as f
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.models import RecallState, StepKind
from bihuan.quality.recall.papers import issue_letters
from bihuan.quality.recall.services import judging, owners, steps
from bihuan.quality.recall.turns import due
from bihuan.quality.recall.workflow import DECIDED, OPEN, WORKING

S = RecallState
Data = dict[str, Any]


def at(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


def step(kind: StepKind, label: Any, states: frozenset[str], tone: str = "primary") -> Act:
    """A step of the law."""
    form = f.StopForm if kind == StepKind.STOP_SALE else f.StepForm
    return Act(
        str(kind), label, perm.RECALL_MANAGE, states,
        lambda r, by, d, v: steps.take_step(recall=r, by=by, kind=str(kind), expected_version=v, **d), form, tone,
        ready=due(str(kind)),
    )  # fmt: skip


ACTS = table(
    Act("judge", _("Write the technical analysis"), perm.RECALL_JUDGE, at(S.JUDGING),
        lambda r, by, d, v: judging.judge(recall=r, by=by, values=d, expected_version=v), f.JudgeForm, "primary"),
    Act("scope", _("Add affected products"), perm.RECALL_JUDGE, at(S.JUDGING),
        lambda r, by, d, v: judging.add_scope(recall=r, by=by, values=d), f.ScopeForm),
    Act("drop_scope", _("Take products out"), perm.RECALL_JUDGE, at(S.JUDGING),
        lambda r, by, d, v: judging.drop_scope(by=by, **d), f.DropScopeForm, ready=due("drop_scope")),
    Act("submit", _("Ask for the decision"), perm.RECALL_JUDGE, at(S.JUDGING),
        lambda r, by, d, v: judging.submit(recall=r, by=by, expected_version=v), None, "primary", ready=due("submit")),
    step(StepKind.STOP_SALE, _("Stop production and sale"), WORKING),
    step(StepKind.TELL_AUTHORITY, _("Report the danger to the authority"), OPEN),
    step(StepKind.FILE_PLAN, _("File the recall plan"), at(S.PREPARING)),
    step(StepKind.PUBLISH, _("Publish the recall"), at(S.PREPARING)),
    Act("tell_owners", _("Tell the owners"), perm.RECALL_MANAGE, WORKING,
        lambda r, by, d, v: owners.begin_telling(recall=r, by=by), None, "primary", ready=due("tell_owners")),
    Act("write_letters", _("Write the letters"), perm.RECALL_MANAGE, DECIDED,
        lambda r, by, d, v: issue_letters(recall=r, by=by), ready=due("write_letters")),
    Act("owner", _("An owner comes forward"), perm.RECALL_RECORD, DECIDED,
        lambda r, by, d, v: owners.register_owner(recall=r, by=by, **d), f.OwnerForm, "primary", ready=due("owner")),
    Act("quantity", _("Measure on units without serials"), perm.RECALL_RECORD, WORKING,
        lambda r, by, d, v: owners.record_measure(by=by, **d), f.QuantityForm, ready=due("quantity")),
    Act("give_up_rest", _("Nobody holds the rest any more"), perm.RECALL_MANAGE, at(S.RUNNING),
        lambda r, by, d, v: owners.give_up_rest(recall=r, by=by, **d), f.ReasonForm, ready=due("give_up_rest")),
    Act("report", _("File a progress report"), perm.RECALL_MANAGE, at(S.RUNNING, S.COMPLETED),
        lambda r, by, d, v: steps.file_report(by=by, **d), f.ReportForm, ready=due("report")),
    Act("complete", _("Measures completed"), perm.RECALL_MANAGE, at(S.RUNNING),
        lambda r, by, d, v: steps.complete(recall=r, by=by, expected_version=v), None, "primary",
        ready=due("complete")),
    step(StepKind.FINAL_REPORT, _("File the final report"), at(S.COMPLETED)),
    Act("close", _("Close"), perm.RECALL_MANAGE, at(S.COMPLETED),
        lambda r, by, d, v: steps.close(recall=r, by=by, expected_version=v), None, "primary", ready=due("close")),
    Act("assign", _("Name who is in charge"), perm.RECALL_MANAGE, OPEN,
        lambda r, by, d, v: judging.assign(recall=r, by=by, expected_version=v, **d), f.AssignForm),
    Act("withdraw", _("Withdraw the question"), perm.RECALL_JUDGE, at(S.JUDGING),
        lambda r, by, d, v: judging.withdraw(recall=r, by=by, expected_version=v, **d), f.ReasonForm, "danger"),
)  # fmt: skip
