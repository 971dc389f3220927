"""Which sites fit a query, and by which of their services."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from marketplace.places.chords import earth_point
from marketplace.places.model import Circle
from marketplace.search.columns.circles import Distances
from marketplace.search.columns.judging import Judging
from marketplace.search.columns.layout import NONE
from marketplace.search.columns.rowset import Rowset, each_once
from marketplace.search.columns.table import Array, firsts, pack, slices, unpack
from marketplace.search.decide import SERVICE_FACETS, SITE_FACETS
from marketplace.search.query import SearchQuery
from marketplace.search.words import cut_query
from marketplace.vocabulary import Facet

_MANY = 16  # one site in so many is many


@dataclass(frozen=True, slots=True)
class Candidates:
    """The live sites that the words and the circle leave, whatever else is asked. None stands for all."""

    sites: Array | None
    scores: Array | None = None
    distances: Distances | None = None

    def take(self, positions: Array) -> Candidates:
        return Candidates(
            None if self.sites is None else self.sites[positions],
            None if self.scores is None else self.scores[positions],
            None if self.distances is None else self.distances.take(positions),
        )


@dataclass(frozen=True, slots=True)
class Services:
    """Services that fit: their rows, ascending within a site, and the position of the site each belongs to."""

    rows: Array
    owner: Array


@dataclass(frozen=True, slots=True)
class Match:
    """Sites that fit, with scores and distances where words or a circle are asked. `services` is None where
    nothing is asked of services, so that all of a site's services fit."""

    sites: Array
    scores: Array | None
    distances: Distances | None
    services: Services | None


