"""Recalls: under which law goods are called back, and what the company asks of itself beside it (domain facts B2)."""

from pydantic import Field

from bihuan.core.policy.schema.base import Code, Named, Part


class Regime(Named):
    """A body of law for some goods; its limits are deadline rules that ask for the regime, its clauses are data."""

    law: str = ""
    product_lines: tuple[Code, ...] = ()
    progress_months: int = Field(default=3, ge=1, le=12)
    record_years: int = Field(default=5, ge=1)


class RecallRules(Part):
    """How this company recalls."""

    regimes: tuple[Regime, ...] = (Regime(code="consumer", name="消费品召回"),)
    attempts: int = Field(default=3, ge=1, le=20)
    copies: tuple[Code, ...] = ()
    hotline: str = ""

    def regime(self, code: str) -> Regime | None:
        """A regime by its code."""
        return next((item for item in self.regimes if item.code == code), None)

    def regime_of(self, line: str) -> Regime:
        """The regime that names the product line, else the first that names none."""
        named = next((item for item in self.regimes if line in item.product_lines), None)
        return named or next((item for item in self.regimes if not item.product_lines), self.regimes[0])
