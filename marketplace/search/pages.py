"""The search page: list and map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from marketplace.errors import Invalid
from marketplace.search.beside import pools_beside
from marketplace.search.context import index
from marketplace.search.forms import PARAMETERS, RADIUS_DEFAULT_KM, RADIUS_DEFAULT_MI, Asked, read_search
from marketplace.search.place_words import place_offer
from marketplace.search.query import SearchQuery
from marketplace.search.suggest import is_long_enough
from marketplace.search.suggest_live import read_suggest, suggest_for
from marketplace.search.views import (
    link,
    place_offer_view,
    places_view,
    process_choices,
    results_view,
    suggestions_view,
    unit_choices,
    without_words_view,
)
from marketplace.web.context import now, places, system, today
from marketplace.web.routes import does

blueprint = Blueprint("search", __name__)

PATH = "/search"


@blueprint.get(PATH)
@does("catalogue.search")
def search() -> ResponseReturnValue:
    given = {name: values for name, values in request.args.lists() if name != "view"}
    errors: dict[str, str] = {}
    if distance_unit() == "mi" and not (given.get("radius_mi") or given.get("radius_km")) and "near" in given:
        given["radius_mi"] = [str(RADIUS_DEFAULT_MI)]
    try:
        asked = read_search(given, today(), places().find)
    except Invalid as error:
        errors, asked = error.problems, Asked(SearchQuery(today=today()))
    unit = distance_unit()
    context: dict[str, Any] = _empty(errors)
    if asked.choices:
        context["places"] = places_view(asked.choices, given, PATH)
        context["place_asked"] = request.args.get("near", "")
    elif not errors:
        answer = index().search(asked.query)
        if answer.total and not answer.hits:  # the list has become shorter, or somebody typed the number
            last = -(-answer.total // asked.query.per_page)
            kept = [(name, value) for name, values in given.items() if name != "page" for value in values]
            return redirect(link(PATH, [*kept, ("page", last)]), 303)
        context.update(results_view(asked, answer, PATH, now(), unit))
        context["pools"] = pools_beside(asked.query, answer)
        # The engine changes limits, never the words: a few more letters of a name must not find other work.
        if not answer.total and asked.query.text:
            others = index().search(replace(asked.query, text="", page=1)).total
            context["relaxations"] += [without_words_view(asked, others, PATH)] if others else []
        offer = place_offer(asked.query, system().gazetteer.search)
        context["place_offer"] = place_offer_view(offer, asked, PATH, unit)
    fragment = request.headers.get("HX-Request") == "true"
    page = render_template(
        "search/_results.html" if fragment and not errors else "search/search.html",
        form={**form_values(unit), "errors": errors},
        processes=process_choices(),
        units=unit_choices(),
        distance_unit=unit,
        switch_distance_url=_switch_url(unit),
        filter_count=len(context["active_filters"]),
        fragment=fragment,
        **context,
    )
    return page, 422 if errors else 200


@blueprint.get("/suggest")
@does("catalogue.search")
def suggestions() -> ResponseReturnValue:
    """What the words may mean, as a plain list of links; all else that was typed is kept in them."""
    given = {name: [value for value in values if value] for name, values in request.args.lists()}
    errors: dict[str, str] = {}
    text, found = request.args.get("q", ""), {}
    try:
        text, wanted = read_suggest(given, (*PARAMETERS, "group"))
        found = suggest_for(text, wanted)
    except Invalid as error:
        errors = error.problems
    pairs = [(name, value) for name, values in given.items() if name in PARAMETERS for value in values]
    page = render_template(
        "search/suggest.html",
        text=text,
        kept=[(name, value) for name, value in pairs if name != "q"],
        groups=suggestions_view(found, pairs, PATH),
        search_url=link(PATH, pairs),
        too_short=not is_long_enough(text),
        errors=errors,
    )
    return page, 422 if errors else 200


def distance_unit() -> str:
    """Kilometres or miles: as asked in this request, else as chosen before."""
    asked = "mi" if request.args.get("radius_mi") else "km" if request.args.get("radius_km") else None
    if asked is None:
        return str(session.get("distance_unit", "km"))
    if session.get("distance_unit", "km") != asked:
        session["distance_unit"] = asked
    return asked


def form_values(unit: str) -> dict[str, Any]:
    """The form as it was typed."""
    args = request.args
    return {
        "process": args.getlist("process"),
        "quantity": args.get("quantity", ""),
        "unit": args.get("unit", "piece"),
        "q": args.get("q", ""),
        "radius": args.get(f"radius_{unit}") or (25 if unit == "mi" else RADIUS_DEFAULT_KM),
        "near": args.get("near", ""),
        "by": args.get("by", ""),
        **{name: args.get(name, "") in ("1", "true", "on", "yes") for name in ("verified", "teaching")},
        **{
            name: args.get(name, "")
            for name in ("colours", "sizes", "styles", "lat", "lon", "width_cm", "gsm", "piece_g")
        },
        "from_": args.get("from", ""),
    }


def _switch_url(unit: str) -> str:
    """The same search with the other unit of distance."""
    args = request.args.to_dict(flat=False)
    args.pop(f"radius_{unit}", None)
    other = ("radius_mi", 25) if unit == "km" else ("radius_km", RADIUS_DEFAULT_KM)
    pairs = [(name, value) for name, values in args.items() for value in values]
    return link(request.path, [*pairs, other])


def _empty(errors: dict[str, str]) -> dict[str, Any]:
    """The page while there is no answer to show."""
    return {
        "total": 0,
        "total_is_estimate": False,
        "hits": [],
        "headline": "Something in the search needs changing" if errors else None,
        "asked": None,
        "active_filters": [],
        "clear_url": PATH,
        "sorts": [],
        "sort": "",
        "relaxations": [],
        "near_misses": [],
        "pools": [],
        "places": None,
        "place_offer": None,
        "degraded": False,
        "page": {"number": 1, "pages": 1, "previous_url": None, "next_url": None},
        "map_data": {"type": "FeatureCollection", "features": []},
        "facets": [],
    }
