"""Rules that another version of the program stored: read as far as they are understood, and told about."""

from typing import Any

import pytest
from django.test import Client

from bihuan.config.cli import main
from bihuan.core.policy.models import PolicyProfile, PolicyVersion
from bihuan.core.policy.queries import PolicyUnreadable, forget, parsed
from bihuan.core.policy.services import PolicyError, check, read_file, save_version
from bihuan.registry.people.services import create_token
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def in_force() -> PolicyVersion:
    version = PolicyProfile.objects.get(is_default=True).current
    assert version is not None
    return version


def store(**changes: Any) -> PolicyVersion:
    """Write the rules in force as another version of the program would have."""
    version = in_force()
    PolicyVersion.objects.filter(pk=version.pk).update(data={**version.data, **changes})
    forget()
    return in_force()


def newer() -> PolicyVersion:
    """A section and a key within a row that this program does not know."""
    rows = in_force().data["deadlines"]
    return store(drones={"height": 30}, deadlines=[{**rows[0], "colour": "red"}, *rows[1:]])


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def test_rules_of_a_newer_program_are_read_as_far_as_they_are_understood(admin: Client, cast: Cast) -> None:
    before = parsed(in_force())
    version = newer()
    assert parsed(version) == before
    number = cast.case().number
    assert [admin.get(path).status_code for path in ("/", "/cases/", f"/cases/{number}/", "/rules/")] == [200] * 4


def test_the_page_of_the_rules_names_what_it_does_not_understand(admin: Client) -> None:
    newer()
    for path in ("/rules/general/", "/rules/general/replies/"):
        text = admin.get(path).content.decode()
        assert "drones: 没有这个字段。" in text
        assert "deadlines.0.colour: 没有这个字段。" in text


def test_a_check_of_the_installation_names_the_places(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") in {0, 1}
    assert "not understood" not in capsys.readouterr().out
    newer()
    assert run("check") == 1
    said = capsys.readouterr().out
    assert "policy: general version 1: not understood: drones: " in said
    assert "policy: general version 1: not understood: deadlines.0.colour: " in said


def test_rules_that_make_no_sense_are_told_instead_of_an_error(admin: Client, cast: Cast) -> None:
    key = create_token(user=cast.alice, name="x", by=cast.alice)
    version = store(scales={"severity": "high"})
    with pytest.raises(PolicyUnreadable):
        parsed(version)
    page = admin.get("/cases/")
    assert page.status_code == 503
    assert "读不懂" in page.content.decode()
    answer = admin.get("/api/v1/cases", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"]) == (503, "policy")


def test_what_is_loaded_by_hand_is_held_to_every_key(cast: Cast) -> None:
    before = in_force().pk
    with pytest.raises(PolicyError, match="drones"):
        save_version(data={**read_file("general"), "drones": {}}, by=None)
    assert in_force().pk == before


def test_mistakes_are_told_in_the_language_of_the_reader(cast: Cast) -> None:
    data = read_file("general")
    data["company"] = ""
    data["delay_reasons"] = {"a": 1}
    data["forms"] = [{**data["forms"][0], "code": "X1"}]
    with pytest.raises(PolicyError) as refused:
        check(data)
    said = dict(line.split(": ", 1) for line in refused.value.problems)
    assert said["company"] == "请填写内容。"
    assert said["delay_reasons"] == "这里应当是列表。"
    assert said["forms.0.code"].startswith("写法不符合要求")
