"""Costs, vouchers and the ledger: to the cent."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.activity.queries import tampered
from bihuan.core.approvals.models import Approval
from bihuan.core.approvals.services import vote
from bihuan.core.deadlines.services import of_subject
from bihuan.core.documents.rendering import to_pdf, to_word
from bihuan.core.exporting.models import ExportFormat
from bihuan.core.exporting.services import order_export
from bihuan.core.files.services import read
from bihuan.core.jobs.relay import run_due
from bihuan.core.listing import spec as lists
from bihuan.core.listing.asked import put
from bihuan.core.notify.models import Notification
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost import ledger
from bihuan.quality.cost.models import Account, CostLine, Posting, Share, Voucher, VoucherState
from bihuan.quality.cost.papers import issue_paper, wanted
from bihuan.quality.cost.services import drafting, settling
from bihuan.quality.cost.services.drafting import Bearer, Row
from bihuan.quality.cost.services.lines import enter_line, open_lines, void_line
from bihuan.quality.cost.workflow import WORKFLOW
from tests.quality import goods
from tests.quality.money import answered, cost, deduction, finance, lossy, posted, reconciled, transfer, unit
from tests.quality.story import Quality
from tests.service.story import png

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_transfer_walks_from_the_loss_to_the_ledger(q: Quality) -> None:
    """CST-01: costs arise, are sent to the units concerned, accepted, posted; every account to the cent."""
    issue = lossy(q, "1000.00", "0.01")
    assert reconciled()["loss"] == D("1000.01")
    voucher = transfer(q, issue, ("production", "33.33"), ("engineering", "33.33"), ("quality", "33.34"))
    assert [row.amount for row in voucher.shares.all()] == [D("333.30"), D("333.30"), D("333.41")]
    settling.send_voucher(voucher=voucher, by=q.quentin)
    assert of_subject(voucher).get(code="voucher_answer").due_at == voucher.objection_until
    assert Notification.objects.filter(user=q.paul, title__contains=voucher.number).exists()
    assert posted(q, voucher).state == "posted"
    found = reconciled()
    assert (found["loss"], found["bearer"], found["incurred"]) == (D(0), D("1000.01"), D("-1000.01"))
    assert list(tampered("cost.voucher")) == []


def test_costs_of_an_issue_move_only_after_the_responsibility_is_decided(q: Quality) -> None:
    """CST-07: internal or external is decided by the general manager's office."""
    issue = q.issue()
    cost(q, issue)
    voucher = transfer(q, issue)
    with pytest.raises(MoveRefused, match="总经办"):
        settling.send_voucher(voucher=voucher, by=q.quentin)
    assert Voucher.objects.get().state == "draft"


def test_a_line_goes_into_one_voucher_and_comes_back_when_it_is_cancelled(q: Quality) -> None:
    """CST-01: no cost is transferred twice, none is lost."""
    issue = lossy(q)
    lines = list(open_lines(issue))
    voucher = transfer(q, issue)
    for again in (lambda: transfer(q, issue), lambda: drafting.draft_transfer(
        subject=issue, by=q.quentin, lines=lines, bearers=[Bearer(department=unit("quality"))], description="x"
    )):  # fmt: skip
        with pytest.raises(MoveRefused):
            again()
    with pytest.raises(MoveRefused):
        void_line(line=lines[0], by=q.quentin, reason="错")
    with pytest.raises(MoveRefused):
        settling.cancel_voucher(voucher=voucher, by=q.quentin, reason=" ")
    settling.cancel_voucher(voucher=voucher, by=q.quentin, reason="分摊有误")
    assert open_lines(issue).count() == 2
    assert transfer(q, issue).total == D("1000.01")
    reconciled()


def test_a_wrong_cost_is_voided_never_changed(q: Quality) -> None:
    """CST-01: the line stays readable, the ledger has both bookings."""
    line = cost(q, q.issue(), "12.30")
    with pytest.raises(MoveRefused):
        void_line(line=line, by=q.quentin, reason="")
    void_line(line=line, by=q.quentin, reason="金额录错")
    with pytest.raises(MoveRefused):
        void_line(line=line, by=q.quentin, reason="再来")
    assert reconciled()["loss"] == 0
    assert Posting.objects.count() == 4
    with pytest.raises(Refused):
        enter_line(subject=q.issue(), by=q.paul, kind="material", amount=D(1), occurred_on=timezone.localdate())


