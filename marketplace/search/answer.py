"""An answer from documents, each decided one by one: simple, exact, and slow beyond some thousands. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from marketplace.search.decide import (
    SERVICE_FACETS,
    SITE_FACETS,
    Limit,
    SiteFit,
    decide,
    decide_site,
    facet_values,
)
from marketplace.search.document import SiteDocument
from marketplace.search.index import FEW, Answer
from marketplace.search.order import sort_key
from marketplace.search.query import SearchQuery
from marketplace.search.relax import relax
from marketplace.vocabulary import Facet

FACETS = (Facet.PROCESS, *SITE_FACETS, *(facet for facet in SERVICE_FACETS if facet is not Facet.PROCESS))
_NOT_COUNTED = frozenset({Limit.RADIUS, Limit.VERIFIED, Limit.TEACHING})


def answer_from(documents: Sequence[SiteDocument], scores: Mapping[int, float], query: SearchQuery) -> Answer:
    """The answer when `documents` are every site that its words could mean. `scores`: relevance by site id."""
    answer = decided(documents, scores, query)
    if answer.total >= FEW:
        return answer
    relaxations, near = relax(documents, query)
    return replace(answer, relaxations=tuple(relaxations), near_misses=tuple(near))


def decided(documents: Sequence[SiteDocument], scores: Mapping[int, float], query: SearchQuery) -> Answer:
    """Total, page and facets when `documents` hold every hit and every site that one facet alone keeps out."""
    hits: list[SiteFit] = []
    counts: dict[Facet, Counter[str]] = {facet: Counter() for facet in FACETS}
    for document in documents:
        misses, _ = decide_site(document, query)
        if len(misses) > 1 or misses & _NOT_COUNTED:
            continue  # neither a hit nor one filter away from it
        fit = decide(document, query)
        if fit.fits:
            hits.append(fit)
        for facet in FACETS:
            counts[facet].update(facet_values(fit, facet, query.job_day))
    hits.sort(key=sort_key(query, scores))
    first = (query.page - 1) * query.per_page
    return Answer(
        total=len(hits),
        hits=tuple(hits[first : first + query.per_page]),
        facets={facet: _ordered(counter) for facet, counter in counts.items()},
    )


def _ordered(counter: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
