"""Backup and restore: one archive with the whole database and every file."""

import argparse
import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.serializers import serialize
from django.core.serializers.json import DjangoJSONEncoder
from django.core.serializers.python import Deserializer
from django.db import connection, models, transaction

from bihuan import __version__
from bihuan.core.policy.queries import forget
from bihuan.core.search.models import SearchEntry
from bihuan.core.search.services import index_rows

SKIPPED = {"sessions.session", "contenttypes.contenttype", "auth.permission"}
CHUNK = 2000


class Exact(DjangoJSONEncoder):
    """Times with their microseconds: the journal's hashes cover them."""

    def default(self, o: Any) -> Any:
        """Django's own encoder would cut them to milliseconds."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _files_dir() -> Path:
    return Path(default_storage.path(""))


def _models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in SKIPPED and model._meta.managed
    ]


def backup(args: argparse.Namespace) -> int:
    """Write rows as JSON lines, portable between SQLite and PostgreSQL, and the stored files beside them."""
    files = _files_dir()
    with tarfile.open(args.archive, "w:gz") as archive, transaction.atomic():
        _freeze()
        _add(archive, "about.json", json.dumps({"version": __version__, "vendor": connection.vendor}).encode())
        for model in _models():
            _add_rows(archive, model)
        if files.exists():
            archive.add(files, "files")
    sys.stdout.write(f"{args.archive}\n")
    return 0


def _freeze() -> None:
    """See one moment of the database while everything is read."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def _add_rows(archive: tarfile.TarFile, model: type[models.Model]) -> None:
    with tempfile.TemporaryFile() as buffer:
        for rows in _chunks(model):
            for item in serialize("python", rows):
                buffer.write(json.dumps(item, cls=Exact, ensure_ascii=False).encode() + b"\n")
        info = tarfile.TarInfo(f"rows/{model._meta.label_lower}.jsonl")
        info.size = buffer.tell()
        buffer.seek(0)
        archive.addfile(info, buffer)


def _chunks(model: type[models.Model]) -> Iterator[list[models.Model]]:
    last = 0
    while True:
        rows = list(model._base_manager.filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not rows:
            return
        yield rows
        last = rows[-1].pk


def restore(args: argparse.Namespace) -> int:
    """Replace database and files by those of an archive, all or nothing for the database."""
    if not args.yes and input("This replaces everything. Type yes: ").strip() != "yes":
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    with tarfile.open(args.archive, "r:gz") as archive:
        members = {member.name: member for member in archive.getmembers()}
        with transaction.atomic(), connection.constraint_checks_disabled():
            call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
            for model in _models():
                member = members.get(f"rows/{model._meta.label_lower}.jsonl")
                handle = archive.extractfile(member) if member else None
                if handle is not None:
                    _load(model, handle.read().decode())
        _restore_files(archive, members)
    _reset_sequences()
    forget()
    _rebuild_search()
    return 0


def _load(model: type[models.Model], text: str) -> None:
    rows: list[models.Model] = []
    for line in text.split("\n")[:-1]:
        rows += [item.object for item in Deserializer([json.loads(line)])]
    model._base_manager.bulk_create(rows, batch_size=500)


def _restore_files(archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> None:
    target = _files_dir().parent
    target.mkdir(parents=True, exist_ok=True)
    wanted = [member for name, member in members.items() if name.startswith("files/")]
    archive.extractall(target, members=wanted, filter="data")


def _rebuild_search() -> None:
    """The words of the index live beside the rows; they are made again."""
    last = 0
    while rows := list(SearchEntry.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        texts = [
            (row.subject_type, row.subject_id, row.title, row.body, row.at, row.region_id, row.owner_id) for row in rows
        ]
        index_rows(texts)
        last = rows[-1].pk


def _reset_sequences() -> None:
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
