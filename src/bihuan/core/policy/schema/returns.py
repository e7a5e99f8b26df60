"""Returns and repair: where goods are sent, who repairs, what repaired goods must reach (RET-05, CST-09, D24)."""

from typing import Literal

from pydantic import Field, field_validator

from bihuan.core.policy.schema.base import Code, Named, Part
from bihuan.core.policy.schema.field import RunCriterion

OLD_ADDRESS = "售后服务部返修组（地址见公司联系方式）"
"""The words of the base profile before an address was asked for; they name no place, in stored rules either."""


class ReturnRules(Part):
    """How this company takes goods back.

    ``address``: where goods are sent; nothing is approved and no label is printed while it is empty (RET-02).
    ``price_days``: how old a market price may be when it is offered (CST-09). ``photographs``: goods are received with
    photos. ``asks_free_repairs``: a free repair waits for the customer's yes too. ``own_evaluation``: who repaired may
    judge his own work (RET-05). ``pay_to``: how a customer pays. ``pays_first``: what he pays is paid before the goods
    travel back. ``cost_classes``: the class of quality cost of a repair, its freight, and goods exchanged or paid back.
    ``one_workshop``: goods of all regions come to the same people (D24).
    """

    address: str = ""
    pay_to: str = ""
    routes: tuple[Named, ...] = ()
    criteria: tuple[RunCriterion, ...] = ()
    price_days: int = Field(default=90, ge=1)
    photographs: bool = True
    asks_free_repairs: bool = True
    own_evaluation: bool = False
    one_workshop: bool = True
    pays_first: bool = True
    cost_classes: dict[Literal["repair", "freight", "goods"], Code] = {}

    @field_validator("address")
    @classmethod
    def names_a_place(cls, value: str) -> str:
        """The address; nothing where only the words of the old profile stand."""
        return "" if value.strip() == OLD_ADDRESS else value.strip()
