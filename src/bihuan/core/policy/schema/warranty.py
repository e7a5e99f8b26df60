"""What the law or a contract grants when goods fail: rows that the warranty engine reads (SOL-06, RET-07, RET-09)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from bihuan.core.policy.schema.base import Code, Condition, Named, Part, unknown

FACTS = frozenset(
    {
        "age_days", "age_months", "meter", "fault", "same_fault_repairs", "serious_fault_repairs",
        "main_part_replacements", "unit_replacements", "repair_days", "single_repair_days",
        "single_repair_working_days", "no_parts_days", "delay_days", "days_since_repair",
    }
)  # fmt: skip


class Remedy(StrEnum):
    """What a customer may ask for (SOL-09)."""

    REPAIR = "repair"
    REPLACE_PART = "replace_part"
    REPLACE = "replace"
    REFUND = "refund"
    LOANER = "loaner"
    COMPENSATION = "compensation"


class WarrantyRight(Part):
    """A right and when it is given; ``beyond`` also when the period is over, such as within 30 days of a repair.

    ``depreciates``: a refund under this right is lessened by the fee for the use made of the goods.
    """

    name: str
    when: Condition
    remedies: tuple[Remedy, ...] = Field(min_length=1)
    basis: str = ""
    beyond: bool = False
    depreciates: bool = False

    @field_validator("when")
    @classmethod
    def _facts_are_known(cls, when: Condition) -> Condition:
        """A mistyped fact would never hold and grant nobody anything."""
        named = {*when.equals, *when.one_of, *when.at_least, *when.at_most}
        if strange := named - FACTS:
            raise ValueError("; ".join(unknown("when", fact) for fact in sorted(strange)))
        return when


class Season(Named):
    """A time of the year, such as ``06-01`` to ``06-20``, both days within; it may lie over the turn of the year.

    Without regions it is the same everywhere.
    """

    first: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    last: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    regions: tuple[Code, ...] = ()

    def holds(self, day: date, region: str = "") -> bool:
        """Whether a day lies in the season of a region."""
        at = f"{day:%m-%d}"
        inside = self.first <= at <= self.last if self.first <= self.last else at >= self.first or at <= self.last
        return inside and (not self.regions or region in self.regions)


class WarrantyRule(Named):
    """The rule of a sector, or the contract default; a promise refers to it and may promise more, never less.

    ``prolongs``: repair and waiting for parts do not count. ``rolls_over``: a last day off moves to the next
    working day. ``restarts``: the period begins anew with a replacement. ``answer_working_days`` and
    ``finish_working_days``: until when a customer who asks for one of ``limited_wishes`` is answered and has it.
    ``busy_main_days`` and ``busy_other_days``: days to remove a fault of the whole or of a main part, and any other, in
    one of the ``busy_seasons``.
    """

    basis: str = ""
    start_basis: Literal["latest", "delivery", "installation", "invoice"] = "latest"
    months: int = Field(ge=1, le=600)
    main_part_months: int | None = Field(default=None, ge=1, le=600)
    meter: int | None = Field(default=None, ge=1)
    meter_unit: str = ""
    fallback_days: int = Field(default=90, ge=0)
    prolongs: bool = True
    rolls_over: bool = False
    restarts: bool = True
    depreciation_per_day: Decimal = Field(default=Decimal(0), ge=0, le=1)
    depreciation_per_thousand: Decimal = Field(default=Decimal(0), ge=0, le=1)
    answer_working_days: int | None = Field(default=None, ge=1)
    finish_working_days: int | None = Field(default=None, ge=1)
    limited_wishes: tuple[Remedy, ...] = (Remedy.REPLACE, Remedy.REFUND)
    busy_main_days: int | None = Field(default=None, ge=1)
    busy_other_days: int | None = Field(default=None, ge=1)
    busy_seasons: tuple[Season, ...] = ()
    parts_years: int | None = Field(default=None, ge=1)
    exclusions: tuple[Named, ...] = ()
    rights: tuple[WarrantyRight, ...] = ()
