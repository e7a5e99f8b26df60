"""Reading parts."""

import unicodedata
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.registry.products.models import ProductModel
from bihuan.registry.spares.models import LONGEST_CHAIN, Part

LABEL_MARK = "P:"


def successors(part: Part) -> list[Part]:
    """What replaces a part, the nearest first; a circle ends where it began."""
    found: list[Part] = []
    seen, row = {part.pk}, part.replaced_by
    while row is not None and row.pk not in seen and len(found) < LONGEST_CHAIN:
        found.append(row)
        seen.add(row.pk)
        row = row.replaced_by
    return found


def fitting(model: ProductModel | None) -> QuerySet[Part]:
    """Parts in use that fit a product model; those without a list of models fit every one."""
    rows = Part.objects.filter(is_active=True)
    if model is None:
        return rows
    return rows.filter(Q(fits=model) | Q(fits__isnull=True)).distinct()


def fits(part: Part, model: ProductModel | None) -> bool:
    """Whether a part fits a product model."""
    if model is None or not part.fits.exists():
        return True
    return part.fits.filter(pk=model.pk).exists()


def is_same(original: Part, used: Part) -> bool:
    """Whether a used part may stand for the original: model and specification are the same, or engineering has
    released it as the successor (WO-20)."""
    return original.kind == used.kind or used in successors(original)


def by_code(text: Any) -> Part | None:
    """A part by what was typed or scanned: its number, or the label with its mark."""
    code = unicodedata.normalize("NFKC", str(text)).strip().removeprefix(LABEL_MARK).split(" ")[0]
    return Part.objects.filter(code__iexact=code).first() if code else None


def by_words(rows: QuerySet[Any], words: str, prefix: str = "") -> QuerySet[Any]:
    """Rows whose part has the words in its number, name, model or specification."""
    for word in words.split():
        wanted = Q()
        for field in ("code", "name", "model", "specification"):
            wanted |= Q(**{f"{prefix}{field}__icontains": word})
        rows = rows.filter(wanted)
    return rows
