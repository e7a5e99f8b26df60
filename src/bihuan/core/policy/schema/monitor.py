"""The monitor: what is counted against what, over which window, and which lines call for which form (QIS-01..05)."""

from typing import Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from bihuan.core.policy.schema.base import Code, FormCode, Named, Part, twice


class Share(Part):
    """A line as an exact fraction: 3 of 1000 is 3 per mille; nothing is compared in floating point."""

    numerator: int = Field(ge=0)
    denominator: int = Field(ge=1)


class Lasting(Part):
    """Long-standing with repeated complaints: first seen so many months ago, so many times within them (QIS-04)."""

    months: int = Field(ge=1, le=120)
    count: int = Field(ge=1)


class RateRule(Named):
    """When an alarm is raised, and which form it calls for; exactly one of the three conditions (D21).

    ``above`` is strictly more than the line, ``flag`` a single case with a serious symptom or with danger to persons.
    A higher ``level`` is the graver rule. ``opens_issue`` lets the alarm open a quality issue by itself; without it the
    alarm waits, with a clock of its own, until somebody takes it into one.
    """

    form: FormCode
    level: int = Field(ge=1, le=9)
    above: Share | None = None
    flag: Literal["serious", "danger"] | None = None
    lasting: Lasting | None = None
    tell: tuple[Code, ...] = ()
    opens_issue: bool = True

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if sum(item is not None for item in (self.above, self.flag, self.lasting)) != 1:
            raise ValueError(_("exactly one of these: %(names)s") % {"names": "above, flag, lasting"})
        return self


class RateWindow(Part):
    """Which failures and which units count: by ship month, production month, service age, or rolling days.

    ``length`` is months, for rolling days days. ``age`` is the service age in months, for that basis alone.
    """

    basis: Literal["ship_month", "production_month", "service_age", "rolling_days"] = "ship_month"
    length: int = Field(default=24, ge=1, le=3660)
    age: int = Field(default=12, ge=0, le=240)


class EarlyWarning(Part):
    """How the search below the lines is tuned: history and watched months, the rise looked for, false alarms."""

    history_months: int = Field(default=12, ge=3, le=60)
    months: int = Field(default=12, ge=3, le=60)
    at_risk_months: int = Field(default=24, ge=1, le=240)
    ratio: float = Field(default=3.0, gt=1)
    false_cells: float = Field(default=1.5, gt=0)
    discovery_rate: float = Field(default=0.01, gt=0, lt=1)


RULES = (
    RateRule(code="per_mille", name="同种机理超过 3‰", form="F01", level=1, above=Share(numerator=3, denominator=1000)),
    RateRule(code="serious", name="严重质量问题", form="F01", level=1, flag="serious"),
    RateRule(code="percent", name="同种机理超过 1%", form="F05", level=2, above=Share(numerator=1, denominator=100)),
    RateRule(code="lasting", name="长期存在且反复投诉", form="F05", level=2, lasting=Lasting(months=6, count=6)),
    RateRule(code="danger", name="危害人身安全", form="F05", level=2, flag="danger"),
)


class Monitor(Part):
    """The monitor of a profile.

    ``levels`` are those at which rules raise alarms; counted is at all of them. ``special_report`` says whether a
    graver form stands beside the lighter one or in its place (D22); ``symptom_rates`` whether rates are also judged
    of symptoms whose mechanism is not coded yet, or of the same mechanism only, as QIS-01 has it. Below
    ``small_sample`` units a remark asks people to judge; the rule fires all the same.
    """

    denominator: Literal["shipped", "installed", "in_service", "inspected"] = "shipped"
    window: RateWindow = RateWindow()
    levels: tuple[Literal["line", "model", "batch", "region"], ...] = ("model",)
    special_report: Literal["adds", "replaces"] = "adds"
    rules: tuple[RateRule, ...] = RULES
    symptom_rates: bool = False
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    small_sample: int = Field(default=300, ge=0)
    warning: EarlyWarning = EarlyWarning()

    @model_validator(mode="after")
    def _codes_once(self) -> Self:
        codes = [rule.code for rule in self.rules]
        if len(codes) != len(set(codes)):
            raise ValueError(twice("rules"))
        return self
