"""What the pages answer when something is wrong, on both engines; tests/journeys walks them in a browser."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from market import JACKETS, Market, browser

from marketplace.capacity import store as capacity
from marketplace.enquiries.model import State
from marketplace.units import Week

QUOTE = {"currency": "EUR", "unit": "12.50", "setup": "60", "valid_days": "7"}


@pytest.fixture
def today(database: Any) -> Market:
    return Market(database, datetime.now(UTC))


def shown_days(text: str) -> dict[str, str]:
    import re

    return {name: re.findall(rf'name="{name}" value="([^"]+)"', text)[0] for name in ("starts", "ready")}


def test_weeks_that_were_taken_meanwhile_are_offered_anew(app: Flask, today: Market) -> None:
    room = today.workshop()
    (enquiry,) = today.ask(room)
    client = browser(app, today.database, room)
    path = f"/account/enquiries/{enquiry.public_id}/quote"
    page = client.get(path).text
    assert "Sending the quote holds them" in page
    before = shown_days(page)
    with today.database.writing() as session:  # the room has one week less than a moment ago
        resource = today.resources[today.supplier(room).id]
        start = date.fromisoformat(before["starts"])
        capacity.set_weeks(session, resource, {Week.containing(start): 0}, today.now)
    refused = client.post(path, data=QUOTE | before)
    assert refused.status_code == 409
    assert "have changed meanwhile" in refused.text
    assert 'value="12.50"' in refused.text  # nothing typed is lost
    after = shown_days(refused.text)
    assert after["starts"] > before["starts"]
    assert client.post(path, data=QUOTE | after).status_code == 303
    assert today.again(enquiry).state is State.QUOTED


def test_full_weeks_say_so_and_hold_nothing(app: Flask, today: Market) -> None:
    room = today.workshop(usual=0)
    (enquiry,) = today.ask(room)
    client = browser(app, today.database, room)
    path = f"/account/enquiries/{enquiry.public_id}/quote"
    assert "No published week takes this run" in client.get(path).text
    assert client.post(path, data=QUOTE).status_code == 409
    assert today.again(enquiry).state is State.SENT


def test_the_form_begins_with_what_the_rules_ask_for(app: Flask, today: Market) -> None:
    room = today.workshop(minimum=80, surcharge=15)
    (enquiry,) = today.ask(room)
    page = browser(app, today.database, room).get(f"/account/enquiries/{enquiry.public_id}/quote").text
    assert 'name="surcharge" type="text" value="15"' in page


def test_an_ended_enquiry_leads_back_with_the_reason(app: Flask, today: Market) -> None:
    room = today.workshop()
    (enquiry,) = today.ask(room)
    today.decline(room, enquiry)
    client = browser(app, today.database, room)
    path = f"/account/enquiries/{enquiry.public_id}"
    assert client.get(f"{path}/quote").headers["Location"] == path
    assert "has ended meanwhile" in client.get(path).text
    assert client.post(f"{path}/decline", data={"reason": "full"}).status_code == 409


def test_strangers_and_visitors(app: Flask, today: Market) -> None:
    rosa, vera = today.workshop(), today.workshop("Vera")
    (enquiry,) = today.ask(rosa)
    quote = today.offer(rosa, enquiry)
    path, brief = f"/account/enquiries/{enquiry.public_id}", f"/account/briefs/{today.brief.public_id}/quotes"
    gets = [path, f"{path}/quote", brief, f"{brief}.csv", f"/account/enquiries/new?brief={today.brief.public_id}"]
    posts = [f"{path}/decline", f"{path}/withdraw", f"{path}/close", f"{path}/quote", f"{brief}/close"]
    posts.append(f"/account/quotes/{quote.public_id}/withdraw")
    before = today.dump()
    client = browser(app, today.database, vera)
    assert {client.get(each).status_code for each in gets} == {404}
    assert {client.post(each, data=QUOTE | {"reason": "full"}).status_code for each in posts} == {404}
    nobody = browser(app, today.database)
    assert {nobody.get(each).status_code for each in gets} == {303}
    assert {nobody.post(each).status_code for each in posts} == {401}
    assert today.dump() == before


def test_who_is_asked_is_checked_on_the_page_too(app: Flask, today: Market) -> None:
    rosa = today.workshop()
    supplier = today.supplier(rosa)
    client = browser(app, today.database, today.ada)
    page = client.get(f"/account/enquiries/new?brief={today.brief.public_id}&supplier={supplier.slug}").text
    assert "<b>8 more now</b>" in page
    form = {
        "brief": today.brief.public_id,
        "supplier": supplier.public_id,
        f"service-{supplier.public_id}": supplier.services[0].public_id,
    }
    assert client.post("/account/enquiries/new", data=form).status_code == 303
    again = client.post("/account/enquiries/new", data=form)
    assert again.status_code == 422
    assert "Rosa has this version of the brief already" in again.text
    assert "<b>7 more now</b>" in again.text
    assert client.post("/account/enquiries/new", data={"brief": today.brief.public_id}).status_code == 422


def test_names_are_inert_on_every_page(app: Flask, today: Market) -> None:
    from dataclasses import replace

    canary = "<script>alert(1)</script>"
    rosa = today.workshop(f"Rosa {canary}")
    (enquiry,) = today.ask(rosa, brief=today.new_brief(replace(JACKETS, title=canary, notes=canary)))
    today.offer(rosa, enquiry, note=f"={canary}")
    with today.database.reading() as session:
        from marketplace.briefs import store as briefs

        brief = briefs.get_by_id(session, enquiry.brief_id).public_id
    pages = ["/account/enquiries", f"/account/enquiries/{enquiry.public_id}", f"/account/briefs/{brief}/quotes"]
    studio, room = browser(app, today.database, today.ada), browser(app, today.database, rosa)
    texts = [studio.get(path).text for path in [*pages, f"/account/enquiries/new?brief={brief}"]]
    texts += [room.get(path).text for path in ["/account/inbox", pages[1], f"{pages[1]}/quote"]]
    for text in texts:
        assert canary not in text
        assert "&lt;script&gt;" in text
    answer = studio.get(f"/account/briefs/{brief}/quotes.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quotes.csv"'
    assert f"'={canary}" in answer.text  # a spreadsheet would run it


def test_the_record_stands_on_the_public_page(app: Flask, today: Market) -> None:
    rosa = today.workshop(usual=1000)
    path = f"/suppliers/{today.supplier(rosa).slug}"
    client = browser(app, today.database, today.ada)
    assert "Ask for a quote" in client.get(path).text
    asked = [today.ask(rosa, brief=today.new_brief())[0] for _ in range(3)]
    assert "Answers" not in client.get(path).text
    today.now += timedelta(hours=2)
    for enquiry in asked:
        today.decline(rosa, enquiry)
    assert "Answers 100 % of enquiries, half of them within 2 hours" in client.get(path).text
    assert "Ask for a quote" not in browser(app, today.database, rosa).get(path).text  # not by themselves
