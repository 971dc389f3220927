"""A studio with two people, somebody else's studio, and programs with tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import Cast
from flask.testing import FlaskClient

from marketplace.accounts import token_store
from marketplace.accounts.model import Person, Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.db.ids import new_public_id


@pytest.fixture
def ada(cast: Cast) -> Person:
    """The owner of Studio Filo."""
    person = cast.person("Ada")
    cast.studio(person)
    return person


@pytest.fixture
def bea(cast: Cast, ada: Person) -> Person:
    """Works in the same studio."""
    person = cast.person("Bea")
    cast.joins(person, cast.actor(ada).memberships[0].organisation_id)
    return person


@pytest.fixture
def eve(cast: Cast) -> Person:
    """Has a studio of her own, and no business with Ada's."""
    person = cast.person("Eve")
    cast.studio(person, "Studio Eve")
    return person


@pytest.fixture
def program(cast: Cast) -> Callable[..., FlaskClient]:
    """A client that sends a person's token, with these scopes."""

    def make(person: Person, *scopes: Scope) -> FlaskClient:
        token = new_api_token()
        with cast.database.writing() as session:
            token_store.add(
                session,
                person.id,
                public_id=new_public_id(),
                name="test",
                token_hash=hash_token(token),
                starts_with=beginning_of(token),
                scopes=frozenset(scopes or Scope),
                now=cast.now,
                expires_at=cast.now + timedelta(days=1),
            )
        client = cast.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return make
