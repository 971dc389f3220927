"""Enquiries, quotes and orders between the studio and the workshop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from booked import Deal
from personas import STUDIO, SUPPLIER
from rows import Row
from rows_accounts import KEEPS_NOTHING
from rows_briefs import a_brief
from world import World

from marketplace.orders.model import Order

_BOTH, _MAKER, _DESIGNER = {STUDIO, SUPPLIER}, {SUPPLIER}, {STUDIO}


def _deal(world: World) -> Deal:
    people = world.people
    return Deal(world.cast, people["designer"], people["supplier owner"], world.organisations[STUDIO], world.supplier)


def a_quote(world: World) -> dict[str, Any]:
    return {"public_id": _deal(world).quote(20)}


def an_enquiry(world: World) -> dict[str, Any]:
    quote = world.values(a_quote)["public_id"]
    rows = world.cast.sql(
        "SELECT enquiry.public_id FROM enquiry JOIN quote ON quote.enquiry_id = enquiry.id WHERE quote.public_id = :id",
        id=quote,
    )
    return {"public_id": rows[0][0]}


def a_quoted_brief(world: World) -> dict[str, Any]:
    rows = world.cast.sql(
        "SELECT brief.public_id FROM brief JOIN enquiry ON enquiry.brief_id = brief.id WHERE enquiry.public_id = :id",
        id=world.values(an_enquiry)["public_id"],
    )
    return {"public_id": rows[0][0]}


def _of(order: Order) -> dict[str, Any]:
    return {"public_id": order.public_id}


def an_order(world: World) -> dict[str, Any]:
    return _of(_deal(world).order(20))


def a_delivered_order(world: World) -> dict[str, Any]:
    return _of(_deal(world).delivered(20))


def a_completed_order(world: World) -> dict[str, Any]:
    return _of(_deal(world).completed(20))


def a_disputed_order(world: World) -> dict[str, Any]:
    made = a_delivered_order(world)
    world.post("designer", f"/account/orders/{made['public_id']}/dispute", reason="The seams are open.")
    return made


def _part(world: World, table: str, name: str) -> dict[str, Any]:
    order = world.values(an_order)
    rows = world.cast.sql(
        f"SELECT part.public_id FROM {table} AS part JOIN purchase_order AS o ON o.id = part.order_id "
        "WHERE o.public_id = :id ORDER BY part.id LIMIT 1",
        id=order["public_id"],
    )
    return {**order, name: rows[0][0]}


def a_milestone(world: World) -> dict[str, Any]:
    return _part(world, "milestone", "milestone_id")


def a_payment(world: World) -> dict[str, Any]:
    order = world.values(an_order)
    world.post(
        "designer", f"/account/orders/{order['public_id']}/payments", kind="deposit", amount="100", due="2030-01-31"
    )
    return _part(world, "payment", "payment_id")


def a_change(world: World) -> dict[str, Any]:
    order = world.values(an_order)
    arrival = (world.now.date() + timedelta(days=30)).isoformat()
    change = {"arrival": arrival, "quantity": "25", "total": "700", "note": "Five more."}
    world.post("supplier owner", f"/account/orders/{order['public_id']}/changes", **change)
    return _part(world, "order_change", "change_id")


_WORDS = {
    "reason": "A reason in words.",
    "body": "A message.",
    "note": "A note.",
    "lots": "Lot 7.",
    "answer": "Thanks.",
}
_REVIEW = {"rating": "4", "body": "Good."}

ROWS = [
    Row("enquiries.inbox", loose=True),
    Row("enquiries.sent", loose=True),
    Row("enquiries.new", loose=True),
    Row("enquiries_api.enquiries", also=KEEPS_NOTHING, loose=True),
    Row("orders.orders", also=KEEPS_NOTHING, loose=True),
    Row("orders_api.orders", also=KEEPS_NOTHING, loose=True),
    *(
        Row(endpoint, method, make=make, parties=parties, form=_WORDS, json=json, reads_first=True, loose=True)
        for endpoint, method, make, parties, json in (
            ("enquiries.enquiry", "GET", an_enquiry, _BOTH, None),
            ("enquiries.quote", "GET", an_enquiry, _MAKER, None),
            ("enquiries.send_quote", "POST", an_enquiry, _MAKER, None),
            ("enquiries.decline", "POST", an_enquiry, _MAKER, None),
            ("enquiries.withdraw_quote", "POST", a_quote, _MAKER, None),
            ("enquiries.write", "POST", an_enquiry, _BOTH, None),
            ("enquiries.withdraw", "POST", an_enquiry, _DESIGNER, None),
            ("enquiries.close", "POST", an_enquiry, _DESIGNER, None),
            ("enquiries.close_others", "POST", a_quoted_brief, _DESIGNER, None),
            ("enquiries.compare_quotes", "GET", a_quoted_brief, _DESIGNER, None),
            ("enquiries.compare_csv", "GET", a_quoted_brief, _DESIGNER, None),
            ("enquiries_api.enquiry", "GET", an_enquiry, _BOTH, None),
            ("enquiries_api.quote", "GET", a_quote, _BOTH, None),
            ("enquiries_api.compared", "GET", a_quoted_brief, _DESIGNER, None),
            ("enquiries_api.compared_csv", "GET", a_quoted_brief, _DESIGNER, None),
            ("enquiries_api.send", "POST", a_brief, _DESIGNER, {"services": ["0" * 32]}),
            ("enquiries_api.add_quote", "POST", an_enquiry, _MAKER, {"currency": "EUR", "unit_minor": 2500}),
            ("enquiries_api.decline", "POST", an_enquiry, _MAKER, {"reason": "no_time"}),
            ("enquiries_api.withdraw_quote", "POST", a_quote, _MAKER, {}),
            ("enquiries_api.write", "POST", an_enquiry, _BOTH, {"body": "Hello"}),
            ("enquiries_api.withdraw", "POST", an_enquiry, _DESIGNER, {}),
            ("enquiries_api.close", "POST", an_enquiry, _DESIGNER, {}),
            ("enquiries_api.close_others", "POST", a_quoted_brief, _DESIGNER, {}),
            ("orders.ask_to_accept", "GET", a_quote, _DESIGNER, None),
            ("orders.accept", "POST", a_quote, _DESIGNER, None),
            ("orders_api.accept", "POST", a_quote, _DESIGNER, {}),
            ("orders.order", "GET", an_order, _BOTH, None),
            ("orders_api.order", "GET", an_order, _BOTH, None),
            ("orders.cancel", "POST", an_order, _BOTH, None),
            ("orders_api.cancel", "POST", an_order, _BOTH, {"reason": "No cloth."}),
            ("orders.deliver", "POST", an_order, _BOTH, None),
            ("orders_api.deliver", "POST", an_order, _BOTH, {"quantity": 20}),
            ("orders.complete", "POST", a_delivered_order, _BOTH, None),
            ("orders_api.complete", "POST", a_delivered_order, _BOTH, {}),
            ("orders.take_back", "POST", a_delivered_order, _BOTH, None),
            ("orders.dispute", "POST", a_delivered_order, _BOTH, None),
            ("orders_api.dispute", "POST", a_delivered_order, _BOTH, {"reason": "Open seams."}),
            ("orders.add_view", "POST", a_disputed_order, _BOTH, None),
            ("orders.end_dispute", "POST", a_disputed_order, _BOTH, None),
            ("orders.settle", "POST", a_disputed_order, set(), None),
            ("orders.lots", "POST", an_order, _BOTH, None),
            ("orders.message_add", "POST", an_order, _BOTH, None),
            ("orders_api.message", "POST", an_order, _BOTH, {"body": "Hello"}),
            ("orders.payment_add", "POST", an_order, _BOTH, None),
            ("orders_api.payment", "POST", an_order, _BOTH, {"kind": "deposit", "amount_minor": 100}),
            ("orders.payment_note", "POST", a_payment, _BOTH, None),
            ("orders.payment_paid", "POST", a_payment, _BOTH, None),
            ("orders.payment_received", "POST", a_payment, _BOTH, None),
            ("orders.payment_undo", "POST", a_payment, _BOTH, None),
            ("orders.step_add", "POST", an_order, _BOTH, None),
            ("orders.step_round", "POST", an_order, _BOTH, None),
            ("orders.step_done", "POST", a_milestone, _BOTH, None),
            ("orders.step_note", "POST", a_milestone, _BOTH, None),
            ("orders.step_undo", "POST", a_milestone, _BOTH, None),
            ("orders_api.milestone_done", "POST", a_milestone, _BOTH, {}),
            ("orders.change_propose", "POST", an_order, _BOTH, None),
            ("orders.change_accept", "POST", a_change, _BOTH, None),
            ("orders.change_decline", "POST", a_change, _BOTH, None),
            ("orders.change_withdraw", "POST", a_change, _BOTH, None),
            ("orders.repeat", "POST", a_completed_order, _DESIGNER, None),
            ("orders_api.review", "POST", a_completed_order, _BOTH, {"rating": 5, "body": "Good."}),
        )
    ),
    Row("orders.review_write", "POST", make=a_completed_order, parties=_BOTH, form=_REVIEW, loose=True),
]
