"""Nonconforming goods: classes of defects, what is verified again, what a concession needs (NCR-18)."""

from typing import Literal

from pydantic import Field

from bihuan.core.policy.schema.base import Level, Part
from bihuan.core.policy.schema.issues import Publicity

Ending = Literal["return", "rework", "repair", "concession", "regrade", "sort", "scrap"]


class NonconformityRules(Part):
    """How this company reviews and disposes of nonconforming goods."""

    classes: tuple[Level, ...] = ()
    default_class: int = Field(default=1, ge=1, le=9)
    reverify: tuple[Ending, ...] = ("rework", "repair", "sort")
    concession_permit: bool = True
    publicity: Publicity = Publicity()

    def class_name(self, level: int | None) -> str:
        """The company's word for a class."""
        return next((step.name for step in self.classes if step.level == level), "")
