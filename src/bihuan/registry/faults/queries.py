"""Reading the fault catalogue."""

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from bihuan.registry.faults.models import CatalogueEntry, Symptom
from bihuan.registry.products.models import ProductLine

E = TypeVar("E", bound=CatalogueEntry)


def usable(kind: type[E], line: ProductLine | None) -> QuerySet[E]:
    """Entries in use that apply to a line; an entry without lines applies to all."""
    rows: QuerySet[E] = kind._default_manager.filter(retired_on__isnull=True)
    if line is None:
        return rows
    return rows.filter(Q(lines=line) | Q(lines__isnull=True)).distinct()


def suggest_symptoms(text: str, line: Any = None) -> list[tuple[Symptom, int, list[str]]]:
    """Rank the symptoms whose words stand in a text: (symptom, score, words), danger first among equals."""
    ranked = []
    for symptom in usable(Symptom, line):
        words = [word for word in (symptom.name, *symptom.keywords) if word and word in text]
        if words:
            ranked.append((symptom, sum(len(word) for word in words), words))
    return sorted(ranked, key=lambda item: (-item[1], not item[0].is_danger, item[0].code))
