"""Generated suppliers: the same for the same seed, a prefix of one stream, and such as people would list."""

from __future__ import annotations

import tracemalloc
from collections import Counter, deque
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from marketplace.bench.generate import BLOCK, Generator
from marketplace.bench.towns import HUBS, Towns
from marketplace.search.document import SiteDocument
from marketplace.suppliers.model import Verification
from marketplace.units import Week
from marketplace.vocabulary import Facet, vocabulary


def test_same_seed_same_suppliers(generator: Generator, towns: Towns) -> None:
    again = Generator(generator.today, towns, generator.seed)
    assert list(again.stream(700)) == list(generator.stream(700))
    assert next(Generator(generator.today, towns, "another").stream(1)) != next(generator.stream(1))
    assert next(Generator(generator.today + timedelta(days=7), towns).stream(1)) != next(generator.stream(1))


def test_sizes_are_prefixes_of_one_stream(generator: Generator) -> None:
    many = list(generator.stream(2 * BLOCK + 10))
    assert list(generator.stream(BLOCK + 5)) == many[: BLOCK + 5]
    assert list(generator.stream(20, first=BLOCK - 10)) == many[BLOCK - 10 : BLOCK + 10]
    assert [document.supplier_id for document in many] == list(range(1, len(many) + 1))
    assert list(generator.stream(0)) == []


def test_memory_does_not_grow_with_the_number(generator: Generator) -> None:
    def most(documents: Iterable[SiteDocument], keep: int) -> int:
        """Bytes in use at the peak, with the last so many documents kept."""
        kept: deque[SiteDocument] = deque(maxlen=keep)
        tracemalloc.start()
        kept.extend(documents)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(generator.stream(BLOCK), 1)  # what is filled once
    assert most(generator.stream(6 * BLOCK), 1) < 2 * most(generator.stream(2 * BLOCK), 1)
    assert most(generator.stream(6 * BLOCK), 6 * BLOCK) > 10 * most(generator.stream(2 * BLOCK), 1)


def test_suppliers_are_such_as_people_list(generator: Generator) -> None:
    documents = list(generator.stream(3000))
    words = vocabulary()
    services = [service for document in documents for service in document.services]
    drafts = [service.draft for service in services if service.draft]
    assert Counter(len(document.services) for document in documents).keys() == {1, 2, 3}
    assert {len(draft.rules) for draft in drafts} == {0, 1, 2, 3}
    assert {draft.process for draft in drafts} == set(words.processes)
    for facet in (Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT):
        assert set().union(*(service.tags.of(facet) for service in services)) <= set(words.terms[facet])
    assert {document.kind for document in documents} == set(words.terms[Facet.KIND])
    assert {document.verification for document in documents} == {v.value for v in Verification}
    for what in (
        [draft for draft in drafts if draft.load],
        [draft for draft in drafts if draft.maximum is None],
        [draft for draft in drafts if draft.price and draft.price.breaks],
        [rule for draft in drafts for rule in draft.rules if rule.surcharge_percent is not None],
        [service for service in services if service.calendar and service.calendar.usual is None],
        [service for service in services if service.calendar and service.calendar.closures],
        [service for service in services if service.rate != 1000],
        [document for document in documents if document.point is None],
        [c for document in documents for c in document.certificates if not c.is_valid_on(generator.today)],
    ):
        assert what
    # One service of a kind at a site, one paper rule per basis and unit: what the tables demand.
    for document in documents:
        processes = [service.draft.process for service in document.services if service.draft]
        assert len(processes) == len(set(processes))
    for draft in drafts:
        assert len({(rule.basis, rule.quantity.unit) for rule in draft.rules}) == len(draft.rules)
        assert all(rule.quantity.atoms > 0 for rule in draft.rules)
    first = Week.containing(generator.today)
    assert all(week >= first for s in services if s.calendar for week in s.calendar.stated)
    assert not any(6 in s.calendar.working_days for s in services if s.calendar)  # shapes.py relies on it


def test_points_lie_in_clusters(generator: Generator, towns: Towns) -> None:
    assert {(town.name, town.country) for town in towns.towns} >= HUBS
    near_hubs = Counter((document.locality, document.country) in HUBS for document in generator.stream(2000))
    assert near_hubs[True] > 2000 * len(HUBS) / len(towns.towns) * 20


def test_edited_suppliers_keep_only_their_identifiers(generator: Generator) -> None:
    before = list(islice(generator.stream(50), 50))
    after = list(generator.edited(before))
    assert len(after) == 50
    for old, new in zip(before, after, strict=True):
        assert (new.site_id, new.supplier_id, new.slug, new.public_id) == (
            old.site_id,
            old.supplier_id,
            old.slug,
            old.public_id,
        )
        assert new != old
    assert sum(new.locality == old.locality for old, new in zip(before, after, strict=True)) < 10
