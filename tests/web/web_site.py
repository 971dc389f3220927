"""The app under test with its people, for conftest.py and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from page_client import Dump, PageClient
from sqlalchemy import text

from marketplace.db.engine import Watch
from marketplace.demo.people import DEMO_PASSWORD
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Supplier
from marketplace.web.context import System

OWN, OTHER = "demo-los-angeles-sewing-room-01", "demo-como-dye-house-01"


@dataclass
class Site:
    """The app under test, its people and what stands in its database."""

    app: Flask
    system: System

    def stranger(self) -> PageClient:
        return PageClient(self.app)

    def person(self, email: str) -> PageClient:
        client = PageClient(self.app)
        client.sign_in(email, DEMO_PASSWORD)
        return client

    def owner(self) -> PageClient:
        return self.person("sewing@example.com")

    def colleague(self) -> PageClient:
        return self.person("floor@example.com")

    def rival(self) -> PageClient:
        """The owner of another listing."""
        return self.person("tintoria@example.com")

    def designer(self) -> PageClient:
        return self.person("designer@example.com")

    def apprentice(self) -> PageClient:
        return self.person("apprentice@example.com")

    def supplier(self, external_id: str = OWN) -> Supplier:
        with self.system.database.reading() as session:
            found = suppliers.find_by_external_id(session, external_id)
        assert found is not None
        return found

    def __post_init__(self) -> None:
        self._watch = Watch(self.system.database)
        self._dumped: Dump | None = None

    def dump(self) -> Dump:
        """Where nobody has committed anything since the last one, it is the same."""
        if self._watch.changed() or self._dumped is None:
            self._dumped = Dump.of(self.system.database)
        return self._dumped

    @contextmanager
    def unchanged(self, what: object = "") -> Iterator[None]:
        """Everything stands in the database afterwards as it did before."""
        before = self.dump()
        yield
        changed = before.changed(self.dump())
        assert not changed, f"{what}: {changed}"

    def sql(self, statement: str, **values: object) -> None:
        with self.system.database.writing() as session:
            session.execute(text(statement), values)

    def value(self, statement: str, **values: object) -> object:
        with self.system.database.reading() as session:
            return session.scalar(text(statement), values)
