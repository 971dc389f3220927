"""What is written in bulk is read back as it was generated, on both engines."""

from __future__ import annotations

from sqlalchemy import text

from marketplace.bench.generate import Generator
from marketplace.bench.store import write_suppliers
from marketplace.db import Database
from marketplace.search.sync import load_documents


def test_written_suppliers_are_read_back_as_they_were(database: Database, generator: Generator) -> None:
    said: list[int] = []
    wanted = list(generator.stream(2300))
    assert write_suppliers(database, wanted, said.append) == 2300
    assert said == [2000, 2300]
    with database.reading() as session:
        found = {d.site_id: d for _, documents in load_documents(session, range(1, 2301)) for d in documents}
    assert [found[document.site_id] for document in wanted] == wanted
    with database.writing() as session:
        session.execute(text("UPDATE minimum_rule SET atoms = atoms + 1 WHERE service_id = 4"))
    with database.reading() as session:
        ((_, changed),) = load_documents(session, [1])
    assert changed[0] != wanted[0]
