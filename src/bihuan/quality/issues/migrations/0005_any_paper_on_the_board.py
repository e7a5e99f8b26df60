from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
import django.db.models.deletion


def name_subjects(apps, schema_editor):
    """What hangs already is the result of its issue."""
    Publication, Issue = apps.get_model("issues", "Publication"), apps.get_model("issues", "Issue")
    number = Issue.objects.filter(pk=OuterRef("issue_id")).values("number")[:1]
    Publication.objects.update(subject_type="issues.issue", subject_id=F("issue_id"), number=Subquery(number))


class Migration(migrations.Migration):

    dependencies = [
        ("issues", "0004_time_of_the_special_report"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="publication", name="issue_publication_once"),
        migrations.AddField("publication", "kind", models.CharField(default="result", max_length=20)),
        migrations.AddField(
            "publication", "subject_type", models.CharField(default="", max_length=60), preserve_default=False
        ),
        migrations.AddField("publication", "subject_id", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("publication", "number", models.CharField(default="", max_length=30), preserve_default=False),
        migrations.AlterField(
            "publication", "issue",
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE,
                              related_name="publications", to="issues.issue"),
        ),
        migrations.RunPython(name_subjects, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            "publication",
            models.UniqueConstraint(
                fields=("kind", "subject_type", "subject_id", "round"), name="issue_publication_once"
            ),
        ),
    ]
