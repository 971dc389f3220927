"""Processes to be killed: `python killed.py DATABASE_URL FOLDER` forks readers and writers as it is told.

It has imported everything before, so that a process lives some milliseconds after it was asked for. Orders come
one a line: `start NUMBER ROLE`, `kill NUMBER`; each is answered when it is done.

A writer changes firms for ever. A reader compares, for ever, what its index shows with what the database said just
before and just after: a firm that did not change in between must be shown exactly so, or not at all. What it finds
wrong it adds to FOLDER/wrong.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind
from marketplace.changes import store as changes
from marketplace.changes.tables import ChangeRow
from marketplace.db import Database, open_database
from marketplace.db.ids import new_public_id
from marketplace.search import snapshots as snapshots_module
from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument
from marketplace.search.query import SearchQuery
from marketplace.search.snapshots import Snapshots
from marketplace.search.sync import LiveIndex, load_documents
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import Address, ProfileDraft, SiteDraft, Status
from marketplace.suppliers.tables import SupplierRow

FIRMS = 30
NOW = datetime(2027, 2, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
HIDES = 0.3
SNAPSHOT_EVERY = 60  # searches of one reader


def version_of(name: str) -> int:
    return int(name.rpartition(" ")[2])


# -- writers --------------------------------------------------------------------------------------------------------


def change_one(database: Database, rng: random.Random, firm: int) -> None:
    """Rename a firm, hide it, delete it, or add it again. Its name ends in a number that only grows."""
    with database.writing() as session:
        accounts.lock(session, f"firm:{firm}")
        supplier = suppliers.find_by_external_id(session, f"f{firm}")
        name = f"Firm {firm} {time.time_ns()}"  # nobody else can change the firm now
        if supplier is None:
            organisation = accounts.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), NOW)
            site = SiteDraft(Address(locality="Prato", country="IT"))
            add_supplier(session, organisation, ProfileDraft(name, "atelier"), site, NOW, external_id=f"f{firm}")
        elif rng.random() < HIDES / 2:
            session.delete(session.get_one(SupplierRow, supplier.id))
            changes.record(session, supplier.id)
        else:
            hidden = rng.random() < HIDES / 2
            suppliers.set_status(session, supplier.id, Status.PAUSED if hidden else Status.PUBLISHED, NOW)
            suppliers.update_profile(session, supplier.id, replace(supplier.profile, name=name), NOW)
            changes.record(session, supplier.id)
        # A transaction that began earlier may end later: PostgreSQL gives the numbers of the log in between.
        if rng.random() < 0.3:
            time.sleep(rng.uniform(0, 0.002 if database.is_sqlite else 0.03))


def write(url: str, rng: random.Random, pause_s: float = 0.02) -> None:
    database = open_database(url, busy_timeout_ms=60_000)
    while True:
        change_one(database, rng, rng.randrange(FIRMS))
        time.sleep(rng.uniform(0, 2 * pause_s))


# -- readers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    supplier_id: int
    version: int
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Truth:
    """What the database says at a moment. `logged`: every supplier that ever was, the deleted ones too."""

    states: dict[str, State]
    logged: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hit:
    key: str
    supplier_id: int
    version: int


def truth(database: Database) -> Truth:
    with database.reading() as session:
        rows = session.execute(
            select(SupplierRow.external_id, SupplierRow.id, SupplierRow.name, SupplierRow.status)
        ).all()
        logged = frozenset(session.scalars(select(ChangeRow.supplier_id).distinct()))
    states = {key: State(number, version_of(name), status is Status.PUBLISHED) for key, number, name, status in rows}
    return Truth(states, logged)


def shown(live: LiveIndex) -> list[Hit]:
    documents = [fit.document for fit in live.every(SearchQuery(today=TODAY))]
    return [Hit(found.external_id, found.supplier_id, version_of(found.name)) for found in documents]


def compare(before: Truth, hits: list[Hit], after: Truth) -> list[str]:
    """What an index shows that it can't have read between two moments. Each supplier's version only grows."""
    wrong = [f"twice {key}" for key, times in Counter(hit.key for hit in hits).items() if times > 1]
    seen = {hit.key: hit for hit in hits}
    for key in sorted({*before.states, *seen, *after.states}):
        first, last, hit = before.states.get(key), after.states.get(key), seen.get(key)
        if hit and hit.supplier_id in before.logged:  # not one that came meanwhile
            if first is None or hit.supplier_id != first.supplier_id:
                wrong.append(f"resurrected {key} {hit.version}")
            elif hit.version < first.version:
                wrong.append(f"stale {key} {hit.version} before {first.version}")
            elif hit.version == first.version and not first.is_shown:
                wrong.append(f"resurrected {key} {hit.version}")
        if first and first == last and first.is_shown and (hit is None or hit.version != first.version):
            wrong.append(f"missing {key} {first.version}")  # as nothing happened meanwhile
    return wrong


def read(url: str, folder: Path, number: int, rng: random.Random, make: Reader) -> None:
    """Search for ever; the file named by the number says how often, and how many firms it found unchanged."""
    snapshots_module.SMALL = 5  # so that a handful of firms is mapped from disk, as a large index is
    database = open_database(url, busy_timeout_ms=60_000)
    live, snapshots = make(database, folder / "index")
    searches = compared = 0
    while True:
        before = truth(database)
        seen = shown(live)
        after = truth(database)
        if wrong := compare(before, seen, after):
            with (folder / "wrong").open("a") as file:
                file.write("".join(f"{line}\n" for line in wrong))
        searches += 1
        compared += sum(after.states.get(key) == state for key, state in before.states.items())
        part = folder / f"{number}.part"
        part.write_text(f"{searches} {compared}")
        part.replace(folder / str(number))
        if snapshots and rng.randrange(SNAPSHOT_EVERY) == 0:
            snapshots.build(TODAY)
        time.sleep(0.005)


Reader = Callable[[Database, Path], tuple[LiveIndex, Snapshots | None]]


def real(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    snapshots = Snapshots(database, folder)
    return LiveIndex(database, ColumnIndex.empty(TODAY), snapshots), snapshots


# -- readers that are wrong: the comparison must find each of them out ------------------------------------------------


def last_number_seen(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    """Remembers the last number of the log that it has read."""

    def read_since(session: Session, position: int) -> changes.Page:
        rows = session.execute(select(ChangeRow).where(ChangeRow.seq > position).order_by(ChangeRow.seq)).scalars()
        found = tuple(changes.Change(row.seq, row.supplier_id) for row in rows)
        return changes.Page(found, found[-1].seq if found else position)

    def current_position(session: Session) -> int:
        return session.scalar(select(func.coalesce(func.max(ChangeRow.seq), 0))) or 0

    changes.read_since, changes.current_position = read_since, current_position
    return LiveIndex(database, ColumnIndex.empty(TODAY)), None


class LogLast(LiveIndex):
    """Reads the documents first, then how far the log has come."""

    def _read_everything(self) -> None:
        with self._database.reading() as session:
            found = [d for _, ds in load_documents(session, suppliers.list_ids(session)) for d in ds]
        time.sleep(0.3)  # there is more to read in real life
        with self._database.reading() as session:
            self._position = changes.current_position(session)
        self._index.fill(found, TODAY)


def log_last(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    return LogLast(database, ColumnIndex.empty(TODAY)), None


class Forgetful(ColumnIndex):
    """Takes nothing out."""

    def put(self, supplier_id: int, documents: object) -> None:
        fresh: list[SiteDocument] = list(documents)  # type: ignore[call-overload]
        if fresh:
            super().put(supplier_id, fresh)


def forgets_deletes(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    return LiveIndex(database, Forgetful(ColumnIndex.empty(TODAY).rowset)), None


class LateWatch(LiveIndex):
    """Asks once more when it has read, to know that it is up to date."""

    def refresh(self) -> None:
        if self._position is None:
            self._read_everything()
        elif self._watch.changed():
            self._catch_up()
            time.sleep(0.02)
            self._watch.changed()


def asks_late(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    return LateWatch(database, ColumnIndex.empty(TODAY)), None


class LateMark(Snapshots):
    """Marks a snapshot with how far the log has come when it is published."""

    def build(self, today: date, **more: Any) -> int | None:
        made = super().build(today, **more)
        folder = self.newest()
        if made is not None and folder:
            manifest = json.loads((folder / "manifest.json").read_text())
            with self._database.reading() as session:
                manifest["mark"]["position"] = changes.current_position(session)
            (folder / "manifest.json").write_text(json.dumps(manifest))
        return made


def marks_late(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    snapshots = LateMark(database, folder)
    return LiveIndex(database, ColumnIndex.empty(TODAY), snapshots), snapshots


# -- orders ---------------------------------------------------------------------------------------------------------

READERS: dict[str, Reader] = {
    reader.__name__: reader for reader in (real, last_number_seen, log_last, forgets_deletes, asks_late, marks_late)
}


def work(url: str, folder: Path, number: int, role: str) -> None:
    rng = random.Random(os.getpid() * 1_000_003 + time.time_ns())
    if role == "writer":
        write(url, rng)
    read(url, folder, number, rng, READERS[role])


def obey(url: str, folder: Path) -> None:
    """Fork and kill, until there are no more orders."""
    running: dict[int, int] = {}
    for line in sys.stdin:
        order, number, *role = line.split()
        if order == "start":
            pid = os.fork()
            if not pid:
                work(url, folder, int(number), *role)
            running[int(number)] = pid
        else:
            pid = running.pop(int(number))
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            assert os.WTERMSIG(status) == signal.SIGKILL, f"{number} ended by itself"
        sys.stdout.write("done\n")
        sys.stdout.flush()
    for pid in running.values():
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    obey(sys.argv[1], Path(sys.argv[2]))
