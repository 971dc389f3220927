"""Who keeps a workshop: invited by mail, changed and removed by owners; a right that is gone is gone at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import Cast

from marketplace.accounts import password, people
from marketplace.accounts.model import Person, Role
from marketplace.errors import Conflict, Invalid, NotFound

SITE, WORD = "https://selvedge.example.org", "a long pass phrase of rosa"


class Room:
    """A workshop of Rosa's, who knows her password."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.rosa = cast, cast.person("Rosa")
        self.supplier = cast.supplier(self.rosa)
        cast.sql("UPDATE person SET password_hash = :hash", hash=password.hash_password(WORD))
        ((self.id,),) = cast.sql("SELECT public_id FROM organisation")

    def invite(self, person: Person) -> str:
        """The token of the mailed link."""
        people.invite(self.cast.database, self.cast.actor(self.rosa), self.id, person.email, SITE, self.cast.now)
        ((body,),) = self.cast.sql("SELECT body FROM mail ORDER BY id DESC LIMIT 1")
        found = re.search(r"/invitations/(\S+)", body)
        assert found
        return found[1]

    def joined(self, name: str) -> Person:
        person = self.cast.person(name)
        people.join(self.cast.database, self.cast.actor(person), self.invite(person), self.cast.now)
        return person

    def role(self, by: Person, of: Person, role: Role, typed: str = WORD) -> None:
        people.change_role(self.cast.database, self.cast.actor(by), self.id, of.public_id, role, typed, self.cast.now)

    def remove(self, by: Person, of: Person) -> None:
        people.remove(self.cast.database, self.cast.actor(by), self.id, of.public_id, WORD, self.cast.now)

    def members(self) -> dict[str, str]:
        rows = self.cast.sql("SELECT name, role FROM membership JOIN person ON person.id = membership.person_id")
        return {name: str(role).lower() for name, role in rows}


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(cast)


def test_an_invitation_is_for_one_address_and_one_time(room: Room) -> None:
    cast, ugo = room.cast, room.cast.person("Ugo", is_confirmed=False)
    token = room.invite(ugo)
    with pytest.raises(NotFound):
        people.join(cast.database, cast.actor(cast.person("Eve")), token, cast.now)
    people.join(cast.database, cast.actor(ugo), token, cast.now)
    assert room.members() == {"Rosa": "owner", "Ugo": "staff"}
    joined = cast.actor(ugo).person
    assert joined is not None
    assert joined.is_confirmed  # who opened the link reads mail there
    with pytest.raises(NotFound):
        people.join(cast.database, cast.actor(ugo), token, cast.now)
    with pytest.raises(Conflict, match="already"):
        room.invite(ugo)


def test_a_newer_invitation_ends_the_older_and_time_ends_both(room: Room) -> None:
    cast, ugo = room.cast, room.cast.person("Ugo")
    older, newer = room.invite(ugo), room.invite(ugo)
    with pytest.raises(NotFound):
        people.join(cast.database, cast.actor(ugo), older, cast.now)
    with pytest.raises(NotFound):
        people.join(cast.database, cast.actor(ugo), newer, cast.now + people.INVITATION_LASTS + timedelta(seconds=1))
    people.join(cast.database, cast.actor(ugo), newer, cast.now)


def test_staff_read_and_owners_change(room: Room) -> None:
    ugo, ada = room.joined("Ugo"), room.joined("Ada")
    cast = room.cast
    cast.sql("UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE name = 'Rosa')")
    for forbidden in (
        lambda: room.role(ugo, ada, Role.OWNER),
        lambda: room.remove(ugo, ada),
        lambda: room.role(ugo, ugo, Role.OWNER),
        lambda: people.invite(cast.database, cast.actor(ugo), room.id, "x@example.com", SITE, cast.now),
    ):
        with pytest.raises(NotFound):
            forbidden()
    room.role(room.rosa, ugo, Role.OWNER)
    room.remove(ugo, ada)
    assert room.members() == {"Rosa": "owner", "Ugo": "owner"}
    room.remove(ugo, ugo)  # everybody may leave
    assert room.members() == {"Rosa": "owner"}


def test_the_last_owner_stays(room: Room) -> None:
    for change in (lambda: room.role(room.rosa, room.rosa, Role.STAFF), lambda: room.remove(room.rosa, room.rosa)):
        with pytest.raises(Conflict):
            change()
    assert room.members() == {"Rosa": "owner"}


def test_a_wrong_password_changes_nothing(room: Room) -> None:
    ugo = room.joined("Ugo")
    with pytest.raises(Invalid):
        room.role(room.rosa, ugo, Role.OWNER, "wrong")
    assert room.members()["Ugo"] == "staff"


def test_a_right_that_is_taken_away_is_gone_at_the_next_request(room: Room) -> None:
    ugo = room.joined("Ugo")
    client = room.cast.client(ugo)
    assert client.get("/weeks").status_code == 200
    room.remove(room.rosa, ugo)
    assert client.get("/weeks").status_code != 200


def test_each_change_is_one_event(room: Room) -> None:
    ugo = room.joined("Ugo")
    room.role(room.rosa, ugo, Role.OWNER)
    room.remove(room.rosa, ugo)
    events = room.cast.sql("SELECT count(*) FROM audit_event WHERE action = 'people.change'")
    assert events == [(4,)]  # invited, joined, made an owner, removed
