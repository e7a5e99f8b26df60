"""An index that another one begins with is written with every move for nothing.

By hand: on SQLite a changed column would be a new table, without the triggers that keep the ledger.
"""

import django.db.models.deletion
from django.db import migrations, models

INDEXES = {
    "parts_move_part_id_49102327": ("parts_move", "part_id"),
    "parts_move_source_id_422db981": ("parts_move", "source_id"),
    "parts_move_destination_id_27ebb631": ("parts_move", "destination_id"),
    "parts_balance_part_id_3efe37d2": ("parts_balance", "part_id"),
    "parts_balance_place_id_59088c9f": ("parts_balance", "place_id"),
}


def key(to, **more):
    """A foreign key without an index of its own."""
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to=to, **more)


class Migration(migrations.Migration):

    dependencies = [
        ("parts", "0005_stock_by_value"),
        ("spares", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, (table, column) in INDEXES.items()
            ],
            state_operations=[
                migrations.AlterField("balance", "part", key("spares.part", related_name="balances")),
                migrations.AlterField("balance", "place", key("parts.place", related_name="balances")),
                migrations.AlterField("move", "destination", key("parts.place", related_name="+", verbose_name="to")),
                migrations.AlterField(
                    "move", "part", key("spares.part", related_name="moves", verbose_name="spare part")
                ),
                migrations.AlterField("move", "source", key("parts.place", related_name="+", verbose_name="from")),
            ],
        ),
    ]
