"""The list of users."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.core.permissions.services import can
from bihuan.core.policy import queries as policy
from bihuan.registry.people import permissions as perm
from bihuan.registry.people.models import Department, User
from bihuan.ui.templatetags.bihuan import tag


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[User]:
    """Users whose name or login name begins with the words, by role and department."""
    found = User.objects.prefetch_related("grants") if can(user, perm.PEOPLE_VIEW) else User.objects.none()
    if words := values["words"]:
        found = found.filter(Q(name__startswith=words) | Q(username__istartswith=words))
    if values["role"]:
        found = found.filter(pk__in=User.objects.filter(grants__role=values["role"]).values("pk"))
    if values["department"]:
        found = found.filter(department=int(values["department"]))
    return found


def _role_choices(user: Any) -> Choices:
    return [(role.code, role.name) for role in policy.default().roles]


def _departments(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in Department.objects.all()]


def _roles(row: User, reader: Reader) -> list[str]:
    names = reader.once("roles", lambda: {role.code: role.name for role in policy.default().roles})
    return [names.get(grant.role, grant.role) for grant in row.grants.all()]


def _role_tags(row: User, reader: Reader) -> SafeString:
    return format_html_join(" ", "{}", ((tag(name),) for name in _roles(row, reader)))


USERS = register(
    Listing(
        "users", _("Users"), perm.PEOPLE_VIEW, "people:list", rows,
        columns=(
            Column("name", _("User's name"), lambda row, reader: row.name, style="one"),
            Column("login", _("Login name"), lambda row, reader: row.username, sort="username", style="one"),
            Column("roles", _("Roles"), lambda row, reader: "、".join(_roles(row, reader)), _role_tags, width=30),
            Column("department", _("Department"), lambda row, reader: row.department and row.department.name,
                   needs=("department",)),
            Column("region", _("Region"), lambda row, reader: row.region and row.region.name, needs=("region",)),
            Column("active", _("May sign in"), lambda row, reader: row.is_active),
            Column("email", _("E-mail"), lambda row, reader: row.email, shown=False, width=28),
            Column("phone", _("Telephone"), lambda row, reader: row.phone, shown=False, style="one"),
            Column("second", _("Second factor"), lambda row, reader: row.totp_confirmed_at is not None, shown=False),
            Column("created", _("Registered at"), lambda row, reader: row.created_at, shown=False, style="one"),
        ),
        link=lambda row: reverse("people:edit", args=[row.pk]),
        card=Card("name", "", (("login", "department", "region"), ("roles",))),
        filters=(
            Filter("words", _("Name or login name"), longest=60), Filter("role", _("Role"), _role_choices),
            Filter("department", _("Department"), _departments),
        ),
        tabs=Tabs(_("States"), lambda: (("1", _("May sign in")), ("0", _("Deactivated"))), "is_active"),
    )
)  # fmt: skip
