"""Facet counts: how many of the sites that fit have each term. Exact, each site counted once a term."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from marketplace.search.columns.matching import Match, Matching, Services
from marketplace.search.columns.table import Array, Bits, Table, slices
from marketplace.search.columns.values import Values
from marketplace.search.decide import SERVICE_FACETS
from marketplace.vocabulary import Facet

Counted = dict[Facet, tuple[tuple[str, int], ...]]

_CHUNK = 2048


def count_facets(matching: Matching, match: Match, facets: Iterable[Facet], query_facets: Counted) -> None:
    """Count some facets over a match and put them into `query_facets`, terms with the highest counts first.

    A term of a service counts where a service that fits has it.
    """
    wanted = list(facets)
    values = matching.rowset.values
    totals = np.zeros(len(values), np.int64)
    by_service = match.services is not None
    own = values.of(f for f in wanted if f is not Facet.CERTIFICATION and not (by_service and f in SERVICE_FACETS))
    if len(own):
        totals[own] = _count_sites(matching, match.sites, own)
    theirs = values.of(f for f in wanted if f in SERVICE_FACETS and by_service)
    if match.services and len(theirs):
        totals[theirs] = _count_services(matching, match.sites, match.services, theirs)
    if Facet.CERTIFICATION in wanted:
        schemes, _ = matching.valid_certificates(match.sites, matching.query)
        counts = np.bincount(schemes, minlength=len(totals))
        certificates = values.of((Facet.CERTIFICATION,))
        totals[certificates] = counts[certificates]
    counted = _grouped(values, totals)
    for facet in wanted:
        query_facets[facet] = counted.get(facet, ())


def _grouped(values: Values, totals: Array) -> Counted:
    """(term, count) of every term that counts, by facet; the highest counts first, then by term."""
    found = totals.nonzero()[0]
    ranks = values.ranks[found] - (totals[found] << 16)
    order = ranks.argsort()
    found = found[order]
    terms = values.terms
    pairs = [(terms[number][1], count) for number, count in zip(found.tolist(), totals[found].tolist(), strict=True)]
    groups: Counted = {}
    start = 0
    for facet, end in zip(values.facets, ranks[order].searchsorted(values.facet_ends).tolist(), strict=True):
        if end > start:
            groups[facet] = tuple(pairs[start:end])
        start = end
    return groups


def _count_sites(matching: Matching, sites: Array, numbers: Array) -> Array:
    rowset = matching.rowset
    tables = rowset.tables
    return _count(rowset.site_bits, tables.sites, tables.site_values, sites, numbers, len(rowset.values))


def _count_services(matching: Matching, sites: Array, found: Services, numbers: Array) -> Array:
    """Terms of services. A site of which all services fit counts with its own terms, a site of which one fits with
    that service's; only for the rest must doubles be looked for."""
    rowset = matching.rowset
    tables, size = rowset.tables, len(rowset.values)
    fitting = np.bincount(found.owner, minlength=len(sites))
    whole = fitting == tables.sites["services"][sites]
    single = ~whole & (fitting == 1)
    totals = _count_sites(matching, sites[whole.nonzero()[0]], numbers)
    rows = found.rows[single[found.owner].nonzero()[0]]
    totals += _count(rowset.service_bits, tables.services, tables.service_values, rows, numbers, size)
    rest = (~(whole | single))[found.owner].nonzero()[0]
    if len(rest):
        rows, owner = found.rows[rest], found.owner[rest]
        totals += _count_distinct(tables.services, tables.service_values, rows, owner, size)[numbers]
    return totals


def _count(bits: Bits, table: Table, values: Table, rows: Array, numbers: Array, size: int) -> Array:
    """How many of the rows have each value: by their lists when they are few, by bits when many."""
    if len(rows) * 16 > (table.count + 20_000) * len(numbers) // size:
        return bits.count(rows, table.count, numbers)
    listed = values["value"][slices(table["first_value"][rows], table["values"][rows])]
    return np.bincount(listed, minlength=size)[numbers]


def _count_distinct(table: Table, values: Table, rows: Array, owner: Array, size: int) -> Array:
    """How many owners have each value in any of their rows; the rows of an owner lie together."""
    totals = np.zeros(size, np.int64)
    _, position = np.unique(owner, return_inverse=True)
    owners = int(position[-1]) + 1
    for first in range(0, owners, _CHUNK):
        start, end = np.searchsorted(position, (first, first + _CHUNK))
        count = table["values"][rows[start:end]]
        listed = values["value"][slices(table["first_value"][rows[start:end]], count)]
        seen = np.zeros((min(_CHUNK, owners - first), size), np.bool_)
        seen[np.repeat(position[start:end] - first, count), listed] = True
        totals += seen.view(np.uint8).sum(0, dtype=np.uint16)  # many times as fast as to add booleans
    return totals
