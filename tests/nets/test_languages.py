"""Every page in both languages, without an error and without a text that nobody translated."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.nets.world import build_world

CODE = re.compile(r"<(script|style|title).*?</\1>|<[^>]+>|&[a-z#0-9]+;", re.DOTALL)
ENGLISH = re.compile(r"\b[A-Z][a-z]+(?: [a-z]+){2,}")


@pytest.mark.once
@pytest.mark.django_db
def test_every_page_renders_in_chinese_and_in_english(cast: Cast) -> None:
    world = build_world(cast)
    client = Client()
    client.force_login(world.users["admin"])
    left = []
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        for name, kwargs in world.addresses.items():
            answer = client.get(reverse(name, kwargs=kwargs))
            if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
                continue
            words = CODE.sub(" ", answer.content.decode())
            assert answer.headers["Content-Language"] == language
            if language == "zh-hans":
                left += [f"{name}: {text}" for text in ENGLISH.findall(words)]
    assert left == []
