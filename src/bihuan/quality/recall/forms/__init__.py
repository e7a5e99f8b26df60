"""The forms of a recall."""

from bihuan.quality.recall.forms.base import ReasonForm, RecallForm
from bihuan.quality.recall.forms.judging import AssignForm, DropScopeForm, JudgeForm, ScopeForm
from bihuan.quality.recall.forms.running import (
    AnswerForm,
    BulkMeasureForm,
    BulkReasonForm,
    BulkTextForm,
    OwnerForm,
    QuantityForm,
    ReportForm,
    StepForm,
    StopForm,
)

__all__ = [
    "AnswerForm", "AssignForm", "BulkMeasureForm", "BulkReasonForm", "BulkTextForm", "DropScopeForm", "JudgeForm",
    "OwnerForm", "QuantityForm", "ReasonForm", "RecallForm", "ReportForm", "ScopeForm", "StepForm", "StopForm",
]  # fmt: skip
