"""Is every answer what deciding each site one by one answers? Before and after edits, deletions and additions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from marketplace.bench.generate import Generator
from marketplace.bench.shapes import random_queries
from marketplace.bench.timing import Progress
from marketplace.search.columns import ColumnIndex
from marketplace.search.index import Answer, Index
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex

_EXAMPLES = 5


@dataclass(slots=True)
class Compared:
    """Searches compared, and those of which something differs, with the first few in words."""

    queries: int = 0
    totals: int = 0
    facets: int = 0
    ids: int = 0
    relaxations: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return self.totals + self.facets + self.ids + self.relaxations


def compare(generator: Generator, suppliers: int, queries: int, on_progress: Progress | None = None) -> Compared:
    """Ask the engine and the plain walk over all documents the same; half of it after one supplier in ten has
    changed or gone."""
    documents = list(generator.stream(suppliers))
    oracle = ReferenceIndex()
    for document in documents:
        oracle.put(document.supplier_id, [document])
    engine = ColumnIndex.build(documents, generator.today)
    asked = random_queries(generator, queries)
    found = Compared()
    half = len(asked) // 2
    _ask(engine, oracle, asked[:half], found, on_progress, queries)
    for index in (engine, oracle):
        _change(index, generator, suppliers)
    _ask(engine, oracle, asked[half:], found, on_progress, queries)
    return found


def _change(index: Index, generator: Generator, suppliers: int) -> None:
    changed = [document for document in generator.stream(suppliers) if document.supplier_id % 10 == 0]
    for old, new in zip(changed, generator.edited(changed), strict=True):
        index.put(old.supplier_id, [] if old.supplier_id % 40 == 0 else [new])
    for document in generator.stream(max(1, suppliers // 20), first=suppliers):
        index.put(document.supplier_id, [document])


def _ask(
    engine: Index,
    oracle: Index,
    queries: Sequence[SearchQuery],
    found: Compared,
    on_progress: Progress | None,
    total: int,
) -> None:
    for query in queries:
        note(engine.search(query), oracle.search(query), query, found)
        if on_progress:
            on_progress(found.queries, total)


def note(got: Answer, wanted: Answer, query: SearchQuery, found: Compared) -> None:
    """Count what differs between two answers to the same."""
    found.queries += 1
    ids = [[fit.document.site_id for fit in answer.hits] for answer in (got, wanted)]
    facets = [{facet: counted for facet, counted in answer.facets.items() if counted} for answer in (got, wanted)]
    changes = [
        ([(r.limit, r.after, r.adds) for r in answer.relaxations], [n.fit.document.site_id for n in answer.near_misses])
        for answer in (got, wanted)
    ]
    differs = {
        "totals": got.total != wanted.total,
        "facets": facets[0] != facets[1],
        "ids": ids[0] != ids[1],
        "relaxations": changes[0] != changes[1],
    }
    for name, is_wrong in differs.items():
        setattr(found, name, getattr(found, name) + is_wrong)
    if any(differs.values()) and len(found.examples) < _EXAMPLES:
        wrong = ", ".join(name for name, is_wrong in differs.items() if is_wrong)
        found.examples.append(f"{wrong}: {got.total} for {wanted.total}, {query}")
