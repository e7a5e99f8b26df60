"""The issue and its parts."""

from bihuan.quality.issues.models.investigation import (
    Bone,
    Cause,
    CauseKind,
    CauseState,
    FactKind,
    Finding,
    FindingKind,
    ProblemFact,
    Reply,
    TeamMember,
)
from bihuan.quality.issues.models.issue import (
    Breakpoint,
    Issue,
    IssueCase,
    IssueState,
    Responsibility,
    Result,
    Signal,
    Source,
)
from bihuan.quality.issues.models.plan import (
    ActionKind,
    ActionState,
    Containment,
    Location,
    Measure,
    TechnicalChange,
)
from bihuan.quality.issues.models.proof import Discipline, DisciplineState, EffectCheck
from bihuan.quality.issues.models.publication import Objection, Publication, Receipt, Ruling

__all__ = [
    "ActionKind", "ActionState", "Bone", "Breakpoint", "Cause", "CauseKind", "CauseState", "Containment", "Discipline",
    "DisciplineState", "EffectCheck", "FactKind", "Finding", "FindingKind", "Issue", "IssueCase", "IssueState",
    "Location", "Measure", "Objection", "ProblemFact", "Publication", "Receipt", "Reply", "Responsibility", "Result",
    "Ruling", "Signal", "Source", "TeamMember", "TechnicalChange",
]  # fmt: skip
