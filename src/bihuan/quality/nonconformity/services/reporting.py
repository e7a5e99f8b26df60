"""Reporting a nonconformity: superior first, then quality (NCR-02, NCR-12, NCR-13, NCR-14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import Entry, record, record_many
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import attach, store
from bihuan.core.notify.services import tell
from bihuan.core.numbering.services import next_number
from bihuan.core.permissions.services import Refused
from bihuan.core.policy import queries as policy
from bihuan.core.search import services as search
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue
from bihuan.quality.nonconformity import permissions as perm
from bihuan.quality.nonconformity.models import Nonconformity, Origin, SheetState
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.registry.products.models import Batch, ProductModel
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import first_line, policy_for

NUMBER_PATTERN = "NC{yyyymm}-{seq:04d}"


@dataclass(frozen=True)
class Find:
    """What somebody found, as he tells it: details, time and place (NCR-13)."""

    origin: Origin
    description: str
    quantity: int
    title: str = ""
    place: str = ""
    part_name: str = ""
    drawing_no: str = ""
    supplier_name: str = ""
    requirement: str = ""
    actual: str = ""
    lot_size: int | None = None
    sample_size: int | None = None
    occurred_at: datetime | None = None
    model: ProductModel | None = None
    batch: Batch | None = None
    case: Case | None = None
    issue: Issue | None = None
    isolation_place: str = ""
    client_key: str | None = None


@transaction.atomic
def report_nonconformity(*, find: Find, by: AbstractBaseUser, uploads: Iterable[Any] = ()) -> Nonconformity:
    """Write the sheet with number, clocks and journal, and tell the superior and quality.

    The same ``client_key`` again returns the sheet that it made the first time. Goods of the same part that were
    found before are named on both sheets (NCR-07).
    """
    before = _of_key(find)
    if before is not None:
        return before
    _check(find)
    now = timezone.now()
    try:
        with transaction.atomic():
            sheet = _create(find, by, now)
    except IntegrityError:
        twin = _of_key(find)
        if twin is None:
            raise
        return twin
    keep(sheet=sheet, files=uploads, by=by, role="report")
    entries = [Entry(sheet, "nonconformity.reported", {"to": sheet.state, "name": sheet.title})]
    if sheet.is_isolated:
        entries.append(Entry(sheet, "nonconformity.isolated", {"name": sheet.isolation_place}))
    record_many(entries=entries, by=by, at=now, new_subjects=True)
    index_sheet(sheet)
    _tell(sheet, by)
    _name_recurrence(sheet)
    return sheet


def _of_key(find: Find) -> Nonconformity | None:
    """The sheet that the report with this key made before."""
    return Nonconformity.objects.filter(client_key=find.client_key).first() if find.client_key else None


def _check(find: Find) -> None:
    if find.quantity < 1:
        raise MoveRefused(_("At least one piece was found."), code="quantity")
    if find.lot_size is not None and find.lot_size < find.quantity:
        raise MoveRefused(_("More were found than the lot holds."), code="lot_size")
    if find.origin == Origin.SUPPLIER and not find.supplier_name.strip():
        raise MoveRefused(_("Name the supplier."), code="supplier_name")


def _create(find: Find, by: Any, now: datetime) -> Nonconformity:
    version = policy_for(find.model.line if find.model else None)
    pattern = policy.parsed(version).numbering.get("nonconformity", NUMBER_PATTERN)
    fields = {name: getattr(find, name) for name in (
        "origin", "description", "quantity", "place", "part_name", "supplier_name", "requirement", "actual",
        "lot_size", "sample_size", "occurred_at", "model", "batch", "case", "issue", "isolation_place", "client_key",
    )}  # fmt: skip
    return Nonconformity.objects.create(
        number=next_number("nonconformity", pattern, at=now), policy_version_id=version.pk, reporter_id=by.pk,
        title=(find.title.strip() or first_line(find.description))[:120], reported_at=now,
        drawing_no=find.drawing_no or (find.model.drawing_no if find.model else ""),
        isolated_at=now if find.isolation_place.strip() else None, follows=_seen_before(find), **fields,
    )  # fmt: skip


def _seen_before(find: Find) -> Nonconformity | None:
    """The newest closed sheet of the same part of the same model."""
    if find.model is None or not find.part_name.strip():
        return None
    rows = Nonconformity.objects.filter(model=find.model, part_name=find.part_name, state=SheetState.CLOSED)
    return rows.order_by("-id").first()


def _name_recurrence(sheet: Nonconformity) -> None:
    """The measure of the earlier sheet did not hold: its handler hears of it (NCR-07)."""
    earlier = sheet.follows
    if earlier is None:
        return
    record(subject=earlier, verb="nonconformity.recurred", by=None, data={"name": sheet.number})
    title = _("Found again after its measure: %(number)s %(title)s") % {"number": sheet.number, "title": sheet.title}
    tell(users=[earlier.owner] if earlier.owner else [], title=title, subject=sheet, level="warn")


def superiors_of(user: Any, sheet: Nonconformity | None = None) -> list[User]:
    """Who hears first of what a person reports: the heads of his department (NCR-12, NCR-14)."""
    department = getattr(user, "department_id", None)
    heads = with_permission(perm.SUPERVISE, sheet)
    return [row for row in heads if department and row.department_id == department and row.pk != user.pk]


def _tell(sheet: Nonconformity, by: Any) -> None:
    words = {"number": sheet.number, "title": sheet.title, "count": sheet.quantity}
    title = _("Nonconformity %(number)s, %(count)s pieces: %(title)s") % words
    first = superiors_of(by, sheet)
    tell(users=first, title=title, subject=sheet, level="warn", verb="nonconformity.reported")
    quality = [user for user in with_permission(perm.MANAGE, sheet) if user not in first]
    tell(users=quality, title=title, subject=sheet, level="warn", verb="nonconformity.reported")


@transaction.atomic
def give_opinion(*, sheet: Nonconformity, by: AbstractBaseUser, opinion: str) -> Nonconformity:
    """The superior has seen nature and severity and says what he thinks of it; only the first word is kept (NCR-12)."""
    if by not in superiors_of(sheet.reporter, sheet):
        raise Refused(perm.SUPERVISE)
    if not opinion.strip():
        raise MoveRefused(_("Please write a text."), code="opinion")
    rows = Nonconformity.objects.filter(pk=sheet.pk, superior__isnull=True)
    if not rows.update(superior_id=by.pk, superior_opinion=opinion.strip()):
        raise MoveRefused(_("The superior has given his opinion already."), code="conflict")
    sheet.refresh_from_db()
    record(subject=sheet, verb="nonconformity.superior_heard", by=by, data={"name": opinion.strip()})
    return sheet


def keep(*, sheet: Nonconformity, files: Iterable[Any], by: Any, role: str = "evidence") -> list[StoredFile]:
    """Store uploads and tie them to the sheet."""
    kept = []
    for item in files:
        file = item if isinstance(item, StoredFile) else store(data=item, name=item.name or "file", by=by)
        attach(subject=sheet, file=file, role=role, caption=file.name, by=by)
        kept.append(file)
    return kept


def index_sheet(sheet: Nonconformity) -> None:
    """Write the search entry of a sheet, in the caller's transaction."""
    words = [sheet.description, sheet.place, sheet.part_name, sheet.drawing_no, sheet.supplier_name, sheet.label_no,
             str(sheet.model or ""), str(sheet.batch or "")]  # fmt: skip
    search.index(
        subject=sheet, title=f"{sheet.number} {sheet.title}", text="\n".join(filter(None, words)),
        at=sheet.reported_at, owner_id=sheet.owner_id,
    )  # fmt: skip
