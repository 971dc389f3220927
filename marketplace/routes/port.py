"""Where another feature connects that knows of open pools: wiring.py hands a finder in, and routes ask it.

Routes stand before pools in the order of features and import nothing of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from flask import Flask, current_app

from marketplace.db import Database
from marketplace.places.model import Point
from marketplace.units import Quantity

_KEY = "selvedge.routes.pools"


@dataclass(frozen=True, slots=True)
class PoolWish:
    """One step's part of a request, for which a pool may be open. `supplier_id` (public) names the supplier whose
    minimum is the wall; empty for any. `needed_by`: the day on which its work has to be ready, where one is known."""

    process: str
    quantity: Quantity
    near: Point
    radius_m: int
    materials: frozenset[str] = frozenset()
    colours: int = 1
    product: str = ""
    needed_by: date | None = None
    supplier_id: str = ""


@dataclass(frozen=True, slots=True)
class PoolFit:
    """An open pool that would take it. `text` is one sentence for people, `more` goes into the JSON as it is."""

    id: str
    url: str
    process: str
    text: str
    supplier_id: str = ""
    more: dict[str, Any] = field(default_factory=dict)


class FindPools(Protocol):
    """Open pools for some wishes, the best first; never an error, and never more than a few."""

    def __call__(self, database: Database, wishes: Sequence[PoolWish], today: date) -> Sequence[PoolFit]: ...


def connect_pools(app: Flask, find: FindPools) -> None:
    app.extensions[_KEY] = find


def pool_finder() -> FindPools:
    """The finder of the running application; without one there are no pools."""
    found: FindPools = current_app.extensions.get(_KEY, no_pools)
    return found


def no_pools(database: Database, wishes: Sequence[PoolWish], today: date) -> Sequence[PoolFit]:
    return ()
