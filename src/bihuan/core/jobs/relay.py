"""The loop that carries due rows to where they run."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from bihuan.core.jobs import services
from bihuan.core.jobs.tasks import run_job

logger = logging.getLogger(__name__)
BATCH = 50
RESEND_SECONDS = 30.0


def run_in_place(job_id: int) -> None:
    """Run the Celery task here, without a broker."""
    run_job.apply(args=(job_id,))


def hand_over(job_id: int) -> None:
    """Give the id to the broker; the row stays the truth, a lost message is sent again."""
    run_job.delay(job_id)


class Relay:
    """Looks for due rows and turns, until told to stop.

    In the broker mode a try that was handed over is not sent again for a while: the worker's claim moves the
    row's due time, and a message that got lost is repeated after RESEND_SECONDS. The next try of a row, after a
    failure or the death of its worker, is another one and waits for nothing.
    """

    def __init__(self, *, idle_seconds: float = 0.5) -> None:
        self.stop = threading.Event()
        self.idle_seconds = idle_seconds
        self.deliver: Callable[[int], None] = hand_over if settings.JOBS_MODE == "broker" else run_in_place
        self._sent: dict[tuple[int, int], float] = {}

    def run(self) -> None:
        """Loop until ``stop`` is set; a database or a broker that is away for a while is waited for."""
        while not self.stop.is_set():
            try:
                services.ensure_schedules()
                self._work()
            except (OperationalError, InterfaceError) as error:
                logger.error("the database does not answer; trying again: %s", error)
                close_old_connections()
            except BrokerAway as error:
                logger.error("the broker does not answer; trying again: %s", error)
            self.stop.wait(self.idle_seconds)

    def _work(self) -> None:
        while not self.stop.is_set():
            services.take_turns()
            if not self.step():
                self.stop.wait(self.idle_seconds)

    def step(self) -> int:
        """Deliver one batch of due rows and return how many."""
        tries = [(job.pk, job.attempts) for job in services.due(timezone.now(), BATCH * 4)]
        fresh = self._not_sent_lately(tries)[:BATCH] if self.deliver is hand_over else tries[:BATCH]
        for item in fresh:
            if self.stop.is_set():
                break
            self.deliver(item[0])
            if self.deliver is hand_over:
                self._sent[item] = time.monotonic()
        return len(fresh)

    def _not_sent_lately(self, tries: list[tuple[int, int]]) -> list[tuple[int, int]]:
        now = time.monotonic()
        self._sent = {key: at for key, at in self._sent.items() if now - at < RESEND_SECONDS}
        return [item for item in tries if item not in self._sent]


def run_due(limit: int = 10_000) -> int:
    """Run everything that is due now, in this thread; for commands and tests."""
    count = 0
    while count < limit:
        ids = [job.pk for job in services.due(timezone.now(), BATCH)]
        if not ids:
            break
        for job_id in ids:
            run_in_place(job_id)
            count += 1
    return count
