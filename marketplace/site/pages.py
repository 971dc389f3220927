"""The front page and the pages of words."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, render_template, request, url_for

from marketplace.errors import error_kinds
from marketplace.search.context import index
from marketplace.search.pages import distance_unit, form_values
from marketplace.search.query import SearchQuery
from marketplace.search.render import geojson
from marketplace.search.views import link, process_choices, unit_choices
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.context import today
from marketplace.web.routes import does

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
@does("page.read")
def front() -> str:
    unit = distance_unit()
    query = SearchQuery(today=today())
    fits = index().every(query)
    documents = [fit.document for fit in fits]
    services = [service for document in documents for service in document.services if service.draft]
    other = "radius_km" if unit == "mi" else "radius_mi"
    return render_template(
        "site/front.html",
        form={**form_values(unit), "errors": {}},
        processes=process_choices(),
        units=unit_choices(),
        distance_unit=unit,
        switch_distance_url=link(request.path, [(other, 40 if unit == "mi" else 25)]),
        figures=[
            ("workshops", len({document.supplier_id for document in documents})),
            ("towns", len({(document.country, document.locality) for document in documents})),
            ("services with a stated minimum", sum(bool(s.draft and s.draft.rules) for s in services)),
            ("with open weeks", sum(s.calendar is not None for s in services)),
        ],
        kinds=_kinds(Counter(document.kind for document in documents if document.kind)),
        map_data=geojson(fits, query),
        demo=any(document.external_id.startswith("demo-") for document in documents),
    )


@blueprint.get("/help")
@does("page.read")
def help() -> str:  # noqa: A001 (the endpoint's name)
    return render_template("site/help.html", errors=[(kind.slug, kind.title, kind.status) for kind in error_kinds()])


@blueprint.get("/glossary")
@does("page.read")
def glossary() -> str:
    return render_template("site/glossary.html")


def _kinds(counts: Counter[str]) -> list[tuple[str, str, int, str]]:
    labels: dict[str, Any] = vocabulary().terms[Facet.KIND]
    return [
        (kind, labels[kind].label if kind in labels else kind, count, url_for("search.search", kind=kind))
        for kind, count in counts.most_common()
    ]
