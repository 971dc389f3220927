"""Build a rowset from documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice

import numpy as np

from marketplace.search.columns.circles import Nearby
from marketplace.search.columns.collecting import Collector, Having
from marketplace.search.columns.layout import first_monday
from marketplace.search.columns.papers import Papers
from marketplace.search.columns.postings import Postings
from marketplace.search.columns.rows import encode
from marketplace.search.columns.rowset import Finder, Rowset, Tables
from marketplace.search.columns.table import Bits, unpack
from marketplace.search.columns.values import Values
from marketplace.search.document import SiteDocument

_BATCH = 2000


def build(documents: Iterable[SiteDocument], today: date) -> Rowset:
    """A rowset in memory."""
    kept: list[SiteDocument] = []
    values, tables, monday, words = read_documents(documents, today, kept.extend)
    return assemble(tables, values, monday, words, Papers.of(kept))


def read_documents(
    documents: Iterable[SiteDocument], today: date, keep: Callable[[list[SiteDocument]], object]
) -> tuple[Values, Tables, date, Collector]:
    """Turn a stream of documents into tables and words; `keep` gets them batch by batch."""
    values, tables, words = Values.of_vocabulary(), Tables.empty(), Collector()
    monday = first_monday(today)
    stream = iter(documents)
    while batch := list(islice(stream, _BATCH)):
        tables.append(encode(batch, values, monday))
        words.add(batch)
        keep(batch)
    return values, tables, monday, words


def assemble(tables: Tables, values: Values, monday: date, words: Collector, papers: Papers) -> Rowset:
    """The rowset of tables: bits, points, finders and what is found by its terms are worked out from them."""
    sites, services = tables.sites, tables.services
    site, certified = np.arange(sites.count), np.repeat(np.arange(sites.count), sites["certs"])
    site_bits = Bits.build(
        len(values),
        sites.count,
        np.concatenate((tables.site_values["value"], tables.certs["scheme"])),
        np.concatenate((np.repeat(site, sites["values"]), certified)),
    )
    service = np.repeat(np.arange(services.count), services["values"])
    service_bits = Bits.build(len(values), services.count, tables.service_values["value"], service)
    suppliers, site_ids = Finder.build(sites["supplier_id"]), Finder.build(sites["site_id"])
    nearby = Nearby.build(sites)
    postings = Postings.build(words, _having(values, site_bits, sites.count))
    return Rowset(tables, values, monday, site_bits, service_bits, postings, nearby, papers, suppliers, site_ids)


def _having(values: Values, site_bits: Bits, sites: int) -> Iterator[Having]:
    """The sites that have each term."""
    for number, (facet, term) in enumerate(values.terms):
        yield facet, term, np.flatnonzero(unpack(site_bits.words[number], sites))
