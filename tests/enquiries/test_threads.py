"""Messages stay between two; questions go to everybody with their answers, and without names."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from market import Market, Program, browser
from sqlalchemy import text

from marketplace.enquiries.threads import actions as threads
from marketplace.errors import Conflict, Invalid, NotFound

SECRET = "canary-of-rosa-7f3a"


def write(market: Market, actor, enquiry, body, kind="message", answers=""):  # type: ignore[no-untyped-def]
    return threads.write(market.database, actor, enquiry.public_id, kind, body, market.now, answers=answers)


def test_a_question_and_its_answer_go_to_all_without_a_name(app: Flask, market: Market) -> None:
    rosa, vera, late = market.workshop(), market.workshop("Vera"), market.workshop("Lina")
    mine, other, third = market.ask(rosa, vera, late)
    question = write(market, rosa, mine, "Is the seam flat-felled?", "question")

    def seen(actor, enquiry):  # type: ignore[no-untyped-def]
        return Program(app, market.database, actor).get(f"/enquiries/{enquiry.public_id}").json["messages"]

    assert seen(vera, other) == []  # not before it is answered
    write(market, market.ada, mine, "Yes, all of them.", "answer", question.public_id)
    told = seen(vera, other)
    assert [(line["by"], line["kind"], line["body"]) for line in told] == [
        ("A supplier who was asked too", "question", "Is the seam flat-felled?"),
        ("Studio Ada", "answer", "Yes, all of them."),
    ]
    assert told[1]["answers"] == told[0]["id"] == question.public_id
    assert [line["by"] for line in seen(rosa, mine)] == ["Rosa", "Studio Ada"]
    assert any("for you too" in each for each in market.told(late))
    assert not any("Rosa" in each for each in (*market.told(vera), *market.told(late)))
    body = Program(app, market.database, vera).get(f"/enquiries/{other.public_id}").text
    page = browser(app, market.database, vera).get(f"/account/enquiries/{other.public_id}").text
    for leak in ("Rosa", "Lina", mine.public_id, third.public_id, "rosa@example.com"):
        assert leak not in body
        assert leak not in page


def test_what_is_written_to_one_side_reaches_nobody_else(app: Flask, market: Market) -> None:
    rosa, vera = market.workshop(), market.workshop("Vera")
    bea = market.studio("Studio Bea", "bea@example.com")
    mine, other = market.ask(rosa, vera)
    write(market, rosa, mine, SECRET)
    write(market, rosa, mine, f"{SECRET}?", "question")
    market.offer(rosa, mine, note=SECRET, unit_minor=987654)
    paths = [
        f"/account/enquiries/{mine.public_id}",
        f"/account/enquiries/{mine.public_id}/quote",
        f"/account/enquiries/{other.public_id}",
        "/account/inbox",
        "/account/enquiries",
        f"/account/briefs/{market.brief.public_id}/quotes",
        f"/account/briefs/{market.brief.public_id}/quotes.csv",
        "/notices",
    ]
    api = [
        f"/enquiries/{mine.public_id}",
        f"/enquiries/{other.public_id}",
        "/enquiries",
        f"/briefs/{market.brief.public_id}/quotes",
        f"/briefs/{market.brief.public_id}/quotes.csv",
    ]
    for stranger in (vera, bea):
        client, program = browser(app, market.database, stranger), Program(app, market.database, stranger)
        for answer in (*(client.get(path) for path in paths), *(program.get(path) for path in api)):
            assert SECRET not in answer.text
            assert "9,876.54" not in answer.text
            assert "987654" not in answer.text
    client = browser(app, market.database)
    assert all(SECRET not in client.get(path).text for path in paths)
    assert SECRET in browser(app, market.database, market.ada).get(paths[0]).text  # the check can fail
    with market.database.reading() as session:
        kept = [
            str(row)
            for table in ("notice", "audit_event", "mail")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    assert not any(SECRET in row for row in kept)


@pytest.mark.parametrize(
    ("kind", "body", "by_studio", "field"),
    [
        ("message", "  ", False, "body"),
        ("message", "x" * 5001, False, "body"),
        ("note", "x", False, "kind"),
        ("answer", "x", False, "kind"),
        ("question", "x", True, "kind"),
        ("answer", "x", True, "answers"),
    ],
)
def test_what_cannot_be_written(market: Market, kind: str, body: str, by_studio: bool, field: str) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    before = market.dump()
    with pytest.raises(Invalid) as refused:
        write(market, market.ada if by_studio else room, enquiry, body, kind)
    assert field in refused.value.problems
    assert market.dump() == before


def test_questions_of_other_threads_are_not_answered(market: Market) -> None:
    rosa, vera = market.workshop(), market.workshop("Vera")
    mine, other = market.ask(rosa, vera)
    question = write(market, rosa, mine, "Lined?", "question")
    message = write(market, rosa, mine, "By the way")
    with pytest.raises(NotFound):
        write(market, market.ada, other, "No", "answer", question.public_id)
    with pytest.raises(Invalid):
        write(market, market.ada, mine, "No", "answer", message.public_id)


def test_nothing_is_written_in_what_has_ended(market: Market) -> None:
    room = market.workshop()
    (enquiry,) = market.ask(room)
    market.decline(room, enquiry)
    with pytest.raises(Conflict):
        write(market, market.ada, enquiry, "Why?")


def test_files_of_messages_are_for_the_two_sides(app: Flask, market: Market) -> None:
    rosa, vera = market.workshop(), market.workshop("Vera")
    mine, other = market.ask(rosa, vera)
    client = browser(app, market.database, rosa)
    path = f"/account/enquiries/{mine.public_id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert token  # routes that take files look for it themselves
    fields = {"kind": "message", "body": "The seam", "file": (io.BytesIO(b"%PDF-1.7 x"), "seam.pdf")}
    fields |= {"csrf_token": token[1]}
    assert client.post(f"{path}/messages", data=fields).status_code == 303
    program = Program(app, market.database, rosa)
    (message,) = program.get(f"/enquiries/{mine.public_id}").json["messages"]
    (file,) = message["files"]
    address = f"{path}/files/{file['id']}"
    assert browser(app, market.database, market.ada).get(address).data == b"%PDF-1.7 x"
    assert client.get(address).headers["Content-Disposition"].startswith("attachment")
    stranger = browser(app, market.database, vera)
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"/account/enquiries/{other.public_id}/files/{file['id']}").status_code == 404
    before = market.dump()
    for kind, name in (("question", "seam.pdf"), ("message", "seam.svg")):
        wrong = {"kind": kind, "body": "x", "file": (io.BytesIO(b"%PDF-1.7 x"), name), "csrf_token": token[1]}
        assert client.post(f"{path}/messages", data=wrong).status_code == 422
    assert market.dump() == before


def test_files_of_the_brief_are_for_who_was_asked(app: Flask, market: Market) -> None:
    from marketplace.briefs import store as briefs
    from marketplace.files.actions import cabinet_of, keep, receive

    rosa, vera = market.workshop(), market.workshop("Vera")
    second = market.new_brief()
    (enquiry,) = market.ask(rosa)
    (other,) = market.ask(vera, brief=second)
    with app.app_context():
        from marketplace.web.context import settings

        cabinet = cabinet_of(settings())
    with receive(cabinet, "pack.pdf", io.BytesIO(b"%PDF-1.7 pack")) as received, market.database.writing() as session:
        studio = market.ada.memberships[0].organisation_id
        file = keep(session, cabinet, received, organisation_id=studio, person_id=None, now=market.now)
        briefs.add_file(session, market.brief.id, file.id)
    for actor, asked, status in (
        (rosa, enquiry, 200),
        (market.ada, enquiry, 200),
        (vera, enquiry, 404),
        (vera, other, 404),
    ):
        path = f"/enquiries/{asked.public_id}/files/{file.public_id}"
        assert Program(app, market.database, actor).get(path).status_code == status
        assert browser(app, market.database, actor).get(f"/account{path}").status_code == status
