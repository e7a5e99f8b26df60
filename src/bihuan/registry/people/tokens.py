"""Programs that act as users: bearer tokens of which only the hash is kept."""

import hashlib

from django.http import HttpRequest
from django.utils import timezone, translation
from ninja.security import HttpBearer

from bihuan.registry.people.models import ApiToken, User


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class TokenAuth(HttpBearer):
    """Finds the user of a token in one query; the last use is noted once a day."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the active user of a valid token, None for anything else."""
        row = ApiToken.objects.select_related("user").filter(digest=digest(token)).first()
        now = timezone.now()
        if row is None or not row.user.is_active or (row.expires_at and row.expires_at <= now):
            return None
        today = timezone.localdate(now)
        if row.last_used_on != today:
            ApiToken.objects.filter(pk=row.pk).update(last_used_on=today)
        request.user = row.user
        if row.user.language:
            translation.activate(row.user.language)
        return row.user