@pytest.mark.parametrize(
    ("amount", "kind", "day", "code"),
    [("0", "material", 0, "amount"), ("-1", "material", 0, "amount"), ("0.001", "material", 0, "amount"),
     ("10000000000", "material", 0, "amount"), ("1", "nonsense", 0, "kind"), ("1", "material", 1, "occurred_on")],
)  # fmt: skip
def test_amounts_that_cannot_be_are_refused_by_name(q: Quality, amount: str, kind: str, day: int, code: str) -> None:
    """CST-01: nothing, less than nothing, parts of a cent, a day that has not come."""
    with pytest.raises(MoveRefused) as refused:
        enter_line(subject=q.issue(), by=q.quentin, kind=kind, amount=D(amount),
                   occurred_on=timezone.localdate() + timedelta(days=day))  # fmt: skip
    assert refused.value.code == code
    assert (CostLine.objects.count(), Posting.objects.count()) == (0, 0)


def test_shares_are_a_hundred_per_cent_of_different_units(q: Quality) -> None:
    """CST-01: the sharing by unit."""
    issue = lossy(q)
    for weights in (
        (("production", "99.99"),),
        (("production", "60"), ("production", "40")),
        (("production", "110"), ("quality", "-10")),
    ):
        with pytest.raises(MoveRefused) as refused, transaction.atomic():
            transfer(q, issue, *weights)
        assert refused.value.code == "shares"
    voucher = transfer(q, issue)
    drafting.set_shares(
        voucher=voucher, by=q.quentin, bearers=[Bearer(D(50), unit("production")), Bearer(D(50), supplier_name="永固")]
    )
    assert [row.amount for row in voucher.shares.all()] == [D("500.01"), D("500.00")]


def test_a_unit_objects_and_the_office_decides(q: Quality) -> None:
    """CST-01, CST-11: only the unit concerned, once, with a reason, in time; the decision is final."""
    voucher = transfer(q, lossy(q))
    settling.send_voucher(voucher=voucher, by=q.quentin)
    share = voucher.shares.select_related("voucher", "department").get()
    with pytest.raises(Refused):
        settling.object_to_share(share=share, by=q.cast.bob, reason="不是我们")
    with pytest.raises(MoveRefused):
        settling.object_to_share(share=share, by=q.paul, reason=" ")
    settling.object_to_share(share=share, by=q.paul, reason="图纸错误，设计应分担")
    voucher.refresh_from_db()
    assert voucher.state == "objected"
    assert of_subject(voucher).filter(code="voucher_decision", state="open").exists()
    with pytest.raises(MoveRefused):
        settling.accept_share(share=share, by=q.paul)
    with pytest.raises(Refused):
        settling.decide_objection(voucher=voucher, by=q.quentin, decision="x")
    bearers = [Bearer(D(70), unit("production")), Bearer(D(30), unit("engineering"))]
    settling.decide_objection(voucher=voucher, by=q.olga, decision="设计分担三成", bearers=bearers)
    assert [row.amount for row in voucher.shares.all()] == [D("700.01"), D("300.00")]
    assert posted(q, voucher).state == "posted"
    reconciled()


def test_silence_accepts_only_after_the_time_and_a_late_objection_is_refused(q: Quality) -> None:
    """CST-02: the objection period is policy."""
    voucher = transfer(q, lossy(q))
    settling.send_voucher(voucher=voucher, by=q.quentin)
    with pytest.raises(MoveRefused):
        settling.let_lapse(voucher=voucher, by=q.quentin)
    Voucher.objects.update(objection_until=timezone.now() - timedelta(minutes=1))
    voucher.refresh_from_db()
    share = voucher.shares.select_related("voucher").get()
    with pytest.raises(MoveRefused) as refused:
        settling.object_to_share(share=share, by=q.paul, reason="晚了")
    assert refused.value.code == "late"
    assert settling.let_lapse(voucher=voucher, by=q.quentin).state == "agreed"
    assert voucher.shares.get().answer == "silent"


def test_a_deduction_is_calculated_sent_and_collected(q: Quality) -> None:
    """CST-02, CST-08, CST-11: by the general manager's office; quantity × price × rate; objection period; posted."""
    with pytest.raises(Refused):
        drafting.draft_deduction(
            by=q.quentin, debtor=Bearer(department=unit("production")), rows=[], reason="x", clause="x"
        )
    voucher = deduction(q)
    assert voucher.total == D("50.00")
    settling.send_voucher(voucher=voucher, by=q.olga)
    settling.accept_share(share=voucher.shares.select_related("voucher").get(), by=q.paul)
    voucher.refresh_from_db()
    assert posted(q, voucher).state == "posted"
    found = reconciled()
    assert (found["recovered"], found["fined"], found["bearer"]) == (D(50), D(-50), D(0))


