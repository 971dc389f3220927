"""The main job from a terminal."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from marketplace.cli.terminal import open_system, print_table

if TYPE_CHECKING:
    from marketplace.search.decide import SiteFit
    from marketplace.search.query import SearchQuery

_EVERYTHING = 10_000_000


@click.command()
@click.argument("text", required=False, default="")
@click.option("--near", help="Place to search around, such as “Prato, Italy”.")
@click.option("--lat", help="Latitude, with --lon instead of --near.")
@click.option("--lon", help="Longitude.")
@click.option("--radius", help="40km or 25mi; 40 km where not given.")
@click.option("--quantity", help="How many.")
@click.option("--unit", help="piece, metre, kg, ...")
@click.option("--colours", help="Colours the run is split into.")
@click.option("--sizes", help="Sizes the run is split into.")
@click.option("--styles", help="Styles the run is split into.")
@click.option("--width-cm", help="Width of the cloth, to compare metres with kilograms.")
@click.option("--gsm", help="Weight of the cloth in g/m².")
@click.option("--piece-g", help="Weight of one piece in grams, to compare pieces with kilograms.")
@click.option("--from", "start", help="First day work can start, ISO date.")
@click.option("--by", help="Day it must be ready, ISO date.")
@click.option("--process", multiple=True, help="What has to be done, such as sew. Repeatable: any of them.")
@click.option("--skill", multiple=True)
@click.option("--material", multiple=True)
@click.option("--product", multiple=True)
@click.option("--kind", multiple=True)
@click.option("--certification", multiple=True)
@click.option("--language", multiple=True)
@click.option("--verified", is_flag=True, help="Only verified suppliers.")
@click.option("--teaching", is_flag=True, help="Only where apprentices are trained.")
@click.option("--sort", help="relevance, distance, finish, lead_time or price.")
@click.option("--page", help="Page of the results.")
@click.option("--per-page", help="Results a page, at most 100.")
@click.option("--all", "everything", is_flag=True, help="Every result, no paging.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, as GET /api/v1/search answers.")
def search(text: str, radius: str | None, start: str | None, everything: bool, as_json: bool, **given: Any) -> None:
    """Find suppliers that can make a run: who, how far, from how many, ready when, and why."""
    from marketplace.search.context import open_index
    from marketplace.search.explain import DEGRADED_NOTE
    from marketplace.search.forms import RADIUS_DEFAULT_KM, read_search
    from marketplace.search.place_words import place_offer
    from marketplace.search.render import answer_json

    system = open_system()
    parameters = {
        name: [str(v) for v in _many(value)] for name, value in given.items() if value not in (None, (), False)
    }
    for flag in {"verified", "teaching"} & parameters.keys():
        parameters[flag] = ["true"]
    if text:
        parameters["q"] = [text]
    if start:
        parameters["from"] = [start]
    if radius:
        miles = radius.strip().endswith("mi")
        parameters["radius_mi" if miles else "radius_km"] = [
            radius.strip().removesuffix("mi").removesuffix("km").strip()
        ]
    today = datetime.now(UTC).date()
    asked = read_search(parameters, today, system.places.find, choose_first=True)
    query = replace(asked.query, per_page=_EVERYTHING, page=1) if everything else asked.query
    answer = open_index(system).search(query)
    offer = place_offer(query, system.gazetteer.search)
    if as_json:
        click.echo(json.dumps(answer_json(answer, query, asked.origin, asked.distance_unit, offer), ensure_ascii=False))
        return
    if answer.degraded:
        click.echo(f"Note: {DEGRADED_NOTE}", err=True)
    where = f" near {asked.origin.label}" if asked.origin else ""
    about = "about " if answer.total_is_estimate else ""
    click.echo(f"{about}{answer.total} {'supplier fits' if answer.total == 1 else 'suppliers fit'}{where}")
    if answer.hits:
        print_table(
            "",
            ["km", "supplier", "work", "minimum", "lead", "finish", "why"],
            [_row(fit, query, asked.distance_unit) for fit in answer.hits],
        )
        shown = (query.page - 1) * query.per_page + len(answer.hits)
        if shown < answer.total:
            click.echo(f"{answer.total - shown} more: --page {query.page + 1}, or --all")
    for relaxation in answer.relaxations:
        click.echo(f"One change would add: {relaxation.text}")
    if offer:
        again = shlex.join([*([offer.text] if offer.text else []), "--near", offer.place.label])
        click.echo(f"Or within {RADIUS_DEFAULT_KM} km of {offer.place.label}: selvedge search {again}")


def _many(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _row(fit: SiteFit, query: SearchQuery, distance_unit: str) -> list[str]:
    from marketplace.search.explain import minimum_text, reasons, texts
    from marketplace.vocabulary import Facet, vocabulary

    best = fit.best
    draft = best.service.draft
    km = f"{fit.metres / 1000:.1f}" if fit.metres is not None else ""
    name = f"{fit.document.name}, {fit.document.locality}" if fit.document.locality else fit.document.name
    why = "; ".join(texts(reasons(fit, query, distance_unit)))
    if draft is None:
        return [km, name, "", "", "", "", why]
    return [
        km,
        name,
        vocabulary().label(Facet.PROCESS, draft.process),
        minimum_text(draft),
        f"{draft.leads.first} d" if draft.leads.first is not None else "",
        best.plan.ready.isoformat() if best.plan and query.run else "",
        why,
    ]
