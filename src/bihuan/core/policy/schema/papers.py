"""The company's papers: forms, custom fields, numbers, retention (D16, D28-D30, D34)."""

from typing import Literal

from pydantic import Field

from bihuan.core.policy.schema.base import Code, FormCode, Named, Part


class Form(Part):
    """A named form as this company signs it; the standard it refers to is data (D29).

    ``chain`` is the subject of the approvals whose voters stand below it, where no fixed names are given.
    """

    code: FormCode
    title: str
    number: str = ""
    revision: str = "A/0"
    standard: str = ""
    drafted_by: str = ""
    reviewed_by: str = ""
    approved_by: str = ""
    chain: str = ""
    issued_on: str = ""
    enabled: bool = True


class CustomField(Named):
    """A field that the cases of only some product lines have (D34, INT-15..18)."""

    entity: Literal["case"] = "case"
    product_lines: tuple[Code, ...] = ()
    type: Literal["text", "long_text", "number", "date", "datetime", "choice", "yes_no"] = "text"
    choices: tuple[str, ...] = ()
    required: bool = False
    public: bool = False


class Retention(Part):
    """How long a kind of record is kept (D30)."""

    record: Code
    years: int = Field(ge=1)
    basis: str = ""


class Reply(Named):
    """A text sent to customers; ``{number}``, ``{company}``, ``{summary}`` and the like are filled in."""

    subject: str
    body: str
