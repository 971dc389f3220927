"""Facet counts: how many of the sites that fit have each term. Exact, each site counted once a term."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from marketplace.search.columns.matching import Match, Matching, Services
from marketplace.search.columns.table import Array, Bits, Table, slices
from marketplace.search.decide import SERVICE_FACETS
from marketplace.vocabulary import Facet

Counted = dict[Facet, tuple[tuple[str, int], ...]]

_CHUNK = 2048


def count_facets(matching: Matching, match: Match, facets: Iterable[Facet], query_facets: Counted) -> None:
    """Count some facets over a match and put them into `query_facets`, terms with the highest counts first.

    A term of a service counts where a service that fits has it.
    """
    wanted = list(facets)
    totals = np.zeros(len(matching.rowset.values), np.int64)
    if any(facet in SERVICE_FACETS for facet in wanted) and match.services is not None:
        totals = _count_services(matching, match.sites, match.services)
        own = [f for f in wanted if f not in SERVICE_FACETS and f is not Facet.CERTIFICATION]
        numbers = [number for facet in own for number in matching.rowset.values.of(facet)]
        if numbers:
            totals[numbers] = _count_sites(matching, match.sites)[numbers]
    elif wanted != [Facet.CERTIFICATION]:
        totals = _count_sites(matching, match.sites)
    if Facet.CERTIFICATION in wanted:
        schemes, _ = matching.valid_certificates(match.sites, matching.query)
        counts = np.bincount(schemes, minlength=len(totals))
        certificates = matching.rowset.values.of(Facet.CERTIFICATION)
        totals[certificates] = counts[certificates]
    terms = matching.rowset.values.terms
    groups: dict[Facet, list[tuple[str, int]]] = {facet: [] for facet in wanted}
    for number in np.flatnonzero(totals).tolist():
        facet, term = terms[number]
        if facet in groups:
            groups[facet].append((term, int(totals[number])))
    for facet, counted in groups.items():
        query_facets[facet] = tuple(sorted(counted, key=lambda item: (-item[1], item[0])))


def _count_sites(matching: Matching, sites: Array) -> Array:
    rowset = matching.rowset
    return _count(rowset.site_bits, rowset.tables.sites, rowset.tables.site_values, sites, len(rowset.values))


def _count_services(matching: Matching, sites: Array, found: Services) -> Array:
    """Terms of services. A site of which all services fit counts with its own terms, a site of which one fits with
    that service's; only for the rest must doubles be looked for."""
    rowset = matching.rowset
    size = len(rowset.values)
    fitting = np.bincount(found.owner, minlength=len(sites))
    whole = fitting == rowset.tables.sites["services"][sites]
    single = ~whole & (fitting == 1)
    totals = _count_sites(matching, sites[whole])
    rows = found.rows[single[found.owner]]
    tables = rowset.tables
    totals += _count(rowset.service_bits, tables.services, tables.service_values, rows, size)
    rest = ~(whole | single)
    if rest.any():
        mask = rest[found.owner]
        totals += _count_distinct(tables.services, tables.service_values, found.rows[mask], found.owner[mask], size)
    return totals


def _count(bits: Bits, table: Table, values: Table, rows: Array, size: int) -> Array:
    """How many of the rows have each value: by their lists when they are few, by bits when many."""
    if len(rows) * 16 > table.count + 20_000:
        return bits.count(rows, table.count, size)
    listed = values["value"][slices(table["first_value"][rows], table["values"][rows])]
    return np.bincount(listed, minlength=size)


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
        totals += seen.sum(0)
    return totals
