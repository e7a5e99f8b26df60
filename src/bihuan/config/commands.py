"""What each command does."""

import argparse
import sys
from pathlib import Path

from django.core.management import call_command

from bihuan.config import checking, serving, storing
from bihuan.core.jobs.relay import run_due
from bihuan.core.policy.services import PROFILES_DIR, PolicyError, load_profile
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail

serve = serving.serve
worker = serving.worker
backup = storing.backup
restore = storing.restore
check = checking.check


def say(text: str) -> None:
    """Print a line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def migrate(args: argparse.Namespace) -> int:
    """Bring the database up to date."""
    call_command("migrate", interactive=False, verbosity=0)
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
    return entry.case.number if entry else f"{message.state}: {message.reason}"


def profile(args: argparse.Namespace) -> int:
    """Load a profile, or list what there is."""
    if args.action == "list" or not args.name:
        for path in sorted(Path(PROFILES_DIR).glob("*.yaml")):
            say(path.stem)
        return 0
    try:
        version = load_profile(code=args.name, default=args.default)
    except PolicyError as error:
        for line in error.problems:
            say(line)
        return 1
    say(f"{args.name}: version {version.number} in force")
    return 0


def demo(args: argparse.Namespace) -> int:
    """Make the demo company; a second run changes nothing."""
    from bihuan.config.demo import build

    return build(quiet=args.quiet)
