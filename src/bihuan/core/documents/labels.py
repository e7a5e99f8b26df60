"""Labels with a code to scan: one look for units, returns, parts and places, on the screen and as PDF to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from bihuan.core.documents.rendering import pdf_answer, pdf_of
from bihuan.core.policy import queries as policy


@dataclass(frozen=True)
class Label:
    """What stands on a label: ``code`` is what a scanner reads, ``meaning`` says it to who cannot see the picture.

    ``below`` are a bold line and the line under it, for a label that travels on a parcel.
    """

    title: str
    code: str
    meaning: Any
    lines: tuple[Any, ...] = ()
    above: Any = ""
    below: tuple[tuple[str, str], ...] = ()

    @property
    def picture(self) -> str:
        """The code as a picture, in the page itself."""
        picture: str = segno.make(self.code, error="m").svg_data_uri(scale=5)
        return picture


@dataclass(frozen=True)
class Sheet:
    """What labels are printed on, in millimetres: the page with its margins, a label, and how many stand side by side.

    A roll carries one label a page; A4 sheets are cut beforehand, with a gap between the columns.
    """

    name: Any
    page: tuple[float, float]
    label: tuple[float, float]
    columns: int = 1
    margins: tuple[float, float] = (0, 0)
    gap: float = 0

    @property
    def size(self) -> str:
        """The size of a label in words."""
        return f"{self.label[0]:g} × {self.label[1]:g} mm"

    @property
    def step(self) -> float:
        """From the beginning of a label to the next one beside it."""
        return self.label[0] + self.gap

    @property
    def width(self) -> float:
        """Of all columns together."""
        return self.step * self.columns


A4 = (210, 297)
SHEETS = {
    "a4": Sheet(_("PDF on A4"), A4, (63.5, 38.1), columns=3, margins=(15, 7.2), gap=2.5),
    "roll": Sheet(_("PDF for a label printer"), (70, 40), (70, 40)),
}
FOR_PARCELS = {
    "a4": Sheet(_("PDF on A4"), A4, (100, 80), columns=2, margins=(10, 5)),
    "roll": Sheet(_("PDF for a label printer"), (100, 80), (100, 80)),
}


def labels_page(
    request: HttpRequest, labels: Sequence[Label], *, title: str, back: str, note: str = ""
) -> HttpResponse:  # fmt: skip
    """Show labels, or answer with the PDF that ``paper`` asks for; ``note`` says what is missing."""
    sheets = FOR_PARCELS if any(label.below for label in labels) else SHEETS
    wanted = sheets.get(request.GET.get("paper", ""))
    if wanted is not None and labels:
        return pdf_answer(pdf_of(to_html(labels, wanted, title)), title)
    ways = [(f"?{_asked(request, name)}", sheet) for name, sheet in sheets.items()]
    context = {"labels": labels, "title": title, "back": back, "ways": ways, "note": note,
               "company": policy.default().company}  # fmt: skip
    return render(request, "documents/labels.html", context)


def _asked(request: HttpRequest, paper: str) -> str:
    """What the page was asked for, on a paper."""
    asked = request.GET.copy()
    asked["paper"] = paper
    return asked.urlencode()


def to_html(labels: Sequence[Label], sheet: Sheet, title: str) -> str:
    """The labels in rows, as the sheet has them side by side."""
    rows = [labels[first : first + sheet.columns] for first in range(0, len(labels), sheet.columns)]
    return render_to_string("documents/labels_pdf.html", {"rows": rows, "sheet": sheet, "title": title})
