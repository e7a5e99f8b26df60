"""What the law or a contract grants when goods fail: rows that the warranty engine reads (SOL-06, RET-07, RET-09)."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from bihuan.core.policy.schema.base import Condition, Named, Part

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
        if unknown := named - FACTS:
            raise ValueError(f"unknown fact {sorted(unknown)}")
        return when


class WarrantyRule(Named):
    """The rule of a sector, or the contract default; a promise refers to it and may promise more, never less.

    ``prolongs``: repair and waiting for parts do not count. ``rolls_over``: a last day off moves to the next
    working day. ``restarts``: the period begins anew with a replacement.
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
    parts_years: int | None = Field(default=None, ge=1)
    exclusions: tuple[Named, ...] = ()
    rights: tuple[WarrantyRight, ...] = ()
