"""Where another feature connects that knows of open pools: searches show those that would take the run.

Searches stand before pools in the order of features and import nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from marketplace.search.decide import Limit
from marketplace.search.index import Answer
from marketplace.search.query import SearchQuery

_KEY = "selvedge.search.pools"


@dataclass(frozen=True, slots=True)
class PoolBeside:
    """An open pool that would take the run. `text` is one sentence for people."""

    id: str
    url: str
    text: str
    supplier_id: str
    process: str
    distance_km: float | None


FindPools = Callable[[SearchQuery], Sequence[PoolBeside]]


def connect_pools(app: Flask, find: FindPools) -> None:
    app.extensions[_KEY] = find


def pools_beside(query: SearchQuery, answer: Answer) -> list[PoolBeside]:
    """Pools to show beside an answer: only where a minimum is the wall, for every look costs a question."""
    find: FindPools | None = current_app.extensions.get(_KEY)
    if find is None or query.run is None or not any(miss.limit is Limit.QUANTITY for miss in answer.near_misses):
        return []
    return list(find(query))


def pool_beside_json(pool: PoolBeside) -> dict[str, Any]:
    return {
        "id": pool.id,
        "url": pool.url,
        "text": pool.text,
        "supplier_id": pool.supplier_id,
        "process": pool.process,
        "distance_km": pool.distance_km,
    }
