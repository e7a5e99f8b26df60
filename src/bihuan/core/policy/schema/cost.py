"""Quality costs: classes, the line between small and large compensation, time to object (CST-03, D20)."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from bihuan.core.policy.schema.base import Code, Named, Part


class CostClass(Named):
    """A class of cost and its family in the quality cost report."""

    family: Literal["prevention", "appraisal", "internal", "external"] = "external"


class CostRules(Part):
    """How this company counts, moves and settles quality costs."""

    classes: tuple[CostClass, ...] = ()
    compensation_class: Code = "compensation"
    compensation_kinds: tuple[Named, ...] = ()
    small_compensation: Decimal = Field(default=Decimal(1000), ge=0)
    objection_days: int = Field(default=5, ge=1, le=90)
    silence_accepts: bool = True
    agreement_terms: str = Field(default="", max_length=4000)

    def class_name(self, code: str) -> str:
        """The company's word for a class; a code of an older version stays readable."""
        return next((item.name for item in self.classes if item.code == code), code)

    def family_of(self, code: str) -> str:
        """The family of a class, or nothing for a code of an older version."""
        return next((item.family for item in self.classes if item.code == code), "")
