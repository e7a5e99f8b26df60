"""Events for programs outside: signed, retried, each with an id by which a repeat is recognised."""

import hashlib
import hmac
import json
import time
from typing import Any

from bihuan.core.activity.models import Activity
from bihuan.core.jobs.services import enqueue
from bihuan.core.notify.models import Webhook
from bihuan.core.notify.reach import post
from bihuan.core.policy.queries import looked
from bihuan.core.rows.services import ask


class WebhookError(RuntimeError):
    """The program outside did not take the event."""


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the signature header: the time, and HMAC-SHA256 of time and body."""
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={mac}"


def follow(activity: Activity, subject: Any) -> None:
    """Enqueue a delivery for every webhook that wants the event, in the transaction of the event."""
    for hook in looked("webhooks", _enabled):
        if "*" in hook.events or activity.verb in hook.events:
            event = {
                "id": activity.pk,
                "verb": activity.verb,
                "subject": activity.subject_type,
                "subject_id": activity.subject_id,
                "number": str(subject),
                "at": activity.at.isoformat(),
                "data": activity.data,
            }
            enqueue("notify.webhook", {"webhook": hook.pk, "event": event}, key=f"hook:{hook.pk}:{activity.pk}")


def _enabled() -> list[Webhook]:
    ids = [row[0] for row in ask("SELECT id FROM notify_webhook WHERE is_enabled")]
    return list(Webhook.objects.filter(pk__in=ids)) if ids else []


def deliver(hook: Webhook, event: dict[str, Any], *, delivery_id: str) -> None:
    """Post one event; anything but a 2xx answer is tried again later."""
    body = json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Bihuan-Event": str(event["verb"]),
        "X-Bihuan-Delivery": delivery_id,
        "X-Bihuan-Signature": signature(hook.secret, str(int(time.time())), body),
    }
    response = post(hook.url, content=body, headers=headers)
    if not response.is_success:
        raise WebhookError(f"HTTP {response.status_code}")
