"""Running the web server and the worker as one command, each in a process of its own.

Nothing of Django is loaded here: the keeper of the two starts at once and stays small.
"""

import argparse
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

logger = logging.getLogger(__name__)
STOP_SECONDS = 20
NOT_READY = 78  # sysexits.h calls it EX_CONFIG: nothing gets better by starting again


def serve(args: argparse.Namespace) -> int:
    """Run gunicorn and, unless told otherwise, the worker; a part that dies is started again."""
    if wrong := _taken(args.host, args.port):
        sys.stderr.write(f"{args.host}:{args.port}: {wrong}\n")
        return NOT_READY
    if args.host != "0.0.0.0":  # noqa: S104 - nobody can be sent to every address
        os.environ.setdefault("BIHUAN_BASE_URL", f"http://{args.host}:{args.port}")
    parts = {"web": _web_command(args)}
    if not args.no_worker:
        parts["worker"] = [sys.executable, "-m", "bihuan.config", "worker"]
    sys.stdout.write(f"Bihuan 闭环: http://{args.host}:{args.port}\n")
    sys.stdout.flush()
    return Supervisor(parts).run()


def _taken(host: str, port: int) -> str:
    """Say why nobody can listen there; the web server would try again and again."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _web_command(args: argparse.Namespace) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "bihuan.config.wsgi:application",
        "--bind", f"{args.host}:{args.port}", "--workers", str(args.workers), "--threads", str(args.threads),
        "--worker-class", "gthread", "--timeout", "120", "--graceful-timeout", "15",
        "--no-control-socket",  # it would lie in the home of the user, and a service has none
    ]  # fmt: skip


class Supervisor:
    """Keeps child processes alive until told to stop, and takes them down with itself."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands = commands
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.stopping = threading.Event()

    def run(self) -> int:
        """Start all, restart what ends, stop all on a signal; a part that cannot start ends everything."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for name in self.commands:
            self._start(name)
        status = 0
        while not self.stopping.wait(0.5):
            for name, child in self.children.items():
                if child.poll() is not None and not self._revive(name, child):
                    status = child.returncode or 1
                    self.stopping.set()
        self._take_down()
        return status

    def _start(self, name: str) -> None:
        self.started[name] = time.monotonic()
        self.children[name] = subprocess.Popen(self.commands[name], env={**os.environ})

    def _revive(self, name: str, child: "subprocess.Popen[bytes]") -> bool:
        lived = time.monotonic() - self.started[name]
        if child.returncode == NOT_READY or (lived < 3 and (child.returncode or 0) > 0):
            logger.error("%s ended at once with code %s", name, child.returncode)
            return False
        logger.error("%s ended with code %s and is started again", name, child.returncode)
        self._start(name)
        return True

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _take_down(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