def test_no_more_is_collected_of_a_share_than_is_left(q: Quality) -> None:
    """CST-02: a deduction settles what a transfer has given to the unit, never more, also by two notices."""
    voucher = posted(q, transfer(q, lossy(q)))
    share = voucher.shares.get()
    first = deduction(q, settles=share, rows=[Row("抵扣", D("600.00"))])
    assert (first.shares.get().department, first.issue) == (share.department, voucher.issue)
    with pytest.raises(MoveRefused, match=r"400\.01"):
        deduction(q, settles=share, rows=[Row("抵扣", D("400.02"))])
    second = deduction(q, settles=share, rows=[Row("抵扣", D("400.01"))])
    for row in (first, second):
        settling.send_voucher(voucher=row, by=q.olga)
        settling.accept_share(share=row.shares.select_related("voucher").get(), by=q.paul)
        row.refresh_from_db()
        posted(q, row)
    found = reconciled()
    assert (found["bearer"], found["recovered"]) == (D(0), D("1000.01"))


def test_a_claim_that_the_supplier_bears_in_part_leaves_no_cent(q: Quality) -> None:
    """CST-01: what the supplier does not bear is borne by a unit of our own."""
    issue = lossy(q, "999.99")
    voucher = drafting.draft_claim(
        subject=issue, by=q.quentin, lines=open_lines(issue), supplier_name="永固紧固件", description="螺钉断裂"
    )
    settling.send_voucher(voucher=voucher, by=q.quentin)
    with pytest.raises(MoveRefused):
        drafting.set_shares(voucher=voucher, by=q.quentin, bearers=[Bearer(department=unit("quality"))])
    with pytest.raises(MoveRefused) as refused:
        settling.settle_claim(voucher=voucher, by=q.quentin, agreed=D("333.33"), rest=None, remark="")
    assert refused.value.code == "rest"
    for wrong in ("1000.00", "-1", "0.001"):
        with pytest.raises(MoveRefused):
            settling.settle_claim(voucher=voucher, by=q.quentin, agreed=D(wrong), rest=unit("quality"), remark="")
    settling.settle_claim(voucher=voucher, by=q.quentin, agreed=D("333.33"), rest=unit("quality"), remark="认三成")
    assert [(row.bearer, row.amount, row.weight) for row in voucher.shares.all()] == [
        ("永固紧固件", D("333.33"), D("33.33")),
        ("质量部", D("666.66"), D("66.67")),
    ]
    assert posted(q, voucher).state == "posted"
    reconciled()


def compensation(q: Quality, amount: str) -> Voucher:
    return drafting.draft_compensation(
        case=q.cast.case(), by=q.cast.bob, kind="money", amount=D(amount), description="门扇变形"
    )


def test_a_small_compensation_is_the_departments_own_and_reported_afterwards(q: Quality) -> None:
    """CST-03, CST-04, CST-10, D20: up to the amount of the policy nobody is asked; finance and the manager in charge read of it."""
    clerk = finance(q)
    voucher = settling.submit_voucher(voucher=compensation(q, "1000.00"), by=q.cast.bob)
    assert (voucher.is_large, voucher.state) == (False, "agreed")
    for user in (clerk, q.cast.grace):
        assert Notification.objects.filter(user=user, title__contains=voucher.number).exists()
    posted(q, voucher)
    line = CostLine.objects.get()
    assert (line.case, line.amount, line.kind) == (voucher.case, D("1000.00"), "compensation")
    assert reconciled()["loss"] == D("1000.00")


