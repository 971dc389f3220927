"""What is asked: a typed query, in no engine's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from marketplace.places.model import Circle
from marketplace.suppliers.rules import Run
from marketplace.vocabulary import Facet

PER_PAGE_DEFAULT = 20
PER_PAGE_MAXIMUM = 100


class Sort(StrEnum):
    RELEVANCE = "relevance"
    DISTANCE = "distance"
    FINISH = "finish"
    LEAD_TIME = "lead_time"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Terms of one facet are alternatives, facets are all required. `today` is the day of asking."""

    today: date
    text: str = ""
    circle: Circle | None = None
    terms: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    run: Run | None = None
    start: date | None = None
    by: date | None = None
    verified: bool = False
    teaching: bool = False  # only where apprentices are trained on the day of asking
    sort: Sort | None = None
    page: int = 1
    per_page: int = PER_PAGE_DEFAULT

    def asked(self, facet: Facet) -> frozenset[str]:
        return self.terms.get(facet, frozenset())

    @property
    def arrival(self) -> date:
        """The first day work could start."""
        return max(self.start or self.today, self.today)

    @property
    def job_day(self) -> date:
        """The day a certificate has to be valid on."""
        return self.by or self.arrival

    @property
    def has_window(self) -> bool:
        return self.start is not None or self.by is not None

    @property
    def order(self) -> Sort:
        """The sort asked for, else by words, else by distance."""
        if self.sort:
            return self.sort
        return Sort.DISTANCE if self.circle and not self.text else Sort.RELEVANCE

    def without(self, facet: Facet) -> SearchQuery:
        return replace(self, terms={f: values for f, values in self.terms.items() if f is not facet})
