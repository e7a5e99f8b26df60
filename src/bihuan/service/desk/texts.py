"""Texts for customers: the company's own words with the case's facts filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from django.conf import settings
from django.utils import timezone

from bihuan.service.desk.models import Case


@dataclass(frozen=True)
class CustomerText:
    """A text ready to be sent."""

    subject: str
    body: str


class _Gentle(Formatter):
    """Fills what is known and leaves an unknown name empty: a typo in a text must not stop a mail."""

    def get_value(self, key: int | str, args: object, kwargs: Mapping[str, str]) -> str:
        return kwargs.get(str(key), "")


def filled(text: str, values: Mapping[str, str]) -> str:
    """A company's text with its facts."""
    return _Gentle().vformat(text, (), values)


def progress_link(case: Case) -> str:
    """The address of the customer's own progress page (SLA-19)."""
    return f"{settings.BASE_URL}/c/{case.public_token}/"


def customer_text(case: Case, code: str, *, link: str = "", **more: str) -> CustomerText:
    """Fill the company's text ``code``; raises LookupError when the profile has no such text."""
    rules = case.policy
    template = rules.reply(code)
    if template is None:
        raise LookupError(code)
    due = timezone.localtime(case.next_due_at).strftime("%m-%d %H:%M") if case.next_due_at else ""
    values = {
        "company": rules.company,
        "number": case.number,
        "summary": case.summary,
        "name": case.contact_name or (case.customer.name if case.customer else ""),
        "due": due,
        "progress": progress_link(case),
        "link": f"{settings.BASE_URL}{link}" if link.startswith("/") else link,
        **more,
    }
    return CustomerText(filled(template.subject, values), filled(template.body, values))
