"""The words to an owner: the company's text with what the recall is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from bihuan.quality.recall.models import Affected, OwnerNotice
from bihuan.service.desk.texts import filled

MOST_SERIALS = 200


@dataclass(frozen=True)
class LetterText:
    """Subject and body of a notice."""

    subject: str
    body: str


def link_of(notice: OwnerNotice) -> str:
    """The owner's own page."""
    return f"{settings.BASE_URL}/r/{notice.token}/"


def serials_of(rows: Sequence[Affected]) -> str:
    """The owner's units: serials, and how many have none."""
    known = [row.serial for row in rows if row.serial][:MOST_SERIALS]
    rest = sum(row.quantity for row in rows if not row.serial)
    return "、".join([*known, *([f"另有未登记序列号的 {rest} 台"] if rest else [])])


def product_of(rows: Sequence[Affected]) -> str:
    """The models that an owner holds, as they are called."""
    return "、".join(sorted({f"{row.model.name}（{row.model.code}）" for row in rows}))


def text_of(notice: OwnerNotice, rows: Sequence[Affected]) -> LetterText:
    """Fill the company's text for one owner; raises LookupError when the profile has no such text."""
    recall = notice.recall
    rules = recall.policy
    template = rules.reply("recall_notice")
    if template is None:
        raise LookupError("recall_notice")
    values = {
        "company": rules.company, "number": recall.number, "name": notice.customer.name, "product": product_of(rows),
        "units": str(sum(row.quantity for row in rows)), "serials": serials_of(rows), "hazard": recall.hazard,
        "consequence": recall.consequence, "emergency": recall.emergency, "remedy": recall.remedy_text,
        "link": link_of(notice), "hotline": rules.recall.hotline,
    }  # fmt: skip
    return LetterText(filled(template.subject, values), filled(template.body, values))
