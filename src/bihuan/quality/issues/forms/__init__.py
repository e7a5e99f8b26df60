"""The forms of an issue."""

from bihuan.quality.issues.forms.base import IssueForm
from bihuan.quality.issues.forms.judging import (
    AssignForm,
    AttributeForm,
    GradeForm,
    ReasonForm,
    ResponsibilityForm,
    TeamForm,
)
from bihuan.quality.issues.forms.planning import (
    ChangeForm,
    ContainForm,
    EndMeasureForm,
    ExecuteForm,
    MeasureForm,
    PickChangeForm,
    PickReplyForm,
    ReplyForm,
    RequestReplyForm,
)
from bihuan.quality.issues.forms.proving import (
    BreakpointForm,
    CheckForm,
    DisciplineForm,
    DisciplineOwnerForm,
    JudgeDisciplineForm,
    RulingForm,
)
from bihuan.quality.issues.forms.reporting import ObjectionForm, ReportForm
from bihuan.quality.issues.forms.seeking import CauseForm, DecideCauseForm, FactForm, FindingForm

__all__ = [
    "AssignForm", "AttributeForm", "BreakpointForm", "CauseForm", "ChangeForm", "CheckForm", "ContainForm",
    "DecideCauseForm", "DisciplineForm", "DisciplineOwnerForm", "EndMeasureForm", "ExecuteForm", "FactForm",
    "FindingForm", "GradeForm", "IssueForm", "JudgeDisciplineForm", "MeasureForm", "ObjectionForm", "PickChangeForm",
    "PickReplyForm", "ReasonForm", "ReplyForm", "ReportForm", "RequestReplyForm", "ResponsibilityForm", "RulingForm",
    "TeamForm",
]  # fmt: skip
