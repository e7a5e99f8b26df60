"""How many requests a token may send: a window of one minute in the cache, counted per token."""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

WINDOW = 60


class TokenLimit(BaseThrottle):
    """``API_PER_MINUTE`` requests a minute; 0 sets no limit. With one cache for all processes it counts for all."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request; say whether it is still within the limit."""
        most: int = settings.API_PER_MINUTE
        if not most:
            return True
        token = hashlib.sha256(request.headers.get("Authorization", "").encode()).hexdigest()
        key = f"api:{token}:{int(time.time()) // WINDOW}"
        cache.add(key, 0, WINDOW)
        try:
            return cache.incr(key) <= most
        except ValueError:
            return True

    def wait(self) -> float | None:
        """Seconds until the next window opens."""
        return WINDOW - time.time() % WINDOW
