"""The three robots of Chinese chat groups, each with its own signature."""

import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import quote_plus

import httpx

from bihuan.core.notify.reach import post


class RobotError(RuntimeError):
    """The platform refused the message; a robot answers 200 with an error code inside."""


def wecom(url: str, secret: str, text: str, now: float) -> tuple[str, dict[str, Any]]:
    """WeCom: the key stands in the address, nothing is signed."""
    return url, {"msgtype": "text", "text": {"content": text}}


def dingtalk(url: str, secret: str, text: str, now: float) -> tuple[str, dict[str, Any]]:
    """DingTalk: HMAC-SHA256 over time and secret, keyed by the secret, as a query parameter."""
    body = {"msgtype": "text", "text": {"content": text}}
    if not secret:
        return url, body
    stamp = str(round(now * 1000))
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}timestamp={stamp}&sign={quote_plus(base64.b64encode(mac))}", body


def feishu(url: str, secret: str, text: str, now: float) -> tuple[str, dict[str, Any]]:
    """Feishu: HMAC-SHA256 over nothing, keyed by time and secret, inside the body."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now))
        mac = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        body |= {"timestamp": stamp, "sign": base64.b64encode(mac).decode()}
    return url, body


BUILDERS = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}


def send_to_robot(kind: str, url: str, secret: str, text: str) -> None:
    """Send a text to a group; raises RobotError or an httpx error, and the job tries again later.

    The address stays out of the message of an error: a WeCom address holds the key, a DingTalk one the signature.
    """
    address, body = BUILDERS[kind](url, secret, text, time.time())
    response = post(address, json=body)
    if not response.is_success:
        raise RobotError(f"HTTP {response.status_code}")
    answer = _answer(response)
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode", 0)))
    if code not in {0, "0"}:
        raise RobotError(f"{code}: {answer.get('errmsg') or answer.get('msg') or ''}")


def _answer(response: httpx.Response) -> dict[str, Any]:
    """What the platform says; a page of a proxy is no answer of a robot."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise RobotError(
            f"HTTP {response.status_code}, {response.headers.get('Content-Type', '')}: {response.text[:80]}"
        )
    return answer
