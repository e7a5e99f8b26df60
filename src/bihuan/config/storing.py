"""Backup and restore: one archive with the whole database and every file."""

import argparse
import gzip
import io
import json
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.serializers import serialize
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.serializers.python import Deserializer
from django.db import connection, models, transaction

from bihuan import __version__
from bihuan.config.telling import Unusable
from bihuan.core.policy.queries import forget
from bihuan.core.search.models import SearchEntry
from bihuan.core.search.services import index_rows

SKIPPED = {"sessions.session", "contenttypes.contenttype", "auth.permission"}
ABOUT = "about.json"
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
    part = args.archive.with_name(f"{args.archive.name}.part")
    try:
        _write(part)
        part.replace(args.archive)
    finally:
        part.unlink(missing_ok=True)
    sys.stdout.write(f"{args.archive}\n")
    return 0


def _write(target: Path) -> None:
    """An archive that was not finished never bears the name of one."""
    files = _files_dir()
    with tarfile.open(target, "w:gz") as archive, transaction.atomic():
        _freeze()
        _add(archive, ABOUT, json.dumps({"version": __version__, "vendor": connection.vendor}).encode())
        for model in _models():
            _add_rows(archive, model)
        if files.exists():
            archive.add(files, "files")


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
        info = tarfile.TarInfo(_place(model))
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
    try:
        with tarfile.open(args.archive, "r:gz") as archive:
            members = {member.name: member for member in archive.getmembers()}
            _usable(members)
            if not args.yes and not _agreed():
                return 1
            call_command("migrate", interactive=False, verbosity=0)
            _replace_rows(archive, members)
            _restore_files(archive, members)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Unusable(f"{args.archive}: not a whole archive of bihuan backup: {error}") from error
    except (DeserializationError, json.JSONDecodeError) as error:
        raise Unusable(f"{args.archive}: written by another version of the program: {error}") from error
    _reset_sequences()
    forget()
    _rebuild_search()
    return 0


def _usable(members: dict[str, tarfile.TarInfo]) -> None:
    """Look before anything is touched: rows that this program has no place for would be lost."""
    if ABOUT not in members:
        raise tarfile.ReadError(f"{ABOUT} is missing")
    places = {_place(model) for model in _models()}
    strange = sorted(name for name in members if name.startswith("rows/") and name not in places)
    if strange:
        raise DeserializationError(", ".join(strange))


def _agreed() -> bool:
    try:
        return input("This replaces everything. Type yes: ").strip() == "yes"
    except EOFError:
        return False


def _place(model: type[models.Model]) -> str:
    return f"rows/{model._meta.label_lower}.jsonl"


def _replace_rows(archive: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> None:
    with transaction.atomic(), connection.constraint_checks_disabled():
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        for model in _models():
            member = members.get(_place(model))
            handle = archive.extractfile(member) if member else None
            if handle is not None:
                _load(model, handle.read().decode())


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
