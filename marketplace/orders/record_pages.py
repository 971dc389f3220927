"""What a workshop that was asked sees of the studio: its record, and what other workshops said of it."""

from __future__ import annotations

from flask import render_template

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import authorize
from marketplace.enquiries import store as enquiries
from marketplace.orders.desk import studio_name, studio_reviews
from marketplace.orders.pages import blueprint
from marketplace.suppliers import store as suppliers
from marketplace.web.context import database, now
from marketplace.web.routes import does


@blueprint.get("/account/enquiries/<public_id>/studio")
@does("order.read")
def studio(public_id: str) -> str:
    """Of the studio that asked this firm. Others don't see it: a studio is no public listing."""
    with database().reading() as session:
        enquiry = enquiries.get_enquiry(session, public_id)
        supplier = suppliers.get(session, enquiry.supplier_id)
        authorize(current_actor(), "order.read", supplier.organisation_id)
        name = studio_name(session, enquiry.studio_id)
        seen = studio_reviews(session, enquiry.studio_id, now())
    return render_template("orders/studio.html", name=name, back_url=f"/account/enquiries/{enquiry.public_id}", **seen)
