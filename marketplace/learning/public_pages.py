"""For everybody, without an account: check a skills log, and see which skills are at risk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.errors import Invalid, NotFound
from marketplace.learning import actions, store
from marketplace.learning.model import Export
from marketplace.learning.risk import list_states
from marketplace.learning.signing import ALGORITHM, problem_of, public_key
from marketplace.learning.views import document_view, region_choices, state_json, state_view
from marketplace.places.countries import all_countries
from marketplace.suppliers import region_store as regions
from marketplace.web.context import database, settings, today
from marketplace.web.routes import does

blueprint = Blueprint("skills", __name__)

_MOST_BYTES = 900_000


@blueprint.get("/skills-log/check")
@does("learning.check")
def check() -> str:
    return render_template("learning/check.html", checked=False, problem=None, log=None)


@blueprint.post("/skills-log/check")
@does("learning.check")
def check_post() -> ResponseReturnValue:
    """What is sent is looked at and forgotten."""
    sent = request.files.get("file")
    text = sent.stream.read(_MOST_BYTES) if sent and sent.filename else request.form.get("text", "").encode()
    if not text.strip():
        problem = "Choose the file, or paste what stands in it."
        return render_template("learning/check.html", checked=False, problem=problem, log=None), 422
    document, refused = actions.check(text, settings().data_dir)
    log = document_view(document) if document else None
    return render_template("learning/check.html", checked=True, problem=refused, log=log)


@blueprint.post("/api/v1/skills-log/check")
@does("learning.check")
def check_json() -> Response:
    document, problem = actions.check(request.get_data(), settings().data_dir)
    shown = {name: document[name] for name in ("holder", "made_at", "code", "totals")} if document else {}
    return jsonify({"valid": problem is None, "problem": problem, **shown})


@blueprint.get("/api/v1/skills-log/key")
@does("learning.check")
def key() -> Response:
    return jsonify({"algorithm": ALGORITHM, "key": public_key(settings().data_dir)})


@blueprint.get("/skills-log/<code>")
@does("learning.check")
def shown(code: str) -> ResponseReturnValue:
    """The export as it was signed: what a printed page is compared with."""
    document = json.loads(_export(code).document)
    problem = problem_of(document, settings().data_dir)
    view = None if problem else document_view(document)
    return render_template("learning/shown.html", log=view, problem=problem, site=settings().site_url, code=code)


@blueprint.get("/skills-log/<code>/file")
@does("learning.check")
def file(code: str) -> Response:
    response = Response(_export(code).document, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="skills-log.json"'
    return response


@blueprint.get("/skills-at-risk")
@does("catalogue.search")
def at_risk() -> ResponseReturnValue:
    errors: dict[str, str] = {}
    found: list[Any] = []
    country = region = ""
    try:
        country, region = _asked(request.args)
    except Invalid as error:
        errors = error.problems
    with database().reading() as session:
        listed = regions.list_regions(session)
        if not country and not errors and listed:
            country = _largest(listed)
        found = list_states(session, country, region, today()) if country else []
    page = render_template(
        "learning/at_risk.html",
        skills=[state_view(state) for state in found],
        regions=region_choices(listed, _names()),
        chosen=f"{country}/{region}" if region else country,
        place=f"{region}, {_names().get(country, country)}" if region else _names().get(country, country),
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.get("/api/v1/skills-at-risk")
@does("catalogue.search")
def at_risk_json() -> Response:
    """Without a country: the regions to ask about."""
    country, region = _asked(request.args)
    with database().reading() as session:
        listed = regions.list_regions(session)
        found = list_states(session, country, region, today()) if country else []
    return jsonify(
        {
            "country": country or None,
            "region": region or None,
            "regions": [{"country": c, "region": r or None, "suppliers": n} for c, r, n in listed],
            "skills": [state_json(state) for state in found],
        }
    )


def _asked(args: Mapping[str, str]) -> tuple[str, str]:
    """'IT', or 'IT/Toscana' in one field as the page's form sends it. Errors: Invalid."""
    unknown = {name[:40]: "is not a parameter of this address" for name in args if name not in ("country", "region")}
    country, _, region = args.get("country", "").strip().partition("/")
    region = args.get("region", "").strip() or region
    if country and country.upper() not in _names():
        unknown["country"] = f"“{country[:40]}” is not a country we know: write its two letters, such as IT"
    if region and not country:
        unknown["region"] = "needs its country"
    if unknown:
        raise Invalid(unknown)
    return country.upper(), region[:200]


def _largest(listed: list[tuple[str, str, int]]) -> str:
    """The country with the most suppliers."""
    sums: dict[str, int] = {}
    for country, _, number in listed:
        sums[country] = sums.get(country, 0) + number
    return max(sums, key=lambda country: (sums[country], country))


def _names() -> dict[str, str]:
    return {country.alpha2: country.name for country in all_countries()}


def _export(code: str) -> Export:
    with database().reading() as session:
        found = store.find_export(session, code)
    if found is None:
        raise NotFound("No log stands here: its holder has taken it back, or the code is mistyped.")
    return found
