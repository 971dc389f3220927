"""A week with room: told once to those whose saved searches it fits, and to nobody too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast

from marketplace.accounts.model import Person
from marketplace.alerts import store as alerts
from marketplace.alerts.model import Frequency, Wanted
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.units import Week
from marketplace.waiting import actions, store
from marketplace.waiting.jobs import tell_short_notices
from marketplace.waiting.rules import MOST_NOTICES_A_WEEK, MOST_POSTED_A_WEEK

NEAR = "process=sew&quantity=50&unit=piece&lat=43.88&lon=11.1&radius_km=40"
FAR = "process=sew&quantity=50&unit=piece&lat=60.0&lon=11.1&radius_km=40"
SMALL = "process=sew&quantity=5&unit=piece"


def saves(cast: Cast, name: str, *questions: str) -> Person:
    person = cast.person(name)
    with cast.database.writing() as session:
        for number, question in enumerate(questions):
            wanted = Wanted(f"{name} {number}", question, "km", Frequency.DAILY)
            alerts.add(session, person.id, wanted, f"f-{name}-{number}", f"s-{name}-{number}", cast.now)
    return person


def told(cast: Cast, person: Person) -> list[str]:
    rows = cast.sql("SELECT text FROM notice WHERE person_id = :id ORDER BY id", id=person.id)
    return [row[0] for row in rows]


def test_those_it_fits_are_told_once(cast: Cast) -> None:
    maker = cast.person("Rosa")
    supplier = cast.supplier(maker)
    fits, far, small = saves(cast, "Ines", NEAR, NEAR), saves(cast, "Jo", FAR), saves(cast, "Kim", SMALL)
    stopped = saves(cast, "Lou", NEAR)
    with cast.database.writing() as session:
        (search,) = alerts.list_of(session, stopped.id)
        alerts.stop(session, search, cast.now)
    week = Week.containing(cast.now.date()).plus(1)
    actions.post(
        cast.database,
        cast.actor(maker),
        supplier.public_id,
        supplier.services[0].public_id,
        week,
        "A run was called off.",
        cast.now,
    )
    assert tell_short_notices(cast.database, cast.now) == 1
    assert tell_short_notices(cast.database, cast.now) == 0
    (text,) = told(cast, fits)
    assert text.startswith("Sartoria Aghi has room in the week of ")
    assert text.endswith(": Sewing and assembly. A run was called off.")
    assert (told(cast, far), told(cast, small), told(cast, stopped)) == ([], [], [])
    with cast.database.reading() as session:
        (notice,) = store.list_notices(session, supplier.id)
    assert notice.told == 1


def test_nobody_hears_too_often_and_suppliers_post_so_many(cast: Cast) -> None:
    maker = cast.person("Rosa")
    supplier, reader = cast.supplier(maker), saves(cast, "Ines", NEAR)
    week = Week.containing(cast.now.date()).plus(1)

    def post(minute: int) -> None:
        actions.post(
            cast.database,
            cast.actor(maker),
            supplier.public_id,
            supplier.services[0].public_id,
            week,
            "",
            cast.now + timedelta(minutes=minute),
        )

    for minute in range(MOST_POSTED_A_WEEK):
        post(minute)
        tell_short_notices(cast.database, cast.now + timedelta(minutes=minute))
    assert len(told(cast, reader)) == MOST_NOTICES_A_WEEK
    with pytest.raises(Conflict, match="At most 5"):
        post(20)
    with cast.database.reading() as session:
        assert [notice.told for notice in store.list_notices(session, supplier.id)] == [0, 0, 1, 1, 1]


def test_only_the_firm_posts_about_weeks_to_come(cast: Cast) -> None:
    maker, rival = cast.person("Rosa"), cast.person("Rival")
    supplier = cast.supplier(maker)
    cast.supplier(rival, "Rivale")
    service, week = supplier.services[0].public_id, Week.containing(cast.now.date())
    with pytest.raises(NotFound):
        actions.post(cast.database, cast.actor(rival), supplier.public_id, service, week, "", cast.now)
    with pytest.raises(Invalid, match="has passed"):
        actions.post(cast.database, cast.actor(maker), supplier.public_id, service, week.plus(-1), "", cast.now)
