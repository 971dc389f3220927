"""People at their browsers: forms with the CSRF token of their page, mails with their links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from marketplace.accounts import actions, password
from marketplace.accounts.model import Person
from marketplace.db import Base
from marketplace.mail.tables import MailRow
from marketplace.web.context import System

_PASSWORD = "my grey cat sleeps on selvedge"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """One device. `post` reads the page first, as a person does."""

    client: FlaskClient
    address: str = "192.0.2.1"

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **more)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None, **more: Any
    ) -> TestResponse:
        return self.client.post(
            path,
            data={"csrf_token": self.csrf(page or "/sign-up"), **(data or {})},
            environ_base={"REMOTE_ADDR": self.address},
            **more,
        )

    def csrf(self, page: str) -> str:
        found = _TOKEN.search(self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def sign_in(self, email: str, typed: str = _PASSWORD, **more: Any) -> TestResponse:
        return self.post("/sign-in", {"email": email, "password": typed, **more})

    def sign_up(self, email: str, /, **fields: Any) -> TestResponse:
        data = {"name": "Ada", "email": email, "password": _PASSWORD, "role": "designer", **fields}
        return self.post("/sign-up", data)

    def who(self) -> str:
        """Whom the site takes this device for."""
        answer = self.get("/account")
        if answer.status_code == 303:
            return "nobody"
        found = re.search(r'<p class="muted"><bdi>([^<]+)</bdi>', answer.text)
        assert found
        return found[1]

    def cookie(self) -> str:
        cookie = self.client.get_cookie("selvedge")
        assert cookie
        return cookie.value


@dataclass
class People:
    app: Flask
    system: System
    password: str = _PASSWORD
    other_password: str = "two bobbins under the window"

    def browser(self, address: str = "192.0.2.1") -> Browser:
        return Browser(self.app.test_client(), address)

    def add(self, email: str, typed: str = _PASSWORD, **more: Any) -> Person:
        with self.system.database.writing() as session:
            return actions.create_person(
                session,
                **{"email": email, "name": "Ada", "now": datetime.now(UTC)}
                | more
                | {"password_hash": password.hash_password(typed)},
            )

    def signed_in(self, email: str) -> Browser:
        browser = self.browser()
        assert browser.sign_in(email).status_code == 303
        return browser

    def mails(self) -> list[MailRow]:
        with self.system.database.reading() as session:
            mails = list(session.scalars(select(MailRow).order_by(MailRow.id)))
            session.expunge_all()
            return mails

    def link(self, kind: str) -> str:
        """The path of the link in the last mail."""
        found = re.search(rf"http://127\.0\.0\.1:8000(/{kind}/\S+)", self.mails()[-1].body)
        assert found, self.mails()[-1].body
        return found[1]

    def sql(self, statement: str, **values: Any) -> None:
        with self.system.database.writing() as session:
            session.execute(text(statement), values)

    def row_counts(self) -> dict[str, int]:
        with self.system.database.reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> None:
    """The real parameters cost 70 ms each; test_password.py measures those."""
    password._hasher = password.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password._dummy_hash.cache_clear()


@pytest.fixture
def people(app: Flask, system: System) -> People:
    return People(app, system)