def test_a_large_compensation_needs_visit_agreement_and_the_general_manager(q: Quality) -> None:
    """CST-03, CST-05, D20: supervisor and technician visit and appraise, the customer agrees, the general manager reviews."""
    voucher = compensation(q, "1000.01")
    assert voucher.is_large
    with pytest.raises(MoveRefused, match="上门"):
        settling.submit_voucher(voucher=voucher, by=q.cast.bob)
    visit = {
        "visited_on": date(2026, 1, 9),
        "supervisor": q.cast.bob,
        "technician": q.cast.erik,
        "appraisal": "门扇含水率高",
    }
    with pytest.raises(MoveRefused):
        drafting.prepare_compensation(voucher=voucher, by=q.cast.bob, values={**visit, "technician": q.cast.bob})
    drafting.prepare_compensation(voucher=voucher, by=q.cast.bob, values=visit)
    assert [(item.code, item.needed) for item in wanted(voucher)] == [("F43", True)]
    with pytest.raises(MoveRefused, match="协商"):
        settling.submit_voucher(voucher=voucher, by=q.cast.bob)
    agreed = {"agreed_with": "刘女士", "agreed_on": date(2026, 1, 10)}
    drafting.prepare_compensation(voucher=voucher, by=q.cast.bob, values=agreed)
    settling.submit_voucher(voucher=voucher, by=q.cast.bob)
    approval = Approval.objects.get(state="open")
    assert [step["roles"] for step in approval.steps] == [["general_manager"]]
    with pytest.raises(Refused):
        vote(approval=approval, by=q.cast.bob, approved=True)
    vote(approval=approval, by=q.cast.grace, approved=True)
    voucher.refresh_from_db()
    assert posted(q, voucher).state == "posted"
    reconciled()


def test_the_agreement_names_visit_appraisal_amount_and_terms(q: Quality) -> None:
    """CST-05, CST-10, F43: it can be taken along unfilled; the next revision carries what was recorded; no voucher of another kind has it."""
    voucher = compensation(q, "3680.00")
    empty = issue_paper(voucher=voucher, code="F43", by=q.cast.bob)
    assert "含水率" not in str(empty.data)
    values = {
        "visited_on": date(2026, 1, 9), "supervisor": q.cast.bob, "technician": q.cast.erik,
        "appraisal": "门扇含水率高", "agreed_with": "刘女士", "agreed_on": date(2026, 1, 10),
    }  # fmt: skip
    drafting.prepare_compensation(voucher=voucher, by=q.cast.bob, values=values)
    paper = issue_paper(voucher=voucher, code="F43", by=q.cast.bob)
    assert (empty.revision, paper.revision) == (1, 2)
    customer = voucher.case.customer.name
    for word in (
        customer,
        "2026-01-09",
        "门扇含水率高",
        "经济补偿",
        "叁仟陆佰捌拾元整",
        "3,680.00",
        "总经理审核同意后",
        "刘女士",
    ):
        assert word in str(paper.data), word
    assert [(row.department_code, row.kind) for row in paper.recipients.all()] == [("finance", "copy")]
    assert wanted(compensation(q, "1000.00"))[0].needed is False
    with pytest.raises(MoveRefused):
        issue_paper(voucher=transfer(q, lossy(q)), code="F43", by=q.quentin)


def test_a_write_off_is_declared_with_the_customers_documents(q: Quality) -> None:
    """CST-06: documents first, then finance, then the general manager; the loss is written off, to the cent."""
    finance(q)
    voucher = settling.submit_voucher(voucher=compensation(q, "800.55"), by=q.cast.bob)
    posted(q, voucher)
    case = voucher.case
    assert case is not None
    paper = drafting.draft_write_off(
        subject=case, by=q.cast.bob, lines=open_lines(case), description="门扇变形，已补偿"
    )
    with pytest.raises(MoveRefused, match="资料"):
        settling.submit_voucher(voucher=paper, by=q.cast.bob)
    drafting.keep(voucher=paper, files=[SimpleUploadedFile("协议.png", png())], by=q.cast.bob)
    settling.submit_voucher(voucher=paper, by=q.cast.bob)
    approval = Approval.objects.get(state="open")
    for user in (finance(q), q.cast.grace):
        vote(approval=approval, by=user, approved=True)
    paper.refresh_from_db()
    posted(q, paper)
    found = reconciled()
    assert (found["loss"], found["written_off"]) == (D(0), D("800.55"))


def test_who_drafted_does_not_post_and_posting_needs_a_number(q: Quality) -> None:
    """CST-04: two pairs of eyes; nothing is posted twice."""
    issue = lossy(q)
    voucher = transfer(q, issue)
    settling.send_voucher(voucher=voucher, by=q.quentin)
    answered(q, voucher)
    with pytest.raises(MoveRefused):
        settling.post_voucher(voucher=voucher, by=finance(q), reference=" ")
    with pytest.raises(Refused):
        settling.post_voucher(voucher=voucher, by=q.olga, reference="1")
    settling.post_voucher(voucher=voucher, by=finance(q), reference="1")
    before = Posting.objects.count()
    with pytest.raises(MoveRefused):
        settling.post_voucher(voucher=voucher, by=finance(q), reference="1")
    with pytest.raises(MoveRefused):
        settling.cancel_voucher(voucher=voucher, by=q.quentin, reason="晚了")
    assert Posting.objects.count() == before


