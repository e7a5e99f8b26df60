"""Programs that act as users: bearer tokens of which only the hash is kept."""

import hashlib

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone, translation
from ninja.security import HttpBearer

from bihuan.core.rows.services import ask
from bihuan.registry.people.models import ApiToken, User


def digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


# In the order of the model.
_FIELDS = (
    "id",
    "username",
    "name",
    "email",
    "phone",
    "department_id",
    "region_id",
    "outlet_id",
    "is_active",
    "language",
)
_HOLDER = (
    f"SELECT {', '.join(f'u.{name}' for name in _FIELDS)}, t.id, t.last_used_on, g.role FROM people_apitoken t "  # noqa: S608
    "JOIN people_user u ON u.id = t.user_id LEFT JOIN people_rolegrant g ON g.user_id = u.id "
    "WHERE t.digest = %s AND u.is_active AND (t.expires_at IS NULL OR t.expires_at > %s)"
)


class TokenAuth(HttpBearer):
    """Finds the user of a token and his roles in one query; the last use is noted once a day."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the active user of a valid token, None for anything else."""
        now = timezone.now()
        rows = ask(_HOLDER, digest(token), connection.ops.adapt_datetimefield_value(now))
        if not rows:
            return None
        *fields, key, used_on, _role = rows[0]
        user = User.from_db(connection.alias, _FIELDS, fields)
        user.__dict__["role_codes"] = frozenset(row[-1] for row in rows if row[-1])
        today = timezone.localdate(now)
        if str(used_on) != str(today):
            ApiToken.objects.filter(pk=key).update(last_used_on=today)
        request.user = user
        if user.language:
            translation.activate(user.language)
        return user
