"""Wrong ways to book, as people write them at first. The checker must find each."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from marketplace.bench.racing.racer import BOOKED, CANCELLED, REFUSED, Done, Intent, act
from marketplace.bench.racing.world import World
from marketplace.booking import holds, store
from marketplace.booking.model import Outcome, Side
from marketplace.capacity import store as capacity
from marketplace.capacity.model import WeekShare
from marketplace.capacity.tables import UseRow, WeekLoadRow
from marketplace.db import Database
from marketplace.idempotency import store as keys
from marketplace.idempotency.tables import IdempotencyRow

_GAP_S = 0.004  # as long as a request works between its two steps
_LONG_GAP_S = 0.3  # so that kills fall into it on a machine that has much else to do


def read_then_write(database: Database, world: World, racer: int, intent: Intent) -> Done:
    """Looks what is left, then writes what it worked out."""
    now = datetime.now(UTC)
    with database.reading() as session:
        if intent.ends:
            before = store.get(session, intent.ends)
            if not before.is_active:
                return Done(REFUSED, intent.ends)
            resource_id = before.resource_id
        else:
            supplier, service = world.slot(session, intent.slot)
            resource_id = session.scalars(select(UseRow.resource_id).where(UseRow.service_id == service.id)).one()
        loads = {
            monday: (reserved, whole)
            for monday, reserved, whole in capacity.list_loads(session, resource_id, world.week)
        }
        reserved, whole = loads.get(world.week.monday, (0, 40))
    time.sleep(_GAP_S)
    with database.writing() as session:
        if not keys.claim(session, world.people[racer], intent.key, "", now):
            return Done(**json.loads(keys.get(session, world.people[racer], intent.key).body))
        if intent.ends:
            if not store.end(session, before.id, Outcome.CANCELLED, now):
                return Done(REFUSED, intent.ends)
            store.add_events(session, before, -1, "cancelled", now)
            left, done = reserved - before.atoms, (CANCELLED, intent.ends)
        else:
            if reserved + intent.pieces > whole:
                return Done(REFUSED, "")
            capacity.take(session, resource_id, world.week.monday, 0, whole)
            left = reserved + intent.pieces
            made = store.add(
                session,
                resource_id=resource_id,
                service_id=service.id,
                supplier_id=supplier.id,
                studio_id=world.studios[racer],
                made_by=Side.SUPPLIER,
                weeks=[WeekShare(world.week, intent.pieces)],
                expires_at=now + timedelta(hours=1),
                now=now,
            )
            done = (BOOKED, holds.make_firm(session, made.id, Side.STUDIO, now).public_id)
        week = (WeekLoadRow.resource_id == resource_id) & (WeekLoadRow.monday == world.week.monday)
        session.execute(update(WeekLoadRow).where(week).values(reserved=max(left, 0)))
        assert session.scalar(select(WeekLoadRow.reserved).where(week)) == max(left, 0)
        keys.keep(
            session, world.people[racer], intent.key, 201, json.dumps({"outcome": done[0], "reservation": done[1]})
        )
    return Done(*done)


def key_after_commit(database: Database, world: World, racer: int, intent: Intent) -> Done:
    """Books, and remembers the key once the booking is committed: killed in between, it books again."""
    now = datetime.now(UTC)
    with database.reading() as session:
        kept = session.get(IdempotencyRow, (world.people[racer], intent.key))
    if kept is not None:
        return Done(**json.loads(kept.body))
    with database.writing() as session:
        done = act(session, world, racer, intent, now)
    time.sleep(_LONG_GAP_S)
    with database.writing() as session:
        keys.claim(session, world.people[racer], intent.key, "", now)
        keys.keep(
            session, world.people[racer], intent.key, 201, json.dumps({"outcome": done[0], "reservation": done[1]})
        )
    return Done(*done)
