from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0002_recipients"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="recipient", name="document_recipient_once"),
        migrations.RenameField(model_name="recipient", old_name="department_name", new_name="name"),
        migrations.AlterField("recipient", "name", models.CharField(max_length=80, verbose_name="name")),
        migrations.AlterField("recipient", "department_code", models.SlugField(blank=True, max_length=60)),
        migrations.AddField("recipient", "role_code", models.SlugField(blank=True, default="", max_length=60), preserve_default=False),
        migrations.AddConstraint(
            "recipient",
            models.UniqueConstraint(
                fields=("document", "department_code", "role_code"), name="document_recipient_once"
            ),
        ),
        migrations.AddConstraint(
            "recipient",
            models.CheckConstraint(
                condition=models.Q(department_code="", role_code__gt="") | models.Q(department_code__gt="", role_code=""),
                name="document_recipient_is_one_kind",
            ),
        ),
    ]
