from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_jobs_over(apps, schema_editor):
    """What was used so far was used on the job of its requisition."""
    use, line = apps.get_model("parts", "PartUse"), apps.get_model("parts", "RequisitionLine")
    own = line.objects.filter(pk=OuterRef("line_id"))
    use.objects.update(
        job_type=Subquery(own.values("requisition__job_type")[:1]),
        job_id=Subquery(own.values("requisition__job_id")[:1]),
        case_id=Subquery(own.values("requisition__case_id")[:1]),
    )


class Migration(migrations.Migration):

    dependencies = [("parts", "0002_uses_of_jobs_and_discrepancies")]

    operations = [migrations.RunPython(take_jobs_over, migrations.RunPython.noop, elidable=True)]
