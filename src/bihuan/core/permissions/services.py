"""The one question: may this person do this, to this?"""

from typing import Any, Protocol, TypeVar

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy import queries as policy
from bihuan.core.policy.schema import Profile
from bihuan.core.policy.schema.organisation import Scope

T = TypeVar("T")


class Actor(Protocol):
    """What permissions need to know of a user."""

    is_active: bool

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def role_codes(self) -> frozenset[str]: ...


class Refused(Exception):
    """A person may not do this. Outsiders to the row get 404, insiders without the right get 403."""

    def __init__(self, permission: str, reason: Any = None) -> None:
        super().__init__(permission)
        self.permission = permission
        self.reason = reason or _("You do not have the right to do this.")


def rules_for(obj: Any) -> Profile:
    """Return the profile that decides: the object's own version if it keeps one, else the default."""
    version_id = getattr(obj, "policy_version_id", None)
    return policy.content(version_id) if version_id else policy.default()


def can(user: Any, permission: str, obj: Any = None) -> bool:
    """Return whether one of the user's roles holds the permission under the rules of the object (D07, D08)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return not user.role_codes.isdisjoint(rules_for(obj).roles_with(permission))


def require(user: Any, permission: str, obj: Any = None) -> None:
    """Raise Refused unless ``can``."""
    if not can(user, permission, obj):
        raise Refused(permission)


def scope_of(user: Any, permission: str) -> Scope | None:
    """Return the widest scope among the user's roles that hold the permission, None for nobody."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    rules = policy.default()
    held = rules.roles_with(permission) & user.role_codes
    scopes = {role.scope for role in rules.roles if role.code in held}
    return max(scopes, key=list(Scope).index) if scopes else None


def person(request: HttpRequest) -> Any:
    """Return the signed-in person of a request behind the sign-in; services take him as the one who acts."""
    return request.user


def found(obj: T | None) -> T:
    """Return the object or answer 404: what a person may not see does not exist for him."""
    if obj is None:
        raise Http404
    return obj
