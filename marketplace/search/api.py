"""JSON of searches and places."""

from __future__ import annotations

import re
from typing import Any

import orjson
from flask import Blueprint, Response, jsonify, request

from marketplace.errors import Invalid
from marketplace.places.model import Place
from marketplace.search.beside import pool_beside_json, pools_beside
from marketplace.search.context import index
from marketplace.search.decide import decide
from marketplace.search.forms import Asked, read_search
from marketplace.search.place_words import place_offer
from marketplace.search.render import MOST_FEATURES, answer_json, geojson
from marketplace.search.suggest import Suggestion
from marketplace.search.suggest_live import read_suggest, suggest_for
from marketplace.text import clean_line
from marketplace.web.context import places, system, today
from marketplace.web.routes import does

blueprint = Blueprint("search_api", __name__)

_MOST_LABELS = 100
_DEGREES = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]{1,20})?")


@blueprint.get("/api/v1/search")
@does("catalogue.search")
def search() -> Response:
    asked = _read()
    offer = place_offer(asked.query, system().gazetteer.search)
    answer = index().search(asked.query)
    found = answer_json(answer, asked.query, asked.origin, asked.distance_unit, offer)
    found["pools"] = [pool_beside_json(pool) for pool in pools_beside(asked.query, answer)]
    body = orjson.dumps(found)
    return Response(body, content_type="application/json")


@blueprint.get("/api/v1/search.geojson")
@does("catalogue.search")
def search_geojson() -> Response:
    """The first hits in the order of the results; `total` counts all of them, on the map or not."""
    query = _read().query
    live = index()
    site_ids = live.site_ids(query)
    fits = [decide(document, query) for document in live.documents(site_ids[:MOST_FEATURES])]
    collection = geojson((fit for fit in fits if fit.fits), query)
    response = jsonify({**collection, "total": len(site_ids), "truncated": len(site_ids) > MOST_FEATURES})
    response.content_type = "application/geo+json"
    return response


@blueprint.get("/api/v1/places")
@does("catalogue.search")
def find_places() -> Response:
    """Places by name; with `suggest`, names that start so (never an online request)."""
    try:
        text = clean_line(request.args.get("q", ""))
    except ValueError as error:
        raise Invalid({"q": str(error)}) from None
    if not text:
        raise Invalid({"q": "is missing: give the name of a place, such as “Prato, Italy”"})
    finder = places()
    found = finder.suggest(text) if request.args.get("suggest") else finder.find(text)
    return jsonify({"places": [place_json(place) for place in found]})


@blueprint.get("/api/v1/suggest")
@does("catalogue.search")
def suggest() -> Response:
    """What the text may become, for fields that complete what is being typed."""
    text, wanted = read_suggest(dict(request.args.lists()))
    groups = [
        {"name": group.value, "label": group.label, "suggestions": [suggestion_json(item) for item in listed]}
        for group, listed in suggest_for(text, wanted).items()
    ]
    return jsonify({"q": text, "groups": groups})


@blueprint.get("/map/labels")
@does("catalogue.search")
def map_labels() -> Response:
    """Names for the offline map: the largest places of a view."""
    south, west, north, east = (_degrees(name) for name in ("south", "west", "north", "east"))
    found = system().gazetteer.labels(south, west, north, east, _MOST_LABELS)
    response = jsonify(
        [
            {"name": p.locality or p.label, "lat": p.point.lat, "lon": p.point.lon, "population": p.population}
            for p in found
        ]
    )
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def suggestion_json(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "label": suggestion.label,
        "detail": suggestion.detail,
        "sets": suggestion.sets,
        "url": suggestion.url,
    }


def place_json(place: Place) -> dict[str, Any]:
    return {
        "label": place.label,
        "lat": place.point.lat,
        "lon": place.point.lon,
        "precision": place.precision.value,
        "country": place.country,
        "region": place.region,
        "locality": place.locality,
        "population": place.population,
        "timezone": place.timezone,
    }


def _read() -> Asked:
    return read_search(dict(request.args.lists()), today(), places().find, choose_first=True)


def _degrees(name: str) -> float:
    """One edge of a map view; views may be wider than the world."""
    text = request.args.get(name, "")
    if not _DEGREES.fullmatch(text):
        raise Invalid({name: "must be degrees, such as 51.5"})
    limit = 90 if name in ("south", "north") else 180
    return max(-limit, min(limit, float(text)))
