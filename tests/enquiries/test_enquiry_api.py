"""Everything by the API: from asking to comparing, once for each key, and for nobody else."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from market import DAY, OFFER, Market, Program

from marketplace.enquiries import store
from marketplace.enquiries.model import State


@pytest.fixture
def today(database: Any) -> Market:
    """A market whose clock is the server's."""
    return Market(database, datetime.now(UTC))


def test_from_asking_to_comparing(app: Flask, today: Market) -> None:
    rosa, vera = today.workshop(), today.workshop("Vera", usual=None)
    studio, room = Program(app, today.database, today.ada), Program(app, today.database, rosa)
    brief = today.brief.public_id
    sent = studio.post(f"/briefs/{brief}/enquiries", {"services": [today.service_of(rosa), today.service_of(vera)]})
    assert sent.status_code == 201, sent.text
    first, second = sent.json["enquiries"]
    assert (first["state"], first["supplier"]["name"], first["fit"]["verdict"]) == ("sent", "Rosa", "yes")
    assert first["brief"]["missing"]  # there is no drawing yet
    (received,) = room.get("/enquiries").json["received"]
    assert (received["id"], received["studio"]["name"]) == (first["id"], "Studio Ada")
    assert room.get("/enquiries").json["sent"] == []
    seen = room.get(f"/enquiries/{first['id']}").json
    assert seen["content"]["title"] == "Work jackets"
    quote = room.post(
        f"/enquiries/{first['id']}/quotes",
        OFFER | {"starts": seen["fit"]["starts"], "ready": seen["fit"]["ready"]},
    )
    assert quote.status_code == 201, quote.text
    assert quote.json["holds_weeks"] is True
    assert quote.json["total"]["all_minor"] == 68_500
    assert (quote.json["starts"], quote.json["ready"]) == (seen["fit"]["starts"], seen["fit"]["ready"])
    declined = Program(app, today.database, vera).post(
        f"/enquiries/{second['id']}/decline", {"reason": "full", "note": "Until May"}
    )
    assert declined.json["decline"] == {
        "reason": "full",
        "note": "Until May",
        "text": "No room in the time asked for: Until May",
    }
    compared = studio.get(f"/briefs/{brief}/quotes").json["enquiries"]
    assert [(row["supplier"]["name"], row["state"]) for row in compared] == [("Rosa", "quoted"), ("Vera", "declined")]
    assert [column["total"]["each_minor"] for column in compared[0]["compared"]] == [1370, 1310]
    rows = list(csv.DictReader(io.StringIO(studio.get(f"/briefs/{brief}/quotes.csv").text)))
    assert (rows[0]["each"], rows[0]["each_at_50"], rows[0]["each_at_100"]) == ("13.70", "13.70", "13.10")
    assert rows[1]["each"] == ""
    ended = room.post(f"/quotes/{quote.json['id']}/withdraw")
    assert (ended.json["state"], today.taken(rosa)) == ("withdrawn", {})
    closed = studio.post(f"/briefs/{brief}/close").json["enquiries"]
    assert [(row["id"], row["state"]) for row in closed] == [(first["id"], "lost")]


