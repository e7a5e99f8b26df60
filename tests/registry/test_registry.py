"""People, customers, products: sign-in, recognition, warranty."""

import re
from datetime import date, timedelta

import pyotp
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.calendar.arithmetic import add_months
from bihuan.registry.customers.phones import phone_key
from bihuan.registry.customers.queries import recognise
from bihuan.registry.people.services import change_password, check_login, confirm_totp, create_user, start_totp
from bihuan.registry.products.services import normalise_serial
from bihuan.registry.products.warranty import Dates, Terms, evaluate
from tests.cast import PASSWORD, Cast

days = st.dates(date(2015, 1, 1), date(2030, 1, 1))


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert check_login(username="ALICE", password=PASSWORD) == cast.alice
        for _try in range(5):
            assert check_login(username="alice", password="wrong") is None
        assert check_login(username="alice", password=PASSWORD) is None
        clock.shift(timedelta(minutes=16))
        assert check_login(username="alice", password=PASSWORD) == cast.alice


def test_a_code_of_the_second_factor_counts_once(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        start_totp(user=cast.alice)
        totp = pyotp.TOTP(cast.alice.totp_secret)
        assert not confirm_totp(user=cast.alice, code="000000")
        assert confirm_totp(user=cast.alice, code=totp.at(timezone.now()))
        clock.shift(timedelta(seconds=60))
        code = totp.at(timezone.now())
        assert check_login(username="alice", password=PASSWORD) is None
        assert check_login(username="alice", password=PASSWORD, code=code) == cast.alice
        assert check_login(username="alice", password=PASSWORD, code=code) is None


@pytest.mark.parametrize("password", ["short", "1234567890", "password123"])
def test_weak_passwords_are_refused(cast: Cast, password: str) -> None:
    with pytest.raises(ValidationError):
        change_password(user=cast.alice, password=password, by=cast.alice)
    with pytest.raises(ValidationError):
        create_user(username="newcomer", name="x", password=password)
    with pytest.raises(ValidationError):
        create_user(username="alice-alice", name="x", password="alice-alice")
    assert check_login(username="alice", password=PASSWORD) == cast.alice


@pytest.mark.parametrize(("text", "key"), [
    ("138 0000 1234", "13800001234"), ("+86-138-0000-1234", "13800001234"), ("0086 13800001234", "13800001234"),
    ("０５７４－８７６５４３２１", "57487654321"), ("0574-87654321转802", "57487654321"), ("110", ""),
])  # fmt: skip
def test_a_telephone_number_is_known_however_it_is_written(text: str, key: str) -> None:
    assert phone_key(text) == key


@pytest.mark.django_db
def test_a_customer_is_recognised_by_telephone_address_and_name(cast: Cast) -> None:
    """CUS-01: the surest sign first."""
    by_phone, by_mail = recognise(phone="+86 13800001234"), recognise(email="Wang@Customer.example")
    assert [(match.customer, match.confidence) for match in by_phone + by_mail] == [(cast.customer, 0.9)] * 2
    assert [match.confidence for match in recognise(names=["宁波海天塑机配套有限公司"])] == [0.6]
    assert recognise(phone="", email="", names=[""]) == []


def test_a_serial_is_kept_in_one_way() -> None:
    assert normalise_serial(" ｓｎ26 1284341 ") == "SN261284341"


@pytest.mark.parametrize(("start", "months", "end"), [
    ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-11-21", 12, "2027-11-21"), ("2026-12-31", 2, "2027-02-28"),
])  # fmt: skip
def test_months_end_on_the_same_day_or_the_last(start: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), months).isoformat() == end


@pytest.mark.parametrize(("basis", "dates", "starts", "used"), [
    ("latest", Dates(delivered_on=date(2026, 1, 5), installed_on=date(2026, 2, 1)), date(2026, 2, 1), "latest"),
    ("latest", Dates(invoiced_on=date(2026, 1, 2), produced_on=date(2025, 9, 1)), date(2026, 1, 2), "invoice"),
    ("latest", Dates(produced_on=date(2025, 9, 1)), date(2025, 11, 30), "production"),
    ("invoice", Dates(delivered_on=date(2026, 1, 5), invoiced_on=date(2026, 1, 2)), date(2026, 1, 2), "invoice"),
    ("latest", Dates(installed_on=date(2025, 1, 1), replaced_on=date(2026, 3, 1)), date(2026, 3, 1), "replacement"),
])  # fmt: skip
def test_a_warranty_starts_where_its_basis_says(basis: str, dates: Dates, starts: date, used: str) -> None:
    """SOL-06: delivery or installation, else invoice, else production and ninety days; a replacement starts anew."""
    found = evaluate(Terms(12, basis), dates, date(2026, 5, 1))
    assert (found.starts_on, found.basis) == (starts, used)


