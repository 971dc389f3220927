"""Who waits first is asked first, with real weeks in their name; nobody is offered what another was."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from cast import Cast

from marketplace.accounts.model import Actor
from marketplace.booking import holds
from marketplace.booking import store as reservations
from marketplace.booking.model import Held, Outcome, Side
from marketplace.booking.model import State as ReservationState
from marketplace.capacity import actions as capacity
from marketplace.db import open_database
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from marketplace.suppliers.model import Supplier
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit, Week
from marketplace.waiting import actions, jobs, store
from marketplace.waiting.jobs import Follower, run_lines
from marketplace.waiting.model import State, Waiting

DAY = timedelta(hours=24)


class Room:
    """A workshop that takes 40 pieces a week, and studios that want them. All is about one week, four weeks on."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.database, self.now = cast, cast.database, cast.now
        self.maker = cast.person("Rosa")
        self.supplier: Supplier = cast.supplier(self.maker)
        self.service = self.supplier.services[0]
        self.week = Week.containing(self.now.date()).plus(4)
        self.studios: dict[str, tuple[Actor, int]] = {}
        for name in ("Ines", "Jo", "Kim"):
            person = cast.person(name)
            studio_id = cast.studio(person, f"Studio {name}")
            self.studios[name] = (cast.actor(person), studio_id)

    def fill(self, pieces: int = 40) -> Held:
        """Somebody else has so much of the week."""
        with self.database.writing() as session:
            held = holds.hold(
                session,
                supplier=self.supplier,
                service=self.service,
                studio_id=self.studios["Kim"][1],
                run=Run(Quantity.of(pieces, Unit.PIECE)),
                arrival=self.week.monday,
                made_by=Side.SUPPLIER,
                expires_at=self.now + timedelta(days=300),
                now=self.now,
                only=self.week,
            )
            holds.make_firm(session, held.reservation.id, Side.STUDIO, self.now)
            return held

    def free(self, held: Held) -> None:
        with self.database.writing() as session:
            assert holds.release(session, held.reservation.id, Outcome.CANCELLED, self.now)

    def join(self, name: str, pieces: int = 40, last: Week | None = None) -> Waiting:
        return actions.join(
            self.database,
            self.studios[name][0],
            self.supplier.public_id,
            self.service.public_id,
            pieces,
            self.week,
            last or self.week,
            self.now,
        )

    def run(self, now: datetime | None = None, follower: Follower | None = None) -> int:
        return run_lines(self.database, follower or Follower(), now or self.now, DAY)

    def state(self, waiting: Waiting) -> State:
        with self.database.reading() as session:
            return store.get(session, waiting.public_id).state

    def told(self, name: str) -> list[str]:
        person = self.studios[name][0].person_id
        return [row[0] for row in self.cast.sql("SELECT text FROM notice WHERE person_id = :id ORDER BY id", id=person)]


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def test_freed_weeks_are_held_for_the_first_then_for_the_next(room: Room) -> None:
    held = room.fill()
    first, second = room.join("Ines"), room.join("Jo")
    assert room.run() == 0  # nothing is free
    room.free(held)
    assert room.run() == 1
    assert (room.state(first), room.state(second)) == (State.OFFERED, State.WAITING)
    assert room.told("Ines")[-1].startswith("Sartoria Aghi has room: 40 pieces are held for you until ")
    assert room.told("Jo") == []
    with room.database.reading() as session:
        offered = store.get(session, first.public_id)
        reservation = reservations.get_by_id(session, offered.reservation_id)  # type: ignore[arg-type]
    assert (reservation.state, reservation.studio_id, reservation.made_by) == (
        ReservationState.HELD,
        room.studios["Ines"][1],
        Side.SUPPLIER,
    )
    assert reservation.expires_at == offered.offer_until == room.now + DAY
    # Nobody answers: a day later they are the next one's.
    assert room.run(room.now + DAY - timedelta(seconds=1)) == 0
    assert room.run(room.now + DAY) == 1
    assert (room.state(first), room.state(second)) == (State.LAPSED, State.OFFERED)
    assert room.told("Ines")[-1] == "The weeks that were held for you have gone to the next in the line."


def test_taking_books_the_weeks(room: Room) -> None:
    held = room.fill()
    waiting = room.join("Ines")
    room.free(held)
    room.run()
    reservation = actions.take(room.database, room.studios["Ines"][0], waiting.public_id, room.now)
    assert reservation.state is ReservationState.FIRM
    assert room.state(waiting) is State.TAKEN
    assert room.run(room.now + 3 * DAY) == 0
    assert room.state(waiting) is State.TAKEN
    # They can be given back before they begin, and go to the next.
    other = room.join("Jo")
    actions.leave(room.database, room.studios["Ines"][0], waiting.public_id, room.now)
    assert room.run() == 1
    assert room.state(other) is State.OFFERED


def test_weeks_that_were_confirmed_elsewhere_count_as_taken(room: Room) -> None:
    held = room.fill()
    waiting = room.join("Ines")
    room.free(held)
    room.run()
    with room.database.writing() as session:
        offered = store.get(session, waiting.public_id)
        holds.make_firm(session, offered.reservation_id, Side.STUDIO, room.now)  # type: ignore[arg-type]
    room.run()
    assert room.state(waiting) is State.TAKEN


def test_who_needs_more_than_there_is_keeps_the_place(room: Room) -> None:
    held, rest = room.fill(20), room.fill(20)
    large, small = room.join("Ines", 40), room.join("Jo", 20)
    room.free(held)
    assert room.run() == 1
    assert (room.state(large), room.state(small)) == (State.WAITING, State.OFFERED)
    actions.leave(room.database, room.studios["Jo"][0], small.public_id, room.now)
    room.free(rest)
    assert room.run() == 1
    assert room.state(large) is State.OFFERED


