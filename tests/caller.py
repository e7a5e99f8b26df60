"""A program with a token: it sends a new key with every POST, and may repeat one."""

import json
import uuid
from typing import Any

from django.test import Client

from bihuan.registry.people.services import create_token


class Caller:
    """A program that acts as a person."""

    def __init__(self, user: Any, token: str | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.token = token or create_token(user=user, name="test", by=None)

    def post(self, path: str, body: Any, key: str | None = None, **headers: Any) -> Any:
        """Send JSON under a key of its own, or under the one that is given; "" sends none."""
        return self.send("POST", path, json.dumps(body), key, **headers)

    def patch(self, path: str, body: Any) -> Any:
        """Send a change."""
        return self.send("PATCH", path, json.dumps(body), "")

    def send(self, method: str, path: str, body: Any, key: str | None = None, **headers: Any) -> Any:
        """Send a body as it is."""
        more = {"HTTP_AUTHORIZATION": f"Bearer {self.token}", **headers}
        if key != "":
            more["HTTP_IDEMPOTENCY_KEY"] = key or uuid.uuid4().hex
        kind = more.pop("content_type", "application/json")
        return self.client.generic(method, f"/api/v1{path}", body, content_type=kind, **more)

    def upload(self, path: str, key: str | None = None, **fields: Any) -> Any:
        """Send a form with files."""
        more = {"HTTP_AUTHORIZATION": f"Bearer {self.token}", "HTTP_IDEMPOTENCY_KEY": key or uuid.uuid4().hex}
        return self.client.post(f"/api/v1{path}", fields, **more)

    def get(self, path: str) -> Any:
        """Ask."""
        return self.client.get(f"/api/v1{path}", HTTP_AUTHORIZATION=f"Bearer {self.token}")
