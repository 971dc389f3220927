"""The columns of one snapshot with everything put since: what an engine searches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from marketplace.search.columns.circles import Nearby
from marketplace.search.columns.conditions import Numbering
from marketplace.search.columns.keeping import Touched
from marketplace.search.columns.layout import CALENDARS, CERTS, CONDITIONS, SERVICES, SITES, VALUES
from marketplace.search.columns.papers import Papers
from marketplace.search.columns.postings import Postings, Scratch
from marketplace.search.columns.restating import only_weeks_differ, restate
from marketplace.search.columns.rows import Batch, encode
from marketplace.search.columns.runs import Weeks
from marketplace.search.columns.table import Array, Bits, Table, firsts
from marketplace.search.columns.values import Values
from marketplace.search.document import SiteDocument, weighted_texts
from marketplace.search.words import weigh

TABLES = {
    "sites": SITES,
    "services": SERVICES,
    "conditions": CONDITIONS,
    "calendars": CALENDARS,
    "site_values": VALUES,
    "service_values": VALUES,
    "certs": CERTS,
}


class Tables:
    """The tables, and how rows of documents come into them."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.sites, self.services, self.calendars = tables["sites"], tables["services"], tables["calendars"]
        self.conditions = tables["conditions"]
        self.site_values, self.service_values = tables["site_values"], tables["service_values"]
        self.certs = tables["certs"]
        self._numbering = Numbering(self.conditions)

    @classmethod
    def empty(cls) -> Tables:
        made = cls({name: Table.empty(spec) for name, spec in TABLES.items()})
        # Row 0 stands for no calendar, so that gathering never meets an empty column.
        made.calendars.append({name: column[..., :1] for name, column in made.calendars.columns.items()})
        return made

    def named(self) -> dict[str, Table]:
        return {name: getattr(self, name) for name in TABLES}

    def append(self, batch: Batch) -> int:
        """Add the rows of documents; returns the ordinal of the first site."""
        calendar = self.calendars.append(batch.calendars) if batch.calendars["confirmed"].size else 0
        first_value = self.service_values.append({"value": batch.service_values})
        service = self.services.count
        site = self.sites.count
        rows = dict(batch.services)
        rows["condition"] = self._numbering.take(rows)
        rows["site"] = rows["site"] + site
        rows["first_value"] = rows["first_value"] + first_value
        rows["calendar"] = np.where(rows["calendar"] >= 0, rows["calendar"] + calendar, -1)
        self.services.append(rows)
        rows = dict(batch.sites)
        rows["first_service"] = rows["first_service"] + service
        rows["first_value"] = rows["first_value"] + self.site_values.append({"value": batch.site_values})
        rows["first_cert"] = rows["first_cert"] + self.certs.append({**batch.certs, "site": batch.certs["site"] + site})
        self.sites.append(rows)
        return site


def each_once(scheme: Array, owner: Array) -> tuple[Array, Array]:
    """Without what is equal to the pair before it."""
    once = firsts(scheme)
    once[1:] |= owner[1:] != owner[:-1]
    if once.all():
        return scheme, owner
    first = once.nonzero()[0]
    return scheme[first], owner[first]


class Finder:
    """Ordinals by a key: sorted arrays for the snapshot, a dictionary for what came since."""

    def __init__(self, keys: Array, order: Array) -> None:
        self.keys, self.order = keys, order
        self._since: dict[int, list[int]] = {}

    @classmethod
    def build(cls, keys: Array) -> Finder:
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], order)

    def find(self, key: int) -> list[int]:
        first = end = int(self.keys.searchsorted(key))
        while end < len(self.keys) and self.keys[end] == key:
            end += 1
        found: list[int] = self.order[first:end].tolist()
        return found + self._since.get(key, [])

    def add(self, key: int, ordinal: int) -> None:
        self._since.setdefault(key, []).append(ordinal)


