"""The recall, its scope, its units, its steps."""

from bihuan.quality.recall.models.recall import (
    Likelihood,
    Proposal,
    Recall,
    RecallState,
    RecallStep,
    Remedy,
    Scope,
    StepKind,
)
from bihuan.quality.recall.models.reports import RecallReport
from bihuan.quality.recall.models.units import Affected, AffectedState, OwnerNotice, Way

__all__ = [
    "Affected", "AffectedState", "Likelihood", "OwnerNotice", "Proposal", "Recall", "RecallReport", "RecallState",
    "RecallStep", "Remedy", "Scope", "StepKind", "Way",
]  # fmt: skip