def test_the_ledger_notices_every_tampering(q: Quality) -> None:
    """CST-01: a changed posting, line or share is found by name."""
    voucher = posted(q, transfer(q, lossy(q)))
    for rows, change in (
        (Posting.objects.filter(account=Account.LOSS), {"amount": D("-1000.00")}), (CostLine.objects.all()[:1], {"amount": D("7")}),
        (Share.objects.all(), {"amount": D("1")}),
    ):  # fmt: skip
        with transaction.atomic():
            type(rows[0]).objects.filter(pk=rows[0].pk).update(**change)
            assert list(ledger.differences()) != []
            transaction.set_rollback(True)
    assert voucher.state == "posted"
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.update(amount=D("-1"))


def test_the_export_for_finance_adds_up_to_the_balances(q: Quality) -> None:
    """CST-01, CST-06: what finance takes out reconciles with the ledger to the cent."""
    posted(q, transfer(q, lossy(q, "0.10", "99.95"), ("production", "66.67"), ("quality", "33.33")))
    cost(q, q.issue(), "5.55")
    clerk = finance(q)
    listing = lists.get("cost-ledger")
    assert listing is not None
    run = order_export(asked=put(listing, clerk, {}), by=clerk, file_format=ExportFormat.CSV)
    run_due()
    run.refresh_from_db()
    assert run.file is not None
    rows = list(csv.DictReader(io.StringIO(read(run.file).decode("utf-8-sig"))))
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["科目"]] = sums.get(row["科目"], D(0)) + D(row["借方（元）"] or 0) - D(row["贷方（元）"] or 0)
    assert sum(sums.values()) == 0
    found = reconciled()
    assert {name: amount for name, amount in sums.items() if amount} == {
        str(Account(code).label): amount for code, amount in found.items() if amount
    }


def test_each_paper_says_the_amount_in_words_and_who_bears_it(q: Quality) -> None:
    """CST-01, CST-02, CST-06, F02, F04, F17: Q/SPT-RGS-8002, Q/SPT-RGS-8004 and the declaration; addressed, frozen, PDF and Word."""
    voucher = transfer(q, lossy(q), ("production", "60"), ("quality", "40"))
    settling.send_voucher(voucher=voucher, by=q.quentin)
    sheet = issue_paper(voucher=voucher, code="F02", by=q.quentin)
    for word in ("Q/SPT-RGS-8002", "壹仟元零壹分", "1,000.01", "生产部", "60.00 %", "材料费"):
        assert word in str(sheet.data)
    assert {(row.department_code, row.kind) for row in sheet.recipients.all()} == {
        ("production", "main"), ("quality", "main"), ("finance", "copy"),
    }  # fmt: skip
    notice = issue_paper(voucher=deduction(q), code="F04", by=q.olga)
    for word in ("Q/SPT-RGS-8004", "伍拾元整", "质量奖惩制度 4.4"):
        assert word in str(notice.data)
    case = q.cast.case()
    cost(q, case)
    paper = drafting.draft_write_off(subject=case, by=q.cast.bob, lines=open_lines(case), description="x")
    written = issue_paper(voucher=paper, code="F17", by=q.cast.bob)
    assert "宁波海天塑机配套有限公司" in str(written.data)
    for document in (sheet, notice, written):
        assert to_pdf([document.paper])[:4] == b"%PDF"
        assert to_word(document.paper)[:2] == b"PK"
    with pytest.raises(MoveRefused):
        issue_paper(voucher=voucher, code="F04", by=q.quentin)


def test_every_state_by_every_move(q: Quality) -> None:
    """CST-01: a move from a state that it does not leave, or by an outsider, changes nothing."""
    voucher = transfer(q, lossy(q))
    for state in VoucherState:
        Voucher.objects.filter(pk=voucher.pk).update(state=state, posted_at=timezone.now())
        voucher.refresh_from_db()
        before = (voucher.state, voucher.version, Activity.objects.count())
        for move in WORKFLOW.moves:
            if state not in move.sources:
                with pytest.raises(MoveRefused):
                    apply(voucher, move, by=None, data={"reason": "x"})
            else:
                with pytest.raises(Refused):
                    apply(voucher, move, by=q.cast.charlie, data={"reason": "x"})
            assert (voucher.state, voucher.version, Activity.objects.count()) == before


