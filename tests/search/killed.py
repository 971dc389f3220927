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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind
from marketplace.accounts.tables import OrganisationRow
from marketplace.capacity import store as capacity
from marketplace.capacity.tables import ResourceRow
from marketplace.changes import store as changes
from marketplace.changes.tables import ChangeRow
from marketplace.db import Database, open_database
from marketplace.db.ids import new_public_id
from marketplace.search import sync as sync_module
from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument
from marketplace.search.query import SearchQuery
from marketplace.search.snapshots import Snapshots
from marketplace.search.sync import LiveIndex, load_documents
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import Address, ProfileDraft, ServiceDraft, SiteDraft, Status, SupplierId
from marketplace.suppliers.tables import SiteRow, SupplierRow
from marketplace.units import Unit

FIRMS = 30
NOW = datetime(2027, 2, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
HIDES = 0.3
WEEKS = 0.3
SNAPSHOT_EVERY = 60  # searches of one reader


def later() -> int:
    """A number that only grows; in microseconds it is still one that a week may offer."""
    return time.time_ns() // 1000


def version_of(name: str) -> int:
    return int(name.rpartition(" ")[2])


# -- writers --------------------------------------------------------------------------------------------------------


def change_one(database: Database, rng: random.Random, firm: int) -> None:
    """Rename a firm, hide it, delete it, add it again, or change its weeks alone. Its name ends in a number that only
    grows, as its weeks do."""
    with database.writing() as session:
        accounts.lock(session, f"firm:{firm}")
        row = session.scalar(select(SupplierRow).where(SupplierRow.external_id.startswith(f"f{firm}-")))
        name = f"Firm {firm} {time.time_ns()}"  # nobody else can change the firm now
        if row is None:
            organisation = accounts.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), NOW)
            site = SiteDraft(Address(locality="Prato", country="IT"))
            external_id = f"f{firm}-{organisation}"
            profile = ProfileDraft(name, "atelier")
            supplier_id = add_supplier(session, organisation, profile, site, NOW, external_id=external_id)
            site_id = suppliers.get(session, supplier_id).sites[0].id
            suppliers.add_service(session, site_id, new_public_id(), ServiceDraft("sew", Unit.PIECE))
            (service,) = suppliers.get(session, supplier_id).services
            capacity.set_usual(session, capacity.ensure_resource(session, service), later(), NOW)
        elif rng.random() < WEEKS:
            (resource,) = capacity.list_resources(session, suppliers.get(session, SupplierId(row.id)).sites)
            capacity.set_usual(session, resource.id, later(), NOW)
            changes.record(session, row.id, weeks_only=True)
        elif rng.random() < HIDES / 2:
            changes.record(session, row.id)
            session.delete(row)
        else:
            hidden = rng.random() < HIDES / 2
            suppliers.set_status(session, SupplierId(row.id), Status.PAUSED if hidden else Status.PUBLISHED, NOW)
            suppliers.update_profile(session, SupplierId(row.id), ProfileDraft(name, "atelier"), NOW)
            changes.record(session, row.id)
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
    life: int  # the organisation's number: a firm that is deleted and added again has another, and none comes twice
    version: int
    is_shown: bool = True
    weeks: int = 0


@dataclass(frozen=True, slots=True)
class Truth:
    """What the database says at a moment, by firm. `lives`: all that ever were, those of deleted ones too."""

    states: dict[str, State]
    lives: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hit:
    firm: str
    life: int
    version: int
    weeks: int = 0


def truth(database: Database) -> Truth:
    with database.reading() as session:
        columns = SupplierRow.external_id, SupplierRow.name, SupplierRow.status, ResourceRow.usual
        joined = select(*columns).join(SiteRow, SiteRow.supplier_id == SupplierRow.id).join(ResourceRow)
        rows = session.execute(joined).all()
        lives = frozenset(session.scalars(select(OrganisationRow.id)))
    states = {}
    for external_id, name, status, weeks in rows:
        firm, _, life = external_id.partition("-")
        states[firm] = State(int(life), version_of(name), status is Status.PUBLISHED, weeks)
    return Truth(states, lives)


def shown(live: LiveIndex) -> list[Hit]:
    hits = []
    for fit in live.every(SearchQuery(today=TODAY)):
        firm, _, life = fit.document.external_id.partition("-")
        calendar = fit.document.services[0].calendar
        hits.append(Hit(firm, int(life), version_of(fit.document.name), (calendar and calendar.usual) or 0))
    return hits


