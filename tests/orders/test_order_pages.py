"""The pages of orders, as the two sides and everybody else meet them."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from booked import Deal
from flask.testing import FlaskClient

from marketplace.orders import actions, store
from marketplace.orders.model import Order, State
from marketplace.orders.reviews import actions as reviewing
from marketplace.units import Week


@pytest.fixture
def designer(deal: Deal) -> FlaskClient:
    return deal.cast.client(deal.designer)


@pytest.fixture
def maker(deal: Deal) -> FlaskClient:
    return deal.cast.client(deal.maker)


def url(order: Order, verb: str = "") -> str:
    return f"/account/orders/{order.public_id}{verb}"


def written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def says(client: FlaskClient, order: Order, **fields: object) -> int:
    """Send the form of the thread, which takes files and looks for its token itself; the status that came back."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(url(order)).text)
    assert token
    return client.post(url(order, "/messages"), data={**fields, "csrf_token": token[1]}).status_code


def test_the_confirmation_says_what_one_commits_to(deal: Deal, designer: FlaskClient) -> None:
    quote = deal.quote()
    page = designer.get(f"/quotes/{quote}/accept")
    assert page.status_code == 200
    for words in ("€1,500", "€100", "€40", "€1,640", "Until the day work begins", "14 days"):
        assert words in page.text, words
    (enquiry,) = deal.cast.sql("SELECT public_id FROM enquiry")[0]
    assert f'href="/account/enquiries/{enquiry}"' in page.text
    assert deal.cast.sql("SELECT count(*) FROM purchase_order") == [(0,)]
    answer = designer.post(f"/quotes/{quote}/accept")
    assert (answer.status_code, answer.location[:16]) == (303, "/account/orders/")
    # The second to press the button is led to the order.
    again = designer.post(f"/quotes/{quote}/accept")
    assert (again.status_code, again.location) == (303, answer.location)
    assert deal.cast.sql("SELECT count(*) FROM purchase_order") == [(1,)]


def test_a_quote_that_is_over_says_what_to_do(deal: Deal, designer: FlaskClient) -> None:
    quote = deal.quote()
    deal.cast.sql("UPDATE quote SET state = 'withdrawn'")
    for answer in (designer.get(f"/quotes/{quote}/accept"), designer.post(f"/quotes/{quote}/accept")):
        assert answer.status_code == 409
        assert "withdrawn this quote. Ask them in the enquiry for a new one." in answer.text


def test_lists_of_both_sides(deal: Deal, designer: FlaskClient, maker: FlaskClient) -> None:
    assert "No orders yet" in designer.get("/account/orders").text
    assert "No orders yet" in maker.get("/account/orders").text
    deal.order()
    for client, other in ((designer, "Sartoria Aghi"), (maker, "Studio Filo")):
        page = client.get("/account/orders").text
        assert "Linen jacket" in page
        assert other in page


def test_an_order_from_its_steps_to_the_repeat(deal: Deal, designer: FlaskClient, maker: FlaskClient) -> None:
    order, today = deal.order(), deal.now.date().isoformat()
    with deal.cast.database.reading() as session:
        sample = store.list_milestones(session, order.id)[0].public_id
    steps = [
        (maker, f"/steps/{sample}/done", {}),
        (maker, f"/steps/{sample}/undo", {}),
        (maker, f"/steps/{sample}/done", {}),
        (maker, f"/steps/{sample}/note", {"note": "size M"}),
        (designer, "/steps/round", {}),
        (designer, "/steps", {"title": "Cloth sent", "side": "studio"}),
        (maker, "/payments", {"kind": "deposit", "amount": "500", "due": today}),
        (designer, "/payments", {"kind": "part", "amount": "12.50", "paid_on": today}),
        (maker, "/lots", {"lots": "dye lot 9"}),
        (
            maker,
            "/changes",
            {"arrival": (order.ready or deal.now.date()).isoformat(), "quantity": "70", "total": "1700"},
        ),
    ]
    for client, verb, form in steps:
        answer = client.post(url(order, verb), data=form)
        assert answer.status_code == 303, (verb, answer.text)
    assert says(designer, order, body="Hello") == 303
    page = designer.get(url(order)).text
    for words in ("size M", "Sample made, round 2", "Cloth sent", "€500", "€12.50", "dye lot 9", "70 pieces", "Hello"):
        assert words in page, words
    delivered = maker.post(url(order, "/deliver"), data={"quantity": "58", "on": today})
    assert delivered.status_code == 303
    assert f"Delivered on {written(deal.now.date())}</h2>" in designer.get(url(order)).text
    assert designer.post(url(order, "/complete")).status_code == 303
    assert f"Completed on {written(deal.now.date())}</h2>" in designer.get(url(order)).text
    review = {"rating": "4", "body": "Two short, all good."}
    assert designer.post(url(order, "/review"), data=review).status_code == 303
    assert "Your review is written" in designer.get(url(order)).text
    assert "Two short" not in maker.get(url(order)).text
    repeated = designer.post(url(order, "/repeat"))
    assert repeated.status_code == 303
    brief = designer.get(repeated.location).text
    assert "Linen jacket, run 2" in brief
    assert "dye lot 9" in brief
    assert maker.post(url(order, "/repeat")).status_code == 404


