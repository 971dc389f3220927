"""Signing up: what is made, what is refused, and that nobody learns who has an account."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

import html5lib
import pytest
from sqlalchemy import text

from marketplace.accounts import store

ODD_NAMES = ["  Ł ", "王", "العربية", "🧵 Ada", "A\u0308da", "Zoe\u200d\u2764", "O'Brien", "x" * 200, "İlker"]
BAD_NAMES = ["", "   ", "\u00a0", "x" * 201, "a\u202eb", "a\0b", "a\nb", "e" + "\u0301" * 200, "a\x1bb", "\ufeff"]
WRONG_FIELDS = [
    ("email", ""),
    ("email", "ada"),
    ("email", "ada@example.com, eve@example.com"),
    ("email", "ada@example.com\r\nBcc: eve@example.com"),
    ("email", "a" * 300 + "@example.com"),
    ("email", "ada\0@example.com"),
    ("password", "too short"),
    ("password", "a nul in \0 the middle"),
    ("password", "x" * 300),
    ("role", "moderator"),
    ("role", ""),
    ("studio", "a\u202eb"),
    ("town", "x" * 5000),
    ("town", "a\0b"),
]
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}'


def _person(people: Any, email: str) -> Any:
    with people.system.database.reading() as session:
        return store.find_person_by_email(session, email)


def test_a_designer(people: Any) -> None:
    ada = people.browser()
    answer = ada.sign_up("Ada@Example.com", studio="Warp & Weft", town="Lyon")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/")
    page = ada.get(answer.location).text
    assert 'value="ada@example.com"' in page
    assert "A mail to ada@example.com" in page
    assert "folder “mail”" in page, "no mail server is set up"
    assert ada.sign_in("ada@example.com").status_code == 303
    account = ada.get("/account").text
    assert "Warp &amp; Weft" in account
    assert "Lyon, Auvergne-Rhône-Alpes, France" in account
    assert "not confirmed yet" in account


def test_an_unclear_town_does_not_stop_anybody(people: Any) -> None:
    ada = people.browser()
    ada.sign_up("ada@example.com", town="Springfield")
    ada.sign_in("ada@example.com")
    assert "not on the map yet" in ada.get("/account").text


@pytest.mark.parametrize(
    ("comes_as", "first_page", "studios"),
    [("designer", "/", 1), ("supplier", "/listing/new", 0), ("apprentice", "/placements", 0)],
)
def test_each_is_led_on(people: Any, comes_as: str, first_page: str, studios: int) -> None:
    ada = people.browser()
    assert ada.sign_up("ada@example.com", role=comes_as).location == f"/sign-in?next={first_page}"
    assert people.row_counts()["studio"] == people.row_counts()["membership"] == studios
    assert _person(people, "ada@example.com").is_apprentice is (comes_as == "apprentice")
    assert ada.sign_in("ada@example.com", next=first_page).location == first_page


def test_a_known_address_looks_the_same(people: Any) -> None:
    people.add("known@example.com")
    before = people.row_counts()
    pages = []
    for who in ("known", "fresh"):
        browser = people.browser()
        answer = browser.sign_up(f"{who}@example.com", password=people.other_password)
        body = browser.get(answer.location).text
        pages.append((answer.status_code, answer.location, answer.text, _without_token(body).replace(who, "x")))
    assert pages[0] == pages[1]
    after = people.row_counts()
    assert (after["person"] - before["person"], after["mail"]) == (1, 2)
    known, fresh = people.mails()
    assert (known.recipient, fresh.recipient) == ("known@example.com", "fresh@example.com")
    assert "You have an account already" in known.subject
    assert people.browser().sign_in("known@example.com", people.other_password).status_code == 422
    assert people.browser().sign_in("known@example.com").status_code == 303


def test_the_same_address_twice_in_other_letters_is_one_account(people: Any) -> None:
    people.browser().sign_up("ada@example.com")
    people.browser().sign_up("ADA@EXAMPLE.com")
    assert people.row_counts()["person"] == 1


def test_odd_names_are_names(people: Any) -> None:
    for number, name in enumerate(ODD_NAMES):
        email, ada = f"ada{number}@example.com", people.browser()
        assert ada.sign_up(email, name=name).status_code == 303, name
        ada.sign_in(email)
        kept = _input(ada.get("/account").text, "name")
        assert kept == _person(people, email).name == normalize("NFC", name).strip()


def test_these_are_no_names(people: Any) -> None:
    for name in BAD_NAMES:
        answer = people.browser().sign_up("ada@example.com", name=name)
        assert answer.status_code == 422, name
        assert 'id="f-name-error"' in answer.text
    assert people.row_counts()["person"] == people.row_counts()["mail"] == 0


def test_wrong_fields_are_named_and_nothing_is_kept(people: Any) -> None:
    for field, value in WRONG_FIELDS:
        answer = people.browser().sign_up("ada@example.com", **{field: value})
        assert answer.status_code == 422, (field, value)
        assert "needs another look" in answer.text
        assert people.password not in answer.text
    assert people.row_counts()["person"] == people.row_counts()["attempt"] == 0


@pytest.mark.parametrize("field", ["name", "email", "password", "role", "studio", "town", "next"])
def test_broken_bytes_are_no_fault_of_ours(people: Any, field: str) -> None:
    browser = people.browser()
    good = "name=Ada&email=a%40example.com&role=designer&password=my+grey+cat+sleeps&csrf_token="
    good += browser.csrf("/sign-up")
    for raw in (b"%ED%A0%80", b"%00", b"\xff\xfe", b"%FF", b"%F0%9F", b"%", b"%EF%BF%BE"):
        for path in ("/sign-up", "/sign-in", "/reset"):
            answer = browser.client.post(
                path,
                # The broken one first: of two the first is read.
                data=field.encode() + b"=" + raw + b"&" + good.encode(),
                content_type="application/x-www-form-urlencoded",
            )
            assert answer.status_code < 500, (raw, path)


def test_nobody_makes_themselves_a_moderator(people: Any) -> None:
    with people.system.database.reading() as session:
        columns = [row[0] for row in session.execute(text("SELECT * FROM person WHERE 1 = 0")).cursor.description or ()]
    assert "is_moderator" in columns
    extra = {column: "1" for column in columns if column not in ("name", "email")}
    people.browser().sign_up("ada@example.com", **extra)
    person = _person(people, "ada@example.com")
    flags = (person.is_moderator, person.is_confirmed, person.is_apprentice, person.is_suspended)
    assert flags == (False,) * 4


def test_a_hostile_name_is_inert(people: Any) -> None:
    ada = people.browser()
    ada.sign_up("ada@example.com", name=HOSTILE, studio=HOSTILE, town=HOSTILE)
    ada.sign_in("ada@example.com")
    for path in ("/account", "/account/studio"):
        page = html5lib.parse(ada.get(path).text, namespaceHTMLElements=False)
        assert not [script for script in page.iter("script") if "alert" in (script.text or "")]
        assert not [image for image in page.iter("img") if image.get("onerror")]
    assert "{{7*7}}" in ada.get("/account").text
    assert all(HOSTILE not in mail.body for mail in people.mails())
    refused = people.browser().sign_up(HOSTILE, name=HOSTILE + "\0")
    assert "<script>alert" not in refused.text


def test_ten_an_hour_from_one_address(people: Any) -> None:
    answers = [people.browser().sign_up(f"a{n}@example.com").status_code for n in range(11)]
    assert answers == [303] * 10 + [429]
    assert people.browser("192.0.2.2").sign_up("b@example.com").status_code == 303


def test_nobody_is_flooded_with_mails(people: Any) -> None:
    people.add("ada@example.com")
    answers = [people.browser(f"192.0.2.{n}").sign_up("ada@example.com").status_code for n in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(people.mails()) == 5


def test_confirming_takes_a_button_and_works_once(people: Any) -> None:
    ada = people.browser()
    ada.sign_up("ada@example.com")
    link = people.link("confirm")
    scanner = people.browser()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
    assert not _person(people, "ada@example.com").is_confirmed
    assert ada.post(link, page=link).location == "/sign-in"
    assert _person(people, "ada@example.com").is_confirmed
    assert scanner.get(link).status_code == 404
    assert ada.post(link).status_code == 404


def test_another_link_when_the_first_is_lost(people: Any) -> None:
    ada = people.browser()
    ada.sign_up("ada@example.com")
    ada.sign_in("ada@example.com")
    assert ada.post("/account/confirm", page="/account").status_code == 303
    link = people.link("confirm")
    assert ada.post(link, page=link).location == "/account"
    assert "not confirmed" not in ada.get("/account").text
    ada.post("/account/confirm", page="/account")
    assert len(people.mails()) == 2, "confirmed already"


@pytest.mark.parametrize("kind", ["reset", "confirm"])
def test_made_up_links(people: Any, kind: str) -> None:
    for token in ("x", "%00", "%ED%A0%80", "a" * 3000, "..%2F..", "' OR 1=1 --"):
        assert people.browser().get(f"/{kind}/{token}").status_code == 404
        assert people.browser().post(f"/{kind}/{token}", {"password": people.password}).status_code == 404


def _without_token(page: str) -> str:
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    return page.replace(token, "")


def _input(page: str, name: str) -> str | None:
    fields = html5lib.parse(page, namespaceHTMLElements=False).iter("input")
    return next(field.get("value") for field in fields if field.get("name") == name)
