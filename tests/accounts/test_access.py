"""Getting in and out when everything happens at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from marketplace.accounts import access, actions, store
from marketplace.accounts.forms import ComesAs, SignUp
from marketplace.accounts.model import Actor, Device
from marketplace.errors import Conflict, Invalid, TooMany

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)
SITE = "http://127.0.0.1:8000"


def test_two_who_sign_up_at_once_make_one_account(people: Any) -> None:
    form = SignUp("Ada", "ada@example.com", people.password, ComesAs.DESIGNER, "", "")
    barrier = Barrier(5)

    def one(number: int) -> None:
        barrier.wait()
        actions.sign_up(people.system.database, form, None, Device("", f"192.0.2.{number}"), SITE, NOW)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(one, range(5)))
    counts = people.row_counts()
    assert (counts["person"], counts["studio"], counts["mail"]) == (1, 1, 5)


def test_a_double_click_makes_one_studio(people: Any) -> None:
    person = people.add("ada@example.com")
    barrier = Barrier(4)

    def one(_: int) -> None:
        barrier.wait()
        actions.put_studio(people.system.database, Actor(person), "Warp", "", None, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert people.row_counts()["studio"] == 1


def test_signing_in_while_the_password_changes_leaves_no_session_with_the_old_one(people: Any) -> None:
    database = people.system.database
    passwords = [people.password, people.other_password]
    person = people.add("ada@example.com")
    for turn in range(6):
        old, new = passwords[turn % 2], passwords[1 - turn % 2]
        now = NOW + timedelta(hours=turn)
        barrier = Barrier(5)

        def sign_in(_: int, old: str = old, now: datetime = now, barrier: Barrier = barrier) -> None:
            barrier.wait()
            with suppress(Invalid):
                access.sign_in(database, "ada@example.com", old, Device("", "192.0.2.1"), now)

        with ThreadPoolExecutor(5) as pool:
            doing = [pool.submit(sign_in, number) for number in range(4)]
            barrier.wait()
            access.change_password(database, Actor(person), old, new, Device(), SITE, now)
            for one in doing:
                one.result()
        with database.reading() as session:
            assert len(store.list_devices(session, person.id, now)) == 1


def test_nothing_waits_for_ever(people: Any) -> None:
    """Sign-ins, links and password changes of one person, all at once: none is refused for being in the way."""
    database, person = people.system.database, people.add("ada@example.com")
    people.add("eve@example.com")
    with database.writing() as session:
        for number in range(60):  # old tries, which every count clears away
            store.add_attempt(session, f"old:{number}", NOW - timedelta(days=2))

    def one(number: int) -> None:
        try:
            match number % 4:
                case 0:
                    access.sign_in(database, "ada@example.com", people.password, Device("", "192.0.2.1"), NOW)
                case 1:
                    access.ask_for_reset(database, "ada@example.com", "192.0.2.1", SITE, NOW)
                case 2:
                    access.sign_in(database, "eve@example.com", "wrong", Device("", f"192.0.2.{number}"), NOW)
                case 3:
                    access.change_password(
                        database, Actor(person), people.password, people.password + "!", Device(), SITE, NOW
                    )
        except (Invalid, TooMany, Conflict):
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(80)))