def test_one_press_on_the_issue_opens_the_transfer_sheet(q: Quality, client: Client) -> None:
    """CST-01, QIS-07: loss, then cost transfer; the responsible unit is proposed with the whole amount."""
    issue = lossy(q)
    client.force_login(q.quentin)
    page = client.get(f"/issues/{issue.number}/").content.decode()
    assert "1,000.01" in page
    assert "开具费用转移单" in page
    answer = client.post("/costs/transfer/", {"issue": issue.number})
    voucher = Voucher.objects.get()
    assert answer.headers["Location"] == reverse("cost:voucher", args=[voucher.number])
    assert [(row.department, row.amount) for row in voucher.shares.all()] == [(q.paul.department, D("1000.01"))]
    again = client.post("/costs/transfer/", {"issue": issue.number}, follow=True)
    assert again.redirect_chain[0][0] == f"/costs/new/transfer/?issue={issue.number}"
    client.force_login(q.cast.charlie)
    assert client.post("/costs/transfer/", {"issue": issue.number}).status_code == 404
    client.force_login(q.paul)
    assert "开具费用转移单" not in client.get(f"/issues/{issue.number}/").content.decode()


def test_the_pages_tell_what_is_wrong_beside_the_field(q: Quality, client: Client) -> None:
    """CST-01, CST-02: forms of lines, transfers and deductions."""
    issue = lossy(q)
    client.force_login(q.quentin)
    new = f"/costs/lines/new/?issue={issue.number}"
    answer = client.post(new, {"kind": "material", "amount": "0.001", "occurred_on": "2099-01-01"})
    assert answer.status_code == 422
    assert {"amount", "occurred_on"} == set(answer.context["form"].errors)
    today = timezone.localdate().isoformat()
    assert client.post(new, {"kind": "freight", "amount": "12.34", "occurred_on": today}).status_code == 302
    ids = list(open_lines(issue).values_list("pk", flat=True))
    form = f"/costs/new/transfer/?issue={issue.number}"
    data = {"lines": ids, "description": "返工", "occurred_on": today, f"unit_{unit('production').pk}": "50"}
    answer = client.post(form, data)
    assert answer.status_code == 422
    assert "100 %" in str(answer.context["form"].errors)
    assert client.post(form, {**data, f"unit_{unit('quality').pk}": "50"}).status_code == 302
    client.force_login(q.olga)
    wrong = {"reason": "x", "clause": "x", "text_1": "罚款", "quantity_1": "1", "price_1": "100", "rate_1": "100", "text_2": "x",
             "department": unit("production").pk, "supplier_name": "永固"}  # fmt: skip
    answer = client.post("/costs/new/deduction/", wrong)
    assert {"department", "price_2"} == set(answer.context["form"].errors)
    assert client.post("/costs/new/deduction/", {**wrong, "text_2": "", "supplier_name": ""}).status_code == 302
    assert client.get(f"/costs/new/compensation/?issue={issue.number}").status_code == 404


def test_a_unit_answers_on_the_page_without_any_right(q: Quality, client: Client) -> None:
    """CST-01: the department concerned sees what was sent to it, and nothing before."""
    voucher = transfer(q, lossy(q))
    page, act = reverse("cost:voucher", args=[voucher.number]), reverse("cost:act", args=[voucher.number, "object"])
    client.force_login(q.paul)
    assert client.get(page).status_code == 404
    settling.send_voucher(voucher=voucher, by=q.quentin)
    assert "确认我方份额" in client.get(page).content.decode()
    assert client.post(act, {}).status_code == 422
    assert client.post(act, {"reason": "图纸错误"}).status_code == 302
    client.force_login(q.olga)
    decide = reverse("cost:act", args=[voucher.number, "decide"])
    data = {"decision": "各半", f"unit_{unit('production').pk}": "50", f"unit_{unit('quality').pk}": "50"}
    assert client.post(decide, data).status_code == 302
    assert voucher.shares.count() == 2
    client.force_login(finance(q))
    assert client.post(reverse("cost:act", args=[voucher.number, "post"]), {"reference": "记-1"}).status_code == 302
    assert reconciled()["bearer"] == D("1000.01")
    assert "分文不差" in client.get("/costs/ledger/").content.decode()


def test_costs_of_goods_stand_on_their_sheet(q: Quality, client: Client) -> None:
    """CST-01: a nonconformity has costs too."""
    sheet = goods.ready(q)
    cost(q, sheet, "88.80", "scrap")
    client.force_login(q.quentin)
    assert "88.80" in client.get(f"/nonconformities/{sheet.number}/").content.decode()
    assert transfer(q, sheet).sheet == sheet
