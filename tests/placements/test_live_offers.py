"""What may be found is in memory, and always what the database says."""

from __future__ import annotations

import random
from datetime import date
from itertools import chain

import pytest
from cast import Cast
from place_kit import Workshop
from sqlalchemy import text

from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.placements import live, store
from marketplace.placements.live import LiveOffers
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.placements.offers import list_offers
from marketplace.placements.search import Offer
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier
from marketplace.units.wages import Wage, WagePer


def in_database(database: Database) -> list[Offer]:
    with database.reading() as session:
        return sorted(chain.from_iterable(list_offers(session).values()), key=lambda offer: offer.id)


def found(offers: LiveOffers) -> list[Offer]:
    return sorted(offers.all(), key=lambda offer: offer.id)


def add(database: Database, supplier: Supplier, number: int, seats: int = 2) -> str:
    public_id = f"{number:032x}"
    with database.writing() as session:
        wage = Wage(1200, "EUR", WagePer.HOUR)
        site_id = supplier.sites[0].id
        placement = Placement(public_id, site_id, "sew", (), seats, 0, date(2027, 9, 1), 12, wage, PlacementStatus.OPEN)
        store.add(session, placement)
    return public_id


def test_every_change_is_seen_by_every_reader(cast: Cast, database: Database) -> None:
    rng = random.Random(7)
    firms = [cast.supplier(cast.person(f"Owner {number}"), f"Room {number}") for number in range(4)]
    readers = [LiveOffers(database) for _ in range(2)]
    there: list[str] = []
    for number in range(60):
        kind = rng.random()
        if kind < 0.4 or not there:
            there.append(add(database, rng.choice(firms), number))
        elif kind < 0.6:
            with database.writing() as session:
                store.take_seat(session, store.id_of(session, rng.choice(there)))
        elif kind < 0.75:
            with database.writing() as session:
                store.close(session, there.pop(rng.randrange(len(there))))
        else:
            firm = rng.choice(firms)
            with database.writing() as session:
                status = suppliers.get(session, firm.id).status
                becomes = Status.PAUSED if status is Status.PUBLISHED else Status.PUBLISHED
                suppliers.set_status(session, firm.id, becomes, cast.now)
                changes.record(session, firm.id)
        reader = rng.choice(readers)
        assert found(reader) == in_database(database), number
    assert found(readers[0]) == found(readers[1]) == in_database(database) != []


def test_a_log_that_was_cut_is_read_around(workshop: Workshop, database: Database) -> None:
    offers = LiveOffers(database)
    assert offers.all() == []
    workshop.place()
    workshop.cast.sql("DELETE FROM change")
    with database.writing() as session:
        session.execute(text("UPDATE change_mark SET position = :now"), {"now": changes.current_position(session)})
    assert len(offers.all()) == 1


def test_nothing_is_read_where_nothing_was_committed(
    workshop: Workshop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.place()
    offers = LiveOffers(database)
    assert len(offers.all()) == 1
    if database.is_sqlite:
        monkeypatch.setattr(live.changes, "read_since", lambda *_: pytest.fail("nothing was committed"))
    monkeypatch.setattr(live, "list_offers", lambda *_: pytest.fail("everything was read"))
    assert len(offers.all()) == 1


def test_pages_of_an_answer(workshop: Workshop, database: Database) -> None:
    for number in range(5):
        add(database, workshop.supplier, number)
    pages = [workshop.firm.client.get(f"/api/v1/placements?per_page=2&page={page}").get_json() for page in (1, 2, 3, 4)]
    assert [len(page["hits"]) for page in pages] == [2, 2, 1, 0]
    assert len({hit["id"] for page in pages for hit in page["hits"]}) == 5
    assert {(page["total"], page["per_page"]) for page in pages} == {(5, 2)}
    for wrong in ("per_page=501", "per_page=0", "page=x", "page=-1"):
        answer = workshop.firm.client.get(f"/api/v1/placements?{wrong}")
        assert answer.status_code == 422, wrong


def test_what_could_not_be_read_is_read_the_next_time(
    workshop: Workshop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = LiveOffers(database)
    offers.all()
    workshop.place()
    with monkeypatch.context() as patch:
        patch.setattr(live, "list_offers_of", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            offers.all()
    assert len(offers.all()) == 1
