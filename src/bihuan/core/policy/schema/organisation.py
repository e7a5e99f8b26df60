"""Who is who: departments, roles and which role does which duty (A6, D07, D08, D09, D25)."""

from enum import StrEnum

from bihuan.core.policy.schema.base import Code, Named


class Scope(StrEnum):
    """Which rows a role sees."""

    OWN = "own"
    DEPARTMENT = "department"
    REGION = "region"
    ALL = "all"


class Department(Named):
    """A department; other names under which papers mention it are kept as aliases (D25)."""

    aliases: tuple[str, ...] = ()


class Role(Named):
    """A role of this company: its own name for it, what it may do and which rows it sees."""

    aliases: tuple[str, ...] = ()
    department: Code | None = None
    scope: Scope = Scope.OWN
    permissions: tuple[str, ...] = ()
    two_factor: bool = False
