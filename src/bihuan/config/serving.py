"""Running the worker."""

import argparse
import signal
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

from bihuan.config.checking import missing_migrations
from bihuan.config.telling import NOT_MIGRATED
from bihuan.core.jobs.relay import Relay, run_due


def worker(args: argparse.Namespace) -> int:
    """Run the relay: due jobs in place, or handed to the broker when BIHUAN_JOBS_MODE is ``broker``."""
    if _must_migrate():
        raise ImproperlyConfigured(NOT_MIGRATED)
    if args.once:
        sys.stdout.write(f"{run_due()} jobs\n")
        return 0
    relay = Relay(idle_seconds=0.3 if settings.JOBS_MODE == "embedded" else 1.0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: relay.stop.set())
    relay.run()
    return 0


def _must_migrate() -> bool:
    """A database that does not answer yet is waited for, one that is not the program's never becomes so by waiting."""
    try:
        return missing_migrations() > 0
    except (OperationalError, InterfaceError):
        return False
