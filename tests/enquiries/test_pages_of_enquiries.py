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


BREAKS = {"break_from_1": "40", "break_price_1": "10", "sample": "25"}


def test_the_form_adds_up_before_it_is_sent(app: Flask, today: Market) -> None:
    room = today.workshop()
    (enquiry,) = today.ask(room)
    client = browser(app, today.database, room)
    path = f"/account/enquiries/{enquiry.public_id}/quote"
    assert "Look at the sum for this run before you send." in client.get(path).text
    page = client.post(path, data=QUOTE | {"do": "price"}).text
    assert "50 × €12.50 + €60.00 set-up = €685.00" in page
    assert "€13.70 each, all in" in page
    page = client.post(path, data=QUOTE | BREAKS | {"surcharge": "10", "do": "price"}).text
    assert "50 × €10.00 + €60.00 set-up + 10 % surcharge (€50.00) = €610.00" in page
    assert "€12.20 each, without the sample" in page
    assert "<b>€635.00</b> together" in page
    assert "Your price from 40 pieces on counts for this run: €10.00." in page
    dearer = client.post(path, data=QUOTE | {"break_from_1": "80", "break_price_1": "20", "do": "price"}).text
    assert ">Cheaper from a larger number on: from 80 on it must be cheaper" in dearer
    wrong = client.post(path, data=QUOTE | {"unit": "", "do": "price"})
    assert wrong.status_code == 422
    assert "write an amount of money" in wrong.text
    assert today.again(enquiry).state is State.SENT


def test_a_price_that_does_not_count_is_not_sent_unseen(app: Flask, today: Market) -> None:
    room = today.workshop()
    (enquiry,) = today.ask(room)
    client = browser(app, today.database, room)
    path = f"/account/enquiries/{enquiry.public_id}/quote"

    def seen(page: str) -> str:
        return page.split('name="seen" value="')[1].split('"')[0]

    looked = seen(client.post(path, data=QUOTE | BREAKS | {"do": "price"}).text)
    typed = QUOTE | BREAKS | {"unit": "90"}  # after the look
    refused = client.post(path, data=typed | {"seen": looked})
    assert refused.status_code == 422
    assert "does not count here: your price from 40 pieces on counts" in refused.text
    assert today.again(enquiry).state is State.SENT
    assert client.post(path, data=typed | {"seen": seen(refused.text)}).status_code == 303


def test_a_quote_says_the_same_sum_on_every_page(app: Flask, today: Market) -> None:
    room = today.workshop()
    (enquiry,) = today.ask(room)
    quote = today.offer(room, enquiry, sample_minor=6500)
    client = browser(app, today.database, today.ada)
    pages = [
        f"/account/enquiries/{enquiry.public_id}",
        f"/account/briefs/{today.brief.public_id}/quotes",
        f"/quotes/{quote.public_id}/accept",
        "/account/enquiries",
    ]
    for path in pages:
        assert "€750.00" in client.get(path).text, path  # 50 × 12.50 + 60 and the sample of 65
    for path in pages[:3]:
        assert "€65.00" in client.get(path).text, path
    assert "€750.00 together" in browser(app, today.database, room).get("/account/inbox").text
    assert ",65.00,750.00," in client.get(f"{pages[1]}.csv").text
    made = client.post(pages[2])
    assert "€750.00" in client.get(made.headers["Location"]).text


def test_side_by_side_the_cheapest_with_its_sample_is_first(app: Flask, today: Market) -> None:
    rosa, vera = today.workshop(), today.workshop("Vera")
    for each, sample in ((rosa, 90000), (vera, 0)):
        (enquiry,) = today.ask(each)
        today.offer(each, enquiry, sample_minor=sample, unit_minor=1200 if sample else 1250)
    page = browser(app, today.database, today.ada).get(f"/account/briefs/{today.brief.public_id}/quotes").text
    assert page.index("<bdi>Vera</bdi>") < page.index("<bdi>Rosa</bdi>")


def test_no_to_a_quote_is_asked_once_more(app: Flask, today: Market) -> None:
    room = today.workshop()
    (enquiry,) = today.ask(room)
    today.offer(room, enquiry)
    client = browser(app, today.database, today.ada)
    path = f"/account/enquiries/{enquiry.public_id}"
    for page in (path, f"/account/briefs/{today.brief.public_id}/quotes"):
        text = client.get(page).text
        assert f'href="{path}/close"' in text
        assert f'action="{path}/close"' not in text
    asked = client.get(f"{path}/close").text
    assert "Say no to this quote?" in asked
    assert "The weeks it holds for you are open to others at once." in asked
    assert today.again(enquiry).state is State.QUOTED
    assert client.post(f"{path}/close").status_code == 303
    assert today.again(enquiry).state is State.LOST
    assert client.get(f"{path}/close").headers["Location"] == path


def test_a_quote_s_days_are_the_only_ones_of_its_enquiry(app: Flask, today: Market) -> None:
    room = today.workshop()
    (enquiry,) = today.ask(room)
    path = f"/account/enquiries/{enquiry.public_id}"
    studio, workshop = browser(app, today.database, today.ada), browser(app, today.database, room)

    def fits(text: str) -> str:
        return text.split('<aside class="stack-l no-print"')[1]

    assert "Starts " in fits(studio.get(path).text)
    assert "On your weeks as they are now" in workshop.get(path).text
    quote = today.offer(room, enquiry)
    assert "Starts " not in fits(studio.get(path).text)
    assert "badge--yes" in fits(studio.get(path).text)
    assert "On your weeks as they are now" not in workshop.get(path).text
    browser(app, today.database, today.ada).post(f"/quotes/{quote.public_id}/accept")
    assert "Starts " not in fits(studio.get(path).text)
