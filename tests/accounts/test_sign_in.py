"""Signing in and out, as a person and as an attacker with a captured cookie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher

# Every form of leaving the site that a browser falls for, and some more.
_ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\n//evil.example",
    "/\n/evil.example",
    " //evil.example",
    "https:evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "user@evil.example",
    "@evil.example",
    "///evil.example",
    "/%0d%0aSet-Cookie:x\r\n",
    "/\u2028/evil.example",
    "/" + "a" * 3000,
    "help",
    "",
]

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)


def test_in_and_out(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.browser()
    assert ada.who() == "nobody"
    answer = ada.sign_in("ADA@example.com ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert ada.who() == "ada@example.com"
    assert ada.get("/sign-in?next=/help").location == "/help", "signed in already"
    assert ada.post("/sign-out", page="/account").location == "/"
    assert ada.who() == "nobody"
    assert people.row_counts()["session"] == 0


@pytest.mark.parametrize("typed", ["wrong", "", "x" * 5000, "my grey cat\0", "my grey cat sleeps on selvedge "])
def test_a_wrong_password_and_an_unknown_address_look_alike(people: Any, typed: str) -> None:
    people.add("ada@example.com")
    answers = [people.browser().sign_in(email, typed) for email in ("ada@example.com", "eve@example.com")]
    texts = {
        answer.text.replace("ada@", "x@").replace("eve@", "x@").replace(_csrf(answer.text), "") for answer in answers
    }
    assert [answer.status_code for answer in answers] == [422, 422]
    assert len(texts) == 1
    assert "not right" in texts.pop()


def test_a_captured_cookie_is_dead_after_signing_out(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.signed_in("ada@example.com")
    thief = people.browser("198.51.100.9")
    thief.client.set_cookie("selvedge", ada.cookie())
    assert thief.who() == "ada@example.com"
    ada.post("/sign-out", page="/account")
    assert thief.who() == "nobody"
    assert thief.get("/account").location == "/sign-in?next=/account"


def test_a_cookie_planted_before_signing_in_is_not_the_one_after(people: Any) -> None:
    people.add("ada@example.com")
    ada, attacker = people.browser(), people.browser("198.51.100.9")
    planted = attacker.csrf("/sign-in")
    ada.client.set_cookie("selvedge", attacker.cookie())
    ada.client.post("/sign-in", data={"csrf_token": planted, "email": "ada@example.com", "password": people.password})
    assert ada.who() == "ada@example.com"
    assert attacker.who() == "nobody"
    assert ada.client.post("/sign-out", data={"csrf_token": planted}).status_code == 403
    assert ada.who() == "ada@example.com"


def test_signing_in_again_ends_the_session_before(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.signed_in("ada@example.com")
    copy = people.browser()
    copy.client.set_cookie("selvedge", ada.cookie())
    ada.post("/sign-in", {"email": "ada@example.com", "password": people.password}, page="/account")
    assert (ada.who(), copy.who()) == ("ada@example.com", "nobody")
    assert people.row_counts()["session"] == 1


def test_out_everywhere(people: Any) -> None:
    people.add("ada@example.com")
    people.add("eve@example.com")
    phone, desk, eve = (people.signed_in(f"{who}@example.com") for who in ("ada", "ada", "eve"))
    assert phone.post("/sign-out-everywhere", page="/account").location == "/sign-in"
    assert (phone.who(), desk.who(), eve.who()) == ("nobody", "nobody", "eve@example.com")


def test_a_session_ends_after_thirty_days_even_when_used(people: Any) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        people.add("ada@example.com")
        ada = people.signed_in("ada@example.com")
        for _ in range(29):
            clock.shift(timedelta(days=1))
            assert ada.who() == "ada@example.com"
        clock.shift(timedelta(days=1))
        assert ada.who() == "nobody"


def test_being_seen_is_noted_every_five_minutes_at_most(people: Any) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        people.add("ada@example.com")
        ada = people.signed_in("ada@example.com")
        seen = []
        for minutes in (4, 0, 2, 3):
            clock.shift(timedelta(minutes=minutes))
            ada.who()
            with people.system.database.reading() as session:
                seen.append(session.connection().exec_driver_sql("SELECT last_seen_at FROM session").scalar())
        assert len(set(seen)) == 2


def test_a_suspended_account(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.signed_in("ada@example.com")
    people.sql("UPDATE person SET suspended_at = created_at")
    assert ada.who() == "nobody"
    assert ada.get("/account").status_code == 303
    assert "suspended" not in ada.sign_in("ada@example.com", "wrong").text
    answer = ada.sign_in("ada@example.com")
    assert answer.status_code == 422
    assert "suspended" in answer.text
    people.browser().post("/reset", {"email": "ada@example.com"})
    assert people.mails() == []


def test_each_change_of_membership_counts_on_the_next_request(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.signed_in("ada@example.com")
    assert "My listing" not in ada.get("/help").text
    people.sql("INSERT INTO organisation (public_id, kind, created_at) SELECT 'o', 'supplier', created_at FROM person")
    people.sql(
        "INSERT INTO membership (person_id, organisation_id, role, since) "
        "SELECT person.id, organisation.id, 'staff', person.created_at FROM person, organisation"
    )
    assert "My listing" in ada.get("/help").text
    people.sql("DELETE FROM membership")
    assert "My listing" not in ada.get("/help").text


def test_next_leads_nowhere_else(people: Any) -> None:
    people.add("ada@example.com")
    for target in _ELSEWHERE:
        ada = people.browser()
        assert "evil" not in ada.get("/sign-in", query_string={"next": target}).text
        assert ada.sign_in("ada@example.com", next=target).location == "/", target
        assert ada.get("/sign-in", query_string={"next": target}).location == "/", target


def test_next_leads_to_where_one_came_from(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.browser()
    wanted = ada.get("/account/studio?a=1&b=%C3%A9")
    assert wanted.status_code == 303
    page = ada.client.get(wanted.location).text
    assert 'value="/account/studio?a=1&amp;b=%C3%A9"' in page
    answer = ada.sign_in("ada@example.com", next="/account/studio?a=1&b=%C3%A9")
    assert answer.location == "/account/studio?a=1&b=%C3%A9"


def test_ten_tries_per_account_from_any_address(people: Any) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        people.add("ada@example.com")
        people.add("eve@example.com")
        tries = [people.browser(f"192.0.2.{n}").sign_in("ada@example.com", "wrong").status_code for n in range(12)]
        assert tries == [422] * 10 + [429] * 2
        refused = people.browser("198.51.100.1").sign_in("ada@example.com")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
        assert people.browser("198.51.100.1").sign_in("eve@example.com").status_code == 303
        clock.shift(timedelta(minutes=5))
        assert people.browser().sign_in("ada@example.com").status_code == 303


def test_unknown_accounts_are_limited_alike(people: Any) -> None:
    tries = [people.browser(f"192.0.2.{n}").sign_in("eve@example.com", "wrong").status_code for n in range(11)]
    assert tries == [422] * 10 + [429]


def test_ten_failed_tries_per_address(people: Any) -> None:
    for who in range(12):
        people.add(f"a{who}@example.com")
    office = people.browser("192.0.2.50")
    assert [people.browser("192.0.2.50").sign_in(f"a{n}@example.com").status_code for n in range(12)] == [303] * 12
    tries = [office.sign_in(f"a{n}@example.com", "wrong").status_code for n in range(11)]
    assert tries == [422] * 10 + [429]
    assert people.browser("192.0.2.51").sign_in("a1@example.com").status_code == 303


def test_the_limit_is_checked_before_the_password(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people.add("ada@example.com")
    for number in range(10):
        people.browser(f"192.0.2.{number}").sign_in("ada@example.com", "wrong")
    monkeypatch.setattr("marketplace.accounts.password.is_right", lambda *_: pytest.fail("was compared"))
    assert people.browser("192.0.2.99").sign_in("ada@example.com").status_code == 429


def test_a_hash_with_old_parameters_is_renewed(people: Any) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(people.password)
    people.add("ada@example.com")
    people.sql("UPDATE person SET password_hash = :old", old=old)
    assert people.browser().sign_in("ada@example.com").status_code == 303
    with people.system.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT password_hash FROM person").scalar() != old
    assert people.browser().sign_in("ada@example.com").status_code == 303


def test_no_get_writes(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.signed_in("ada@example.com")
    before = people.row_counts()
    for path in ("/sign-up", "/sign-in", "/reset", "/account", "/account/studio", "/sign-out", "/sign-out-everywhere"):
        ada.get(path)
    assert people.row_counts() == before
    assert ada.who() == "ada@example.com"


def test_the_cookie(people: Any) -> None:
    people.add("ada@example.com")
    answer = people.browser().sign_in("ada@example.com")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie, "it ends with the browser unless the person wants it to stay"
    kept = people.browser().sign_in("ada@example.com", remember="1").headers["Set-Cookie"]
    assert "Expires" in kept


def test_the_unit_of_distances_outlives_signing_in(people: Any) -> None:
    people.add("ada@example.com")
    ada = people.browser()
    with ada.client.session_transaction() as cookie:
        cookie["distance_unit"] = "mi"
        cookie["other"] = "planted"
    ada.sign_in("ada@example.com")
    with ada.client.session_transaction() as cookie:
        assert cookie["distance_unit"] == "mi"
        assert "other" not in cookie


def _csrf(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]
