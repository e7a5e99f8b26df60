"""The router of the cases, and how the codes of a request become rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.files.models import StoredFile
from bihuan.core.files.queries import attachments_of
from bihuan.core.permissions.services import found
from bihuan.core.policy.schema import Profile
from bihuan.core.rest.problems import WrongFields, wrong
from bihuan.core.rest.routing import Router
from bihuan.registry.customers.models import Customer
from bihuan.registry.customers.queries import visible_to as visible_customers
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import staff
from bihuan.registry.products.models import ProductLine
from bihuan.service.desk.api.outputs import CaseOut
from bihuan.service.desk.models import Case
from bihuan.service.desk.queries import for_page

router = Router(tags=["cases"])


def case_of(request: HttpRequest, number: str) -> Case:
    """The case of a number, or 404 for whoever may not see it."""
    return found(for_page(request.user, number))


def case_out(request: HttpRequest, number: str) -> CaseOut:
    """The case as it stands now."""
    return CaseOut.of(case_of(request, number))


def row_of(field: str, rows: Any, value: str, key: str = "code") -> Any:
    """The row of a code; the answer names the field when nobody has it, None stands for an empty code."""
    if not value:
        return None
    row = rows.filter(**{key: value}).first()
    if row is None:
        raise wrong(field, value)
    return row


def colleague(field: str, username: str) -> User:
    """A person to whom work can be given, by his login name."""
    row: User | None = row_of(field, staff(), username, "username")
    if row is None:
        raise wrong(field, username)
    return row


def customer_of(request: HttpRequest, code: str) -> Customer | None:
    """A customer whom the caller may see."""
    row: Customer | None = row_of("customer_code", visible_customers(request.user), code)
    return row


def rows_of(field: str, rows: Any, values: Iterable[str], key: str = "code") -> list[Any]:
    """The rows of some codes."""
    return [row for value in values if (row := row_of(field, rows, value, key)) is not None]


def of_line(field: str, rows: Iterable[Any], line: ProductLine | None, value: str) -> str:
    """A code of the company's rules that applies to a product line, as the pages offer them."""
    code = line.code if line else ""
    if value and value not in {row.code for row in rows if not row.product_lines or code in row.product_lines}:
        raise wrong(field, value)
    return value


def level_of(rules: Profile, scale: str, value: int | None) -> int | None:
    """A step of a scale of the company."""
    if value is not None and value not in {step.level for step in getattr(rules.scales, scale)}:
        raise wrong(scale, value)
    return value


def file_of(subject: Model, field: str, pk: int | None) -> StoredFile | None:
    """A file that was uploaded to the case, or to what hangs on it."""
    if pk is None:
        return None
    file = next((row.file for row in attachments_of(subject) if row.file_id == pk), None)
    if file is None:
        raise wrong(field, pk)
    return file


def past(field: str, moment: datetime | None) -> datetime | None:
    """A complaint lies in the past."""
    if moment and moment > timezone.now():
        raise WrongFields({field: _("This lies in the future.")})
    return moment


def reload(row: Model, *related: str) -> Any:
    """The row as the database keeps it, with what its view shows."""
    return type(row)._default_manager.select_related(*related).get(pk=row.pk)
