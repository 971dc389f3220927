"""Build a rowset from documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

import numpy as np

from marketplace.search.columns.circles import Nearby
from marketplace.search.columns.layout import first_monday
from marketplace.search.columns.papers import Papers
from marketplace.search.columns.postings import Collector, Postings
from marketplace.search.columns.rows import encode
from marketplace.search.columns.rowset import Rowset, Tables
from marketplace.search.columns.table import Bits
from marketplace.search.columns.values import Values
from marketplace.search.document import SiteDocument, weighted_texts
from marketplace.search.words import weigh

_BATCH = 5000


def build(documents: Iterable[SiteDocument], today: date) -> Rowset:
    """A rowset in memory."""
    values, tables, words = Values.of_vocabulary(), Tables.empty(), Collector()
    monday = first_monday(today)
    kept: list[SiteDocument] = []
    stream = iter(documents)
    while batch := list(islice(stream, _BATCH)):
        tables.append(encode(batch, values, monday))
        for document in batch:
            words.add(weigh(weighted_texts(document)))
        kept += batch
    return _rowset(tables, values, monday, Postings.build(words), Papers.of(kept))


def _rowset(tables: Tables, values: Values, monday: date, postings: Postings, papers: Papers) -> Rowset:
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
    return Rowset(tables, values, monday, site_bits, service_bits, postings, Nearby.build(sites), papers)
