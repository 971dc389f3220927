"""The engine gate, and what a transaction promises."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.changes import store as changes
from marketplace.changes.tables import ChangeRow
from marketplace.db import Base, Database, Watch, open_database
from marketplace.db.engine import journal_for, sqlite_module, wal_is_safe
from marketplace.db.schema import import_all_tables
from marketplace.errors import Unavailable


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_only_where_the_race_is_repaired(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe
    module = SimpleNamespace(sqlite_version_info=version, sqlite_version=".".join(map(str, version)))
    assert journal_for(module) == ("WAL" if safe else "DELETE")  # type: ignore[arg-type]


def test_the_sqlite_in_use_is_in_a_safe_mode(sqlite_template) -> None:
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.reading() as session:
        mode = session.scalar(text("PRAGMA journal_mode"))
        synchronous = session.scalar(text("PRAGMA synchronous"))
        keys = session.scalar(text("PRAGMA foreign_keys"))
    assert (mode, synchronous, keys) == (journal_for(sqlite_module()).lower(), 2, 1)
    database.dispose()


def test_every_table_is_strict(sqlite_template) -> None:
    import_all_tables()
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.reading() as session:
        strict = {row.name: row.strict for row in session.execute(text("PRAGMA table_list")) if row.type == "table"}
    assert {name for name in Base.metadata.tables if not strict[name]} == set()
    database.dispose()


def test_text_in_a_number_column_is_refused(database: Database) -> None:
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text("INSERT INTO change (supplier_id, xid) VALUES ('abc', 0)"))


def test_nothing_of_a_failed_block_is_kept(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            changes.record(session, 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChangeRow)) == 0


def test_reading_keeps_nothing(database: Database) -> None:
    refused = contextlib.nullcontext() if database.is_sqlite else pytest.raises(DBAPIError, match="read-only")
    with refused, database.reading() as session:
        session.execute(insert(ChangeRow).values(supplier_id=1, xid=0))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChangeRow)) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_writers_both_count(database: Database) -> None:
    """Read, then write what was read plus one: with a deferred BEGIN, SQLite would lose one of the two.

    READ COMMITTED on PostgreSQL promises less: what is scarce is taken there by guarded statements.
    """
    with database.writing() as session:
        changes.record(session, 0)

    def add() -> None:
        for _ in range(20):
            with database.writing() as session:
                value = session.scalar(select(ChangeRow.supplier_id)) or 0
                session.execute(text("UPDATE change SET supplier_id = :n"), {"n": value + 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(select(ChangeRow.supplier_id)) == 80


def test_a_locked_database_is_unavailable_not_a_crash(tmp_path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    first, second = open_database(url), open_database(url, busy_timeout_ms=50)
    Base.metadata.create_all(first.engine)
    with first.writing() as session:
        changes.record(session, 1)
        with pytest.raises(Unavailable, match="try again"), second.writing() as other:
            changes.record(other, 2)
    first.dispose()
    second.dispose()


def numbers(session: Session) -> list[int]:
    return list(session.scalars(select(ChangeRow.supplier_id).order_by(ChangeRow.seq)))


def write(database: Database, number: int) -> None:
    with database.writing() as session:
        changes.record(session, number)


def read_by_engine(database: Database) -> AbstractContextManager[Session]:
    return database.reading()


def read_by_watch(database: Database) -> AbstractContextManager[Session]:
    return Watch(database).reading()


@pytest.mark.parametrize("read", [read_by_engine, read_by_watch])
def test_reading_stands_on_one_state(
    database: Database, read: Callable[[Database], AbstractContextManager[Session]]
) -> None:
    write(database, 1)
    with read(database) as session:
        assert numbers(session) == [1]
        write(database, 2)
        assert numbers(session) == [1]
        assert [change.supplier_id for change in since_start(session)] == [1]
    with read(database) as session:
        assert [change.supplier_id for change in since_start(session)] == [1, 2]


def since_start(session: Session) -> tuple[changes.Change, ...]:
    page = changes.read_since(session, 0)
    assert page is not None
    return page.changes


def test_a_watch_misses_nothing_and_asks_for_nothing_twice(database: Database) -> None:
    other, watch = open_database(database.engine.url.render_as_string(hide_password=False)), Watch(database)
    assert watch.changed()
    read: list[int] = []
    for number in range(1, 20):
        write(other if number % 2 else database, number)
        if number % 3 == 0:
            write(other, 100 + number)
        assert watch.changed()
        with watch.reading() as session:
            read = numbers(session)
            write(other, 1000 + number)  # while it is being read
        assert read[-1] in (number, 100 + number)
        assert watch.changed()
        with watch.reading() as session:
            assert numbers(session)[-1] == 1000 + number
        assert watch.changed() is not database.is_sqlite
    other.dispose()


def test_a_watch_reads_anew_what_somebody_still_holds(database: Database) -> None:
    watch = Watch(database)
    held = []
    for supplier_id in (5, 6, 7):
        with database.writing() as session:
            session.merge(ChangeRow(seq=1, supplier_id=supplier_id, xid=0))
        with watch.reading() as session:
            held.append(session.get_one(ChangeRow, 1))
            session.add(ChangeRow(seq=2, supplier_id=1, xid=0))  # nothing it changes is kept
            if database.is_sqlite:
                session.flush()  # PostgreSQL refuses it here
    assert [row.supplier_id for row in held] == [5, 6, 7]
    with database.reading() as session:
        assert session.get(ChangeRow, 2) is None


def test_a_watch_lives_on_after_an_error(database: Database) -> None:
    watch = Watch(database)
    assert watch.changed()

    def fail() -> None:
        with watch.reading() as session:
            numbers(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    write(database, 1)
    assert watch.changed()
    with watch.reading() as session:
        assert numbers(session) == [1]


def test_what_the_driver_itself_says_is_unavailable(database: Database) -> None:
    """Prepared statements are given to it as they are."""
    driver = database.engine.dialect.loaded_dbapi
    with pytest.raises(Unavailable, match="try again"), database.reading():
        raise driver.OperationalError("gone")
    with pytest.raises(Unavailable, match="try again"), Watch(database).reading():
        raise driver.InterfaceError("gone")


def test_a_forked_process_watches_for_itself(database: Database) -> None:
    write(database, 1)
    watch = Watch(database)
    assert watch.changed()
    with watch.reading() as session:
        assert numbers(session) == [1]
    child = os.fork()
    if not child:
        database.engine.dispose(close=False)
        with contextlib.suppress(Exception):
            if watch.changed():  # nothing was committed, but this process knows nothing yet
                with watch.reading() as session:
                    os._exit(0 if numbers(session) == [1] else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    write(database, 2)
    assert watch.changed()
    with watch.reading() as session:
        assert numbers(session) == [1, 2]


def test_other_engines_are_refused_with_what_to_use() -> None:
    with pytest.raises(ValueError, match="use sqlite"):
        open_database("mysql://localhost/x")


def test_an_inner_block_joins_the_outer_one(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError), database.writing() as outer:
        with database.writing() as inner:
            assert inner is outer
            changes.record(inner, 1)
        raise ZeroDivisionError
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChangeRow)) == 0
    with database.writing(), database.writing() as inner:
        changes.record(inner, 2)
    with database.writing() as session:
        assert session.scalars(select(ChangeRow.supplier_id)).all() == [2]


def test_what_a_failed_inner_block_did_is_undone_where_the_outer_one_goes_on(database: Database) -> None:
    with database.writing() as outer:
        changes.record(outer, 1)
        with contextlib.suppress(ZeroDivisionError), database.writing() as inner:
            changes.record(inner, 2)
            raise ZeroDivisionError
        changes.record(outer, 3)
    with database.reading() as session:
        assert session.scalars(select(ChangeRow.supplier_id).order_by(ChangeRow.seq)).all() == [1, 3]


def test_a_block_that_undoes_nothing_is_not_committed_after_an_inner_one_has_failed(database: Database) -> None:
    with database.writing(undoes=False), database.writing() as inner:
        changes.record(inner, 1)

    def go_on() -> None:
        with database.writing(undoes=False) as outer:
            changes.record(outer, 2)
            with contextlib.suppress(ZeroDivisionError), database.writing() as inner:
                changes.record(inner, 3)
                raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="inner block"):
        go_on()
    with database.reading() as session:
        assert session.scalars(select(ChangeRow.supplier_id)).all() == [1]


def test_one_select_is_asked_outside_of_any_transaction_that_is_open(database: Database) -> None:
    with database.writing() as session:
        changes.record(session, 1)
        with database.asking() as other:
            assert other.scalar(select(func.count()).select_from(ChangeRow)) == 0
    with database.asking() as session:
        assert session.scalar(select(func.count()).select_from(ChangeRow)) == 1
    with database.writing() as session:  # the same connection begins transactions again
        changes.record(session, 2)
        session.rollback()
    with database.asking() as session:
        assert session.scalar(select(func.count()).select_from(ChangeRow)) == 1


def test_other_threads_and_databases_have_their_own_blocks(database: Database, tmp_path) -> None:
    elsewhere = open_database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    found = []

    def look() -> None:
        with database.reading() as session:
            found.append(session.scalar(select(func.count()).select_from(ChangeRow)))

    with database.writing() as session, elsewhere.writing() as other:
        changes.record(session, 1)
        assert other is not session
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [0]
    elsewhere.dispose()
