"""Field service: what a visit must have before, during and after it (D16, D17)."""

from enum import StrEnum

from pydantic import Field

from bihuan.core.policy.schema.base import Name, Named, Part
from bihuan.core.policy.schema.parts import CountPlan, SupplierGrade


class ReportForm(StrEnum):
    """The paper of a visit: the field service report, or the service completion sheet instead (WO-10, WO-11)."""

    REPORT = "F22"
    COMPLETION = "F23"


class RunCriterion(Named):
    """What a run or a mould trial must reach; the report says what was measured."""

    required: str = ""


class TravelRules(Part):
    """How long ways take in a proposed day: by air line, detour and speed, or by region where places are not known."""

    speed_kmh: float = Field(default=45, gt=0, le=200)
    detour: float = Field(default=1.3, ge=1, le=3)
    near_minutes: int = Field(default=30, ge=0, le=600)
    far_minutes: int = Field(default=150, ge=0, le=1200)


class VisitRules(Part):
    """How this company sends people to customers.

    ``customer_confirms``: nobody drives before the time is agreed (WO-14). ``needs_qualification``: only who has
    passed the training for the product line is sent (KNO-05). ``preparation`` is ticked before arrival (WO-08).
    ``test_name`` is what this company calls the test that ``criteria`` belong to, on pages and papers.
    ``care_*`` say how far ahead the visits of maintenance plans are made, and as what their cases are registered;
    ``tools`` is the daily check of tools and equipment (WO-22, WO-27, WO-33).
    Whether a visit passes the supervisor's gate is ``procedure.onsite_approval`` (D17).
    """

    report_form: ReportForm = ReportForm.REPORT
    customer_confirms: bool = True
    needs_qualification: bool = True
    usual_hours: float = Field(default=2, gt=0, le=72)
    preparation: tuple[Named, ...] = ()
    test_name: Name = "运行测试"
    criteria: tuple[RunCriterion, ...] = ()
    travel: TravelRules = TravelRules()
    care_lead_days: int = Field(default=7, ge=0, le=90)
    care_service_type: str = "maintenance"
    care_channel: str = "walk_in"
    tools: tuple[Named, ...] = ()

    def missing(self, ticked: list[str]) -> list[str]:
        """The names of what is not prepared yet."""
        return [item.name for item in self.preparation if item.code not in ticked]


class UnissuedParts(StrEnum):
    """What becomes of a part on a report that was not issued: refused, or taken with a reason and settled (PRT-18)."""

    REFUSED = "refused"
    REASON = "reason"


class PartsRules(Part):
    """How this company proposes stock levels from what was issued, counts, and grades suppliers (PRT-02, PRT-06).

    ``service_level`` is the wanted chance that nothing is missing until a new order arrives, ``history_months`` how
    far back is looked, ``cover_months`` for how long an order shall last; ``unissued`` is for parts that a report names
    without an issue (PRT-18). What nobody received or took for ``idle_days`` counts as long unmoved (PRT-05); suppliers
    are assessed again within ``review_months`` (PRT-09).
    """

    service_level: float = Field(default=0.95, ge=0.5, le=0.999)
    history_months: int = Field(default=24, ge=3, le=120)
    cover_months: int = Field(default=2, ge=1, le=24)
    unissued: UnissuedParts = UnissuedParts.REASON
    idle_days: int = Field(default=365, ge=30, le=3650)
    review_months: int = Field(default=12, ge=1, le=36)
    counts: tuple[CountPlan, ...] = ()
    supplier_grades: tuple[SupplierGrade, ...] = ()

    def grade_of(self, points: int) -> SupplierGrade | None:
        """The grade that so many points reach."""
        reached = [grade for grade in self.supplier_grades if points >= grade.least]
        return max(reached, key=lambda grade: grade.least, default=None)
