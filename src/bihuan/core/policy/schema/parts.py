"""Spare parts: when stock is counted, and what a supplier's grade leads to (PRT-04, PRT-09, D26, D32)."""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bihuan.core.policy.schema.base import Named, Part


class CountPeriod(StrEnum):
    """How often a plan counts."""

    MONTH = "month"
    YEAR = "year"


class CountPlan(Part):
    """From which day on each place that holds parts is counted, and for how many days that may take (D32).

    ``day`` is the last day of the month where the month is shorter; ``month`` is for the yearly count.
    """

    period: CountPeriod
    day: int = Field(ge=1, le=31)
    month: int = Field(default=12, ge=1, le=12)
    days: int = Field(default=5, ge=1, le=28)

    def window(self, today: date) -> tuple[date, date]:
        """The first and the last day of the count that began last, today included."""
        first = self._begins(today.year, today.month if self.period == CountPeriod.MONTH else self.month)
        if first > today:
            back = today.replace(day=1) - timedelta(days=1)
            is_month = self.period == CountPeriod.MONTH
            first = self._begins(back.year, back.month) if is_month else self._begins(today.year - 1, self.month)
        return first, first + timedelta(days=self.days - 1)

    def _begins(self, year: int, month: int) -> date:
        return date(year, month, min(self.day, monthrange(year, month)[1]))


class SupplierGrade(Named):
    """A grade by the points of an assessment (5 to 25), and the mildest that may follow from it (D26)."""

    least: int = Field(ge=0, le=25)
    mildest: Literal["approved", "warned", "rectifying", "eliminated"]