class Rowset:
    """Everything a query reads. `base`: the sites of the snapshot; later ordinals were put since."""

    def __init__(
        self,
        tables: Tables,
        values: Values,
        monday: date,
        site_bits: Bits,
        service_bits: Bits,
        postings: Postings,
        nearby: Nearby,
        papers: Papers,
        suppliers: Finder,
        site_ids: Finder,
    ) -> None:
        self.tables, self.values, self.monday = tables, values, monday
        self.site_bits, self.service_bits = site_bits, service_bits
        self.postings, self.nearby, self.papers = postings, nearby, papers
        self.base = tables.sites.count
        self.dead = self.restated = 0
        self._calendars = tables.calendars.count
        self.scratch = Scratch()
        self.suppliers, self.site_ids = suppliers, site_ids
        self._valid: tuple[int, tuple[Array, Array]] | None = None

    @property
    def weeks(self) -> Weeks:
        return Weeks(self.tables.calendars, self.monday)

    def valid_certificates(self, day: int) -> tuple[Array, Array]:
        """(scheme, row of its site) of every certificate that is valid on an ordinal day, schemes once a site. Those
        of the day that was asked about last are kept, a megabyte at 100,000 suppliers: most ask about today."""
        if self._valid is None or self._valid[0] != day:
            certs = self.tables.certs
            valid = ((certs["first"] <= day) & (day <= certs["last"])).nonzero()[0]
            self._valid = day, each_once(certs["scheme"][valid], certs["site"][valid])
        return self._valid[1]

    @property
    def put_since(self) -> int:
        """Sites that were put since the snapshot, weeks alone or everything."""
        return self.tables.sites.count - self.base + self.restated

    @property
    def live_sites(self) -> int:
        return self.tables.sites.count - self.dead

    def put(self, supplier_id: int, documents: Iterable[SiteDocument]) -> Touched:
        return self.put_many([(supplier_id, documents)])

    def put_many(self, changed: Iterable[tuple[int, Iterable[SiteDocument]]]) -> Touched:
        """Replace everything of suppliers: the rows of what differs die, new ones are appended. Where a site differs
        in its weeks only, they alone do."""
        touched = Touched()
        restated: dict[int, SiteDocument] = {}
        for supplier_id, documents in changed:
            self._put(supplier_id, documents, touched, restated)
        if restated:
            firsts = self.tables.sites["first_service"]
            sites = [(int(firsts[ordinal]), document) for ordinal, document in restated.items()]
            added = restate(self.tables.services, self.tables.calendars, sites, self.monday, self._calendars)
            self.restated += added
            for ordinal, document in restated.items():
                self.papers.put(ordinal, document)
        return touched

    def _put(
        self,
        supplier_id: int,
        documents: Iterable[SiteDocument],
        touched: Touched,
        restated: dict[int, SiteDocument],
    ) -> None:
        live = self.tables.sites["live"]
        fresh = {document.site_id: document for document in documents}
        for ordinal in self.suppliers.find(supplier_id):
            if live[ordinal]:
                before = restated.get(ordinal) or self.papers.read(ordinal)
                after = fresh.get(before.site_id)
                if after is not None and only_weeks_differ(before, after):
                    del fresh[after.site_id]
                    if before != after:
                        restated[ordinal] = after
                        touched.restated(before, after)
                else:
                    restated.pop(ordinal, None)
                    self._remove(ordinal, before)
                    touched.more_than_weeks = True
        if fresh:
            self._append(list(fresh.values()))
            touched.more_than_weeks = True

    def documents(self) -> list[SiteDocument]:
        """Every live document."""
        return [self.papers.read(ordinal) for ordinal in np.flatnonzero(self.tables.sites["live"]).tolist()]

    def ordinal(self, site_id: int) -> int | None:
        """The live row of a site."""
        live = self.tables.sites["live"]
        return next((ordinal for ordinal in self.site_ids.find(site_id) if live[ordinal]), None)

    def _remove(self, ordinal: int, document: SiteDocument) -> None:
        self.tables.sites["live"][ordinal] = False
        self.dead += 1
        self.postings.remove(ordinal, weigh(weighted_texts(document)))
        self.papers.forget(ordinal)

    def _append(self, documents: Sequence[SiteDocument]) -> None:
        self._valid = None
        batch = encode(documents, self.values, self.monday)
        first_service = self.tables.services.count
        first = self.tables.append(batch)
        site = np.repeat(np.arange(first, first + len(documents)), batch.sites["values"])
        self.site_bits.set(batch.site_values.astype(np.int64), site)
        certified = np.repeat(np.arange(first, first + len(documents)), batch.sites["certs"])
        self.site_bits.set(batch.certs["scheme"], certified)
        services = batch.services["values"]
        service = np.repeat(np.arange(first_service, first_service + len(services)), services)
        self.service_bits.set(batch.service_values.astype(np.int64), service)
        for ordinal, document in enumerate(documents, first):
            self.postings.add(ordinal, weigh(weighted_texts(document)))
            self.papers.put(ordinal, document)
            self.suppliers.add(document.supplier_id, ordinal)
            self.site_ids.add(document.site_id, ordinal)
