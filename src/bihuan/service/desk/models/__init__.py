"""The case and everything that belongs to it."""

from bihuan.service.desk.models.acceptance import Acceptance, AcceptanceStage, Dossier
from bihuan.service.desk.models.case import Case, CaseState, Nature, Payer, WarrantyState
from bihuan.service.desk.models.diagnosis import Consultation, Diagnosis, Opinion, RemoteMeans, RemoteSession
from bihuan.service.desk.models.solution import (
    Consent,
    ConsentMeans,
    Decision,
    Solution,
    SolutionKind,
    SolutionState,
)
from bihuan.service.desk.models.talk import CaseMessage, Direction, Suggestion
from bihuan.service.desk.models.work import Appointment, DelayNotice, WorkEntry

__all__ = [
    "Acceptance",
    "AcceptanceStage",
    "Appointment",
    "Case",
    "CaseMessage",
    "CaseState",
    "Consent",
    "ConsentMeans",
    "Consultation",
    "Decision",
    "DelayNotice",
    "Diagnosis",
    "Direction",
    "Dossier",
    "Nature",
    "Opinion",
    "Payer",
    "RemoteMeans",
    "RemoteSession",
    "Solution",
    "SolutionKind",
    "SolutionState",
    "Suggestion",
    "WarrantyState",
    "WorkEntry",
]
