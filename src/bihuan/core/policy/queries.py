"""Reading profiles. A version never changes, so what was parsed once is kept by its id."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from pydantic import ValidationError

from bihuan.core.policy.models import PolicyVersion
from bihuan.core.policy.schema import Profile
from bihuan.core.rows.services import ask

_CURRENT = "SELECT current_id FROM policy_policyprofile WHERE current_id IS NOT NULL AND "

_parsed: dict[int, Profile] = {}
_versions: dict[int, PolicyVersion] = {}
_look: ContextVar[dict[str, Any] | None] = ContextVar("policy_one_look", default=None)
T = TypeVar("T")


class NoPolicy(RuntimeError):
    """No profile is loaded: ``bihuan profile load general`` was never run."""


class PolicyUnreadable(NoPolicy):
    """The stored rules of a version make no sense to this program; ``bihuan check`` names the places."""


def forget() -> None:
    """Drop what was parsed; for a process whose database was exchanged (restore, tests)."""
    _parsed.clear()
    _versions.clear()


@contextmanager
def one_look() -> Iterator[None]:
    """Read the rules in force once within a request or a job."""
    token = _look.set({})
    try:
        yield
    finally:
        _look.reset(token)


def looked(key: str, fetch: Callable[[], T]) -> T:
    """Return what ``fetch`` gives, asked once within a request or a job; outside of both it is asked each time."""
    seen = _look.get()
    if seen is None:
        return fetch()
    if key not in seen:
        seen[key] = fetch()
    found: T = seen[key]
    return found


def parsed(version: PolicyVersion) -> Profile:
    """Return the checked profile of a version; keys that a newer program stored are passed over."""
    if version.pk not in _parsed:
        try:
            _parsed[version.pk] = Profile.model_validate(version.data, extra="ignore")
        except ValidationError as error:
            raise PolicyUnreadable(str(version)) from error
    return _parsed[version.pk]


def content(version_id: int) -> Profile:
    """Return the profile of a version by its id."""
    if version_id not in _parsed:
        return parsed(PolicyVersion.objects.get(pk=version_id))
    return _parsed[version_id]


def current(profile_code: str | None = None) -> PolicyVersion:
    """Return the version in force of a profile, or of the default one."""
    return looked(f"policy:{profile_code or ''}", lambda: _current(profile_code))


def _current(profile_code: str | None) -> PolicyVersion:
    """Only the id is asked for each time: what a version says never changes and is kept."""
    found = ask(_CURRENT + "code = %s", profile_code) if profile_code else ask(_CURRENT + "is_default")
    if not found:
        raise NoPolicy(profile_code or "default")
    key: int = found[0][0]
    if key not in _versions:
        _versions[key] = PolicyVersion.objects.defer("data").get(pk=key)
    return _versions[key]


def default() -> Profile:
    """Return the default profile, from which roles and permissions outside a case are read."""
    return parsed(current())
