"""The whole loop: a real mail becomes a case and ends in the archive, in every profile."""

from email.message import EmailMessage

import pytest
from django.core import mail

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.deadlines.models import Deadline
from bihuan.core.documents.models import Document
from bihuan.core.documents.services import verify
from bihuan.core.jobs.models import Job
from bihuan.core.jobs.relay import run_due
from bihuan.registry.products.services import update_unit
from bihuan.service.desk.models import Case, Dossier
from bihuan.service.intake.models import InboundMessage
from bihuan.service.intake.services import store_mail
from tests.cast import PROFILES, Cast
from tests.service.story import whole_story

FORMS = {
    "general": {"F24", "F14"},
    "mould": {"F21"},
    "precast": {"F14", "F24"},
    "appliance": {"F18", "F14"},
    "door": {"F12", "F14"},
}


def customer_mail(
    subject: str = "主轴异响", body: str = "你好，SN261284341 主轴有异响，请尽快处理。", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"] = "王工 <wang@customer.example>"
    message["To"] = "service@bihuan.example"
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("id", "<first@customer.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body, charset="gb18030")
    return message.as_bytes()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_customers_mail_goes_through_the_procedure_of_each_profile(cast: Cast, profile: str) -> None:
    """GEN-01, GEN-02: from the message to the archive without a gap, as the profile wants it (D15, D16, D28, D31)."""
    cast.model.line = cast.lines[profile]
    cast.model.save()
    store_mail(raw=customer_mail(), source="test")
    run_due()
    case = Case.objects.get()
    assert case.description == "你好，SN261284341 主轴有异响，请尽快处理。"
    unit = case.suggestions.get(field="unit")
    assert (unit.label, case.unit_id) == ("SN261284341", None)
    from bihuan.service.desk.services.triage import decide_suggestion

    decide_suggestion(suggestion=unit, by=cast.bob, accept=True)
    case.refresh_from_db()
    if profile != "general":
        case = cast.case(line=cast.lines[profile], unit=cast.unit)
    case = whole_story(cast, case)
    assert case.state == "archived"
    assert set(Document.objects.filter(subject_id=case.pk).values_list("form_code", flat=True)) == FORMS[profile]
    assert all(verify(document) and document.pdf_id and document.word_id for document in Document.objects.all())
    assert Dossier.objects.get(case=case).pdf is not None
    assert not Job.objects.filter(state="failed").exists()
    assert list(tampered()) == []


def test_the_acknowledgement_goes_out_and_the_answer_comes_back_into_the_case(cast: Cast) -> None:
    """INT-30: the customer gets number and process; his reply finds its case by what it answers."""
    store_mail(raw=customer_mail(), source="test")
    run_due()
    case = Case.objects.get()
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert case.number in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-replied"
    reply = customer_mail(
        "Re: " + sent.subject,
        "补充：声音很大",
        id="<second@customer.example>",
        In_Reply_To=sent.extra_headers["Message-ID"],
    )
    store_mail(raw=reply, source="test")
    run_due()
    assert Case.objects.count() == 1
    assert [row.text for row in case.messages.order_by("at")] == [
        "你好，SN261284341 主轴有异响，请尽快处理。",
        "补充：声音很大",
    ]


def test_the_same_mail_twice_is_one_message_and_one_case(cast: Cast) -> None:
    for _round in range(2):
        store_mail(raw=customer_mail(), source="test")
        run_due()
    assert (InboundMessage.objects.count(), Case.objects.count(), len(mail.outbox)) == (1, 1, 1)


def test_every_milestone_of_the_triage_counts_from_the_complaint(cast: Cast) -> None:
    """SLA-02, SLA-03, D13: a product defect is contacted in 24 h and answered in 48 h, from the complaint on."""
    from datetime import timedelta

    from tests.service.story import triaged

    case = cast.case()
    complained = case.registered_at - timedelta(hours=5)
    Case.objects.filter(pk=case.pk).update(complained_at=complained)
    case.refresh_from_db()
    triaged(cast, case)
    due = dict(
        Deadline.objects.filter(subject_id=case.pk, code__in=["second_contact", "defect_answer"]).values_list(
            "code", "due_at"
        )
    )
    assert due == {
        "second_contact": complained + timedelta(hours=24),
        "defect_answer": complained + timedelta(hours=48),
    }


def test_an_altered_row_of_the_journal_is_found(cast: Cast) -> None:
    case = cast.case()
    row = Activity.objects.filter(subject_type="desk.case", subject_id=case.pk).order_by("seq").first()
    assert row is not None
    assert list(tampered()) == []
    Activity.objects.filter(pk=row.pk).update(data={**row.data, "summary": "改过"})
    assert [(item.pk, kind) for item, kind in tampered()] == [(row.pk, "altered")]


def test_a_changed_serial_is_found_by_its_last_characters(cast: Cast) -> None:
    from bihuan.core.search.queries import find

    update_unit(unit=cast.unit, by=None, order_no="DD-7788")
    assert [hit.title for hit in find("4341")] == ["SN261284341"]
