"""What each command does."""

import argparse
import getpass
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError

from bihuan.config import checking, importing, serving, storing
from bihuan.config.telling import Unusable
from bihuan.core.calendar.services import ensure_default_calendar
from bihuan.core.jobs.relay import run_due
from bihuan.core.policy import queries as policy
from bihuan.core.policy.services import PROFILES_DIR, PolicyError, load_profile
from bihuan.registry.people.services import create_user
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail

worker = serving.worker
backup = storing.backup
restore = storing.restore
check = checking.check
import_table = importing.import_table


def say(text: str) -> None:
    """Print a line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def migrate(args: argparse.Namespace) -> int:
    """Bring the database and the collected static files up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return 0


def intake(args: argparse.Namespace) -> int:
    """Take in mail files; every file ends as a case or in quarantine, and the same file twice once."""
    status = 0
    for path in args.files:
        try:
            raw = path.read_bytes()
        except OSError as error:
            say(f"{path}: {error.strerror}")
            status = 1
            continue
        message, fresh = store_mail(raw=raw, source=args.mailbox)
        run_due()
        message.refresh_from_db()
        say(f"{path}: {_outcome(message)}{'' if fresh else ' (came before)'}")
    return status


def _outcome(message: InboundMessage) -> str:
    entry = getattr(message, "case_message", None)
    return entry.case.number if entry else f"{message.state}: {message.why}"


def profile(args: argparse.Namespace) -> int:
    """Load a profile, or list what there is."""
    if args.action == "list":
        for path in sorted(Path(PROFILES_DIR).glob("*.yaml")):
            say(path.stem)
        return 0
    if not args.name:
        raise Unusable("which profile? bihuan profile list names them")
    try:
        version = load_profile(code=args.name, default=args.default)
    except PolicyError as error:
        for line in error.problems:
            say(line)
        return 1
    ensure_default_calendar()
    say(f"{args.name}: version {version.number} in force")
    return 0


def user(args: argparse.Namespace) -> int:
    """Make a user; the password is asked for, or read from the standard input when nobody sits there."""
    known = {role.code for role in policy.default().roles}
    if unknown := [role for role in args.role if role not in known]:
        say(f"unknown role {unknown[0]}: {', '.join(sorted(known))}")
        return 1
    given = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        create_user(username=args.username, name=args.name or args.username, password=given, roles=args.role)
    except ValidationError as error:
        for line in error.messages:
            say(line)
        return 1
    except IntegrityError:
        say(f"{args.username}: there is such a user already")
        return 1
    say(f"{args.username}: may sign in")
    return 0


def demo(args: argparse.Namespace) -> int:
    """Make the demo company; a second run changes nothing."""
    from bihuan.config.demo import build

    return build(quiet=args.quiet)
