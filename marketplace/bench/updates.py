"""Suppliers who change their weeks, with the product's own action, while others search."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts.model import Actor, Membership, OrganisationKind, Person, Role
from marketplace.bench.site import Change, Pace, Seen, Site, now
from marketplace.bench.store import resource_id_of
from marketplace.capacity import store as capacity
from marketplace.capacity.actions import publish_usual
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.errors import Unavailable
from marketplace.search.document import SiteDocument

_TURNS = 3


@dataclass(frozen=True, slots=True)
class Publisher:
    """Somebody who may publish the weeks of one service."""

    supplier_id: int
    public_id: str
    service_id: str
    document: SiteDocument

    @property
    def actor(self) -> Actor:
        person = Person(1, "", "bench@example.org", "", False, False, True, False)
        return Actor(person, (Membership(self.supplier_id, OrganisationKind.SUPPLIER, Role.OWNER),))

    def publish(self, database: Database, atoms: int, at: datetime) -> None:
        """As its page does: who asks is checked, and the whole supplier read."""
        publish_usual(database, self.actor, self.public_id, self.service_id, atoms, at)

    def restate(self, database: Database, atoms: int, at: datetime) -> None:
        """What is written the same, without the checks: one process can't do 500 of the above in a second."""
        with database.writing() as session:
            capacity.set_usual(session, resource_id_of(self.supplier_id), atoms, at)
            changes.record(session, self.supplier_id, weeks_only=True)


@dataclass(frozen=True, slots=True)
class UpdateCost:
    """What one process answers alone, and beside a writer; updates a second the writer got done."""

    alone: Pace
    beside: Pace
    updates_per_s: float

    @property
    def share(self) -> float:
        """Of the requests a second: what the writer takes of the machine is in it."""
        return 1 - self.beside.per_s / self.alone.per_s

    @property
    def cpu_share(self) -> float:
        """Of the requests in a second of the process's own time on the processor."""
        return 1 - self.alone.cpu_ms / self.beside.cpu_ms


def publishers(documents: Sequence[SiteDocument]) -> list[Publisher]:
    """One for each supplier on the map that lists a service with weeks."""
    return [
        Publisher(document.supplier_id, document.public_id, document.services[0].public_id, document)
        for document in documents
        if document.point and document.services[0].draft and document.services[0].calendar
    ]


def visible_after(
    site: Site, database: Database, who: Sequence[Publisher], times: int, rng: random.Random
) -> Iterator[Seen]:
    """What the other process's next search takes to show what was committed here."""
    for turn in range(times):
        publisher = rng.choice(who)
        document = publisher.document
        assert document.point is not None
        atoms = 1_000_000 + turn  # nobody else's number
        publisher.publish(database, atoms, now())
        change = Change(document.supplier_id, document.site_id, publisher.service_id, document.point, atoms)
        yield site.see(change)


def cost_of_updates(
    site: Site, database: Database, who: Sequence[Publisher], per_s: int, seconds: float, rng: random.Random
) -> UpdateCost:
    """Turns without and with a writer that tries to make so many updates a second, the medians of them."""
    alone, beside, made = [], [], []
    for _ in range(_TURNS):
        alone.append(site.begin(seconds / _TURNS)())
        answer = site.begin(seconds / _TURNS)
        with _writing(lambda: rng.choice(who).restate(database, rng.randrange(1, 10_000), now()), per_s) as rate:
            beside.append(answer())
        made.append(rate())
    return UpdateCost(_middle(alone), _middle(beside), sorted(made)[_TURNS // 2])


def _middle(turns: Sequence[Pace]) -> Pace:
    middle = _TURNS // 2
    return Pace(sorted(turn.per_s for turn in turns)[middle], sorted(turn.cpu_ms for turn in turns)[middle])


@contextmanager
def _writing(write: Callable[[], None], per_s: int) -> Iterator[Callable[[], float]]:
    """Call `write` so often in a thread until the block ends; then what is yielded says how often it was."""
    stop, times = threading.Event(), [0]
    started = time.perf_counter()
    ended = [started]

    def work() -> None:
        while not stop.is_set():
            wait = started + times[0] / per_s - time.perf_counter()
            if wait > 0 and stop.wait(wait):
                break
            try:
                write()
            except Unavailable:
                continue  # another writer had the database for longer than we wait
            times[0] += 1
        ended[0] = time.perf_counter()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield lambda: times[0] / (ended[0] - started)
    finally:
        stop.set()
        thread.join()
