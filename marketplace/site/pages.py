"""The front page and the pages of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for

from marketplace.errors import error_names
from marketplace.search.context import index
from marketplace.search.forms import Asked
from marketplace.search.pages import distance_unit, form_values
from marketplace.search.query import SearchQuery
from marketplace.search.views import link, map_view, process_choices, unit_choices
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import today
from marketplace.web.routes import does

blueprint = Blueprint("site", __name__)

PINS_AT_ONCE = 100  # in the front page itself; js/map.js fetches the others


@blueprint.get("/")
@does("page.read")
def front() -> str:
    unit = distance_unit()
    query = SearchQuery(today=today(), per_page=PINS_AT_ONCE)
    answer = index().search(query)
    counts = answer.facets
    other = "radius_km" if unit == "mi" else "radius_mi"
    return render_template(
        "site/front.html",
        form={**form_values(unit), "errors": {}},
        processes=process_choices(),
        units=unit_choices(),
        distance_unit=unit,
        switch_distance_url=link(request.path, [(other, 40 if unit == "mi" else 25)]),
        figures=[
            ("workshops", answer.total),
            ("kinds of work", len(counts.get(Facet.PROCESS, ()))),
            ("skills", len(counts.get(Facet.SKILL, ()))),
            ("languages spoken", len(counts.get(Facet.LANGUAGE, ()))),
        ],
        kinds=_kinds(counts.get(Facet.KIND, ())),
        map_data=map_view(Asked(query), answer, unit),
        demo=any(fit.document.external_id.startswith("demo-") for fit in answer.hits),
    )


@blueprint.get("/help")
@does("page.read")
def help() -> str:  # noqa: A001 (the endpoint's name)
    return render_template("site/help.html", errors=error_names())


@blueprint.get("/glossary")
@does("page.read")
def glossary() -> str:
    return render_template("site/glossary.html")


def _kinds(counts: Sequence[tuple[str, int]]) -> list[tuple[str, str, int, str]]:
    labels: dict[str, Any] = vocabulary().terms[Facet.KIND]
    return [
        (kind, labels[kind].label if kind in labels else kind, count, url_for("search.search", kind=kind))
        for kind, count in counts
    ]
