"""The interface of every search engine, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
    """`hits` are the page asked for. `total` and `facets` are exact unless `total_is_estimate`."""

    total: int
    hits: tuple[SiteFit, ...]
    facets: Mapping[Facet, tuple[tuple[str, int], ...]]
    relaxations: tuple[Relaxation, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    degraded: bool = False
    total_is_estimate: bool = False


class Index(Protocol):
    """A search engine over documents.

    Guarantee: every hit is decided by decide.py; totals, facets and pages are exact.
    """

    def put(self, supplier_id: int, documents: Iterable[SiteDocument]) -> None:
        """Replace everything indexed of a supplier; no documents takes it out."""

    def put_many(self, changed: Iterable[tuple[int, Iterable[SiteDocument]]]) -> None:
        """The same for suppliers that changed together, which takes less time."""

    def fill(self, documents: Iterable[SiteDocument], today: date) -> None:
        """Replace everything indexed; the documents of a supplier come together."""

    def search(self, query: SearchQuery) -> Answer:
        """The page asked for, with total, facets and, where few fit, relaxations."""

    def site_ids(self, query: SearchQuery) -> Sequence[int]:
        """Every site that fits, in the order of the results; paging does not apply."""

    def scores(self, text: str) -> Mapping[int, float]:
        """Relevance by site id, of every site that the words of a text could mean."""

    def documents(self, site_ids: Sequence[int]) -> list[SiteDocument]:
        """The indexed documents of sites, in the order asked; sites that are not indexed are left out."""

    def count(self) -> int:
        """How many documents are indexed."""
