"""The placements page for apprentices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue

from marketplace.errors import Invalid
from marketplace.placements.forms import read_query
from marketplace.placements.offers import list_offers
from marketplace.placements.search import Found, Missed, relaxations, search
from marketplace.placements.views import found_view, pins
from marketplace.search.forms import read_whole
from marketplace.search.views import link, places_view
from marketplace.vocabulary import vocabulary
from marketplace.web.context import database, places
from marketplace.web.routes import does

blueprint = Blueprint("placements", __name__)

PATH = "/placements"
_PER_PAGE = 50


@blueprint.get(PATH)
@does("catalogue.search")
def placements() -> ResponseReturnValue:
    given = {name: [v for v in values if v.strip()] for name, values in request.args.lists()}
    asked_page = given.pop("page", None)
    unit = "mi" if request.args.get("radius_mi") else str(session.get("distance_unit", "km"))
    context: dict[str, Any] = {"placements": [], "total": 0, "relaxations": [], "errors": {}, "places": None}
    found: list[Found] = []
    number = 1
    try:
        number = _page_number(asked_page)
        query, _, choices = read_query(given, places().find)
        if choices:
            context["places"] = places_view(choices, given, PATH)
        else:
            with database().reading() as db:
                found, missed = search(list_offers(db), query)
            context["relaxations"] = [
                _relaxation(m, adds, given) for m, adds in relaxations(missed) if m.field != "skill"
            ]
    except Invalid as error:
        context["errors"] = error.problems
    first = (number - 1) * _PER_PAGE
    context |= {"total": len(found), "placements": [found_view(f) for f in found[first : first + _PER_PAGE]]}
    pages = max(1, -(-len(found) // _PER_PAGE))
    page = render_template(
        "placements/placements.html",
        form=_form(unit),
        skills=_trades(),
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


def _page_number(asked: list[str] | None) -> int:
    """Errors: Invalid."""
    try:
        return read_whole(asked[-1].strip(), 1, 10_000) if asked else 1
    except ValueError as error:
        raise Invalid({"page": str(error)}) from None


def _form(unit: str) -> dict[str, Any]:
    args = request.args
    names = ("skill", "near", "start_from", "start_to")
    return {
        **{name: args.get(name, "") for name in names},
        "radius": args.get(f"radius_{unit}") or 40,
        "paid": args.get("paid", "") in ("1", "true", "on", "yes"),
    }


def _trades() -> list[tuple[str, str]]:
    ordered = sorted(vocabulary().processes.values(), key=lambda process: (process.order, process.label))
    return [(process.id, process.label) for process in ordered]


def _relaxation(miss: Missed, adds: int, given: dict[str, list[str]]) -> dict[str, Any]:
    changed = {name: values for name, values in given.items() if name not in (miss.field, "radius_mi")}
    if miss.field != "paid":
        changed[miss.field] = [f"{miss.after:g}" if isinstance(miss.after, float) else str(miss.after)]
    pairs = [(name, value) for name, values in changed.items() for value in values]
    return {"text": miss.text[:1].upper() + miss.text[1:], "url": link(PATH, pairs), "adds": adds}


def _page_url(given: dict[str, list[str]], number: int, pages: int) -> str | None:
    if not 1 <= number <= pages:
        return None
    pairs = [(name, value) for name, values in given.items() for value in values]
    return link(PATH, [*pairs, ("page", number)])
