"""A query as what the search server is asked: filters that let every possible hit through. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from marketplace.capacity.model import HORIZON_WEEKS
from marketplace.places.model import Circle
from marketplace.places.rules import SPHERE_ERROR
from marketplace.search.decide import SERVICE_FACETS, SITE_FACETS
from marketplace.search.meili.filters import All, Any, Compare, FilterText, Near, Node, OneOf, Op, filter_text
from marketplace.search.meili.marks import query_texts
from marketplace.search.meili.record import ANY, STEPS, day_number
from marketplace.search.query import SearchQuery
from marketplace.search.words import cut_query
from marketplace.suppliers.rules import Run, per_atom
from marketplace.units import Unit
from marketplace.vocabulary import Facet, vocabulary

_WIDEST_M = 20_100_000
_SLACK = SPHERE_ERROR + 0.0005  # the server's sphere is not quite ours


@dataclass(frozen=True, slots=True)
class Question:
    """One search of the server: marked words and a filter."""

    text: str
    filter: FilterText | None


def questions(query: SearchQuery) -> list[Question]:
    """What to ask so that every hit, and every site that counts in a facet, is among the answers.

    A facet's counts leave its own filter out, so each facet asked for is left out once; every hit is in each
    of those. Errors: ValueError for a term that is in no list, or more than a filter can hold.
    """
    asked: list[Facet | None] = [facet for facet in (*SITE_FACETS, *SERVICE_FACETS) if _terms(query, facet)]
    texts = query_texts(cut_query(query.text))
    filters = [_filter(query, facet) for facet in asked or [None]]
    return [Question(text, filter_) for filter_ in filters for text in texts]


def _filter(query: SearchQuery, without: Facet | None) -> FilterText | None:
    nodes = tuple(_nodes(query, without))
    return filter_text(All(nodes)) if nodes else None


def _nodes(query: SearchQuery, without: Facet | None) -> Iterator[Node]:
    if query.circle:
        yield _near(query.circle)
    if query.verified:
        yield Compare("verified", Op.EQUAL, 1)
    if query.teaching:
        yield Compare("teaches_until", Op.LEAST, day_number(query.today))
    for facet in (*SITE_FACETS, *SERVICE_FACETS):
        if query.asked(facet) and facet is not without:
            yield _certified(query) if facet is Facet.CERTIFICATION else OneOf(facet.value, _terms(query, facet))
    processes = (ANY,) if without is Facet.PROCESS else _terms(query, Facet.PROCESS) or (ANY,)
    if query.run:
        run = query.run
        units = [unit for unit in Unit if per_atom(run, unit) is not None]
        yield Any(tuple(_takes(query, run, process, unit) for process in processes for unit in units))
    elif query.has_window:
        last = query.by or query.arrival + timedelta(weeks=12)
        last = min(last, query.arrival + timedelta(weeks=HORIZON_WEEKS))
        yield Any(tuple(Compare(f"opens.{process}", Op.MOST, day_number(last)) for process in processes))


def _near(circle: Circle) -> Near:
    radius_m = min(math.ceil(circle.radius_m * (1 + _SLACK)) + 2, _WIDEST_M)
    return Near(circle.centre.lat_e7, circle.centre.lon_e7, radius_m)


def _certified(query: SearchQuery) -> Node:
    day = day_number(query.job_day)
    return Any(
        tuple(
            All((Compare(f"valid_since.{scheme}", Op.MOST, day), Compare(f"valid_until.{scheme}", Op.LEAST, day)))
            for scheme in _terms(query, Facet.CERTIFICATION)
        )
    )


def _takes(query: SearchQuery, run: Run, process: str, unit: Unit) -> Node:
    """Some service takes so much in this unit and, with a date, could have it ready."""
    factor = per_atom(run, unit)
    assert factor is not None
    atoms = math.ceil(run.quantity.atoms * factor)
    nodes: list[Node] = [
        Compare(f"least.{process}.{unit.value}", Op.MOST, atoms),
        Compare(f"most.{process}.{unit.value}", Op.LEAST, atoms),
    ]
    if query.by:
        reached = [step for step in STEPS if step == STEPS[0] or step * unit.atoms <= atoms]
        nodes.append(Compare(f"ready.{process}.{unit.value}.{reached[-1]}", Op.MOST, day_number(query.by)))
    return All(tuple(nodes))


def _terms(query: SearchQuery, facet: Facet) -> tuple[str, ...]:
    """The terms asked for, from the closed list."""
    asked = query.asked(facet)
    if unknown := asked - vocabulary().terms[facet].keys():
        raise ValueError(f"unknown {facet.value} {sorted(unknown)[0]!r}")
    return tuple(sorted(asked))