def test_capacity_that_is_raised_is_offered(room: Room) -> None:
    room.fill()
    waiting, follower = room.join("Ines"), Follower()
    assert room.run(follower=follower) == 0
    owner = room.cast.actor(room.maker)
    capacity.publish_weeks(
        room.database, owner, room.supplier.public_id, room.service.public_id, {room.week: 80}, room.now
    )
    assert room.run(follower=follower) == 1
    assert room.state(waiting) is State.OFFERED


def test_a_worker_that_follows_looks_only_where_something_changed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    held = room.fill()
    room.join("Ines")
    follower, looked = Follower(), []
    serve = jobs._serve
    monkeypatch.setattr(jobs, "_serve", lambda *args: looked.append(1) or serve(*args))
    room.run(follower=follower)
    count = len(looked)
    room.run(follower=follower)
    room.run(follower=follower)
    assert len(looked) <= count + 1  # on PostgreSQL the newest changes are seen once more
    room.free(held)
    assert room.run(follower=follower) == 1


def test_the_work_must_fall_into_the_weeks(room: Room) -> None:
    """60 pieces take two weeks: one free week is no offer."""
    second = room.week.plus(1)
    held = room.fill()
    waiting = room.join("Ines", 60)
    room.free(held)
    assert room.run() == 0
    actions.leave(room.database, room.studios["Ines"][0], waiting.public_id, room.now)
    with pytest.raises(Conflict, match="have room for that now"):
        room.join("Ines", 60, second)


def test_waiting_for_weeks_that_pass_ends(room: Room) -> None:
    room.fill()
    waiting = room.join("Ines")
    after = datetime.combine(room.week.monday + timedelta(days=7), room.now.timetz())
    room.run(after)
    assert room.state(waiting) is State.LAPSED
    assert room.told("Ines")[-1] == "The weeks you waited for have passed without room for your run."


def test_two_workers_offer_once(room: Room, database_url: str) -> None:
    for _ in range(3):
        held = room.fill()
        lines = [room.join("Ines"), room.join("Jo")]
        room.free(held)
        gate, offers = threading.Barrier(2), []

        def work(gate: threading.Barrier = gate, offers: list[int] = offers) -> None:
            database = open_database(database_url, busy_timeout_ms=20_000)
            gate.wait()
            offers.append(run_lines(database, Follower(), room.now, DAY))
            database.dispose()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(offers) == 1
        assert sorted(room.state(waiting) for waiting in lines) == ["offered", "waiting"]
        assert room.cast.sql("SELECT max(reserved) FROM week_load") == [(40,)]
        for name, waiting in zip(("Ines", "Jo"), lines, strict=True):
            actions.leave(room.database, room.studios[name][0], waiting.public_id, room.now)


def test_a_kill_in_the_middle_of_an_offer_leaves_nothing_half_done(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    held = room.fill()
    waiting = room.join("Ines")
    room.free(held)
    move = store.move
    monkeypatch.setattr(store, "move", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        room.run()
    monkeypatch.setattr(store, "move", move)
    assert room.state(waiting) is State.WAITING
    assert room.cast.sql("SELECT sum(reserved) FROM week_load") == [(0,)]
    assert room.run() == 1  # the next worker goes on from there


def test_every_change_stands_in_the_trail(room: Room) -> None:
    held = room.fill()
    waiting = room.join("Ines")
    room.free(held)
    room.run()
    actions.leave(room.database, room.studios["Ines"][0], waiting.public_id, room.now)
    rows = room.cast.sql(
        "SELECT action FROM audit_event WHERE object_kind = 'waiting' AND object_id = :id ORDER BY id",
        id=waiting.public_id,
    )
    assert [row[0] for row in rows] == ["waiting.join", "waiting.offered", "waiting.leave"]


def test_who_may_wait_and_for_what(room: Room) -> None:
    cast = room.cast
    with pytest.raises(Conflict, match="ask for a quote"):
        room.join("Ines")  # there is room
    room.fill()
    waiting = room.join("Ines")
    with pytest.raises(Conflict, match=f"in the line for these weeks already: for those of {room.week.monday.day} "):
        room.join("Ines")
    with pytest.raises(Invalid, match="short"):
        room.join("Jo", 5)  # below the minimum run
    with pytest.raises(Invalid, match="has passed"):
        actions.join(
            room.database,
            room.studios["Jo"][0],
            room.supplier.public_id,
            room.service.public_id,
            40,
            Week.containing(room.now.date()).plus(-1),
            room.week,
            room.now,
        )
    unconfirmed = cast.person("New", is_confirmed=False)
    cast.studio(unconfirmed)
    refusals = {
        SignInNeeded: Actor(),
        NotFound: cast.actor(room.maker),
        Forbidden: cast.actor(unconfirmed),
    }
    for error, actor in refusals.items():
        with pytest.raises(error):
            actions.join(
                room.database,
                actor,
                room.supplier.public_id,
                room.service.public_id,
                40,
                room.week,
                room.week,
                room.now,
            )
    for act in (actions.leave, actions.take):
        with pytest.raises(NotFound):
            act(room.database, room.studios["Jo"][0], waiting.public_id, room.now)
    with pytest.raises(Conflict, match="offer is over"):
        actions.take(room.database, room.studios["Ines"][0], waiting.public_id, room.now)
