"""Tokens for programs: shown once, as good as their person and their scopes, dead the moment they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast

from marketplace.accounts import api_tokens
from marketplace.accounts.forms import TokenForm
from marketplace.accounts.model import Person, Scope
from marketplace.errors import Invalid, NotFound

BOTH = frozenset((Scope.READ, Scope.WRITE_ORDERS))


@pytest.fixture
def ines(cast: Cast) -> Person:
    person = cast.person("Ines")
    cast.studio(person)
    return person


def made(cast: Cast, person: Person, *, scopes: frozenset[Scope] = BOTH, days: int | None = 90) -> str:
    return api_tokens.make(cast.database, cast.actor(person), TokenForm("Sheet", scopes, days), cast.now)


def status(cast: Cast, token: str, method: str = "GET", path: str = "/api/v1/briefs", scheme: str = "Bearer") -> int:
    answer = cast.app.test_client().open(
        path, method=method, headers={"Authorization": f"{scheme} {token}"}, json={} if method != "GET" else None
    )
    return answer.status_code


def test_a_token_is_kept_as_a_hash_and_works(cast: Cast, ines: Person) -> None:
    token = made(cast, ines)
    assert status(cast, token) == 200
    (kept,) = cast.sql("SELECT token_hash, starts_with, last_used_at FROM api_token")
    assert token not in str(kept)
    assert token.startswith(kept[1])
    assert kept[2] is not None


def test_the_scopes_are_a_limit_of_their_own(cast: Cast, ines: Person) -> None:
    reads, writes = made(cast, ines, scopes=frozenset((Scope.READ,))), made(cast, ines)
    assert (status(cast, reads), status(cast, reads, "POST")) == (200, 403)
    assert status(cast, writes, "POST") == 422  # the scope is there, the brief is not


def test_what_ends_a_token_ends_it_at_once(cast: Cast, ines: Person) -> None:
    """Revoked, run out, its person suspended or no longer of the studio."""
    revoked, over, banned, left = (made(cast, ines) for _ in range(4))
    (first, second, *_) = api_tokens.list_own(cast.database, cast.actor(ines))[::-1]
    api_tokens.revoke(cast.database, cast.actor(ines), first.public_id, cast.now)
    with pytest.raises(NotFound):
        api_tokens.revoke(cast.database, cast.actor(ines), first.public_id, cast.now)
    cast.sql("UPDATE api_token SET expires_at = :then WHERE public_id = :id", then=str(cast.now), id=second.public_id)
    assert (status(cast, revoked), status(cast, over), status(cast, left)) == (401, 401, 200)
    cast.sql("DELETE FROM membership")
    assert status(cast, left) == 404
    cast.sql("UPDATE person SET suspended_at = :now", now=str(cast.now))
    assert status(cast, banned) == 401


@pytest.mark.parametrize(
    "wrong", ["", "selvedge_", "selvedge_" + "x" * 43, "x" * 52, "selvedge_" + "é" * 43, "0" * 9000]
)
def test_a_guess_is_refused(cast: Cast, ines: Person, wrong: str) -> None:
    made(cast, ines)
    assert status(cast, wrong.encode("utf-8").decode("latin-1")) == 401


def test_a_token_is_for_the_header_of_the_api_only(cast: Cast, ines: Person) -> None:
    token = made(cast, ines)
    client = cast.app.test_client()
    assert client.get(f"/api/v1/briefs?token={token}").status_code == 401
    assert client.get("/api/v1/briefs", headers={"Authorization": token}).status_code == 401
    assert client.get("/account", headers={"Authorization": f"Bearer {token}"}).status_code == 303  # no page opens


def test_the_twenty_first_is_one_too_many(cast: Cast, ines: Person) -> None:
    for _ in range(api_tokens.MAXIMUM):
        made(cast, ines)
    with pytest.raises(Invalid, match="revoke one first"):
        made(cast, ines)


def test_one_that_never_ends(cast: Cast, ines: Person) -> None:
    token = made(cast, ines, days=None)
    cast.sql("UPDATE api_token SET created_at = :then", then=str(cast.now - timedelta(days=4000)))
    assert status(cast, token) == 200


def test_nobody_revokes_anothers(cast: Cast, ines: Person) -> None:
    made(cast, ines)
    (mine,) = api_tokens.list_own(cast.database, cast.actor(ines))
    with pytest.raises(NotFound):
        api_tokens.revoke(cast.database, cast.actor(cast.person("Eve")), mine.public_id, cast.now)
