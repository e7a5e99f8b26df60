"""Users, their roles, their sign-in."""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.policy.schema import Profile
from bihuan.registry.people.models import ApiToken, Department, RoleGrant, User
from bihuan.registry.people.tokens import digest

LOGIN_NAME = r"[a-z0-9._-]{2,60}"
MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
STEP_SECONDS = 30


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Checked when nobody has the login name, so that the answer takes as long as for one who exists."""
    return make_password(secrets.token_urlsafe(16))


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    password: str,
    roles: Iterable[str] = (),
    by: User | None = None,
    **fields: Any,
) -> User:
    """Make a user with roles. Raises ValidationError for a weak password or a login name that nobody could type."""
    if not re.fullmatch(LOGIN_NAME, username.strip().lower()):
        raise ValidationError({"username": _("Lower case letters, digits, dot and dash.")})
    user = User(username=username.strip().lower(), name=name.strip(), **fields)
    validate_password(password, user)
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.save()
    record(subject=user, verb="user.created", by=by, data={"username": user.username})
    set_roles(user=user, roles=roles, by=by)
    return user


@transaction.atomic
def update_user(*, user: User, by: User | None, roles: Iterable[str] | None = None, **fields: Any) -> User:
    """Change a user; the journal keeps what was before."""
    before = {key: str(getattr(user, key)) for key in fields}
    for key, value in fields.items():
        setattr(user, key, value)
    if fields:
        user.save(update_fields=list(fields))
    if roles is not None:
        set_roles(user=user, roles=roles, by=by)
    after = {key: str(value) for key, value in fields.items()}
    record(subject=user, verb="user.changed", by=by, data={"before": before, "after": after})
    return user


@transaction.atomic
def set_roles(*, user: User, roles: Iterable[str], by: User | None) -> None:
    """Give a user exactly these roles."""
    wanted, held = set(roles), set(user.grants.values_list("role", flat=True))
    if wanted == held:
        return
    user.grants.filter(role__in=held - wanted).delete()
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in sorted(wanted - held))
    user.__dict__.pop("role_codes", None)
    record(subject=user, verb="user.roles_set", by=by, data={"before": sorted(held), "after": sorted(wanted)})


@transaction.atomic
def change_password(*, user: User, password: str, by: User | None, must_change: bool = False) -> None:
    """Set a password that passes the policy. Raises ValidationError and changes nothing."""
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password, user.password_changed_at = must_change, timezone.now()
    user.failed_logins, user.locked_until = 0, None
    user.save(
        update_fields=[
            "password",
            "must_change_password",
            "password_changed_at",
            "failed_logins",
            "locked_until",
        ]
    )
    record(subject=user, verb="user.password_changed", by=by)


def check_login(*, username: str, password: str, code: str = "") -> User | None:
    """Return the user when name, password and, if he uses one, the code are right; None says nothing more.

    Five failures lock the account for a quarter of an hour; a name that nobody has takes the same time.
    """
    user = User.objects.filter(username=username.strip().lower(), is_active=True).first()
    if user is None:
        check_password(password, _nobody())
        return None
    right = user.check_password(password)
    now = timezone.now()
    if user.locked_until and user.locked_until > now:
        return None
    if not right or not _code_fits(user, code):
        _count_failure(user)
        return None
    User.objects.filter(pk=user.pk).update(failed_logins=0, locked_until=None, last_login=now)
    return user


def _count_failure(user: User) -> None:
    User.objects.filter(pk=user.pk).update(failed_logins=F("failed_logins") + 1)
    user.refresh_from_db(fields=["failed_logins"])
    if user.failed_logins >= MAX_FAILURES:
        User.objects.filter(pk=user.pk).update(failed_logins=0, locked_until=timezone.now() + LOCKED_FOR)
        record(subject=user, verb="user.locked", by=None)


def _code_fits(user: User, code: str) -> bool:
    """A code counts once: the step of the clock that it belongs to is remembered."""
    if not user.totp_confirmed_at:
        return True
    totp, now = pyotp.TOTP(user.totp_secret), int(timezone.now().timestamp())
    for step in (now // STEP_SECONDS - 1, now // STEP_SECONDS, now // STEP_SECONDS + 1):
        if step > user.totp_last_step and secrets.compare_digest(totp.at(step * STEP_SECONDS), code.strip() or "-"):
            rows = User.objects.filter(pk=user.pk, totp_last_step__lt=step)
            return bool(rows.update(totp_last_step=step))
    return False


@transaction.atomic
def start_totp(*, user: User) -> str:
    """Give the user a new secret to scan; it counts from its first right code on."""
    user.totp_secret, user.totp_confirmed_at = pyotp.random_base32(), None
    user.save(update_fields=["totp_secret", "totp_confirmed_at"])
    return totp_uri(user)


def totp_uri(user: User) -> str:
    """The address that an authenticator reads from the picture."""
    return pyotp.TOTP(user.totp_secret).provisioning_uri(name=user.username, issuer_name="Bihuan")


@transaction.atomic
def confirm_totp(*, user: User, code: str) -> bool:
    """Switch the second factor on with a right code."""
    if not user.totp_secret or not pyotp.TOTP(user.totp_secret).verify(code.strip(), valid_window=1):
        return False
    user.totp_confirmed_at = timezone.now()
    user.save(update_fields=["totp_confirmed_at"])
    record(subject=user, verb="user.totp_on", by=user)
    return True


@transaction.atomic
def stop_totp(*, user: User, by: User) -> None:
    """Switch the second factor off."""
    user.totp_secret, user.totp_confirmed_at = "", None
    user.save(update_fields=["totp_secret", "totp_confirmed_at"])
    record(subject=user, verb="user.totp_off", by=by)


@transaction.atomic
def create_token(*, user: User, name: str, by: User | None) -> str:
    """Make an API token; it is shown once, only its hash is kept."""
    token = f"bh_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, name=name, digest=digest(token), hint=token[-4:])
    record(subject=user, verb="user.token_created", by=by, data={"name": name})
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    """Let an API token count no more."""
    token.delete()
    record(subject=token.user, verb="user.token_revoked", by=by, data={"name": token.name})


@transaction.atomic
def sync_departments(*, rules: Profile) -> None:
    """Make sure that the departments of a profile exist; other names that any paper uses are kept (D25)."""
    for item in rules.departments:
        row, created = Department.objects.get_or_create(
            code=item.code, defaults={"name": item.name, "aliases": list(item.aliases)}
        )
        if not created:
            row.aliases = list(dict.fromkeys([*row.aliases, *item.aliases]))
            row.save(update_fields=["aliases"])
