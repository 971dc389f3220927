"""What the diaries and the database say of a race, compared. Reads nothing else."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marketplace.bench.racing.racer import BOOKED, CANCELLED, REFUSED, read_diary
from marketplace.booking import store
from marketplace.booking.model import State
from marketplace.capacity import store as capacity
from marketplace.db import Database
from marketplace.idempotency import store as keys


@dataclass(slots=True)
class Verdict:
    """`oversold`: weeks whose counts disagree or exceed what is offered. `lost`: acknowledged and not there.
    `double`: effects beyond one for each key."""

    attempts: int = 0
    acknowledged: int = 0
    booked: int = 0
    refused: int = 0
    oversold: int = 0
    lost: int = 0
    double: int = 0
    milliseconds: list[float] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.oversold or self.lost or self.double)


def check(database: Database, diaries: list[Path]) -> Verdict:
    verdict = Verdict()
    answered = [line for path in diaries for line in read_diary(path)[0]]
    with database.reading() as session:
        found = {r.public_id: r for r in store.list_all(session)}
        loads, active, events = capacity.all_loads(session), store.sum_active(session), store.sum_events(session)
        bodies = [json.loads(body) for body in keys.list_bodies(session) if body]
    for key in loads.keys() | active.keys() | events.keys():
        reserved, offered = loads.get(key, (0, 0))
        if not 0 <= reserved <= offered or reserved != active.get(key, 0) or reserved != events.get(key, 0):
            verdict.oversold += 1
    for _, done, milliseconds in answered:
        verdict.attempts += 1
        verdict.milliseconds.append(milliseconds)
        if done.outcome == REFUSED:
            verdict.refused += 1
        elif done.outcome == BOOKED:
            verdict.acknowledged += 1
            verdict.booked += 1
            verdict.lost += done.reservation not in found
        elif done.outcome == CANCELLED:
            verdict.acknowledged += 1
            kept = found.get(done.reservation)
            verdict.lost += kept is None or kept.state is not State.ENDED
    # Every reservation is the effect of one key, and every key has one.
    effects = Counter(filter(None, map(_made, bodies)))
    verdict.double += sum(count - 1 for count in effects.values())
    verdict.double += len(found.keys() - effects.keys())
    return verdict


def _made(body: dict[str, Any]) -> str | None:
    """The reservation that the call made whose answer this is: a racer's own note, or what the API said."""
    if "reservation" in body:
        return str(body["reservation"]) if body["outcome"] == BOOKED else None
    return str(body["id"]) if body["state"] == "held" else None
