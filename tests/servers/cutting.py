"""A connection that can be cut: a small proxy on loopback that forwards bytes until it is told to stop."""

import contextlib
import socket
import threading
from types import TracebackType


class CuttingProxy:
    """Forwards every connection to one server. ``cut`` breaks those that stand, ``down`` also refuses new ones."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.is_down = False
        self.carried, self.cuts = 0, 0
        self.cut_after: list[int] = []
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "CuttingProxy":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    def down(self) -> None:
        """No network: what stands breaks, what comes is refused."""
        self.is_down = True
        self.cut()

    def up(self) -> None:
        """The network is back."""
        self.is_down = False

    def cut(self) -> int:
        """Break every standing connection with a reset; returns how many there were."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                _reset(end)
        return len(pairs)

    def _count(self, size: int) -> None:
        """Cut where it was asked for: ``cut_after`` are numbers of carried bytes."""
        with self._lock:
            self.carried += size
            is_due = bool(self.cut_after) and self.carried >= self.cut_after[0]
            if is_due:
                self.cut_after.pop(0)
                self.cuts += 1
        if is_due:
            self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                _reset(near)
                continue
            try:
                far = socket.create_connection(self.target)
            except OSError:
                _reset(near)
                continue
            pair = (near, far)
            with self._lock:
                self._pairs.add(pair)
            for source, sink in (pair, pair[::-1]):
                threading.Thread(target=self._carry, args=(source, sink, pair), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, pair: tuple[socket.socket, socket.socket]) -> None:
        try:
            while data := source.recv(16384):
                sink.sendall(data)
                self._count(len(data))
        except OSError:
            pass
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _reset(end: socket.socket) -> None:
    """Close at once, without a goodbye, as a lost network does."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
