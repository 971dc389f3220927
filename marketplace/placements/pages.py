"""The placements page for apprentices, one placement, and the feed of a search."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import can
from marketplace.errors import Invalid
from marketplace.placements import atom
from marketplace.placements.forms import PAGE_MAXIMUM, amount_text, question_of, read_query, take_number
from marketplace.placements.live import offers
from marketplace.placements.model import Level
from marketplace.placements.offers import get_offer
from marketplace.placements.search import Found, Relaxation, search
from marketplace.placements.views import found_view, offer_view, pins, words_of
from marketplace.search.forms import RADIUS_DEFAULT_KM, RADIUS_DEFAULT_MI
from marketplace.search.views import link, places_view
from marketplace.units.model import CURRENCIES
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import database, places, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("placements", __name__)

PATH = "/placements"
_PER_PAGE = 50


@blueprint.get(PATH)
@does("catalogue.search")
def placements() -> ResponseReturnValue:
    given = {name: [v for v in values if v.strip()] for name, values in request.args.lists()}
    unit = "mi" if request.args.get("radius_mi") else str(session.get("distance_unit", "km"))
    context: dict[str, Any] = {"relaxations": [], "errors": {}, "places": None, "save_url": None, "feed_url": None}
    found: tuple[Found, ...] = ()
    number = 1
    try:
        number = take_number(given, "page", 1, PAGE_MAXIMUM)
        query, origin, choices = read_query(given, places().find)
        if choices:
            context["places"] = places_view(choices, given, PATH)
        else:
            result = search(offers(), query, today())
            found = result.fits
            context["relaxations"] = [_relaxation(change, given) for change in result.relaxations()]
            question = question_of(query, origin)
            context["save_url"] = f"{url_for('placements.save')}?{question}"
            context["feed_url"] = f"{url_for('placements.feed')}?{question}"
    except Invalid as error:
        context["errors"] = error.problems
    first = (number - 1) * _PER_PAGE
    context |= {"total": len(found), "placements": [found_view(f) for f in found[first : first + _PER_PAGE]]}
    pages = max(1, -(-len(found) // _PER_PAGE))
    page = render_template(
        "placements/placements.html",
        form=_form(unit),
        skills=_trades(),
        levels=[(level.value, level.label) for level in Level],
        languages=sorted((t.id, t.label) for t in vocabulary().terms[Facet.LANGUAGE].values()),
        currencies=[(code, code) for code in sorted(CURRENCIES)],
        distance_unit=unit,
        page={
            "number": number,
            "pages": pages,
            "previous_url": _page_url(given, number - 1, pages),
            "next_url": _page_url(given, number + 1, pages),
        },
        map_data=pins(found),
        **context,
    )
    return page, 422 if context["errors"] else 200


@blueprint.get("/placements/<public_id>")
@does("catalogue.search")
def placement(public_id: str) -> str:
    with database().reading() as db:
        offer, supplier = get_offer(db, public_id)
    return render_template(
        "placements/placement.html",
        placement=offer_view(offer),
        is_open=offer.placement.is_shown(today()),
        is_owner=can(current_actor(), "placement.offer", supplier.organisation_id),
        report_url=url_for("reports.report", kind="placement", public_id=public_id),
        map_data=pins([Found(offer, None)]),
        point=offer.point,
    )


@blueprint.get("/placements/feed.atom")
@does("catalogue.search")
def feed() -> Response:
    query, origin, _ = read_query(dict(request.args.lists()), places().find, choose_first=True)
    found = search(offers(), query, today()).fits
    words = words_of(query, origin.label if origin else "")
    body = atom.feed(words, urlencode(list(request.args.items(multi=True))), found, settings().site_url)
    response = Response(body, content_type=atom.CONTENT_TYPE)
    response.add_etag()
    response.make_conditional(request)
    return response


def _form(unit: str) -> dict[str, Any]:
    args = request.args
    names = ("skill", "near", "start_from", "start_to", "wage_min", "level", "language")
    return {
        **{name: args.get(name, "") for name in names},
        "currency": args.get("currency") or "EUR",
        "radius": args.get(f"radius_{unit}") or (RADIUS_DEFAULT_MI if unit == "mi" else RADIUS_DEFAULT_KM),
        "paid": args.get("paid", "") in ("1", "true", "on", "yes"),
    }


def _trades() -> list[tuple[str, str]]:
    """Trades in the order of the chain, then single skills."""
    words = vocabulary()
    ordered = sorted(words.processes.values(), key=lambda process: (process.order, process.label))
    skills = sorted((term.label, term.id) for term in words.terms[Facet.SKILL].values())
    return [(process.id, process.label) for process in ordered] + [(name, label) for label, name in skills]


def _relaxation(change: Relaxation, given: dict[str, list[str]]) -> dict[str, Any]:
    """A link that asks the changed query."""
    miss = change.missed
    changed = {name: values for name, values in given.items() if name not in (miss.field, "radius_mi")}
    if miss.field == "radius_km":
        changed["radius_km"] = [f"{miss.after:g}"]
    elif given.get("radius_mi"):
        changed["radius_mi"] = given["radius_mi"]
    if miss.field == "wage_min" and miss.changed.least:
        changed["wage_min"] = [amount_text(miss.changed.least)]
    elif miss.field != "radius_km":
        changed[miss.field] = str(miss.after).split()
    pairs = [(name, value) for name, values in changed.items() for value in values]
    return {"text": miss.text[:1].upper() + miss.text[1:], "url": link(PATH, pairs), "adds": change.adds}


def _page_url(given: dict[str, list[str]], number: int, pages: int) -> str | None:
    if not 1 <= number <= pages:
        return None
    pairs = [(name, value) for name, values in given.items() for value in values]
    return link(PATH, [*pairs, ("page", number)])
