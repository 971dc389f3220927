"""The owner offers placements and closes them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.db.ids import new_public_id
from marketplace.errors import Invalid
from marketplace.placements import actions, store
from marketplace.placements.forms import read_offer
from marketplace.placements.model import PlacementStatus
from marketplace.placements.pages import blueprint
from marketplace.placements.views import title, wage_text
from marketplace.suppliers.actions import find_own
from marketplace.units.model import CURRENCIES
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, now, today
from marketplace.web.routes import does


@blueprint.route("/listing/placements", methods=["GET", "POST"])
@does("placement.offer")
def own() -> ResponseReturnValue:
    if request.method != "POST":
        return _page({}, 200)
    try:
        actions.offer(
            database(),
            current_actor(),
            lambda site_id: read_offer(request.form, new_public_id(), site_id, today()),
            now(),
        )
    except Invalid as error:
        return _page(error.problems, 422)
    flash("The placement is open: apprentices find it from now on.", "success")
    return redirect(url_for("placements.own"), 303)


@blueprint.post("/listing/placements/<public_id>/close")
@does("placement.offer")
def close(public_id: str) -> ResponseReturnValue:
    actions.close(database(), current_actor(), public_id, now())
    flash("The placement is closed.", "success")
    return redirect(url_for("placements.own"), 303)


def _page(errors: dict[str, str], status: int) -> ResponseReturnValue:
    with database().reading() as session:
        supplier = find_own(session, current_actor())
        if supplier is None:
            return redirect(url_for("suppliers.guide"), 303)
        listed = store.list_for_sites(session, [site.id for site in supplier.sites])
    views: list[dict[str, Any]] = [
        {
            "title": title(p),
            "start": p.starts_on,
            "wage_text": wage_text(p.wage),
            "seats": p.seats,
            "seats_open": p.seats_open,
            "status": p.status.value,
            "close_url": url_for("placements.close", public_id=p.public_id)
            if p.status is PlacementStatus.OPEN
            else None,
        }
        for p in listed
    ]
    processes = sorted(vocabulary().processes.values(), key=lambda process: process.order)
    page = render_template(
        "placements/own.html",
        placements=views,
        form=request.form.to_dict() or {"seats": "1", "months": "12", "wage_currency": "EUR"},
        errors=errors,
        processes=[(process.id, process.label) for process in processes],
        skills=sorted((t.id, t.label) for t in vocabulary().terms[Facet.SKILL].values()),
        currencies=[(code, code) for code in sorted(CURRENCIES)],
        back_url=url_for("suppliers.listing"),
    )
    return page, status
