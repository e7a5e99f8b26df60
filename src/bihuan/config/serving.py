"""Running the worker."""

import argparse
import signal
import sys

from django.conf import settings

from bihuan.core.jobs.relay import Relay, run_due


def worker(args: argparse.Namespace) -> int:
    """Run the relay: due jobs in place, or handed to the broker when BIHUAN_JOBS_MODE is ``broker``."""
    if args.once:
        sys.stdout.write(f"{run_due()} jobs\n")
        return 0
    relay = Relay(idle_seconds=0.3 if settings.JOBS_MODE == "embedded" else 1.0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: relay.stop.set())
    relay.run()
    return 0
