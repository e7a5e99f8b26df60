"""Visits, their reports, and who may be sent."""

from bihuan.service.visits.models.people import Absence, Qualification
from bihuan.service.visits.models.report import FieldReport, Verdict
from bihuan.service.visits.models.visit import Purpose, Visit, VisitState

__all__ = ["Absence", "FieldReport", "Purpose", "Qualification", "Verdict", "Visit", "VisitState"]
