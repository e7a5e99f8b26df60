"""Field service: what a visit must have before, during and after it (D16, D17)."""

from enum import StrEnum

from pydantic import Field

from bihuan.core.policy.schema.base import Named, Part


class ReportForm(StrEnum):
    """The paper of a visit: the field service report, or the service completion sheet instead (WO-10, WO-11)."""

    REPORT = "F22"
    COMPLETION = "F23"


class RunCriterion(Named):
    """What a run or a mould trial must reach; the report says what was measured."""

    required: str = ""


class VisitRules(Part):
    """How this company sends people to customers.

    ``customer_confirms``: nobody drives before the time is agreed (WO-14). ``needs_qualification``: only who has
    passed the training for the product line is sent (KNO-05). ``preparation`` is ticked before arrival (WO-08).
    Whether a visit passes the supervisor's gate is ``procedure.onsite_approval`` (D17).
    """

    report_form: ReportForm = ReportForm.REPORT
    customer_confirms: bool = True
    needs_qualification: bool = True
    usual_hours: float = Field(default=2, gt=0, le=72)
    preparation: tuple[Named, ...] = ()
    criteria: tuple[RunCriterion, ...] = ()

    def missing(self, ticked: list[str]) -> list[str]:
        """The names of what is not prepared yet."""
        return [item.name for item in self.preparation if item.code not in ticked]