def test_wrong_forms_show_the_page_with_sentences(deal: Deal, designer: FlaskClient, maker: FlaskClient) -> None:
    order = deal.order()
    wrong = [
        (maker, "/deliver", {"quantity": "x", "on": "soon"}, 422, "is not a date"),
        (maker, "/payments", {"kind": "deposit", "amount": "-5"}, 422, "is less than 0"),
        (maker, "/changes", {"arrival": "1999-01-01", "quantity": "1", "total": "1"}, 422, "between the years"),
        (designer, "/complete", {}, 409, "nothing was delivered yet"),
        (designer, "/dispute", {}, 422, "say what is wrong"),
        (designer, "/steps", {"title": "x", "side": "nobody"}, 422, "choose who marks"),
        (designer, "/review", {"rating": "9"}, 409, "once the order is completed"),
    ]
    for client, verb, form, status, words in wrong:
        answer = client.post(url(order, verb), data=form)
        assert (answer.status_code, words in answer.text) == (status, True), (verb, answer.text)
    summary = maker.post(url(order, "/deliver"), data={"quantity": "x", "on": "soon"}).text.split("error-summary")[1]
    assert '<a href="#deliver-quantity">How much: “x” is not a number' in summary
    assert '<a href="#deliver-on">Delivered on: “soon” is not a date' in summary
    assert says(designer, order, body="") == 422
    assert deal.audited(order) == ["order.accept"]


def test_far_too_much_is_asked_about_once(deal: Deal, designer: FlaskClient, maker: FlaskClient) -> None:
    order, today = deal.order(), deal.now.date().isoformat()
    slips = [
        (designer, "/payments", {"kind": "part", "amount": "99999", "paid_on": today}, "more_than_open"),
        (maker, "/deliver", {"quantity": "5000", "on": today}, "more_than_ordered"),
    ]
    for client, verb, form, box in slips:
        assert f'name="{box}"' not in client.get(url(order)).text
        refused = client.post(url(order, verb), data=form)
        assert refused.status_code == 422
        assert f'name="{box}" value="1">' in refused.text  # there now, not ticked
        assert deal.audited(order)[-1] != f"order.{verb[1:]}"
    page = designer.post(url(order, "/payments"), data=slips[0][2]).text
    assert "€99,999.00 is more than the €1,640.00 still open" in page
    page = maker.post(url(order, "/deliver"), data=slips[1][2]).text
    assert "5,000 pieces came, 60 pieces were ordered" in page
    for client, verb, form, box in slips:
        assert client.post(url(order, verb), data=form | {box: "1"}).status_code == 303
    assert maker.post(url(order, "/take-back")).status_code == 303
    assert maker.post(url(order, "/deliver"), data={"quantity": "66", "on": today}).status_code == 303  # a tenth more


def test_files_come_back_only_to_the_parties(deal: Deal, designer: FlaskClient, maker: FlaskClient) -> None:
    order = deal.order()
    assert says(designer, order, body="", file=(BytesIO(b"%PDF-1.4 marker"), "marker.pdf")) == 303
    (file_id,) = deal.cast.sql("SELECT public_id FROM file")[0]
    got = maker.get(url(order, f"/files/{file_id}"))
    assert got.data == b"%PDF-1.4 marker"
    assert got.headers["Content-Disposition"].startswith("attachment")
    rival = deal.cast.client(deal.cast.person("Rival"))
    assert rival.get(url(order, f"/files/{file_id}")).status_code == 404
    other = deal.order(20)
    assert designer.get(url(other, f"/files/{file_id}")).status_code == 404
    assert says(designer, order, body="", file=(BytesIO(b"<svg/>"), "x.svg")) == 422


def test_strangers_find_nothing(deal: Deal) -> None:
    order = deal.order()
    for name in ("Rival", "Mod"):
        client = deal.cast.client(deal.cast.person(name, is_moderator=name == "Mod"))
        assert client.get(url(order)).status_code == 404
        assert client.get(url(order, "/cancel")).status_code == 404
        assert client.post(url(order, "/deliver"), data={"quantity": "1", "on": "2027-01-01"}).status_code == 404
    nobody = deal.cast.client()
    assert nobody.get(url(order)).status_code == 303  # to sign in
    assert nobody.post(url(order, "/complete")).status_code == 401