@given(days, st.integers(1, 60))
def test_the_last_day_is_covered_and_the_next_is_not(start: date, months: int) -> None:
    dates = Dates(delivered_on=start)
    until = evaluate(Terms(months, "latest"), dates, start).until
    assert until is not None
    assert evaluate(Terms(months, "latest"), dates, until).state == "in"
    assert evaluate(Terms(months, "latest"), dates, until + timedelta(days=1)).state == "out"


@given(days, st.integers(0, 40))
def test_time_in_repair_does_not_count(start: date, length: int) -> None:
    dates, repair = Dates(delivered_on=start), (start + timedelta(days=30), start + timedelta(days=30 + length))
    plain, longer = (evaluate(Terms(12, "latest"), dates, start, found).until for found in ([], [repair]))
    assert plain is not None
    assert longer == plain + timedelta(days=length + 1)


def test_nothing_known_is_said_so() -> None:
    assert evaluate(None, Dates(), date(2026, 1, 1)).state == "unknown"
    assert evaluate(Terms(12, "latest"), Dates(), date(2026, 1, 1)).state == "unknown"


def test_the_second_factor_is_set_up_by_picture_or_key_and_a_wrong_code_loses_neither(cast: Cast) -> None:
    client = Client()
    client.login(username="alice", password=PASSWORD)
    client.post("/me/", {"what": "totp"})
    cast.alice.refresh_from_db()
    key = cast.alice.totp_secret
    wrong = client.post("/me/", {"what": "confirm", "code": "000000"})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert [words in page for words in (key, "data:image/svg", 'id="code_error"')] == [True, True, True]
    assert client.post("/me/", {"what": "confirm", "code": pyotp.TOTP(key).now()}).status_code == 200
    assert client.post("/me/", {"what": "totp"}).status_code == 200
    cast.alice.refresh_from_db()
    assert (cast.alice.totp_secret, cast.alice.totp_confirmed_at is not None) == (key, True)
    refused = client.post("/me/", {"what": "stop", "password": "wrong"})
    assert (refused.status_code, 'id="pw_error"' in refused.content.decode()) == (422, True)
    client.post("/me/", {"what": "stop", "password": PASSWORD})
    cast.alice.refresh_from_db()
    assert cast.alice.totp_confirmed_at is None


def test_a_token_is_shown_once_and_revoked_by_its_owner_alone(cast: Cast) -> None:
    client, other = Client(), Client()
    client.login(username="alice", password=PASSWORD)
    other.login(username="bob", password=PASSWORD)
    assert client.post("/me/", {"what": "token", "name": " "}).status_code == 422
    assert not cast.alice.tokens.exists()
    shown = client.post("/me/", {"what": "token", "name": "ERP"}).content.decode()
    row = cast.alice.tokens.get()
    token = re.search(r"bh_[\w-]{30,}", shown)
    assert token
    assert token.group() not in client.get("/me/").content.decode()
    head = {"Authorization": f"Bearer {token.group()}"}
    assert Client().get("/api/v1/cases", headers=head).status_code == 200
    assert other.post("/me/", {"what": "revoke", "token": row.pk}).status_code == 404
    assert Client().get("/api/v1/cases", headers=head).status_code == 200
    client.post("/me/", {"what": "revoke", "token": row.pk})
    assert Client().get("/api/v1/cases", headers=head).status_code == 401


def test_the_refused_sign_in_tells_the_rule_of_the_lock_and_no_names(cast: Cast, client: Client) -> None:
    """Who is locked knows for how long; whoever does not exist is told the same."""
    pages = []
    for name in ("alice", "nobody"):
        answer = client.post(reverse("people:login"), {"username": name, "password": "wrong"})
        assert answer.status_code == 422
        pages.append(answer.content.decode().replace(name, ""))
    assert "连续输错 5 次，账号将锁定 15 分钟" in pages[0]
    said, other = (page.split("error-box")[1].split("</form>")[0] for page in pages)
    assert said.split("csrf")[0] == other.split("csrf")[0]
