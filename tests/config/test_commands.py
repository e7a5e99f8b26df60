"""The command line: what it says and what it leaves behind."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from bihuan.config.cli import main
from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.files.services import attach, read, store
from bihuan.core.search.queries import find
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case
from bihuan.service.parts.models import Move
from tests.cast import Cast
from tests.service.stocking import opened, part
from tests.service.story import png, whole_story
from tests.service.test_loop import customer_mail


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


@pytest.mark.django_db
def test_mail_files_are_taken_in_once(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(customer_mail())
    assert (run("intake", str(path)), run("intake", str(path)), run("intake", str(tmp_path / "none.eml"))) == (0, 0, 1)
    said = capsys.readouterr().out
    assert said.count(Case.objects.get().number) == 2
    assert "came before" in said


@pytest.mark.django_db
def test_a_profile_is_loaded_and_a_wrong_name_says_which_there_are(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (run("profile", "load", "door"), run("profile", "load", "doors"), run("profile", "list")) == (0, 1, 0)
    assert "there are: appliance, door, general, mould, precast" in capsys.readouterr().out


@pytest.mark.django_db
def test_pages_without_their_styles_are_found_and_mended(
    cast: Cast, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STATIC_ROOT = tmp_path
    run("check")
    assert "not collected, no page can be shown; run: bihuan migrate" in capsys.readouterr().out
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    assert run("migrate") == 0
    assert (tmp_path / "staticfiles.json").exists()
    run("check")
    assert "static files" not in capsys.readouterr().out


@pytest.mark.django_db
def test_check_finds_an_altered_journal(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    cast.case()
    assert run("check", "--activity") == 0
    row = Activity.objects.filter(verb="case.registered").first()
    assert row is not None
    Activity.objects.filter(pk=row.pk).update(verb="case.cancelled")
    assert run("check", "--activity") == 1
    assert "case.cancelled: altered" in capsys.readouterr().out


@pytest.mark.django_db
def test_check_finds_a_changed_document(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    from bihuan.core.documents.models import Document

    whole_story(cast, cast.case())
    assert run("check", "--documents") == 0
    document = Document.objects.all()[0]
    Document.objects.filter(pk=document.pk).update(data={**document.data, "company": "别家"})
    assert run("check", "--documents") == 1
    assert document.number in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_backup_brings_everything_back(cast: Cast, tmp_path: Path, settings: Any) -> None:
    """Rows, files, search and journal are as they were; numbers go on where they stood."""
    case = whole_story(cast, cast.case())
    opened(part(), 5)
    moves = Move.objects.count()
    assert moves
    file = store(data=png(), name="现场.png", by=cast.alice)
    attach(subject=case, file=file, role="evidence")
    counts = (Case.objects.count(), Activity.objects.count(), User.objects.count())
    archive = tmp_path / "all.tar.gz"
    assert run("backup", str(archive)) == 0
    cast.case()
    Case.objects.filter(pk=case.pk).update(summary="改坏了")
    assert run("restore", str(archive), "--yes") == 0
    assert (Case.objects.count(), Activity.objects.count(), User.objects.count()) == counts
    assert Move.objects.count() == moves
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Move.objects.all().delete()
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.summary, fresh.symptom.name if fresh.symptom else "") == (case.summary, "异响")
    assert (read(file), list(tampered())) == (png(), [])
    assert [hit.subject_id for hit in find("振纹", types=["desk.case"])] == [case.pk]
    again = cast.case()
    assert again.number != case.number
    assert again.pk != case.pk


@pytest.mark.django_db
def test_the_demo_company_is_refused_in_production(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.PRODUCTION = True
    before = User.objects.count()
    assert run("demo") == 1
    assert User.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_an_archive_that_cannot_be_used_is_told_and_changes_nothing(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut, other = (tmp_path / name for name in ("whole.tar.gz", "cut.tar.gz", "other.tar.gz"))
    assert run("backup", str(whole)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["whole.tar.gz"]
    cut.write_bytes(whole.read_bytes()[:-2000])
    with tarfile.open(whole) as old, tarfile.open(other, "w:gz") as new:
        for member in old.getmembers():
            new.addfile(member, old.extractfile(member))
        new.addfile(tarfile.TarInfo("rows/drones.flight.jsonl"))
    case = cast.case()
    words = {cut: "not a whole archive", other: "written by another version", tmp_path / "none": "No such file"}
    for path, word in words.items():
        assert run("restore", str(path), "--yes") == 2
        assert word in capsys.readouterr().err
    assert run("backup", str(tmp_path / "none" / "a.tar.gz")) == 2
    assert Case.objects.filter(pk=case.pk).exists()


def outside(folder: Path, *words: str, **env: str) -> tuple[int, str]:
    """Run a command as a person would, on an installation of its own; return its exit code and all it said."""
    own = {"BIHUAN_DATABASE_URL": f"sqlite:///{folder / 'a.sqlite3'}", "BIHUAN_DATA_DIR": str(folder)}
    answer = subprocess.run(
        [sys.executable, "-m", "bihuan.config", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **own, **env},
    )
    return answer.returncode, answer.stdout + answer.stderr


def test_an_installation_without_a_database_is_told_what_to_run(tmp_path: Path) -> None:
    for words in (["worker"], ["profile", "load", "general"]):
        assert outside(tmp_path, *words) == (
            78,
            "database: it is empty or older than the program; run: bihuan migrate\n",
        )
    status, said = outside(tmp_path, "check")
    assert status == 1
    assert "migrations are missing; run: bihuan migrate" in said


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BIHUAN_DATABASE_URL", "postgres://nobody@127.0.0.1:1/x", "database: connection failed"),
        ("BIHUAN_JOBS_MODE", "sometimes", "settings: BIHUAN_JOBS_MODE is embedded or broker"),
        ("BIHUAN_PRODUCTION", "perhaps", "settings: BIHUAN_PRODUCTION is yes or no"),
        ("BIHUAN_MAX_UPLOAD_MB", "much", "settings: BIHUAN_MAX_UPLOAD_MB: invalid literal"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    status, said = outside(tmp_path, "check", **{name: value})
    assert status == 78
    assert said.startswith(words)


@pytest.mark.django_db
def test_a_profile_without_a_name_is_asked_for(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("profile", "load") == 2
    assert "which profile?" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_fault_of_the_program_keeps_its_traceback(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.config.commands.backup", lambda _args: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        main(["backup", "a.tar.gz"])
