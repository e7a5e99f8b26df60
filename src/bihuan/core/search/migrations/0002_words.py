"""The words of the index: tsvector with GIN on PostgreSQL, FTS5 on SQLite."""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_searchentry ADD COLUMN words tsvector NOT NULL DEFAULT ''")
        schema_editor.execute("CREATE INDEX search_words ON search_searchentry USING gin (words) WITH (fastupdate=on)")
    else:
        schema_editor.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize='unicode61 remove_diacritics 0', detail=none)"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_searchentry DROP COLUMN words")
    else:
        schema_editor.execute("DROP TABLE search_words")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
