"""The column engine against the reference engine over random worlds, with changes going on all the while.

1,200 random queries; SELVEDGE_RANDOM_QUERIES asks for more. Every part of an answer is compared: ids in order,
pages, totals, facets, relaxations with what they add, near misses. The reference takes its time over relaxations,
so three worlds in four are searched without them, and are larger.
"""

from __future__ import annotations

import itertools
import os
import random
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from papers import TODAY, random_calendar, random_document, random_query

from marketplace.capacity.model import Calendar
from marketplace.places.model import Circle
from marketplace.places.rules import MAXIMUM_RADIUS_M, MINIMUM_RADIUS_M, geodesic_m
from marketplace.search.columns import ColumnIndex
from marketplace.search.columns.files import open_rowset, write
from marketplace.search.document import SiteDocument
from marketplace.search.index import Index
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex

QUERIES = int(os.environ.get("SELVEDGE_RANDOM_QUERIES", "600"))
# (firms, relaxations too, mapped from files, queries)
WORLDS = ((60, True, False, 40), (12, True, True, 40), (80, False, False, 160), (80, False, True, 160))
EDITS, REBUILDS = 0.3, 0.02  # how often something happens between two queries
AGAIN = 0.2  # how many queries were asked before


class World:
    """Firms with one or two sites each, in the engine and in the reference, and what happens to them."""

    def __init__(self, seed: int, firms: int, folder: Path | None) -> None:
        self.rng = random.Random(seed)
        self.firms = firms
        self.folder = folder  # None: the engine lives in memory
        self.seen: Counter[str] = Counter()
        self.asked: list[SearchQuery] = []
        self._site_ids = itertools.count(1)
        self.documents: dict[int, list[SiteDocument]] = {firm: self._fresh(firm) for firm in range(firms)}
        self.reference = ReferenceIndex()
        self.reference.fill(self._everything(), TODAY)
        self.engine = self.made()

    def _fresh(self, firm: int) -> list[SiteDocument]:
        return [random_document(self.rng, next(self._site_ids), firm) for _ in range(self.rng.choice((1, 1, 1, 2)))]

    def _everything(self) -> list[SiteDocument]:
        return list(itertools.chain.from_iterable(self.documents.values()))

    def made(self) -> ColumnIndex:
        """The engine, made anew; the day it was made for may be some weeks ago."""
        today = TODAY - timedelta(days=self.rng.choice((0, 0, 9, 50)))
        if self.folder is None:
            return ColumnIndex.build(self._everything(), today)
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        write(folder, self._everything(), today, {})
        return ColumnIndex(open_rowset(folder))

    def edit(self) -> None:
        """Change a firm, add one, take one out, rename one and leave its sites, or change its weeks alone."""
        firm = self.rng.randrange(self.firms * 4 // 3)
        kind = self.rng.randrange(8)
        fresh = self._fresh(firm)
        if kind == 0:
            fresh = []
        elif kind == 1:
            fresh = [replace(document, name=f"{document.name} nuova") for document in self.documents.get(firm, ())]
        elif kind < 5 and self.documents.get(firm):
            fresh = [self._restated(document) for document in self.documents[firm]]
            self.seen["weeks"] += 1
        self.seen["deleted" if not fresh else "changed" if self.documents.get(firm) else "inserted"] += 1
        self.documents[firm] = fresh
        self.engine.put(firm, iter(fresh))
        self.reference.put(firm, iter(fresh))

    def _restated(self, document: SiteDocument) -> SiteDocument:
        """The same with other weeks; who shared some may share them no more, or have none."""
        renewed: dict[int, Calendar | None] = {id(it.calendar): random_calendar(self.rng) for it in document.services}
        renewed[id(None)] = None
        services = tuple(
            replace(service, calendar=renewed[id(service.calendar)] if self.rng.random() < 0.8 else self._own_weeks())
            if service.draft
            else service
            for service in document.services
        )
        return replace(document, services=services)

    def _own_weeks(self) -> Calendar | None:
        return self.rng.choice((None, random_calendar(self.rng)))

    def step(self) -> SearchQuery:
        while self.rng.random() < EDITS:
            self.edit()
        if self.rng.random() < REBUILDS:
            self.seen["rebuilt"] += 1
            if self.rng.random() < 0.5:
                self.engine.rebuild(TODAY)
            else:
                self.engine = self.made()
        return self._query()

    def _query(self) -> SearchQuery:
        """A random query; one circle in four ends at somebody's door, or a metre beside it."""
        if self.asked and self.rng.random() < AGAIN:  # engines may keep answers
            return self.rng.choice(self.asked)
        query = random_query(self.rng)
        doors = [document.point for document in self._everything() if document.point]
        if query.circle and doors and self.rng.random() < 0.25:
            centre = query.circle.centre
            metres = round(geodesic_m(centre, self.rng.choice(doors))) + self.rng.choice((-1, 0, 0, 1))
            radius = max(MINIMUM_RADIUS_M, min(metres, MAXIMUM_RADIUS_M))
            query = replace(query, circle=Circle(centre, radius))
        self.asked.append(query)
        return query

    def compare(self, query: SearchQuery) -> None:
        engine: Index = self.engine
        ours, theirs = engine.search(query), self.reference.search(query)
        assert ours.total == theirs.total, query
        assert [fit.document.site_id for fit in ours.hits] == [fit.document.site_id for fit in theirs.hits], query
        assert ours.hits == theirs.hits, query
        assert ours.facets == theirs.facets, query
        assert ours.relaxations == theirs.relaxations, query
        assert ours.near_misses == theirs.near_misses, query
        site_ids = engine.site_ids(query)
        if query.page == 1 and theirs.total <= query.per_page:  # the page is all there is
            assert site_ids == [fit.document.site_id for fit in theirs.hits], query
        else:
            assert site_ids == self.reference.site_ids(query), query
        assert engine.documents(site_ids) == self.reference.documents(site_ids)
        assert engine.scores(query.text) == self.reference.scores(query.text) or not query.text
        assert engine.count() == self.reference.count() == len(self._everything())
        self.seen["queries"] += 1
        self.seen["hits"] += ours.total
        self.seen["pages with hits"] += bool(ours.hits)
        self.seen["relaxations"] += len(ours.relaxations)
        self.seen["near misses"] += len(ours.near_misses)


def worlds() -> list[tuple[int, int, bool, bool, int]]:
    planned, asked = [], 0
    for seed, (firms, relaxed, files, queries) in enumerate(itertools.cycle(WORLDS)):
        if asked >= QUERIES:
            return planned
        queries = min(queries, QUERIES - asked)
        asked += queries
        planned.append((seed, firms, relaxed, files, queries))
    raise AssertionError


@pytest.mark.parametrize(("seed", "firms", "relaxed", "files", "queries"), worlds())
def test_random_world_equals_the_reference(
    seed: int, firms: int, relaxed: bool, files: bool, queries: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not relaxed:
        for engine in ("marketplace.search.answer.relax", "marketplace.search.columns.engine.relax"):
            monkeypatch.setattr(engine, lambda *_: ([], []))
    world = World(seed, firms, tmp_path if files else None)
    for _ in range(queries):
        world.compare(world.step())
    print(dict(world.seen))  # noqa: T201 (pytest -rP shows what was compared)
    # They were worth asking. A world of twelve firms answers few, and then says who nearly fits.
    assert world.seen["hits"] + world.seen["near misses"] >= queries // 2
    assert world.seen["hits"] > 0
    assert queries < 50 or all(world.seen[kind] for kind in ("changed", "inserted", "deleted", "weeks"))
    assert not relaxed or world.seen["relaxations"] > queries // 3
