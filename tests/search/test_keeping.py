"""Answers that are kept while suppliers change their weeks are those that a search would find."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from papers import TODAY, random_calendar, random_document, random_query

from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument
from marketplace.search.query import SearchQuery, Sort

FIRMS = 60


def with_other_weeks(rng: random.Random, document: SiteDocument) -> SiteDocument:
    """Of the same units: in another, weeks are a condition that runs are judged by."""
    services = [
        replace(service, calendar=replace(random_calendar(rng), unit=service.calendar.unit))
        if service.calendar
        else service
        for service in document.services
    ]
    return replace(document, services=tuple(services))


@pytest.fixture
def documents() -> dict[int, SiteDocument]:
    rng = random.Random(3)
    return {firm: random_document(rng, firm, firm) for firm in range(FIRMS)}


def engine_of(documents: dict[int, SiteDocument], kept: int) -> ColumnIndex:
    return ColumnIndex(ColumnIndex.build(documents.values(), TODAY).rowset, kept)


@pytest.mark.parametrize("seed", range(4))
def test_they_are_right_whatever_is_put(seed: int, documents: dict[int, SiteDocument]) -> None:
    rng = random.Random(seed)
    engine, plain = engine_of(documents, 30), engine_of(documents, 0)
    queries = []
    for _ in range(40):
        query = replace(random_query(rng), text="", circle=None, page=1)
        query = replace(query, today=TODAY + timedelta(days=rng.choice((0, 0, 1, 9))))
        if query.sort is Sort.DISTANCE or rng.random() < 0.7:
            query = replace(query, run=None, start=None, by=None, sort=rng.choice((None, Sort.LEAD_TIME, Sort.PRICE)))
        queries.append(query)
    kept = 0
    for _ in range(120):
        changed = []
        for firm in [rng.randrange(FIRMS) for _ in range(rng.choice((1, 1, 4)))]:  # one may come twice
            if rng.random() < 0.9:
                documents[firm] = with_other_weeks(rng, documents[firm])
            else:
                documents[firm] = random_document(rng, firm, firm)
            changed.append((firm, [documents[firm]]))
            plain.put(*changed[-1])
        engine.put_many(changed)
        for query in rng.sample(queries, 4):
            kept += is_kept(engine, query)
            assert engine.search(query) == plain.search(query), query
    assert kept > 24


def is_kept(engine: ColumnIndex, query: SearchQuery) -> bool:
    """Whether the next search for it is answered without looking."""
    looked = False
    find = engine._find

    def spied(query: SearchQuery, relaxed: bool) -> object:
        nonlocal looked
        looked = True
        return find(query, relaxed)

    engine._find = spied  # type: ignore[method-assign, assignment]
    engine.search(query)
    engine._find = find  # type: ignore[method-assign]
    return not looked


def test_what_weeks_count_in_is_looked_at_again(documents: dict[int, SiteDocument]) -> None:
    engine = engine_of(documents, 30)
    rng = random.Random(8)
    firm = next(firm for firm, document in documents.items() if any(service.calendar for service in document.services))
    plain = SearchQuery(today=TODAY)
    by_price, dated = replace(plain, sort=Sort.PRICE), replace(plain, by=TODAY + timedelta(days=60))
    for query in (plain, by_price, dated):
        assert not is_kept(engine, query)
        assert is_kept(engine, query)
    engine.put(firm, [documents[firm]])  # nothing is new
    assert all(is_kept(engine, query) for query in (plain, by_price, dated))
    stated = [
        replace(service, calendar=service.calendar and replace(service.calendar, usual=7_777))
        for service in documents[firm].services
    ]
    restated = replace(documents[firm], services=tuple(stated))
    engine.put(firm, [restated])
    assert [is_kept(engine, query) for query in (plain, by_price, dated)] == [True, True, False]
    long_ago = [
        replace(service, calendar=service.calendar and replace(service.calendar, confirmed_at=None))
        for service in stated
    ]
    engine.put(firm, [replace(restated, services=tuple(long_ago))])
    is_confirmed = any(service.calendar and service.calendar.confirmed_at for service in stated)
    assert [is_kept(engine, query) for query in (plain, by_price, dated)] == [not is_confirmed, True, False]
    engine.put(firm, [replace(documents[firm], name=f"Renamed {rng.random()}")])
    assert [is_kept(engine, query) for query in (plain, by_price, dated)] == [False, False, False]
