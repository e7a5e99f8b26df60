"""Reading profiles. A version never changes, so what was parsed once is kept by its id."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bihuan.core.policy.models import PolicyProfile, PolicyVersion
from bihuan.core.policy.schema import Profile

_parsed: dict[int, Profile] = {}
_in_force: ContextVar[dict[str, PolicyVersion] | None] = ContextVar("policy_in_force", default=None)


class NoPolicy(RuntimeError):
    """No profile is loaded: ``bihuan profile load general`` was never run."""


def forget() -> None:
    """Drop what was parsed; for a process whose database was exchanged (restore, tests)."""
    _parsed.clear()


@contextmanager
def one_look() -> Iterator[None]:
    """Read the versions in force once within a request or a job."""
    token = _in_force.set({})
    try:
        yield
    finally:
        _in_force.reset(token)


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
    seen = _in_force.get()
    key = profile_code or ""
    if seen is not None and key in seen:
        return seen[key]
    profiles = PolicyProfile.objects.filter(current__isnull=False)
    rows = profiles.filter(code=profile_code) if profile_code else profiles.filter(is_default=True)
    found = rows.select_related("current").defer("current__data").first()
    if found is None or found.current is None:
        raise NoPolicy(profile_code or "default")
    if seen is not None:
        seen[key] = found.current
    return found.current


def default() -> Profile:
    """Return the default profile, from which roles and permissions outside a case are read."""
    return parsed(current())