def test_calling_off_asks_on_a_page_of_its_own(deal: Deal, designer: FlaskClient) -> None:
    order = deal.order()
    page = designer.get(url(order, "/cancel")).text
    assert "Work has not started: you need not say why." in page
    assert designer.post(url(order, "/cancel"), data={"reason": ""}).status_code == 303
    assert deal.get(order).state is State.CANCELLED
    assert "Called off" in designer.get(url(order)).text
    assert designer.post(url(order, "/cancel"), data={"reason": ""}).status_code == 409


def test_a_moderator_reads_and_settles_what_is_disputed(deal: Deal, designer: FlaskClient) -> None:
    order = deal.delivered()
    assert designer.post(url(order, "/dispute"), data={"reason": "the wrong blue"}).status_code == 303
    moderator = deal.cast.client(deal.cast.person("Mod", is_moderator=True))
    page = moderator.get(url(order)).text
    assert "the wrong blue" in page
    assert "Settle as a moderator" in page
    assert says(moderator, order, body="hello") == 404
    settled = moderator.post(url(order, "/settle"), data={"to": "completed", "reason": "within the tolerance"})
    assert settled.status_code == 303
    assert "within the tolerance" in designer.get(url(order)).text
    assert moderator.get(url(order)).status_code == 404


def test_the_public_page_shows_past_orders_from_three_on(deal: Deal) -> None:
    client = deal.cast.client()
    address = f"/suppliers/{deal.supplier.slug}"
    for number in range(3):
        assert "What past orders say" not in client.get(address).text
        order = deal.completed(20)
        if number == 2:
            reviewing.write(deal.cast.database, deal.studio, order.public_id, 4, "Neat <b>seams</b>", deal.now)
            reviewing.write(deal.cast.database, deal.workshop, order.public_id, 4, "Clear", deal.now)
    page = client.get(address).text
    assert "3 in 24 months" in page
    assert "Neat &lt;b&gt;seams&lt;/b&gt;" in page
    assert "Wait for them" in page


def test_a_workshop_reads_the_record_of_who_asks_it(deal: Deal, maker: FlaskClient, designer: FlaskClient) -> None:
    for number in range(3):
        order = deal.completed(20)
        if number == 0:
            reviewing.write(deal.cast.database, deal.workshop, order.public_id, 4, "Clear words", deal.now)
            reviewing.write(deal.cast.database, deal.studio, order.public_id, 5, "Neat", deal.now)
    (enquiry,) = deal.cast.sql("SELECT public_id FROM enquiry ORDER BY id DESC")[0]
    page = maker.get(f"/account/enquiries/{enquiry}/studio").text
    assert "3 in 24 months" in page
    assert "Clear words" in page
    assert designer.get(f"/account/enquiries/{enquiry}/studio").status_code == 404


def test_waiting_pages(deal: Deal, designer: FlaskClient, maker: FlaskClient) -> None:
    service = deal.supplier.services[0].public_id
    join = f"/suppliers/{deal.supplier.slug}/wait/{service}"
    assert designer.get(join).status_code == 200
    first = Week.containing(deal.now.date()).plus(3)
    form = {"quantity": "40", "first_week": first.monday.isoformat(), "last_week": first.monday.isoformat()}
    assert designer.post(join, data=form).status_code == 409  # there is room
    assert designer.post(join, data={**form, "quantity": "many"}).status_code == 422
    deal.cast.sql("UPDATE resource SET usual = 0")
    assert designer.post(join, data=form).status_code == 303
    page = designer.get("/account/waiting").text
    assert "Place 1 in the line" in page
    assert "1 studio waits" in maker.get("/listing/waiting").text
    posted = maker.post("/listing/waiting/notice", data={"service": service, "week": first.monday.isoformat()})
    assert posted.status_code == 303
    assert "being told now" in maker.get("/listing/waiting").text
    (public_id,) = deal.cast.sql("SELECT public_id FROM waiting")[0]
    assert maker.post(f"/account/waiting/{public_id}/leave").status_code == 404
    assert designer.post(f"/account/waiting/{public_id}/leave").status_code == 303
    assert "Left" in designer.get("/account/waiting").text


def test_accepting_again_after_another_completed_is_no_order(deal: Deal) -> None:
    order = deal.completed()
    assert actions.complete_due(deal.cast.database, deal.now) == 0
    assert deal.get(order).state is State.COMPLETED
