"""A whole installation of its own: a database that other processes reach, and the processes that work in it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from tests import ready

ROOT = Path(__file__).resolve().parents[2]


class House:
    """An installation in a folder, on the kind of database that the tests run on."""

    def __init__(self, base: Path, **settings: str) -> None:
        self.base = base
        base.mkdir(parents=True, exist_ok=True)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.inside: subprocess.Popen[str] | None = None
        self.server = os.environ.get("BIHUAN_DATABASE_URL", "") if connection.vendor == "postgresql" else ""
        self.name = f"house_{uuid.uuid4().hex[:12]}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("BIHUAN_") or key == ready.NAMED}
        self.env = {
            **kept, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "BIHUAN_LOG_LEVEL": "ERROR",
            "BIHUAN_DATA_DIR": str(base / "data"), "DJANGO_SETTINGS_MODULE": "bihuan.config.settings",
            "BIHUAN_QUEUE": self.name, "BIHUAN_EMAIL_URL": "dummymail://", **settings,
        }  # fmt: skip
        if self.server:
            self.env["BIHUAN_DATABASE_URL"] = urlsplit(self.server)._replace(path=f"/{self.name}").geturl()

    def __enter__(self) -> "House":
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as link:
                copied = f" TEMPLATE {ready.TEMPLATE}" if ready.folder() else ""
                link.execute(f"CREATE DATABASE {self.name}{copied}")  # type: ignore[call-overload]
        self.ask("make")
        return self

    def ask(self, what: str, *words: object) -> Any:
        """Do something of tests/servers/inside.py in a process of its own, one for all that is asked."""
        if self.inside is None:
            self.inside = subprocess.Popen(
                [sys.executable, "-m", "tests.servers.inside"], env=self.env, cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=(self.base / "inside.log").open("wb"),
            )  # fmt: skip
        assert self.inside.stdin is not None
        assert self.inside.stdout is not None
        limit = threading.Timer(300, self.inside.kill)
        limit.start()
        try:
            self.inside.stdin.write(json.dumps([what, *map(str, words)]) + "\n")
            self.inside.stdin.flush()
            said = self.inside.stdout.readline()
        finally:
            limit.cancel()
        if not said:
            raise RuntimeError(f"{what}: {self.logs()}")
        return json.loads(said)

    def start(self, *command: str, **settings: str) -> "subprocess.Popen[bytes]":
        """Start a process in a group of its own, as a service manager does."""
        log = (self.base / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *command], env={**self.env, **settings}, cwd=ROOT, start_new_session=True,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        log.close()
        self.processes.append(process)
        return process

    def relay(self, **settings: str) -> "subprocess.Popen[bytes]":
        """``bihuan worker``."""
        return self.start("-m", "bihuan.config", "worker", **settings)

    def celery(self, **settings: str) -> "subprocess.Popen[bytes]":
        """A Celery worker with two hands."""
        return self.start(
            "-m", "celery", "-A", "bihuan.config.celery", "worker", "--concurrency", "2", "--loglevel", "ERROR",
            "--without-mingle", "--without-gossip", **settings,
        )  # fmt: skip

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-1500:] for path in sorted(self.base.glob("*.log")))

    def end(self) -> None:
        """Kill every process."""
        for process in self.processes:
            kill(process)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        if self.inside is not None:
            self.inside.kill()
            self.inside.communicate()
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as link:
                link.execute(f"DROP DATABASE {self.name} WITH (FORCE)")  # type: ignore[call-overload]


def kill(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to the process and its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def until(seen: Callable[[], bool], seconds: float = 90, step: float = 0.3) -> bool:
    """Wait until something is seen; return whether it was."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen():
            return True
        time.sleep(step)
    return seen()
