"""Open the database: the gate that refuses unsafe modes, and the two ways in."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.db.turn import Turn
from marketplace.errors import SelvedgeError, Unavailable

log = logging.getLogger(__name__)

# How a transaction begins: SQLite hears the words, PostgreSQL's driver the rest.
_READS_SQLITE = {"selvedge_begin": "BEGIN"}
_BEGINS_ITSELF = {"selvedge_begin": ""}
_RESTED_S = 1.0
_READS_POSTGRESQL = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset race that drops committed writes.

    Present from 3.7.0 to 3.51.2; fixed in 3.51.3, back-ported to 3.50.7 and 3.44.6 (sqlite.org, change log).
    """
    return (
        version >= (3, 51, 3)
        or (version[:2] == (3, 50) and version[2] >= 7)
        or (version[:2] == (3, 44) and version[2] >= 6)
    )


def sqlite_module() -> ModuleType:
    """The bundled SQLite where a wheel exists, else the interpreter's own."""
    for name in ("pysqlite3.dbapi2", "sqlite3"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise RuntimeError("this Python has no SQLite: install pysqlite3")


def journal_for(module: ModuleType) -> str:
    """WAL on a safe SQLite, else a rollback journal: half the speed, nothing lost."""
    if wal_is_safe(module.sqlite_version_info):
        return "WAL"
    log.warning(
        "SQLite %s can lose committed writes in WAL mode; using a rollback journal. "
        "Install pysqlite3 for a repaired SQLite.",
        module.sqlite_version,
    )
    return "DELETE"


@dataclass(slots=True)
class _Outermost:
    """The write transaction that inner blocks join. `undoes`: an inner block that fails is undone by itself."""

    database: Database
    session: Session
    undoes: bool
    failed: bool = False


_outermost: ContextVar[_Outermost | None] = ContextVar("selvedge_writing", default=None)


class Database:
    """One database. `reading()` for queries, `writing()` for one action's single transaction.

    SQLite: a writer takes the write lock when it begins, so what it reads is what it changes. With the
    driver's default the SELECT runs before BEGIN, and two people book the same week.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        name = engine.url.database if self.is_sqlite else None
        self._turn = Turn(Path(f"{name}-turn") if name and name != ":memory:" else None)
        self._reader = engine.execution_options(**(_READS_SQLITE if self.is_sqlite else _READS_POSTGRESQL))
        self._asker = self._reader if self.is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent snapshot; nothing it changes is kept."""
        with self._session(self._reader) as session:
            yield session  # closing it rolls back

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """A session for one SELECT, which needs no snapshot: PostgreSQL is asked once, not three times."""
        with self._session(self._asker) as session:
            yield session

    @contextmanager
    def writing(self, *, undoes: bool = True) -> Iterator[Session]:
        """A session whose changes are committed together when the block ends, or not at all.

        Inside another such block of the same thread it joins that one, which commits: so actions can be put
        together into one. What an inner block did before an error is undone even where the outer one goes on,
        unless the outer one says that it never does (`undoes`): that saves two statements for each inner block.

        Errors: Unavailable when the database is locked, full or away; nothing is kept then.
        """
        outer = _outermost.get()
        if outer is not None and outer.database is self:
            with outer.session.begin_nested() if outer.undoes else _failing(outer):
                yield outer.session
            return
        turn = self._turn.taken() if self.is_sqlite else nullcontext()
        with turn, self._session(self.engine) as session:
            outermost = _Outermost(self, session, undoes)
            token = _outermost.set(outermost)
            try:
                yield session
            finally:
                _outermost.reset(token)
            if outermost.failed:
                raise RuntimeError("went on after an inner block had failed, whose changes are not undone")
            session.commit()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with self.telling(), engine.connect() as connection, _session_on(connection) as session:
            yield session

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What the driver says when the database is away becomes Unavailable."""
        driver: Any = self.engine.dialect.loaded_dbapi  # whose own errors db/prepared.py lets through
        try:
            yield
        except (OperationalError, InterfaceError, driver.OperationalError, driver.InterfaceError) as error:
            log.warning("database: %s", getattr(error, "orig", error))
            raise Unavailable("The database is busy or away. Nothing was saved; try again in a moment.") from error

    def connect_reader(self) -> Connection:
        """A connection to SQLite in nobody's pool, whose user begins and ends what is read over it."""
        connection = self.engine.execution_options(**_BEGINS_ITSELF).connect()
        connection.detach()
        return connection

    def dispose(self) -> None:
        self.engine.dispose()
        self._turn.close()


@contextmanager
def _failing(outer: _Outermost) -> Iterator[None]:
    try:
        yield
    except BaseException:
        outer.failed = True
        raise


class Watch:
    """Says in some microseconds whether anybody has committed since it was last asked, and reads what they did.

    SQLite keeps a counter of other connections' commits (`PRAGMA data_version`). So this one stays open, and what is
    read after each of them is read over it: to open a session, or to have it begin and end each transaction, takes a
    tenth of a millisecond. It is not thread-safe, and a forked process opens its own. PostgreSQL has no counter: there
    the answer is always yes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: Session | None = None
        self._driver: Any = None  # what the session stands on: finding it anew takes longer than asking it
        self._process = 0
        self._seen: int | None = None

    def changed(self) -> bool:
        if not self._database.is_sqlite:
            return True
        with self._kept():
            # Outside of any transaction: within one the counter stands still.
            seen: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        changed, self._seen = seen != self._seen, seen
        return changed

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """As `Database.reading()`."""
        if not self._database.is_sqlite:
            with self._database.reading() as session:
                yield session
            return
        with self._kept() as session:
            self._driver.execute("BEGIN")
            yield session
            self._driver.execute("ROLLBACK")
            session.expunge_all()  # rows that the next reading would otherwise take for its own

    @contextmanager
    def _kept(self) -> Iterator[Session]:
        """The session, for as long as nothing goes wrong with it."""
        with self._database.telling():
            if self._session is None or self._process != os.getpid():
                connection = self._database.connect_reader()
                self._session, self._driver = _session_on(connection), connection.connection.dbapi_connection
                self._process, self._seen = os.getpid(), None
            session = self._session
            try:
                yield session
            except BaseException:
                self._session = None
                with suppress(SQLAlchemyError):
                    session.get_bind().close()  # type: ignore[union-attr]
                raise


def _session_on(connection: Connection) -> Session:
    return Session(connection, expire_on_commit=False, join_transaction_mode="control_fully")


def _ping_rested(engine: Engine) -> None:
    """Ask connections whether they live before they are used, as `pool_pre_ping` does, but only those that have rested:
    a question for each use of each is a tenth of all that a booking asks."""

    @event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", -math.inf) < _RESTED_S:
            return
        try:
            is_alive = engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            is_alive = False
        if not is_alive:
            raise DisconnectionError  # the pool tries another


def open_database(
    url: str, *, busy_timeout_ms: int = 5000, pool_size: int = 10, is_read_only: bool = False
) -> Database:
    """Open by SQLAlchemy URL (`sqlite:///path` or `postgresql://...`).

    `is_read_only`: SQLite's file is neither made nor changed, and can be a backup or lie where nobody may write.
    Errors: ValueError for any other engine, or without its driver; SelvedgeError when a file to read is not there.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        try:
            engine = create_engine(parsed, pool_size=pool_size, max_overflow=10)
        except ModuleNotFoundError:
            raise ValueError("PostgreSQL needs its driver: install selvedge[postgresql]") from None
        _ping_rested(engine)
        return Database(engine)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(f"{parsed.get_backend_name()} is not supported: use sqlite:///file or postgresql://...")
    module = sqlite_module()
    if is_read_only:
        parsed = _only_to_read(parsed)
        words = ["PRAGMA query_only = ON"]
    else:
        words = [
            f"PRAGMA journal_mode = {journal_for(module)}",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA secure_delete = ON",  # what an erased account leaves free is overwritten
        ]
    engine = create_engine(parsed, module=module, pool_size=pool_size, max_overflow=10)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin event below says when and how a transaction starts
        cursor = connection.cursor()
        # First of all: opening a WAL database while its last other user closes it reports 'locked'.
        for each in (f"PRAGMA busy_timeout = {busy_timeout_ms}", *words, "PRAGMA trusted_schema = OFF"):
            cursor.execute(each)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        words = connection.get_execution_options().get("selvedge_begin")
        if words is None:
            connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")
        elif words:
            driver: Any = connection.connection.dbapi_connection
            driver.execute(words)  # no lock is taken, nothing can go wrong: a third of the time

    return Database(engine)


def _only_to_read(url: URL) -> URL:
    """The address of a SQLite file that is there, opened so that nothing is written, not even beside it.

    A log beside a file in WAL mode belongs to somebody who has it open, or was killed: it is read too. Where there is
    none SQLite would make one to read the file, and leave it there, unless it is told that nobody changes the file.
    """
    path = Path(url.database or "")
    try:
        with path.open("rb") as file:
            head = file.read(20)
    except FileNotFoundError:
        raise SelvedgeError(
            f"There is no database file {path.absolute()}: correct SELVEDGE_DATABASE_URL or SELVEDGE_DATA_DIR, or make "
            "a new one with “selvedge serve”."
        ) from None
    except OSError as error:
        raise SelvedgeError(f"The database file {path.absolute()} cannot be read: {error.strerror}.") from error
    is_wal = head[18:] == b"\2\2"
    is_still = is_wal and not Path(f"{path}-wal").exists()
    more = {"mode": "ro", "uri": "true"} | ({"immutable": "1"} if is_still else {})
    return url.set(database=f"file:{quote(str(path.absolute()))}").update_query_dict(more)


def reason(error: BaseException) -> str:
    """What went wrong with the database in one line, in the driver's own words where it was the driver."""
    cause = error.__cause__ if isinstance(error, Unavailable) and error.__cause__ else error
    said = str(getattr(cause, "orig", None) or f"{type(cause).__name__}: {cause}")
    return said.strip().splitlines()[0]
