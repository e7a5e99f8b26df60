"""A database that a whole run of tests starts from: migrated, with the cast; made once, copied by every process.

``python -m tests.ready DIR`` makes it on the configured database; ``BIHUAN_TEST_READY=DIR`` uses it. Without that each
process migrates for itself.
"""

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import django
from django.db import connection

NAMED = "BIHUAN_TEST_READY"
TEMPLATE = "bihuan_ready"


def folder() -> Path | None:
    """Where the ready database of the configured kind lies, if one was made."""
    named = os.environ.get(NAMED, "")
    return Path(named) / connection.vendor if named else None


def cast_file() -> Path | None:
    """The kept cast of the ready database."""
    found = folder()
    return found / "cast.pickle" if found else None


def start_from_it() -> None:
    """Let the test database of this process be a copy."""
    found = folder()
    if found is None:
        return
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE
    else:
        from django.db.backends.signals import connection_created

        connection_created.connect(_filled, dispatch_uid="tests.ready")


def _filled(connection: Any, **_more: Any) -> None:
    """Fill the database in memory when it is opened first."""
    from django.db.backends.signals import connection_created

    connection_created.disconnect(dispatch_uid="tests.ready")
    copy_into(connection.connection)


def copy_into(target: sqlite3.Connection) -> None:
    """Copy the ready SQLite database over an open one."""
    found = folder()
    assert found is not None
    source = sqlite3.connect(found / "ready.sqlite3")
    source.backup(target)
    source.close()


def make(base: Path) -> None:
    """Migrate an empty database, build the cast and keep both."""
    from django.test import override_settings

    from tests.cast import KEPT, keep_cast
    from tests.conftest import light

    found = base / connection.vendor
    found.mkdir(parents=True)
    connection.creation.create_test_db(verbosity=0)
    with override_settings(**light(str(found / "files"))):
        keep_cast()
    (found / "cast.pickle").write_bytes(KEPT[0])
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        connection.close()
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"ALTER DATABASE {name} RENAME TO {TEMPLATE}")
    else:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(found / "ready.sqlite3")])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    django.setup()
    make(Path(sys.argv[1]))
