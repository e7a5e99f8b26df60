"""The cases over HTTP. Every endpoint fetches from ``visible_to`` and calls one service."""

from bihuan.service.desk.api import cases, closing, judging, reading, solving, talking
from bihuan.service.desk.api.base import router

__all__ = ["cases", "closing", "judging", "reading", "router", "solving", "talking"]
