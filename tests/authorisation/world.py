"""The world of the walk: one workshop, one studio, one more of each, everybody signed in and with tokens.

What was taken from somebody was taken after they signed in, by the same actions that take it in life.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cast import Cast
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from personas import OTHER_STUDIO, OTHER_SUPPLIER, PERSONAS, STUDIO, SUPPLIER, Persona
from rows import Make
from werkzeug.test import TestResponse

from marketplace.accounts import member_store, password, people, token_store
from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, Device, Person, Role, Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token, new_token
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.suppliers.model import Supplier
from marketplace.web.context import System

PASSWORD = "eleven needles in one cushion"
_RAW = "a" * 40  # what the cookie of the walk holds, and the tokens of its forms are made from


@dataclass
class World:
    app: Flask
    system: System
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    suppliers: dict[str, Supplier] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)  # persona -> value of the cookie
    tokens: dict[tuple[str, Scope, bool], str] = field(default_factory=dict)  # (persona, scope, only that one) -> token
    csrf: str = ""
    made: dict[Make, dict[str, Any]] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def database(self) -> Database:
        return self.system.database

    @property
    def cast(self) -> Cast:
        return Cast(self.app, self.database, self.now)

    @property
    def supplier(self) -> Supplier:
        return self.suppliers[SUPPLIER]

    def actor(self, name: str) -> Actor:
        return self.cast.actor(self.people[name])

    def post(self, name: str, path: str, **more: Any) -> TestResponse:
        """What somebody does on a page, to make the object of a row."""
        client = self.app.test_client(use_cookies=False)
        data = {"csrf_token": self.csrf, **more}
        answer = client.post(path, data=data, headers={"Cookie": f"selvedge={self.cookies[name]}"})
        words = " ".join(re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2]).split())
        assert answer.status_code == 303, f"{path}: {answer.status_code} {words[:600]}"
        return answer

    def values(self, make: Make) -> dict[str, Any]:
        """The object of a row: made the first time it is asked for."""
        if make not in self.made:
            self.made[make] = dict(make(self))
        return self.made[make]


def build(app: Flask, system: System) -> World:
    """Make the people, what they belong to, their sessions and tokens. Objects of rows come later."""
    world = World(app, system)
    with app.test_request_context():
        session["csrf_token"] = _RAW
        world.csrf = generate_csrf()
    hashed = password.hash_password(PASSWORD)
    with system.database.writing() as db:
        for persona in PERSONAS:
            if persona.is_person:
                world.people[persona.name] = accounts.add_person(
                    db,
                    public_id=new_public_id(),
                    email=f"{persona.name.replace(' ', '.')}@example.com",
                    name=persona.name.capitalize(),
                    password_hash=hashed,
                    now=world.now,
                    is_apprentice=persona.is_apprentice,
                    is_moderator=persona.is_moderator,
                    confirmed_at=world.now if persona.is_confirmed else None,
                )
    cast = world.cast
    world.organisations[STUDIO] = cast.studio(world.people["designer"])
    world.organisations[OTHER_STUDIO] = cast.studio(world.people["designer other"], "Studio Altro")
    for key, owner, name in (
        (SUPPLIER, "supplier owner", "Sartoria Aghi"),
        (OTHER_SUPPLIER, "supplier other", "Sartoria Bottoni"),
    ):
        world.suppliers[key] = cast.supplier(world.people[owner], name)
        world.organisations[key] = world.suppliers[key].organisation_id
    founders = {"designer", "designer other", "supplier owner", "supplier other"}
    for persona in PERSONAS:
        if persona.name not in founders:
            for organisation, role in (*persona.belongs, *persona.once):
                cast.joins(world.people[persona.name], world.organisations[organisation], Role(role))
    for persona in PERSONAS:
        _let_in(world, persona)
    return world


def take_away(world: World) -> None:
    """What was once theirs is taken by the owner, with the password; the suspended are suspended."""
    owners = {STUDIO: "designer", SUPPLIER: "supplier owner"}
    for persona in PERSONAS:
        for organisation, _ in persona.once:
            with world.database.reading() as db:
                public_id = accounts.organisation_public_id(db, world.organisations[organisation])
            person = world.people[persona.name]
            owner = world.actor(owners[organisation])
            people.remove(world.database, owner, public_id, person.public_id, PASSWORD, world.now)
        if persona.is_suspended:
            world.cast.sql(
                "UPDATE person SET suspended_at = :now WHERE id = :id",
                now=world.now.isoformat(),
                id=world.people[persona.name].id,
            )
    with world.database.reading() as db:
        assert member_store.count_owners(db, world.organisations[SUPPLIER]) == 2  # the owner, and who is suspended


def _let_in(world: World, persona: Persona) -> None:
    """A session, and of each scope a token with it alone and one with all the others. Both have been used."""
    content: dict[str, Any] = {"csrf_token": _RAW}
    if persona.is_person:
        person = world.people[persona.name]
        token = new_token()
        with world.database.writing() as db:
            accounts.add_session(db, person.id, hash_token(token), Device("walk"), world.now, timedelta(days=1))
            for scope, only, scopes in _scopes():
                secret = new_api_token()
                world.tokens[persona.name, scope, only] = secret
                token_store.add(
                    db,
                    person.id,
                    public_id=new_public_id(),
                    name=f"{scope} {only}",
                    token_hash=hash_token(secret),
                    starts_with=beginning_of(secret),
                    scopes=scopes,
                    now=world.now,
                    expires_at=None,
                )
                found = token_store.find_live(db, hash_token(secret), world.now)
                assert found is not None
                assert found.actor.token_id is not None
                token_store.note_used(db, found.actor.token_id, world.now, unless_since=world.now)
        content |= {"_user_id": token, "_fresh": True}
    serializer = world.app.session_interface.get_signing_serializer(world.app)  # type: ignore[attr-defined]
    world.cookies[persona.name] = serializer.dumps(content)


def _scopes() -> Iterator[tuple[Scope, bool, frozenset[Scope]]]:
    for scope in Scope:
        yield scope, True, frozenset({scope})
        yield scope, False, frozenset(Scope) - {scope}
