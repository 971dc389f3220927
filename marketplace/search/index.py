"""The interface of every search engine, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from marketplace.search.decide import Limit, SiteFit
from marketplace.search.document import SiteDocument
from marketplace.search.query import SearchQuery
from marketplace.vocabulary import Facet

FEW = 10  # with fewer results than this, relaxations are worked out


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The smallest change of one field that adds results. `size` orders changes: the share of what was asked."""

    limit: Limit
    before: Any
    after: Any
    adds: int
    text: str
    query: SearchQuery
    size: float


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A site that misses one limit only, and by how much."""

    fit: SiteFit
    limit: Limit
    before: Any
    after: Any  # None where no change of this field helps
    text: str
    size: float


@dataclass(frozen=True, slots=True)
class Answer:
    """`hits` are the page asked for; `all_hits` every one, in order, for maps and exports."""

    total: int
    hits: tuple[SiteFit, ...]
    all_hits: tuple[SiteFit, ...]
    facets: Mapping[Facet, tuple[tuple[str, int], ...]]
    relaxations: tuple[Relaxation, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    degraded: bool = False


class Index(Protocol):
    """A search engine over documents.

    Guarantee: every hit is decided by decide.py; totals, facets and pages are exact.
    """

    def put(self, supplier_id: int, documents: Iterable[SiteDocument]) -> None:
        """Replace everything indexed of a supplier; no documents takes it out."""

    def search(self, query: SearchQuery) -> Answer: ...

    def count(self) -> int:
        """How many documents are indexed."""
