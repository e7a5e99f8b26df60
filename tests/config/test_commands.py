"""The command line: what it says and what it leaves behind."""

from pathlib import Path
from typing import Any

import pytest

from bihuan.config.cli import main
from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.files.services import attach, read, store
from bihuan.core.search.queries import find
from bihuan.registry.people.models import User
from bihuan.service.desk.models import Case
from tests.cast import Cast
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
    file = store(data=png(), name="现场.png", by=cast.alice)
    attach(subject=case, file=file, role="evidence")
    counts = (Case.objects.count(), Activity.objects.count(), User.objects.count())
    archive = tmp_path / "all.tar.gz"
    assert run("backup", str(archive)) == 0
    cast.case()
    Case.objects.filter(pk=case.pk).update(summary="改坏了")
    assert run("restore", str(archive), "--yes") == 0
    assert (Case.objects.count(), Activity.objects.count(), User.objects.count()) == counts
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