def compare(before: Truth, hits: list[Hit], after: Truth) -> list[str]:
    """What an index shows that it can't have read between two moments. Each supplier's version only grows."""
    wrong = [f"twice {firm}" for firm, times in Counter(hit.firm for hit in hits).items() if times > 1]
    seen = {hit.firm: hit for hit in hits}
    for firm in sorted({*before.states, *seen, *after.states}):
        first, last, hit = before.states.get(firm), after.states.get(firm), seen.get(firm)
        if hit and hit.life in before.lives:  # not one that came meanwhile
            if first is None or hit.life != first.life:
                wrong.append(f"resurrected {firm} {hit.version}")
            elif hit.version < first.version:
                wrong.append(f"stale {firm} {hit.version} before {first.version}")
            elif hit.weeks < first.weeks:
                wrong.append(f"stale weeks {firm} {hit.weeks} before {first.weeks}")
            elif hit.version == first.version and not first.is_shown:
                wrong.append(f"resurrected {firm} {hit.version}")
        if (
            first
            and first == last
            and first.is_shown
            and (hit is None or (hit.version, hit.weeks) != (first.version, first.weeks))
        ):
            wrong.append(f"missing {firm} {first.version}")  # as nothing happened meanwhile
    return wrong


def read(url: str, folder: Path, number: int, rng: random.Random, make: Reader, *, builds: bool = True) -> None:
    """Search for ever; the file named by the number says how often, and how many firms it found unchanged."""
    sync_module.SMALL = 5  # so that a handful of firms is mapped from disk, as a large index is
    database = open_database(url, busy_timeout_ms=60_000)
    live, snapshots = make(database, folder / "index")
    searches = compared = 0
    mapped: Path | None = None
    while True:
        before = truth(database)
        seen = shown(live)
        after = truth(database)
        if mapped != live._folder:
            mapped = live._folder
            with (folder / "swaps").open("a") as file:
                file.write(f"{number}\n")
        if wrong := compare(before, seen, after):
            with (folder / "wrong").open("a") as file:
                file.write("".join(f"{line}\n" for line in wrong))
        searches += 1
        compared += sum(after.states.get(firm) == state for firm, state in before.states.items())
        part = folder / f"{number}.part"
        part.write_text(f"{searches} {compared}")
        part.replace(folder / str(number))
        if snapshots and builds and rng.randrange(SNAPSHOT_EVERY) == 0:
            snapshots.build(TODAY)
        time.sleep(0.005)


def build(url: str, folder: Path) -> None:
    """Make one snapshot after the other; `built` says how many, `swaps` of a reader how many it has taken up."""
    database = open_database(url, busy_timeout_ms=60_000)
    snapshots = Snapshots(database, folder / "index")
    while True:
        assert snapshots.build(TODAY) is not None
        with (folder / "built").open("a") as file:
            file.write("1\n")


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

    def put_many(self, changed: Iterable[tuple[int, Iterable[SiteDocument]]]) -> None:
        super().put_many([(supplier_id, found) for supplier_id, documents in changed if (found := list(documents))])


def forgets_deletes(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    return LiveIndex(database, Forgetful(ColumnIndex.empty(TODAY).rowset)), None


def newest_kind(database: Database, folder: Path) -> tuple[LiveIndex, Snapshots | None]:
    """Reads weeks alone where they were the last that changed, whatever else did."""
    load = sync_module.load_changed

    def load_changed(session: Session, found: list[changes.Change], present: Any) -> Any:
        return load(session, {change.supplier_id: change for change in found}.values(), present)

    sync_module.load_changed = load_changed  # type: ignore[assignment]
    return LiveIndex(database, ColumnIndex.empty(TODAY)), None


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
    reader.__name__: reader
    for reader in (real, last_number_seen, log_last, forgets_deletes, newest_kind, asks_late, marks_late)
}


def work(url: str, folder: Path, number: int, role: str) -> None:
    rng = random.Random(os.getpid() * 1_000_003 + time.time_ns())
    if role == "writer":
        write(url, rng)
    if role == "builder":
        build(url, folder)
    if role == "watcher":
        read(url, folder, number, rng, real, builds=False)
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
