"""Nobody objects but for his department: the service has always refused it, now the column says so."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issues", "0005_any_paper_on_the_board"),
    ]
    operations = [
        migrations.AlterField(
            model_name="objection",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
            ),
        ),
    ]
