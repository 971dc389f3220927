"""People who accept an offer at one moment, in threads or in a process. And the wrong way to take a seat."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.applications import actions
from marketplace.db import Database, open_database
from marketplace.errors import Conflict, Unavailable
from marketplace.placements import store as placements
from marketplace.placements.tables import PlacementRow

_GAP_S = 0.01  # as long as a request works between its two steps


def accept_all(url: str, ids: list[tuple[int, str]], wait: Callable[[], object], way: str) -> dict[str, int]:
    """Accept each (person, application) once `wait` lets all begin; how many were accepted and refused."""
    database = open_database(url, busy_timeout_ms=20_000)
    found = {"accepted": 0, "refused": 0}
    people: dict[int, Actor] = {}
    with database.reading() as session:
        for person_id, _ in ids:
            people[person_id] = Actor(accounts.find_person(session, person_id))
    wait()
    for person_id, public_id in ids:
        while True:
            try:
                _WAYS[way](database, people[person_id], public_id)
                found["accepted"] += 1
            except Conflict:
                found["refused"] += 1
            except Unavailable:
                continue  # the database is busy: a client tries again
            break
    database.dispose()
    return found


def guarded(database: Database, actor: Actor, public_id: str) -> None:
    actions.accept(database, actor, public_id, datetime.now(UTC))


def read_then_write(database: Database, actor: Actor, public_id: str) -> None:
    """Looks how many places are left, then writes what it worked out."""
    with database.reading() as session:
        application = actions.own(session, actor, public_id)
        placement = placements.by_ids(session, [application.placement_id])[application.placement_id]
    if placement.seats_taken >= placement.seats:
        raise Conflict("All places are taken.")
    time.sleep(_GAP_S)
    with database.writing() as session:
        actions.step(session, application, actions.State.ACCEPTED, datetime.now(UTC), by_firm=False)
        row = session.get_one(PlacementRow, application.placement_id)
        row.seats_taken = placement.seats_taken + 1


def until(start: float) -> None:
    while time.time() < start:
        pass


_WAYS = {"guarded": guarded, "read_then_write": read_then_write}

if __name__ == "__main__":
    print(json.dumps(accept_all(sys.argv[1], json.loads(sys.argv[2]), lambda: until(float(sys.argv[3])), sys.argv[4])))  # noqa: T201