def test_one_effect_for_a_key(app: Flask, today: Market) -> None:
    rosa = today.workshop()
    studio, room = Program(app, today.database, today.ada), Program(app, today.database, rosa)
    path, body = f"/briefs/{today.brief.public_id}/enquiries", {"services": [today.service_of(rosa)]}
    answers = [studio.post(path, body, **{"Idempotency-Key": "a"}) for _ in range(3)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert studio.post(path, {"services": []}, **{"Idempotency-Key": "a"}).status_code == 422
    enquiry = answers[0].json["enquiries"][0]["id"]
    quotes = [room.post(f"/enquiries/{enquiry}/quotes", OFFER, **{"Idempotency-Key": "q"}) for _ in range(2)]
    assert quotes[0].text == quotes[1].text
    with today.database.reading() as session:
        assert len(store.list_quotes(session, [store.get_enquiry(session, enquiry).id])) == 1
    # A refusal keeps nothing: the same call may be tried again.
    assert room.post(f"/enquiries/{enquiry}/quotes", {}, **{"Idempotency-Key": "x"}).status_code == 422
    assert room.post(f"/enquiries/{enquiry}/quotes", OFFER, **{"Idempotency-Key": "x"}).status_code == 201


def test_other_days_than_shown_are_refused_with_the_new_ones(app: Flask, today: Market) -> None:
    rosa = today.workshop()
    (enquiry,) = today.ask(rosa)
    room = Program(app, today.database, rosa)
    before = today.dump()
    refused = room.post(f"/enquiries/{enquiry.public_id}/quotes", OFFER | {"starts": "2020-01-06"})
    assert refused.status_code == 409
    assert "the run now starts" in refused.json["detail"]
    assert today.dump() == before


def test_every_route_is_shut_to_strangers_and_short_tokens(app: Flask, today: Market) -> None:
    rosa, vera = today.workshop(), today.workshop("Vera")
    bea = today.studio("Studio Bea", "bea@example.com")
    (enquiry,) = today.ask(rosa)
    quote = today.offer(rosa, enquiry)
    one, brief = f"/enquiries/{enquiry.public_id}", f"/briefs/{today.brief.public_id}"
    writes = {
        f"{brief}/enquiries": {"services": [today.service_of(vera)]},
        f"{brief}/close": None,
        f"{one}/messages": {"body": "Hello"},
        f"{one}/decline": {"reason": "full"},
        f"{one}/withdraw": None,
        f"{one}/close": None,
        f"{one}/quotes": OFFER,
        f"/quotes/{quote.public_id}/withdraw": None,
    }
    reads = [one, f"/quotes/{quote.public_id}", f"{brief}/quotes", f"{brief}/quotes.csv"]
    before = today.dump()
    for stranger in (vera, bea):
        program = Program(app, today.database, stranger)
        assert {path: program.get(path).status_code for path in reads} == dict.fromkeys(reads, 404)
        answers = {path: program.post(path, body).status_code for path, body in writes.items()}
        assert answers == dict.fromkeys(writes, 404)
    mine = {today.ada: ("enquiries", "close", "withdraw"), rosa: ("decline", "quotes")}
    for actor in mine:
        short = Program(app, today.database, actor, "read")
        assert {short.post(path, body).status_code for path, body in writes.items()} == {403}
    # Neither side does what is the other's.
    supplier, studio = Program(app, today.database, rosa), Program(app, today.database, today.ada)
    for path in (f"{brief}/enquiries", f"{brief}/close", f"{one}/withdraw", f"{one}/close"):
        assert supplier.post(path, writes[path]).status_code == 404
    for path in (f"{one}/decline", f"{one}/quotes", f"/quotes/{quote.public_id}/withdraw"):
        assert studio.post(path, writes[path]).status_code == 404
    nobody = app.test_client()
    assert {nobody.get(f"/api/v1{path}").status_code for path in (*reads, "/enquiries")} == {401}
    assert {nobody.post(f"/api/v1{path}", json={}).status_code for path in writes} == {401}
    unknown = [path.replace(enquiry.public_id, "0" * 32).replace(quote.public_id, "0" * 32) for path in reads[:2]]
    assert [studio.get(path).json["detail"] for path in unknown] == [
        Program(app, today.database, bea).get(path).json["detail"] for path in reads[:2]
    ]
    assert today.dump() == before


def test_an_account_that_is_not_confirmed_reads_but_does_not_answer(app: Flask, today: Market) -> None:
    room = today.workshop(confirmed=False)
    (enquiry,) = today.ask(room)
    program = Program(app, today.database, room)
    assert program.get(f"/enquiries/{enquiry.public_id}").status_code == 200
    before = today.dump()
    for path, body in (("quotes", OFFER), ("decline", {"reason": "full"}), ("messages", {"body": "x"})):
        assert program.post(f"/enquiries/{enquiry.public_id}/{path}", body).status_code == 403
    assert today.dump() == before


@pytest.mark.parametrize("body", [{}, {"services": "x"}, {"services": [1]}, {"services": ["x"], "studio_id": 1}])
def test_what_is_no_list_of_services(app: Flask, today: Market, body: object) -> None:
    studio = Program(app, today.database, today.ada)
    answer = studio.post(f"/briefs/{today.brief.public_id}/enquiries", body)
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_the_earlier_price_is_not_told_to_other_suppliers(app: Flask, today: Market) -> None:
    from dataclasses import replace

    from market import JACKETS

    from marketplace.briefs.model import Earlier
    from marketplace.units import Money

    rosa, vera = today.workshop(), today.workshop("Vera")
    before = Earlier(today.supplier(rosa).public_id, "Rosa", Money(4321, "EUR"))
    brief = today.new_brief(replace(JACKETS, earlier=before))
    mine, other = today.ask(rosa, vera, brief=brief)

    def read(actor: Any, enquiry: Any) -> str:
        return Program(app, today.database, actor).get(f"/enquiries/{enquiry.public_id}").text

    assert "4321" in read(rosa, mine)
    assert "4321" in read(today.ada, other)
    assert "4321" not in read(vera, other)
    assert "Rosa" not in read(vera, other)


def test_records_are_shown_from_three_on(app: Flask, today: Market) -> None:
    rosa = today.workshop(usual=1000)

    def record() -> Any:
        with today.database.reading() as session:
            return store.record_of_supplier(session, today.supplier(rosa).id, today.now)

    for hours in (1, 5):
        (enquiry,) = today.ask(rosa, brief=today.new_brief())
        today.now += timedelta(hours=hours)
        today.decline(rosa, enquiry)
    assert (record().enquiries, record().median_hours, record().answered_percent) == (2, None, None)
    (late,) = today.ask(rosa, brief=today.new_brief())
    assert record().enquiries == 2  # what may still be answered doesn't count
    today.now = late.answer_by
    today.work()
    assert (record().enquiries, record().median_hours, record().answered_percent) == (3, 3, 66)
    today.now += 366 * DAY
    assert record().enquiries == 0


def test_what_a_studio_decides_is_counted(app: Flask, today: Market) -> None:
    from marketplace.enquiries import actions

    rosa = today.workshop(usual=1000)
    studio = today.ada.memberships[0].organisation_id
    asked = [today.ask(rosa, brief=today.new_brief())[0] for _ in range(4)]
    for enquiry in asked:
        today.offer(rosa, enquiry)
    for enquiry in asked[:2]:
        actions.close(today.database, today.ada, enquiry.public_id, today.now)

    def record() -> Any:
        with today.database.reading() as session:
            return store.record_of_studio(session, studio, today.now)

    assert (record().quoted, record().decided_percent) == (2, None)  # two may still be decided
    today.work(8 * DAY)
    assert (record().quoted, record().decided_percent) == (4, 50)
    assert {today.again(enquiry).state for enquiry in asked} == {State.LOST, State.QUOTED}
