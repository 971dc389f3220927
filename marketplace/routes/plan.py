"""What was found for a request: the offers, the answer of the solver, and what is said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.routes.ask import Ask
from marketplace.routes.model import Answer, Offer, Problem, Route
from marketplace.routes.port import PoolFit
from marketplace.search.document import SiteDocument


@dataclass(frozen=True, slots=True)
class Found:
    """`sites` by their public id: what the pages and the JSON say of a supplier."""

    offers: tuple[Offer, ...]
    sites: Mapping[str, SiteDocument]


@dataclass(frozen=True, slots=True)
class NextBest:
    """The best route with another supplier for one step, all other steps as they are."""

    offer: Offer
    route: Route


@dataclass(frozen=True, slots=True)
class Plan:
    """What was found. `next_best` by route and step. `counts_money` is False where no route has a price for every
    step, so that money ranks nothing; `unpriced` suppliers were left out because they publish no price in `currency`.
    """

    ask: Ask
    problem: Problem
    answer: Answer
    found: Found
    next_best: dict[tuple[int, int], NextBest]
    counts_money: bool
    unpriced: int
    pools: tuple[PoolFit, ...] = ()

    @property
    def currency(self) -> str:
        return self.problem.currency

    def site_of(self, offer: Offer) -> SiteDocument:
        return self.found.sites[offer.site_id]
