"""Repeat a run: a new brief that knows who made it, at what price, and from which lots."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize
from marketplace.briefs import actions as briefs
from marketplace.briefs import store as brief_store
from marketplace.briefs.model import Brief, BriefId, Content, Earlier
from marketplace.briefs.rules import next_title
from marketplace.db import Database
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.money import total_asked
from marketplace.errors import Conflict
from marketplace.orders.model import State
from marketplace.orders.parties import readable
from marketplace.suppliers import store as suppliers


def repeat(database: Database, actor: Actor, public_id: str, now: datetime) -> Brief:
    """A brief for another run of what this completed order made, as it was ordered, without its days.

    Errors: Conflict for an order that is not completed; NotFound for anybody but the studio.
    """
    with database.writing() as session:
        order, _ = readable(session, actor, public_id)
        authorize(actor, "brief.own", order.studio_id)
        if order.state is not State.COMPLETED:
            raise Conflict("A run can be repeated once its order is completed.")
        quote = next(q for q in enquiries.list_quotes(session, [order.enquiry_id]) if q.id == order.quote_id)
        enquiry = enquiries.get_enquiry_by_id(session, order.enquiry_id)
        supplier = suppliers.get(session, enquiry.supplier_id)
        ordered = brief_store.get_version(session, enquiry.brief_id, enquiry.brief_version)
        earlier = Earlier(supplier.public_id, supplier.profile.name, total_asked(quote.offer).each, order.public_id)

        def again(_newest: Content) -> Content:
            return replace(
                ordered,
                title=next_title(ordered.title),
                lots=order.lots or ordered.lots,
                what_changed="",
                start=None,
                by=None,
            )

        before = brief_store.get_by_id(session, BriefId(order.brief_id))
        return briefs.repeat(database, actor, before.public_id, again, now, earlier)
