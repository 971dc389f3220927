"""A new password by mail: once, for an hour, and the same answer to everybody."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine

from marketplace.accounts import access, password
from marketplace.errors import NotFound

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)


def _ask(people: Any, email: str = "ada@example.com") -> str:
    people.browser().post("/reset", {"email": email})
    return people.link("reset")


def test_a_new_password(people: Any) -> None:
    people.add("ada@example.com")
    thief = people.signed_in("ada@example.com")
    link = _ask(people)
    ada = people.browser()
    assert "ada@example.com" in ada.get(link).text
    short = ada.post(link, {"password": "too short"}, page=link)
    assert short.status_code == 422
    assert "at least 15" in short.text
    answer = ada.post(link, {"password": people.other_password}, page=link)
    assert answer.location == "/sign-in"
    assert "signed out" in ada.get("/sign-in").text
    assert thief.who() == "nobody"
    assert ada.sign_in("ada@example.com").status_code == 422
    assert ada.sign_in("ada@example.com", people.other_password).status_code == 303
    assert people.mails()[-1].subject == "Selvedge: Your password was changed"
    assert "not confirmed" not in ada.get("/account").text, "the link came by mail"


def test_a_link_works_once_and_ends_the_others(people: Any) -> None:
    people.add("ada@example.com")
    first, second = _ask(people), _ask(people)
    ada = people.browser()
    assert ada.post(first, {"password": people.other_password}).status_code == 303
    for link in (first, second):
        assert ada.get(link).status_code == 404
        assert ada.post(link, {"password": people.password}).status_code == 404
    assert ada.sign_in("ada@example.com", people.other_password).status_code == 303


def test_a_link_works_for_an_hour(people: Any) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        people.add("ada@example.com")
        link = _ask(people)
        clock.shift(timedelta(minutes=59, seconds=59))
        assert people.browser().get(link).status_code == 200
        clock.shift(timedelta(seconds=1))
        late = people.browser().get(link)
        assert late.status_code == 404
        assert "Send a new link" in late.text
        assert people.browser().post(link, {"password": people.other_password}).status_code == 404
        assert people.browser().sign_in("ada@example.com").status_code == 303


def test_several_at_once_and_one_wins(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people.add("ada@example.com")
    token = _ask(people).removeprefix("/reset/")
    barrier = Barrier(6)
    hash_password = password.hash_password

    def wait_for_the_others(text: str) -> str:
        barrier.wait()  # all have looked at the link by now, none has used it
        return hash_password(text)

    monkeypatch.setattr(password, "hash_password", wait_for_the_others)

    def one(number: int) -> bool:
        wanted = f"{people.other_password} {number}"
        try:
            access.reset_password(people.system.database, token, wanted, "http://x", datetime.now(UTC))
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(one, range(6)))
    assert sum(won) == 1
    right = f"{people.other_password} {won.index(True)}"
    assert people.browser().sign_in("ada@example.com", right).status_code == 303


def test_a_confirmation_link_is_no_reset_link(people: Any) -> None:
    people.browser().sign_up("ada@example.com")
    token = people.link("confirm").removeprefix("/confirm/")
    assert people.browser().get(f"/reset/{token}").status_code == 404
    assert people.browser().post(f"/reset/{token}", {"password": people.other_password}).status_code == 404
    assert people.browser().sign_in("ada@example.com").status_code == 303


def test_known_and_unknown_addresses_get_the_same_answer(people: Any) -> None:
    people.add("ada@example.com")
    pages = []
    for email in ("ada@example.com", "eve@example.com"):
        browser = people.browser()
        answer = browser.post("/reset", {"email": email})
        pages.append(
            (answer.status_code, re.sub('(name="csrf_token" value=)"[^"]+"', "", answer.text).replace(email, "x"))
        )
    assert pages[0] == pages[1]
    assert pages[0][0] == 200
    assert "If <bdi>x</bdi> has an account" in pages[0][1]
    assert [mail.recipient for mail in people.mails()] == ["ada@example.com"]


@pytest.mark.parametrize("email", ["ada@example.com", "eve@example.com"])
def test_five_a_day(people: Any, email: str) -> None:
    people.add("ada@example.com")
    with time_machine.travel(NOW, tick=False) as clock:
        answers = [people.browser(f"192.0.2.{n}").post("/reset", {"email": email}) for n in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[-1].headers["Retry-After"] == "86400"
        clock.shift(timedelta(days=1))
        assert people.browser().post("/reset", {"email": email}).status_code == 200


def test_only_the_hash_of_a_link_is_kept(people: Any) -> None:
    people.add("ada@example.com")
    token = _ask(people).removeprefix("/reset/")
    with people.system.database.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT token_hash FROM mail_token").scalar()
    assert token not in str(stored)


def test_no_address_no_mail(people: Any) -> None:
    answer = people.browser().post("/reset", {"email": "nobody"})
    assert answer.status_code == 422
    assert 'id="f-email-error"' in answer.text