class Matching:
    """One query against one rowset. Variants of the query share what they have in common."""

    def __init__(self, rowset: Rowset, query: SearchQuery) -> None:
        self.rowset, self.query = rowset, query
        self._texts: Candidates | None = None
        self.judging = Judging(rowset, query)
        self.rowset.scratch.reserve(rowset.tables.sites.count)

    def candidates(self, query: SearchQuery) -> Candidates:
        """What the words and the circle of a query leave."""
        found = self._by_words(query)
        if query.circle is None:
            return found
        sites = self.rowset.tables.sites
        if found.sites is None:
            near, chord2 = self.rowset.nearby.candidates(query.circle)
            if sites.count > self.rowset.base:
                since = np.arange(self.rowset.base, sites.count)
                place, its = self._roughly(since, query.circle)
                near, chord2 = np.concatenate((near, since[place])), np.concatenate((chord2, its))
            if self.rowset.dead:
                live = sites["live"][near].nonzero()[0]
                near, chord2 = near[live], chord2[live]
            found = Candidates(near)
        else:
            place, chord2 = self._roughly(found.sites, query.circle)
            found = found.take(place)
        assert found.sites is not None
        distances = Distances(query.circle.centre, sites, found.sites, chord2)
        within = distances.within(query.circle.radius_m)
        found = replace(found, distances=distances)
        return found if within.all() else found.take(within.nonzero()[0])

    def match(
        self, query: SearchQuery, candidates: Candidates, *, services: bool = True, capacity: bool = True
    ) -> Match:
        """Sites that fit a query, given what its words and circle leave.

        Without `services` the caller needs none of them, and they are looked at only where sites depend on it.
        Without `capacity` services fit by their terms alone, whatever run and dates are asked.
        """
        if candidates.sites is None:
            candidates = Candidates(self._by_bits(query))
        else:
            mask = np.ones(len(candidates.sites), np.bool_)
            for facet in query.terms:
                if query.asked(facet):
                    mask &= self.rowset.site_bits.has_any(self._values(query, facet), candidates.sites)
            candidates = candidates.take(np.flatnonzero(mask)) if not mask.all() else candidates
        sites = candidates.sites
        assert sites is not None
        kept = np.ones(len(sites), np.bool_)
        if query.verified:
            kept &= self.rowset.tables.sites["verified"][sites]
        if query.teaching:
            kept &= self.rowset.tables.sites["teaches"][sites] >= query.today.toordinal()
        if query.asked(Facet.CERTIFICATION):
            kept &= self.certified(sites, query)
        if not kept.all():
            candidates = candidates.take(np.flatnonzero(kept))
        return self._match_services(query, candidates, services, capacity)

    def certified(self, sites: Array, query: SearchQuery) -> Array:
        """Whether each site has a certificate asked for that is valid on the day of the job."""
        schemes = self._values(query, Facet.CERTIFICATION)
        scheme, owner = self.valid_certificates(sites, query)
        asked = np.zeros(len(self.rowset.values), np.bool_)
        asked[schemes] = True
        has = np.zeros(len(sites), np.bool_)
        has[owner[asked.take(scheme).nonzero()[0]]] = True
        return has

    def valid_certificates(self, sites: Array, query: SearchQuery) -> tuple[Array, Array]:
        """(scheme, position of its site) of every certificate valid on the day of the job, schemes once a site."""
        tables, day = self.rowset.tables, query.job_day.toordinal()
        if self._are_many(sites):  # all certificates are looked at, then told whose they are
            scheme, site = self.rowset.valid_certificates(day)
            if len(sites) == tables.sites.count:
                return scheme, site
            owner = self._positions(sites)[site]
            mine = (owner != NONE).nonzero()[0]
            return scheme[mine], owner[mine]
        certs = tables.certs
        count = tables.sites["certs"][sites]
        rows = slices(tables.sites["first_cert"][sites], count)
        found = ((certs["first"][rows] <= day) & (day <= certs["last"][rows])).nonzero()[0]
        return each_once(certs["scheme"][rows[found]], np.repeat(np.arange(len(sites)), count)[found])

    def services_of(self, sites: Array) -> Services:
        """Every service of some sites."""
        table = self.rowset.tables.sites
        count = table["services"][sites]
        return Services(slices(table["first_service"][sites], count), np.repeat(np.arange(len(sites)), count))

    def filter_terms(self, query: SearchQuery, found: Services) -> Services:
        """Those services that have the terms asked of services."""
        for facet in SERVICE_FACETS:
            if query.asked(facet):
                found = _kept(found, self._has_any(self._values(query, facet), found.rows))
        return found

    def _match_services(self, query: SearchQuery, candidates: Candidates, wanted: bool, rooms: bool) -> Match:
        sites = candidates.sites
        assert sites is not None
        asked = [facet for facet in SERVICE_FACETS if query.asked(facet)]
        capacity = rooms and (query.run is not None or query.has_window)
        # The bits of a site say already that some service of it has a term of one facet.
        if (not asked and not capacity) or not (wanted or capacity or len(asked) > 1):
            return Match(sites, candidates.scores, candidates.distances, None)
        found = self._services(query, sites)
        if capacity:
            found = _kept(found, self.judging.has_capacity(query, found.rows))
        first = firsts(found.owner).nonzero()[0]
        fits = found.owner[first]
        if len(fits) < len(sites):
            candidates = candidates.take(fits)
            owned = np.diff(first, append=len(found.owner))
            found = Services(found.rows, np.repeat(np.arange(len(fits)), owned))
        assert candidates.sites is not None
        return Match(candidates.sites, candidates.scores, candidates.distances, found)

    def _services(self, query: SearchQuery, sites: Array) -> Services:
        """The services of some sites that have the terms asked of services."""
        tables = self.rowset.tables
        if not self._are_many(sites) or not (sites[1:] > sites[:-1]).all():
            return self.filter_terms(query, self.services_of(sites))
        # Of many sites in the order of rows: the services are chosen first, then told whose they are.
        count = tables.services.count
        asked = [self._values(query, facet) for facet in SERVICE_FACETS if query.asked(facet)]
        if asked:
            words = np.bitwise_and.reduce([self.rowset.service_bits.any_of(values, count) for values in asked])
            rows = unpack(words, count).nonzero()[0]
        else:
            rows = np.arange(count)
        site = tables.services["site"][rows]
        if len(sites) == tables.sites.count:  # each stands at its own row
            return Services(rows, site)
        owner = self._positions(sites)[site]
        return _kept(Services(rows, owner), owner != NONE)

    def _are_many(self, sites: Array) -> bool:
        return len(sites) * _MANY > self.rowset.tables.sites.count

    def _positions(self, sites: Array) -> Array:
        """The position of each site of the rowset among some; -1 where it is none of them."""
        position = np.full(self.rowset.tables.sites.count, NONE, np.int64)
        position[sites] = np.arange(len(sites))
        return position

    def _by_words(self, query: SearchQuery) -> Candidates:
        words = cut_query(query.text)
        if not words:
            return Candidates(None)
        if self._texts is None:
            ids, scores = self.rowset.postings.find(words, self.rowset.scratch)
            self._texts = Candidates(ids, scores)
            if self.rowset.dead:
                self._texts = self._texts.take(self.rowset.tables.sites["live"][ids].nonzero()[0])
        return self._texts

    def _by_bits(self, query: SearchQuery) -> Array:
        """Live sites that have a term of every facet asked."""
        sites = self.rowset.tables.sites
        live = np.zeros(-(-sites.count // 64) * 64, np.uint8)
        live[: sites.count] = sites["live"]
        words = pack(live)
        for facet in (*SITE_FACETS, *SERVICE_FACETS):
            if query.asked(facet):
                words &= self.rowset.site_bits.any_of(self._values(query, facet), sites.count)
        return np.flatnonzero(unpack(words, sites.count))

    def _roughly(self, sites: Array, circle: Circle) -> tuple[Array, Array]:
        """(position, square of the chord to the centre) of those sites that may lie in a circle."""
        centre = earth_point(circle.centre.lat, circle.centre.lon)
        offset = self.rowset.tables.sites["xyz"][:, sites] - np.array(centre)[:, None]
        reach = circle.radius_m + 1.0
        chord2 = np.einsum("ij,ij->j", offset, offset)
        near = (chord2 <= reach * reach).nonzero()[0]  # false where there is no point
        return near, chord2[near]

    def _values(self, query: SearchQuery, facet: Facet) -> list[int]:
        return self.rowset.values.find(facet, query.asked(facet))

    def _has_any(self, values: list[int], rows: Array) -> Array:
        bits, total = self.rowset.service_bits, self.rowset.tables.services.count
        if len(rows) * 8 > total:
            return unpack(bits.any_of(values, total), total)[rows]
        return bits.has_any(values, rows)


def _kept(found: Services, mask: Array) -> Services:
    if mask.all():
        return found
    left = mask.nonzero()[0]
    return Services(found.rows[left], found.owner[left])
