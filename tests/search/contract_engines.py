"""The engines that have to fulfil the contract, each in the states that it can be in."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from contract import NOW, TODAY, Firm, documents_of, firm, label, place, public_id, service
from meilisearch.errors import MeilisearchError
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Use
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.places import Point, Precision
from marketplace.search.columns import ColumnIndex
from marketplace.search.columns.files import open_rowset, write
from marketplace.search.document import SiteDocument
from marketplace.search.index import Answer, Index
from marketplace.search.meili.client import Feeder, Searcher
from marketplace.search.meili.engine import MeiliSearch
from marketplace.search.meili.indexer import Indexer, next_name
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers import teaching_store
from marketplace.suppliers.model import SiteDraft, SupplierId, Verification
from marketplace.suppliers.tables import SupplierRow
from marketplace.units import Week


class InMemory:
    """An engine that is given documents."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._documents: dict[int, tuple[SiteDocument, ...]] = {}
        self.index = self.made()

    def made(self) -> Index:
        """The index, made anew of all documents."""
        raise NotImplementedError

    def fill(self, *firms: Firm) -> None:
        self._numbers = {firm.name: number for number, firm in enumerate(firms, 1)}
        self._documents = {number: documents_of(firm, number) for number, firm in enumerate(firms, 1)}
        self.index = self.made()

    def put(self, firm: Firm) -> None:
        self._put(firm, self._numbers.setdefault(firm.name, len(self._numbers) + 1))

    def rename(self, name: str, firm: Firm) -> None:
        number = self._numbers[firm.name] = self._numbers.pop(name)
        self._put(firm, number)

    def _put(self, firm: Firm, number: int) -> None:
        self._documents[number] = documents_of(firm, number)
        self.index.put(number, iter(self._documents[number]))

    def remove(self, name: str) -> None:
        self._documents.pop(self._numbers[name])
        self.index.put(self._numbers[name], ())

    def rebuild(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """What was put meanwhile is put again, as sync.py replays the log."""
        made, before = self.made(), dict(self._documents)
        meanwhile()
        for number in {*before, *self._documents}:
            if before.get(number) != self._documents.get(number):
                made.put(number, self._documents.get(number, ()))
        self.index = made

    def search(self, query: SearchQuery) -> Answer:
        return self.index.search(query)

    def everything(self, query: SearchQuery) -> list[str]:
        return [label(document) for document in self.index.documents(self.index.site_ids(query))]

    def count(self) -> int:
        return self.index.count()

    def _all(self) -> list[SiteDocument]:
        return [document for documents in self._documents.values() for document in documents]


class Reference(InMemory):
    def made(self) -> Index:
        made = ReferenceIndex()
        made.fill(self._all(), TODAY)
        return made


class Columns(InMemory):
    """Everything in the rows that were built at once."""

    def made(self) -> Index:
        return ColumnIndex.build(self._all(), TODAY)


class MappedColumns(InMemory):
    """The same, mapped from files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__()

    def made(self) -> Index:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        assert write(folder, self._all(), TODAY, {}) == len(self._all())
        return ColumnIndex(open_rowset(folder))


class WornColumns(InMemory):
    """Everything put since, among rows that are dead: each firm was another one before, on land and with weeks."""

    def made(self) -> Index:
        older = firm(
            "Weg Vecchia Ancienne",
            sites=(place(service("sew", skills="lingerie", materials="silk"), at=(43.88, 11.1)), place(service("cut"))),
            kind="atelier",
            languages="en",
        )
        made = ColumnIndex.build((d for number in self._documents for d in documents_of(older, number)), TODAY)
        for number, documents in self._documents.items():
            made.put(number, documents_of(older, number))
            made.put(number, documents)
        return made


class OverSearchServer:
    """Ours over Meilisearch. Firms are written to a database, and fed from there; every second change is only in
    the change log when the next question comes."""

    def __init__(self, database: Database, url: str, key: str) -> None:
        self._database, self._name = database, f"test-{secrets.token_hex(6)}"
        self._feeder = Feeder(url, key)
        self._indexer = Indexer(database, self._feeder, self._name, lambda: NOW)
        self._engine = MeiliSearch(database, ColumnIndex.empty(TODAY), Searcher(url, key), self._name)
        self._ids: dict[str, SupplierId] = {}
        self._changes = 0
        self._indexer.tick()

    def fill(self, *firms: Firm) -> None:
        for name in list(self._ids):
            self._forget(name)
        for one in firms:
            self._write(one.name, one)
        while self._indexer.tick():
            pass

    def put(self, firm: Firm) -> None:
        self._write(firm.name, firm)
        self._feed_sometimes()

    def rename(self, name: str, firm: Firm) -> None:
        self._write(name, firm)
        self._ids[firm.name] = self._ids.pop(name)
        self._feed_sometimes()

    def remove(self, name: str) -> None:
        self._forget(name)
        self._feed_sometimes()

    def rebuild(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        stay = self._indexer._stay

        def stay_and_go_on() -> None:
            self._indexer._stay = stay  # type: ignore[method-assign]
            meanwhile()
            stay()

        self._indexer._stay = stay_and_go_on  # type: ignore[method-assign]
        self._indexer.rebuild()

    def search(self, query: SearchQuery) -> Answer:
        answer = self._engine.search(query)
        assert not answer.degraded
        return answer

    def everything(self, query: SearchQuery) -> list[str]:
        return [label(document) for document in self._engine.documents(self._engine.site_ids(query))]

    def count(self) -> int:
        return self._engine.count()

    def close(self) -> None:
        for name in (self._name, next_name(self._name)):
            with suppress(MeilisearchError):
                self._feeder.drop(name)

    def _feed_sometimes(self) -> None:
        self._changes += 1
        if self._changes % 2:
            self._indexer.tick()

    def _forget(self, name: str) -> None:
        with self._database.writing() as session:
            supplier_id = self._ids.pop(name)
            session.delete(session.get_one(SupplierRow, supplier_id))
            changes.record(session, supplier_id)

    def _write(self, name: str, firm: Firm) -> None:
        """A firm's rows as they stand behind its documents."""
        with self._database.writing() as session:
            supplier_id = self._ids.get(name)
            if supplier_id is None:
                number = len(self._ids) + self._changes * 1000
                organisation = accounts.add_organisation(session, OrganisationKind.SUPPLIER, secrets.token_hex(16), NOW)
                supplier_id = self._ids[name] = suppliers.add(
                    session,
                    public_id=secrets.token_hex(16),
                    organisation_id=organisation,
                    external_id=firm.name,
                    slug=f"firm-{number}-{secrets.token_hex(4)}",
                    profile=firm.profile,
                    now=NOW,
                )
            else:
                suppliers.update_profile(session, supplier_id, firm.profile, NOW)
                row = session.get_one(SupplierRow, supplier_id)
                row.external_id = firm.name
                row.sites.clear()
                session.flush()
            suppliers.set_status(session, supplier_id, firm.status, NOW)
            seen = Verification.VISITED if firm.verified else Verification.SELF_DECLARED
            suppliers.set_verification(session, supplier_id, seen, TODAY if firm.verified else None)
            self._write_sites(session, supplier_id, firm)
            changes.record(session, supplier_id)

    def _write_sites(self, session: Session, supplier_id: SupplierId, firm: Firm) -> None:
        for number, site in enumerate(firm.sites, supplier_id * 100):
            precision = Precision.CONFIRMED if site.at else Precision.NONE
            point = Point.of(*site.at) if site.at else None
            draft = SiteDraft(site.address, site.name, point, precision, working_days=site.working_days)
            site_id = suppliers.add_site(session, supplier_id, public_id(number), draft)
            teaching_store.set_teaching(session, site_id, site.teaches_until)
            capacity.set_closures(session, site_id, site.closures)
            for service_number, one in enumerate(site.services, number * 100):
                service_id = suppliers.add_service(session, site_id, public_id(service_number), one.draft)
                if one.room:
                    confirmed: Any = one.room.confirmed_at
                    name = f"{service_number}"
                    resource = capacity.add_resource(session, site_id, public_id(service_number), name, one.room.unit)
                    capacity.put_use(session, Use(service_id, resource, one.room.rate))
                    capacity.set_usual(session, resource, one.room.usual, confirmed)
                    stated = {Week(day): amount for day, amount in (one.room.stated or {}).items()}
                    capacity.set_weeks(session, resource, stated, confirmed)
