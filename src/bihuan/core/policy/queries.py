"""Reading profiles. A version never changes, so what was parsed once is kept by its id."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from bihuan.core.policy.models import PolicyProfile, PolicyVersion
from bihuan.core.policy.schema import Profile

_parsed: dict[int, Profile] = {}
_look: ContextVar[dict[str, Any] | None] = ContextVar("policy_one_look", default=None)
T = TypeVar("T")


class NoPolicy(RuntimeError):
    """No profile is loaded: ``bihuan profile load general`` was never run."""


def forget() -> None:
    """Drop what was parsed; for a process whose database was exchanged (restore, tests)."""
    _parsed.clear()


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
    """Return the checked profile of a version."""
    if version.pk not in _parsed:
        _parsed[version.pk] = Profile.model_validate(version.data)
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
    profiles = PolicyProfile.objects.filter(current__isnull=False)
    rows = profiles.filter(code=profile_code) if profile_code else profiles.filter(is_default=True)
    found = rows.select_related("current").defer("current__data").first()
    if found is None or found.current is None:
        raise NoPolicy(profile_code or "default")
    return found.current


def default() -> Profile:
    """Return the default profile, from which roles and permissions outside a case are read."""
    return parsed(current())
