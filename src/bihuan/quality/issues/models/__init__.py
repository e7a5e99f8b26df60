"""The issue and its parts."""

from bihuan.quality.issues.models.investigation import (
    Bone,
    Cause,
    CauseKind,
    CauseState,
    FactKind,
    Finding,
    FindingKind,
    FlowStep,
    ProblemFact,
    Reply,
    ReturnedPart,
    TeamMember,
)
from bihuan.quality.issues.models.issue import (
    Breakpoint,
    Issue,
    IssueCase,
    IssueState,
    Repeat,
    Responsibility,
    Result,
    Signal,
    Source,
)
from bihuan.quality.issues.models.oversight import Communication, Medium, NoteKind, Supervision
from bihuan.quality.issues.models.plan import (
    ActionKind,
    ActionState,
    Containment,
    Location,
    Means,
    Measure,
    TechnicalChange,
)
from bihuan.quality.issues.models.proof import Discipline, DisciplineState, EffectCheck, Evaluation, Method
from bihuan.quality.issues.models.publication import (
    RULED_ON_SECOND,
    DepartmentObjection,
    Objection,
    Publication,
    Receipt,
    Ruling,
)
from bihuan.quality.issues.models.reviews import ReviewKind, SystemReview

__all__ = [
    "RULED_ON_SECOND", "ActionKind", "ActionState", "Bone", "Breakpoint", "Cause", "CauseKind", "CauseState",
    "Communication", "Containment", "DepartmentObjection", "Discipline", "DisciplineState", "EffectCheck",
    "Evaluation", "FactKind", "Finding", "FindingKind", "FlowStep", "Issue", "IssueCase", "IssueState", "Location",
    "Means", "Measure", "Medium", "Method", "NoteKind", "Objection", "ProblemFact", "Publication", "Receipt", "Repeat",
    "Reply", "Responsibility", "Result", "ReturnedPart", "ReviewKind", "Ruling", "Signal", "Source", "Supervision",
    "SystemReview", "TeamMember", "TechnicalChange",
]  # fmt: skip
