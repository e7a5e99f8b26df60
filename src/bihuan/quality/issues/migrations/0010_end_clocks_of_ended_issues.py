from django.db import migrations
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

CANCELLED, AT_REST = Q(issue__state="cancelled"), Q(issue__state__in=["closed", "cancelled"])
PARTS = (
    ("Measure", CANCELLED | (AT_REST & ~Q(kind="improvement"))), ("Reply", AT_REST), ("ReturnedPart", AT_REST),
    ("TechnicalChange", AT_REST), ("Discipline", AT_REST), ("Supervision", CANCELLED),
)


def end_clocks(apps, schema_editor):
    """What was asked for an issue that has ended since is asked of nobody: its clock ended with the issue.

    Improvements and findings of a closed issue go on. Lateness until the end stays on record.
    """
    Deadline, now = apps.get_model("deadlines", "Deadline"), Value(timezone.now())
    for name, which in PARTS:
        part = apps.get_model("issues", name)
        ended = part.objects.filter(which, pk=OuterRef("subject_id")).values("issue__closed_at")[:1]
        rows = Deadline.objects.filter(subject_type=f"issues.{name.lower()}", state="open")
        rows = rows.filter(subject_id__in=part.objects.filter(which).values("pk"))
        end = Coalesce(Subquery(ended), now)
        late = Case(When(Q(breached_at__isnull=True, due_at__lt=end), then=F("due_at")), default=F("breached_at"))
        rows.update(state="void", next_check_at=None, breached_at=late, ended_at=end)


class Migration(migrations.Migration):

    dependencies = [
        ("issues", "0009_keys_of_repeats"),
        ("deadlines", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(end_clocks, migrations.RunPython.noop, elidable=True),
    ]
