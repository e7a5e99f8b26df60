"""The sign-in of Django, by our own rules."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from bihuan.registry.people.models import User
from bihuan.registry.people.services import check_login


class PeopleBackend(BaseBackend):
    """Checks name, password and code with lockout."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str = "",
        password: str = "",
        code: str = "",
        **kwargs: Any,
    ) -> User | None:
        """Return the user or None."""
        return check_login(username=username, password=password, code=code)

    def get_user(self, user_id: int) -> User | None:
        """Return an active user with his department; others are signed out at once."""
        return User.objects.filter(pk=user_id, is_active=True).first()
