"""Whose turn it is to write.

SQLite lets a waiting writer look again now and then, ever more seldom: under load one who has waited long loses to
those who come fresh, until "database is locked". Here the next writer waits at a gate that only he stands in, and
all others before it have the same chance at every look. The locks are the kernel's: who dies gives them back.
"""

import fcntl
import os
import time

GATE_SECONDS = 0.001
CROWD_SECONDS = 0.003


class TooLong(Exception):
    """The turn did not come in time."""


class Turns:
    """The place of one connection in the queue of its database file."""

    def __init__(self, path: str, patience: float) -> None:
        self.path, self.patience = path, patience
        self._gate, self._pen = -1, -1
        self.held = False

    def take(self) -> None:
        """Wait for the turn; raise TooLong when it does not come."""
        if self._gate < 0:
            self._gate, self._pen = (self._open(name) for name in ("gate", "pen"))
        end = time.monotonic() + self.patience
        self._lock(self._gate, CROWD_SECONDS, end)
        try:
            self._lock(self._pen, GATE_SECONDS, end)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        self.held = True

    def give_back(self) -> None:
        """Let the next one write."""
        if self.held:
            fcntl.flock(self._pen, fcntl.LOCK_UN)
            self.held = False

    def close(self) -> None:
        """Leave the queue."""
        self.held = False
        for handle in (self._gate, self._pen):
            if handle >= 0:
                os.close(handle)
        self._gate, self._pen = -1, -1

    def __del__(self) -> None:
        """A connection that its thread left behind leaves no open files."""
        self.close()

    def _open(self, name: str) -> int:
        return os.open(f"{self.path}-{name}", os.O_RDWR | os.O_CREAT, 0o600)

    def _lock(self, handle: int, pause: float, end: float) -> None:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TooLong from None
                time.sleep(pause)
            else:
                return
