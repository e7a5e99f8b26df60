"""Workers killed while they work: every mail one case, every notification at least once."""

import os
import signal
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.conf import settings
from django.db import connections

from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import verify
from bihuan.core.jobs.models import Job, JobState
from bihuan.core.jobs.relay import Relay
from bihuan.core.notify.models import Notification
from bihuan.service.desk.models import Case
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail

WORKERS = 2
PATIENCE = 1200
KINDS = ("intake.read", "desk.after_registration", "notify.send_mail")
MAIL = "From: 客户 <{name}@bench.example>\nTo: s@bihuan.example\nSubject: 主轴异响\nMessage-ID: <{name}@bench.example>\n\n请处理。"


def work() -> None:
    """What ``bihuan worker`` does, until it is killed."""
    connections.close_all()
    Relay(idle_seconds=0.1).run()


def start() -> BaseProcess:
    """A worker that shares nothing with this process."""
    connections.close_all()
    worker = get_context("fork").Process(target=work, daemon=True)
    worker.start()
    return worker


class Slaughter:
    """Two workers over a heap of mails, one of them killed again and again."""

    def __init__(self, mails: int, kills: int) -> None:
        self.mark, self.mails, self.kills = uuid.uuid4().hex[:8], mails, kills
        self.source = f"bench:{self.mark}"
        self.killed = 0
        self.first = 0

    def run(self) -> float:
        """Seconds from the first worker's start to the last mail's answer."""
        self.first = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for number in range(self.mails):
            store_mail(raw=MAIL.format(name=f"{self.mark}-{number}").encode(), source=self.source)
        began = time.monotonic()
        workers = [start() for _worker in range(WORKERS)]
        try:
            while (open_jobs := self._open()) or self.killed < self.kills:
                if time.monotonic() - began > PATIENCE:
                    raise RuntimeError(f"{open_jobs} jobs still open")
                done = Job.objects.filter(pk__gt=self.first, state=JobState.DONE).count()
                if self.killed < self.kills and done >= (self.killed + 1) * self.mails * 2 // (self.kills + 1):
                    self._kill(workers)
                time.sleep(0.05)
        finally:
            for worker in workers:
                worker.kill()
                worker.join()
        return time.monotonic() - began

    def _open(self) -> int:
        return Job.objects.filter(pk__gt=self.first, state__in=["waiting", "running"], kind__in=KINDS).count()

    def _kill(self, workers: list[BaseProcess]) -> None:
        victim = workers[self.killed % WORKERS]
        os.kill(victim.pid or 0, signal.SIGKILL)
        victim.join()
        self.killed += 1
        workers[workers.index(victim)] = start()

    def check(self, letters: Path) -> dict[str, float]:
        """Raise when a mail has no case or two, or somebody was not told."""
        ids = list(InboundMessage.objects.filter(source=self.source).values_list("pk", flat=True))
        keys = {f"message:{pk}" for pk in ids}
        cases = {
            pk: mail for pk, key, mail in Case.objects.values_list("pk", "client_key", "contact_email") if key in keys
        }
        told = Counter(
            key for key in Notification.objects.values_list("thread_key", flat=True) if key.startswith("case:")
        )  # fmt: skip
        untold = [pk for pk in cases if not told[f"case:{pk}:registered"]]
        answered = Counter(recipients(letters))
        unanswered = [mail for mail in cases.values() if not answered[mail]]
        wrong = InboundMessage.objects.filter(pk__in=ids).exclude(state="routed").count()
        rows = Activity.objects.filter(subject_type="desk.case", subject_id__in=list(cases))
        broken = list(verify(rows.order_by("subject_type", "subject_id", "seq").iterator()))
        double = len(cases) - len(set(cases.values()))
        if len(ids) != self.mails or len(cases) != self.mails or wrong or double or untold or unanswered or broken:
            raise RuntimeError(f"{len(ids)} mails, {len(cases)} cases, {wrong} elsewhere, {double} double, "
                               f"{len(untold)} untold, {len(unanswered)} unanswered, {broken[:3]}")  # fmt: skip
        again = Job.objects.filter(pk__gt=self.first, attempts__gt=1, kind__in=KINDS).count()
        return {
            "cases": len(cases),
            "jobs taken again": again,
            "answers sent": sum(answered[m] for m in cases.values()),
        }


def recipients(folder: Path) -> Iterator[str]:
    """To whom letters went; a file may hold several."""
    for path in folder.iterdir():
        for line in path.read_bytes().splitlines():
            if line.startswith(b"To: "):
                yield line.removeprefix(b"To: ").decode().strip()


def measure(mails: int, kills: int) -> dict[str, float]:
    """Kill, and look at what came of it."""
    lease, backend = settings.JOB_LEASE_SECONDS, settings.EMAIL_BACKEND
    with tempfile.TemporaryDirectory() as folder:
        settings.JOB_LEASE_SECONDS = 10
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = folder
        try:
            slaughter = Slaughter(mails, kills)
            seconds = slaughter.run()
            found = slaughter.check(Path(folder))
        finally:
            settings.JOB_LEASE_SECONDS, settings.EMAIL_BACKEND = lease, backend
    return {
        "mails": mails, "workers killed": slaughter.killed, **found, "duplicate cases": 0, "mails without a case": 0,
        "seconds": seconds,
    }  # fmt: skip
