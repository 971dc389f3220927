"""Enquiries and quotes between the studio and the workshop. Orders stand in rows_orders.py."""

from __future__ import annotations

import io
from typing import Any

from booked import Deal
from personas import STUDIO, SUPPLIER
from rows import Row
from rows_accounts import KEEPS_NOTHING
from rows_briefs import PDF, a_brief
from world import World

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


def an_asked_file(world: World) -> dict[str, Any]:
    """It came with a message, so it is nobody's but the two sides'."""
    asked = world.values(an_enquiry)
    path = f"/account/enquiries/{asked['public_id']}/messages"
    world.post("designer", path, kind="message", body="The pattern.", file=(io.BytesIO(PDF), "pattern.pdf"))
    rows = world.cast.sql("SELECT public_id FROM file ORDER BY id DESC LIMIT 1")
    return {**asked, "file_id": rows[0][0]}


def _question(world: World) -> dict[str, Any]:
    supplier = world.supplier
    return {
        "brief": world.values(a_brief)["public_id"],
        "supplier": supplier.public_id,
        f"service-{supplier.public_id}": supplier.services[0].public_id,
    }


_WORDS = {
    "reason": "A reason in words.",
    "body": "A message.",
    "note": "A note.",
    "lots": "Lot 7.",
    "answer": "Thanks.",
}

ROWS = [
    Row("enquiries.inbox", loose=True),
    Row("enquiries.sent", loose=True),
    Row("enquiries.new", loose=True),
    Row(
        "enquiries.new",
        action="enquiry.send",
        query=lambda world: {"brief": world.values(a_brief)["public_id"]},
        parties={STUDIO},
    ),
    Row("enquiries.ask", "POST", parties={STUDIO}, form=_question),
    Row("enquiries.file", make=an_asked_file, parties=_BOTH),
    Row("enquiries_api.file", make=an_asked_file, parties=_BOTH),
    Row("enquiries_api.enquiries", also=KEEPS_NOTHING, loose=True),
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
            ("enquiries.ask_to_close", "GET", an_enquiry, _DESIGNER, None),
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
        )
    ),
]
