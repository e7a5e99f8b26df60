"""Changing the rules from a page: checked as a whole, and never so that nobody can change them back."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.policy.models import PolicyProfile, PolicyVersion
from bihuan.core.policy.queries import parsed
from bihuan.core.policy.schema import Profile
from bihuan.core.policy.services import PolicyError, check, save_version
from bihuan.core.rulebook.permissions import POLICY_EDIT
from bihuan.core.rulebook.texts import parse, plain


class ChangedMeanwhile(RuntimeError):
    """Another version came into force after the page was shown."""

    def __init__(self, version: PolicyVersion) -> None:
        self.reason = _("Meanwhile version %(number)s by %(who)s has come into force. Please look at it first.") % {
            "number": version.number, "who": version.created_by or _("System"),
        }  # fmt: skip
        super().__init__(self.reason)


def with_section(version: PolicyVersion, section: str, text: str) -> tuple[dict[str, Any], Profile]:
    """The rules with one section exchanged, checked; raises PolicyError."""
    data = {**plain(parsed(version)), section: parse(section, text)}
    return data, _safe(data)


def _safe(data: dict[str, Any]) -> Profile:
    profile = check(data)
    if not profile.roles_with(POLICY_EDIT):
        raise PolicyError([_("With these rules nobody could change the rules any more.")])
    return profile


@transaction.atomic
def put_in_force(
    *, profile: PolicyProfile, seen: int, data: dict[str, Any], note: str, by: AbstractBaseUser
) -> PolicyVersion:
    """Make rules the next version; raises ChangedMeanwhile when ``seen`` is no longer the version in force."""
    current = PolicyProfile.objects.select_related("current__created_by").get(pk=profile.pk).current
    if current is not None and current.pk != seen:
        raise ChangedMeanwhile(current)
    checked = _safe(data)
    if checked.code != profile.code:
        raise PolicyError([_("The code of a profile cannot be changed.")])
    return save_version(data=data, by=by, note=note)
