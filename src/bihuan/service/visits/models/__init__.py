"""Visits, their reports, and who may be sent."""

from bihuan.service.visits.models.arranging import DutyRoster, TimeWish
from bihuan.service.visits.models.care import CareKind, CarePlan, ToolCheck
from bihuan.service.visits.models.people import Absence, IssuedTool, Qualification, Spot
from bihuan.service.visits.models.report import FieldReport, PhoneEntry, Verdict
from bihuan.service.visits.models.visit import CARE, Purpose, Visit, VisitState

__all__ = [
    "CARE", "Absence", "CareKind", "CarePlan", "DutyRoster", "FieldReport", "IssuedTool", "PhoneEntry", "Purpose",
    "Qualification", "Spot", "TimeWish", "ToolCheck", "Verdict", "Visit", "VisitState",
]  # fmt: skip
