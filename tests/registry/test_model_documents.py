"""The documents of a model: owner and revision, what is superseded stays, what is no document is refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bihuan.core.activity.models import Activity
from bihuan.registry.products.models import ProductDocument
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
TEXT = "规格书\n功率 3 kW\n".encode()
PROGRAM = b"MZ\x90\x00" + b"\0" * 300


def published(cast: Cast, who: str, revision: str, content: bytes = TEXT, name: str = "a.txt") -> Any:
    client = Client()
    client.login(username=who, password=PASSWORD)
    values = {"kind": "specification", "title": "规格书", "revision": revision, "valid_from": "2026-01-15",
              "file": SimpleUploadedFile(name, content)}  # fmt: skip
    return client.post(reverse("products:model", args=[cast.model.pk]), values, follow=True)


def test_a_new_revision_supersedes_the_one_before_and_names_its_owner(cast: Cast) -> None:
    """CUS-05: each document has an owner and a revision; the older ones stay."""
    published(cast, "erik", "A")
    page = published(cast, "erik", "B").content.decode()
    rows = ProductDocument.objects.filter(model=cast.model).order_by("pk")
    assert [(row.revision, row.owner, row.is_current) for row in rows] == [
        ("A", cast.erik, False), ("B", cast.erik, True)]  # fmt: skip
    assert (page.count("现行"), page.count("已被取代")) == (1, 1)
    assert page.count("规格书 B") == 1
    seen = Activity.objects.filter(subject_id=cast.model.pk, verb="model.document_published").order_by("seq")
    assert [row.data["revision"] for row in seen] == ["A", "B"]


@pytest.mark.parametrize(("revision", "content", "name", "reason"), [
    ("A", TEXT, "a.txt", "该版次已发布"), ("B", PROGRAM, "b.pdf", "b.pdf: 不接受程序和网页文件"),
    ("B", b"", "b.txt", "b.txt"), ("", TEXT, "b.txt", "这个字段是必填项"),
])  # fmt: skip
def test_what_is_refused_says_why_and_the_current_revision_stays(
    cast: Cast, revision: str, content: bytes, name: str, reason: str
) -> None:
    """CUS-05: a revision is published once, and only a document, whatever its name says."""
    published(cast, "erik", "A")
    answer = published(cast, "erik", revision, content, name)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert 'value="规格书"' in page
    assert ProductDocument.objects.get(model=cast.model).is_current


def test_who_may_not_publish_publishes_nothing(cast: Cast) -> None:
    """CUS-05: engineering supplies the documents."""
    assert published(cast, "alice", "A").status_code == 403
    assert not ProductDocument.objects.exists()
