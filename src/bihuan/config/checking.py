"""``bihuan check``: what is wrong with this installation."""

import argparse
import ctypes.util
import sys
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from bihuan.core.activity.queries import tampered
from bihuan.core.calendar.models import WorkCalendar
from bihuan.core.calendar.queries import official_years
from bihuan.core.documents.models import Document
from bihuan.core.documents.services import verify
from bihuan.core.jobs.models import Job, JobState, Schedule
from bihuan.core.policy.models import PolicyProfile, PolicyVersion
from bihuan.core.policy.services import strange
from bihuan.quality.cost import ledger
from bihuan.quality.monitor.recount import differences, repair
from bihuan.registry.people.models import User

LATE_MINUTES = 5
LINES_OF_A_VERSION = 5


def check(args: argparse.Namespace) -> int:
    """Print every problem; the exit code is 1 when there is one."""
    problems = list(_chosen(args))
    for line in problems:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(problems)} problems\n" if problems else "everything is in order\n")
    return 1 if problems else 0


def _chosen(args: argparse.Namespace) -> Iterator[str]:
    if args.costs:
        return (f"costs: {line}" for line in ledger.differences())
    if args.rates:
        return _rates(mend=args.repair)
    return _chains() if args.activity else _papers() if args.documents else _installation()


def _rates(*, mend: bool) -> Iterator[str]:
    for wrong in repair() if mend else differences():
        yield f"rates: {wrong.text}"


def _chains() -> Iterator[str]:
    for row, kind in tampered():
        yield f"journal: {row.subject_type} {row.subject_id} #{row.seq} {row.verb}: {kind}"


def _papers() -> Iterator[str]:
    for document in Document.objects.iterator(chunk_size=500):
        if not verify(document):
            yield f"document: {document.number} V{document.revision} was changed after issue"


def missing_migrations() -> int:
    """Return how many migrations the database still needs."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _installation() -> Iterator[str]:
    if missing := missing_migrations():
        yield f"database: {missing} migrations are missing; run: bihuan migrate"
    else:
        yield from _data()
    yield from _files()
    yield from _machine()
    if settings.PRODUCTION:
        yield from _production()


def _files() -> Iterator[str]:
    if not settings.VENDOR_DIR.exists():
        yield "static files: scripts and styles are missing; run: scripts/build_static.py"
    if not next((settings.PACKAGE_DIR / "locale").rglob("*.mo"), None):
        yield "languages: the words are not built; run: scripts/build_messages.py"
    if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield "static files: not collected, no page can be shown; run: bihuan migrate"


def _data() -> Iterator[str]:
    if not PolicyProfile.objects.filter(is_default=True).exists():
        yield "policy: no profile is loaded; run: bihuan profile load general"
    yield from _policy()
    calendar = WorkCalendar.objects.filter(is_default=True).first()
    year = timezone.localdate().year
    missing = {year, year + 1} - official_years(calendar) if calendar else {year}
    for item in sorted(missing):
        yield f"calendar: no official days for {item}; weekends are used until they are imported"
    failed = Job.objects.filter(state=JobState.FAILED)[:100].count()
    if failed:
        yield f"jobs: {failed} have failed"
    late = timezone.now() - timedelta(minutes=LATE_MINUTES)
    if Schedule.objects.filter(enabled=True, next_at__lt=late).exists():
        yield "jobs: no scheduler is running; start: bihuan worker"
    if settings.PRODUCTION and _has_demo_password():
        yield "people: a demo password is in use"


def _policy() -> Iterator[str]:
    """Versions that another version of the program wrote: old ones count too, cases keep theirs."""
    for version in PolicyVersion.objects.select_related("profile").order_by("pk").iterator(chunk_size=20):
        lines = strange(version)
        for line in lines[:LINES_OF_A_VERSION]:
            yield f"policy: {version.profile.code} version {version.number}: not understood: {line}"
        if len(lines) > LINES_OF_A_VERSION:
            yield f"policy: {version.profile.code} version {version.number}: {len(lines)} places in all"


def _machine() -> Iterator[str]:
    if not ctypes.util.find_library("pango-1.0"):
        yield "documents: libpango is missing, PDF files cannot be made (Debian: libpango-1.0-0 libpangoft2-1.0-0)"
    try:
        name = default_storage.save("check", ContentFile(b"x"))
        default_storage.delete(name)
    except OSError as error:
        yield f"files: cannot write: {error}"


def _production() -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield "database: production wants PostgreSQL (BIHUAN_DATABASE_URL)"
    if settings.DEBUG:
        yield "settings: BIHUAN_DEBUG is on"
    if not settings.BASE_URL.startswith("https://"):
        yield "settings: BIHUAN_BASE_URL is not https"
    if not settings.EMAIL_HOST:
        folder = settings.EMAIL_CONFIG.get("EMAIL_FILE_PATH") or "no folder"
        yield f"mail: nothing is sent, mails lie in {folder} (BIHUAN_EMAIL_URL)"
    try:
        get_connection().open()
    except OSError as error:
        yield f"mail: cannot be sent: {error}"


def _has_demo_password() -> bool:
    from bihuan.config.demo import PASSWORD

    return any(user.check_password(PASSWORD) for user in User.objects.filter(is_active=True)[:20])
