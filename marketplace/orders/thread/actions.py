"""Write to the other side of an order. One write transaction, after the bytes of a file have arrived."""

from __future__ import annotations

from datetime import datetime

from marketplace.accounts.model import Actor
from marketplace.booking.model import Side
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid
from marketplace.files.actions import Cabinet, Received, keep
from marketplace.orders.events import note, other, tell
from marketplace.orders.model import Message
from marketplace.orders.parties import one_side, take
from marketplace.orders.rules import MOST_MESSAGES
from marketplace.orders.thread import store


def write(
    database: Database,
    actor: Actor,
    public_id: str,
    body: str,
    now: datetime,
    *,
    cabinet: Cabinet | None = None,
    received: Received | None = None,
) -> Message:
    """Words, a file, or both. An order that is over can still be talked about.

    Errors: Invalid without either, or when the files take too much; Conflict when there are too many; NotFound.
    """
    with database.writing() as session:
        order, sides = take(session, actor, public_id, "order.run")
        if not body and received is None:
            raise Invalid({"body": "write a message or choose a file"})
        if store.count(session, order.id) >= MOST_MESSAGES:
            raise Conflict("This thread is full.")
        side = one_side(sides, Side.STUDIO)
        organisation_id = order.organisation_of(side)
        person_id = actor.person.id if actor.person else None
        message = store.add(session, order.id, organisation_id, person_id, body, now)
        after = {"message": message.public_id}
        if received is not None and cabinet is not None:
            file = keep(session, cabinet, received, organisation_id=organisation_id, person_id=person_id, now=now)
            store.attach(session, order.id, message.id, file.id)
            after["file"] = file.public_id
        note(session, actor, order, "message", now, after=after)
        tell(session, order, other(side), "a new message." if body else "a new file.", now)
        return message
