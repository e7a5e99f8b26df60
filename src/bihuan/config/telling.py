"""What keeps a command from its work, said in a line; what is nobody's fault but the program's keeps its traceback."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import DatabaseError, InterfaceError

NOT_MIGRATED = "database: it is empty or older than the program; run: bihuan migrate"


class Unusable(ValueError):
    """What was given to a command cannot be used; the text says why."""


def setup_problem(error: Exception) -> str:
    """Say what is wrong with the settings, and by which variable when its value is what could not be read."""
    text = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else str(error)
    named = sorted(
        name for name, value in os.environ.items() if name.startswith("BIHUAN_") and len(value) > 2 and value in text
    )
    return ": ".join(["settings", *named[:1], text])


def told(error: Exception) -> str | None:
    """Return the line for an error that a person can mend, None for any other."""
    from bihuan.core.policy.queries import NoPolicy, PolicyUnreadable

    if isinstance(error, PolicyUnreadable):
        return "policy: another version of the program wrote the rules in force; bihuan check names the places"
    if isinstance(error, NoPolicy):
        return "policy: no profile is loaded; run: bihuan profile load general"
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_database(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else None
    return str(error) if isinstance(error, ImproperlyConfigured | CommandError | Unusable) else None


def _of_database(error: Exception) -> str | None:
    """A database that is away or empty; an error of a database that is as it should be is a fault of the program."""
    from bihuan.config.checking import missing_migrations

    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    try:
        return NOT_MIGRATED if missing_migrations() else None
    except (DatabaseError, InterfaceError):
        return f"database: {first}"
