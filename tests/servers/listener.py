"""A program on loopback that takes webhooks and robot messages: it keeps what it gets and answers as told."""

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


class Listener:
    """The server; ``answers`` are given in their order, the last one again and again."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = [(200, {}, b"{}")]
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                call = Call(self.path, dict(self.headers.items()), body)
                listener.calls.append(call)
                status, headers, answer = listener.answer(call)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST  # noqa: N815 - http.server's name

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def says(self, *answers: int | dict[str, Any] | tuple[int, dict[str, str], bytes]) -> None:
        """Set the answers: a status, what stands in a 200 answer, or all of it."""
        ready: list[tuple[int, dict[str, str], bytes]] = []
        for item in answers:
            if isinstance(item, int):
                ready.append((item, {}, b"{}"))
            elif isinstance(item, dict):
                ready.append((200, {"Content-Type": "application/json"}, json.dumps(item).encode()))
            else:
                ready.append(item)
        self.answers = ready

    def __enter__(self) -> "Listener":
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class Platform(Listener):
    """A chat platform: checks the signature by its published formula and refuses inside a 200 answer."""

    def __init__(self, kind: str, secret: str) -> None:
        super().__init__()
        self.kind, self.secret = kind, secret

    def answer(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        refusal = getattr(self, f"_{self.kind}")(call)
        return 200, {"Content-Type": "application/json"}, json.dumps(refusal).encode()

    def _wecom(self, call: Call) -> dict[str, Any]:
        """The key stands in the address; the text in text.content."""
        if call.query.get("key") != self.secret or call.data["msgtype"] != "text" or not call.data["text"]["content"]:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        return {"errcode": 0, "errmsg": "ok"}

    def _dingtalk(self, call: Call) -> dict[str, Any]:
        """sign = base64(HMAC-SHA256(key: secret, text: timestamp + newline + secret)); milliseconds, an hour at most."""
        stamp = call.query.get("timestamp", "0")
        code = hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()
        fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
        if not fresh or call.query.get("sign") != base64.b64encode(code).decode():
            return {"errcode": 310000, "errmsg": "sign not match"}
        return {"errcode": 0, "errmsg": "ok"} if call.data["text"]["content"] else {"errcode": 40035, "errmsg": "empty"}

    def _feishu(self, call: Call) -> dict[str, Any]:
        """sign = base64(HMAC-SHA256(key: timestamp + newline + secret, text: nothing)); seconds, an hour at most."""
        stamp = call.data.get("timestamp", "0")
        code = hmac.new(f"{stamp}\n{self.secret}".encode(), b"", hashlib.sha256).digest()
        fresh = abs(time.time() - int(stamp)) < 3600
        if not fresh or call.data.get("sign") != base64.b64encode(code).decode():
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        return {"code": 0, "msg": "success"} if call.data["content"]["text"] else {"code": 9499, "msg": "Bad Request"}
