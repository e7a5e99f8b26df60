"""Loading and changing profiles; every change is a new version."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from pydantic import ValidationError

from bihuan.core.activity.services import record
from bihuan.core.policy.models import PolicyProfile, PolicyVersion
from bihuan.core.policy.schema import Profile
from bihuan.core.rest.problems import field_of, message_of

# The same rules as yaml.SafeLoader, ten times as fast where the library was built with libyaml.
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PROFILES_DIR: Path = settings.PROJECT_DIR / "profiles"


class PolicyError(ValueError):
    """A profile that cannot be used; ``problems`` name the place and what is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def check(data: dict[str, Any]) -> Profile:
    """Return the profile, or raise PolicyError with one line per mistake."""
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        raise PolicyError([_line(item) for item in error.errors()]) from error


def _line(item: Mapping[str, Any]) -> str:
    """The place of a mistake and what is wrong; a rule over several places names them itself."""
    if item["type"] == "value_error":
        words = str(item["ctx"]["error"])
        return f"{field_of(item)}: {words}" if item["loc"] else words
    return f"{field_of(item)}: {message_of(item)}"


def strange(version: PolicyVersion) -> list[str]:
    """Return what this program does not understand of a stored version, one line per place."""
    try:
        check(version.data)
    except PolicyError as error:
        return error.problems
    return []


def read_file(code: str, directory: Path = PROFILES_DIR) -> dict[str, Any]:
    """Read a profile's YAML; ``extends`` names the profile whose sections it replaces."""
    path = directory / f"{code}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(item.stem for item in directory.glob("*.yaml")))
        raise PolicyError([f"{code}: no such profile; there are: {known}"])
    try:
        data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 - it is one of the safe ones
    except yaml.YAMLError as error:
        raise PolicyError([f"{code}: {error}"]) from error
    parent = data.pop("extends", None)
    return merge(read_file(parent, directory), data) if parent else data


def merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Lay a profile over the one it extends: mappings key by key, coded lists row by row, others whole.

    A list under ``<name>!`` replaces the inherited list instead of adding to it.
    """
    result = dict(base)
    for key, value in changes.items():
        if key.endswith("!"):
            result[key[:-1]] = value
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merge(result[key], value)
        elif _is_coded(value) and _is_coded(result.get(key)):
            rows = {row["code"]: row for row in result[key]}
            for row in value:
                rows[row["code"]] = {**rows.get(row["code"], {}), **row}
            result[key] = list(rows.values())
        else:
            result[key] = value
    return result


def _is_coded(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) and "code" in row for row in value)


@transaction.atomic
def save_version(*, data: dict[str, Any], by: AbstractBaseUser | None, note: str = "") -> PolicyVersion:
    """Check a profile and put it in force as a new version; the same content again changes nothing."""
    checked = check(data)
    content = checked.model_dump(mode="json")
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    profile, _created = PolicyProfile.objects.get_or_create(code=checked.code, defaults={"name": checked.name})
    if profile.current and profile.current.digest == digest:
        return profile.current
    last = profile.versions.order_by("-number").first()
    version = PolicyVersion.objects.create(
        profile=profile,
        number=last.number + 1 if last else 1,
        data=content,
        digest=digest,
        note=note,
        created_by_id=by.pk if by else None,
    )
    profile.current, profile.name = version, checked.name
    profile.save(update_fields=["current", "name"])
    record(subject=profile, verb="policy.changed", by=by, data={"version": version.number, "note": note})
    return version


@transaction.atomic
def load_profile(*, code: str, by: AbstractBaseUser | None = None, default: bool = False) -> PolicyVersion:
    """Load a profile from its file; the first one ever loaded becomes the default."""
    version = save_version(data=read_file(code), by=by, note=f"profiles/{code}.yaml")
    none_yet = not PolicyProfile.objects.filter(is_default=True).exists()
    if default or none_yet:
        PolicyProfile.objects.filter(is_default=True).exclude(pk=version.profile_id).update(is_default=False)
        PolicyProfile.objects.filter(pk=version.profile_id).update(is_default=True)
    return version
