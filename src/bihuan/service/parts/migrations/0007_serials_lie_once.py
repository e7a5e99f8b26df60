"""A serial number lies in one place: said by the row that holds it, not by its quantity, which changes with every move."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("parts", "0006_indexes_once"),
        ("spares", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint("balance", "parts_serial_lies_once"),
        migrations.RunSQL("UPDATE parts_balance SET is_serial = false WHERE quantity = 0", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "balance",
            models.UniqueConstraint(
                fields=["part", "lot"], condition=models.Q(is_serial=True), name="parts_serial_is_once"
            ),
        ),
    ]
