"""Quality issues over HTTP. Every endpoint fetches from ``visible_to`` and calls one service."""

from bihuan.quality.issues.api import acts, problems
from bihuan.quality.issues.api.base import router

__all__ = ["acts", "problems", "router"]
