"""``bihuan import``: take in a table from the command line."""

import argparse
import sys

from bihuan.core.files.services import FileRefused, read, store
from bihuan.core.importing import registry
from bihuan.core.importing.models import ImportRun
from bihuan.core.importing.reading import Unreadable
from bihuan.core.importing.services import TABLES, NotPossible, begin, run_now
from bihuan.core.jobs.services import GiveUp
from bihuan.registry.people.models import User

WIDTH = 40


def import_table(args: argparse.Namespace) -> int:
    """Take in a table; refused rows are written beside the file, and the exit code is 1 when there are any."""
    kind = registry.get(args.kind)
    if kind is None:
        return _wrong(f"unknown kind {args.kind}: {', '.join(kind.code for kind in registry.kinds())}")
    user = User.objects.filter(username=args.user).first() if args.user else None
    if args.user and user is None:
        return _wrong(f"no user {args.user}")
    try:
        data = args.file.read_bytes()
        file = store(data=data, name=args.file.name, by=user, allow=TABLES)
        run = run_now(run=begin(kind=kind, file=file, by=user), dry=args.dry_run, report=_bar)
    except OSError as problem:
        return _wrong(f"{args.file}: {problem.strerror}")
    except (FileRefused, Unreadable, NotPossible, GiveUp) as problem:
        return _wrong(f"{args.file}: {problem}")
    return _tell(args, run)


def _bar(done: int, total: int) -> None:
    if sys.stderr.isatty():
        filled = WIDTH * done // max(total, 1)
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}{end}")
        sys.stderr.flush()


def _tell(args: argparse.Namespace, run: ImportRun) -> int:
    would = "would be " if args.dry_run else ""
    sys.stdout.write(
        f"{run.rows} rows: {run.created} {would}new, {run.changed} {would}changed, {run.same} unchanged, "
        f"{run.refused} refused\n"
    )
    if not run.errors:
        return 0
    target = args.file.with_name(f"{args.file.stem}.errors.xlsx")
    target.write_bytes(read(run.errors))
    sys.stdout.write(f"refused rows with their reasons: {target}\n")
    return 1


def _wrong(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2
