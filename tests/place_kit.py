"""A workshop that teaches, people who apply, and programs that act for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cast import Cast
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts import token_store
from marketplace.accounts.model import Person, Scope
from marketplace.accounts.tokens import beginning_of, hash_token, new_api_token
from marketplace.db.ids import new_public_id
from marketplace.suppliers.model import Supplier

SCOPES = (Scope.READ, Scope.WRITE_PLACEMENTS, Scope.WRITE_CAPACITY)


class Program:
    """A program that acts for a person through the JSON API."""

    def __init__(self, cast: Cast, person: Person, *scopes: Scope) -> None:
        self.client: FlaskClient = cast.app.test_client()
        token = new_api_token()
        with cast.database.writing() as session:
            token_store.add(
                session,
                person.id,
                public_id=new_public_id(),
                name="test",
                token_hash=hash_token(token),
                starts_with=beginning_of(token),
                scopes=frozenset(scopes or SCOPES),
                now=cast.now,
                expires_at=None,
            )
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> TestResponse:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    def does(self, method: str, path: str, body: dict[str, Any] | None = None, status: int = 0) -> dict[str, Any]:
        """The answer's object; a call that is refused fails the test."""
        answer = self.call(method, path, body)
        assert answer.status_code == status if status else answer.status_code < 300, answer.text
        found: dict[str, Any] = answer.get_json()
        return found


@dataclass
class Workshop:
    """A sewing room in Prato, Italy, that teaches; `owner` keeps it."""

    cast: Cast
    owner: Person = field(init=False)
    supplier: Supplier = field(init=False)
    firm: Program = field(init=False)

    def __post_init__(self) -> None:
        self.owner = self.cast.person("Marta Aghi")
        self.supplier = self.cast.supplier(self.owner)
        self.firm = Program(self.cast, self.owner)

    @property
    def today(self) -> date:
        return self.cast.now.date()

    def body(self, **more: Any) -> dict[str, Any]:
        return {
            "process": "sew",
            "skills": ["buttonhole"],
            "seats": 1,
            "starts_on": (self.today + timedelta(days=60)).isoformat(),
            "months": 12,
            "hours_week": 40,
            "wage": {"minor": 1250, "currency": "EUR", "per": "hour"},
            **more,
        }

    def place(self, **more: Any) -> dict[str, Any]:
        """A place that is offered."""
        return self.firm.does("POST", "/placements", self.body(**more), 201)

    def apprentice(self, name: str) -> Program:
        return Program(self.cast, self.cast.person(name))

    def sent(self, apprentice: Program, place: str) -> str:
        """The id of an application that was sent."""
        body = {"placement": place, "statement": "I want to learn it.", "send": True}
        found: str = apprentice.does("POST", "/applications", body, 201)["id"]
        return found

    def offered(self, apprentice: Program, place: str) -> str:
        """The id of one that was offered the place."""
        made = self.sent(apprentice, place)
        self.firm.does("POST", f"/received-applications/{made}/offer", {})
        return made

    def accepted(self, apprentice: Program, place: str) -> str:
        made = self.offered(apprentice, place)
        apprentice.does("POST", f"/applications/{made}/accept")
        return made
