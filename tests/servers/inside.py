"""What a test does inside a house, in a process of its own.

usage: ``python -m tests.servers.inside WHAT [WORD ...]`` says what came out as JSON; without WHAT every line of the
input is a JSON list [WHAT, WORD ...] and is answered by a line.
"""

import json
import sys
import time
from collections import Counter
from typing import Any

import django

MAIL = "From: 客户{n} <{who}{n}@customer.example>\nTo: s@bihuan.example\nSubject: 主轴异响 {n}\nMessage-ID: <{who}{n}@c.example>\n\n请处理 {n}"


def make() -> None:
    """The database with the cast and a second manager."""
    from django.core.management import call_command
    from django.db import connection

    from bihuan.registry.people.models import User
    from bihuan.registry.people.services import create_user
    from tests import ready
    from tests.cast import PASSWORD, build_cast

    if ready.folder() is None:
        call_command("migrate", interactive=False, verbosity=0)
        build_cast()
    elif connection.vendor == "sqlite":
        connection.ensure_connection()
        ready.copy_into(connection.connection)
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    create_user(username="mona", name="孟经理", password=PASSWORD, roles=["after_sales_manager"])


def mails(count: str, who: str) -> None:
    """Mails of different customers, each with its job."""
    from bihuan.service.intake.services import store_mail

    for number in range(int(count)):
        store_mail(raw=MAIL.format(n=number, who=who).encode(), source="test")


def hook(url: str = "") -> None:
    """A webhook that wants registered cases, in the place of those before; without an address none."""
    from bihuan.core.notify.models import Webhook

    Webhook.objects.update(is_enabled=False)
    if not url:
        return
    Webhook.objects.create(name="ERP", url=url, secret="s", events=["case.registered"])


def cases(count: str) -> list[str]:
    """Cases by telephone; their numbers."""
    from bihuan.registry.people.models import User
    from bihuan.service.desk.services.registration import Report, register_case

    alice = User.objects.get(username="alice")
    found = []
    for number in range(int(count)):
        report = Report(channel="phone", description=f"主轴异响 {number}", contact_phone="13800001234")
        found.append(register_case(report=report, by=alice).number)
    return found


def write(count: str, subject: str) -> list[str]:
    """Numbers and rows of the journal: ``count`` times a transaction with both, on one subject."""
    from django.db import transaction

    from bihuan.core.activity.services import record
    from bihuan.core.numbering.services import next_number
    from bihuan.registry.customers.models import Customer

    customer = Customer.objects.get(pk=int(subject))
    given = []
    for _turn in range(int(count)):
        with transaction.atomic():
            number = next_number("test", "T{yyyy}-{seq:05d}")
            record(subject=customer, verb="customer.changed", by=None, data={"number": number})
        given.append(number)
    return given


def state() -> dict[str, Any]:
    """What came of it."""
    from bihuan.core.activity.models import Activity
    from bihuan.core.activity.queries import tampered
    from bihuan.core.jobs.models import Job
    from bihuan.core.notify.models import Notification, OutboundMail
    from bihuan.service.desk.models import Case
    from bihuan.service.intake.models import InboundMessage

    ours = Job.objects.exclude(kind__in=["intake.poll", "deadlines.sweep"])
    return {
        "open": ours.filter(state__in=["waiting", "running"]).count(),
        "jobs": dict(Counter(f"{row.kind} {row.state} {row.attempts}" for row in ours)),
        "deliveries": {str(row.pk): [row.state, row.attempts] for row in ours if row.kind == "notify.webhook"},
        "customers": dict(Counter(Case.objects.values_list("contact_email", flat=True))),
        "numbers": sorted(Case.objects.values_list("number", flat=True)),
        "messages": dict(Counter(InboundMessage.objects.values_list("state", flat=True))),
        "verbs": dict(Counter(Activity.objects.values_list("verb", flat=True))),
        "notices": dict(Counter(Notification.objects.values_list("thread_key", flat=True))),
        "mails": dict(Counter(OutboundMail.objects.values_list("state", flat=True))),
        "broken": [str(row) for row, _why in tampered()],
    }


def settled() -> dict[str, Any]:
    """Wait for a minute and a half at most until no job is open, and tell the state."""
    end = time.monotonic() + 90
    while (seen := state())["open"] and time.monotonic() < end:
        time.sleep(0.3)
    return seen


def main() -> None:
    """Do it and say what came out as JSON."""
    django.setup()
    out, sys.stdout = sys.stdout, sys.stderr
    if len(sys.argv) > 1:
        out.write(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
        return
    for line in sys.stdin:
        what, *words = json.loads(line)
        out.write(json.dumps(globals()[what](*words)) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
