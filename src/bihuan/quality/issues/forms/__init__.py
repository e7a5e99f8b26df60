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
from bihuan.quality.issues.forms.overseeing import CommunicateForm, CorrectForm, PassOnForm, SuperviseForm
from bihuan.quality.issues.forms.planning import (
    AdoptForm,
    ChangeForm,
    ContainForm,
    EndMeasureForm,
    ExecuteForm,
    MeasureForm,
    PickChangeForm,
    PickReplyForm,
    ProgressForm,
    ReplyForm,
    RequestReplyForm,
)
from bihuan.quality.issues.forms.proving import (
    BreakpointForm,
    CheckForm,
    DisciplineForm,
    DisciplineOwnerForm,
    EvaluateForm,
    JudgeDisciplineForm,
    RulingForm,
)
from bihuan.quality.issues.forms.reporting import ObjectionForm, ReportForm
from bihuan.quality.issues.forms.seeking import (
    AnalyseForm,
    CauseForm,
    DecideCauseForm,
    FactForm,
    FindingForm,
    FlowForm,
    PartForm,
)

__all__ = [
    "AdoptForm", "AnalyseForm", "AssignForm", "AttributeForm", "BreakpointForm", "CauseForm", "ChangeForm",
    "CheckForm", "CommunicateForm", "ContainForm", "CorrectForm", "DecideCauseForm", "DisciplineForm",
    "DisciplineOwnerForm", "EndMeasureForm", "EvaluateForm", "ExecuteForm", "FactForm", "FindingForm", "FlowForm",
    "GradeForm", "IssueForm", "JudgeDisciplineForm", "MeasureForm", "ObjectionForm", "PartForm", "PassOnForm",
    "PickChangeForm", "PickReplyForm", "ProgressForm", "ReasonForm", "ReplyForm", "ReportForm", "RequestReplyForm",
    "ResponsibilityForm", "RulingForm", "SuperviseForm", "TeamForm",
]  # fmt: skip
