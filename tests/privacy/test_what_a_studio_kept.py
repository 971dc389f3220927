"""What a studio kept for itself goes with its last person; what somebody else counts on stays. On both engines."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cast import Cast

from marketplace.accounts import api_tokens, password, people
from marketplace.accounts import store as accounts
from marketplace.accounts.forms import TokenForm
from marketplace.accounts.model import Person, Scope
from marketplace.briefs import actions as briefs
from marketplace.briefs import shortlist
from marketplace.briefs.model import Brief, Content
from marketplace.db import Base
from marketplace.db.ids import new_public_id
from marketplace.files.actions import Cabinet
from marketplace.files.jobs import remove_orphans
from marketplace.privacy import actions
from marketplace.routes import store as routes
from marketplace.suppliers.model import Supplier
from marketplace.waiting import store as lines

CANARY = "Quetzalcoatlus"
PASSWORD = "my grey cat sleeps on selvedge"
DRAWING = b"%PDF-1.7\n" + b"x" * 500
MONDAY = date(2027, 3, 1)


@pytest.fixture
def ada(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Person:
    # The real parameters cost 70 ms each; tests/accounts/test_password.py measures those.
    monkeypatch.setattr(password, "_hasher", password.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    person = cast.person("Ada")
    cast.studio(person)
    hashed = password.hash_password(PASSWORD)
    cast.sql("UPDATE person SET password_hash = :hash WHERE id = :id", hash=hashed, id=person.id)
    return person


@pytest.fixture
def firm(cast: Cast) -> Supplier:
    return cast.supplier(cast.person("Olga"), "Sartoria Uno")


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    return Cabinet(tmp_path / "files", 1_000_000, 10_000_000)


def write(cast: Cast, cabinet: Cabinet, ada: Person, title: str) -> Brief:
    database, actor = cast.database, cast.actor(ada)
    brief = briefs.write(database, actor, Content(title), cast.now)
    briefs.add_file(database, cabinet, actor, brief.public_id, f"{title}.pdf", io.BytesIO(DRAWING), cast.now)
    return brief


def was_asked(cast: Cast, brief: Brief, firm: Supplier) -> None:
    """They said no; the brief goes on to be what they said no to."""
    cast.sql(
        "INSERT INTO enquiry (public_id, brief_id, brief_version, studio_id, supplier_id, service_id, state, sent_at, "
        "answer_by, reminded, decline_reason, decline_note) VALUES (:public_id, :brief, 1, :studio, :supplier, "
        ":service, 'declined', :now, :now, 0, 'full', '')",
        public_id=new_public_id(),
        brief=brief.id,
        studio=brief.studio_id,
        supplier=firm.id,
        service=firm.services[0].id,
        now=datetime.now(UTC).isoformat() if cast.database.is_sqlite else datetime.now(UTC),
    )


def keeps_things(cast: Cast, ada: Person, firm: Supplier) -> None:
    """A note in the shortlist, a route, somebody invited, a token, a search; each named after the canary."""
    database, actor, now = cast.database, cast.actor(ada), cast.now
    studio = actor.memberships[0].organisation_id
    shortlist.put(database, actor, firm.public_id, f"{CANARY} likes them", now)
    with database.writing() as session:
        organisation = accounts.organisation_public_id(session, studio)
        routes.add(
            session,
            studio_id=studio,
            person_id=ada.id,
            brief_id=None,
            label=f"Jackets for {CANARY}",
            request="{}",
            services="[]",
            figures="{}",
            now=now,
        )
    people.invite(database, actor, organisation, f"{CANARY}@example.com", "http://localhost", now)
    cast.sql("DELETE FROM mail")  # it is sent; forgetting what is not sent yet is another test's
    api_tokens.make(database, actor, TokenForm(f"For {CANARY}", frozenset({Scope.READ}), 30), now)
    search = {"name": f"Search of {CANARY}", "question": "process=sew", "frequency": "daily"}
    assert cast.client(ada).post("/alerts/new", data=search).status_code == 303


def test_what_a_studio_kept_for_itself_goes(cast: Cast, ada: Person, firm: Supplier, cabinet: Cabinet) -> None:
    write(cast, cabinet, ada, f"Cape of {CANARY}")
    keeps_things(cast, ada, firm)
    for table in ("brief_version", "shortlist", "kept_route", "invitation", "api_token", "saved_search", "audit_event"):
        assert CANARY.lower() in str(cast.sql(f"SELECT * FROM {table}")).lower(), table
    actions.erase(cast.database, cast.actor(ada), PASSWORD, cast.now)
    for table in sorted(Base.metadata.tables):
        assert CANARY.lower() not in str(cast.sql(f'SELECT * FROM "{table}"')).lower(), table
    assert remove_orphans(cast.database, cabinet, cast.now + timedelta(days=2)) == 1
    assert not [path for path in cabinet.folder.rglob("*") if path.is_file()]


def test_what_a_supplier_was_asked_about_stays(cast: Cast, ada: Person, firm: Supplier, cabinet: Cabinet) -> None:
    asked, kept = write(cast, cabinet, ada, "Asked"), write(cast, cabinet, ada, "Kept")
    was_asked(cast, asked, firm)
    actions.erase(cast.database, cast.actor(ada), PASSWORD, cast.now)
    assert cast.sql("SELECT public_id FROM brief") == [(asked.public_id,)]
    assert cast.sql("SELECT name FROM file") == [("Asked.pdf",)]
    assert kept.public_id not in str(cast.sql("SELECT * FROM brief_file"))


def test_nobody_waits_any_more(cast: Cast, ada: Person, firm: Supplier) -> None:
    """Otherwise weeks that get free would be held a day for somebody who is gone."""
    studio, other = cast.actor(ada).memberships[0].organisation_id, cast.studio(cast.person("Eve"), "Studio Eve")
    service = firm.services[0]
    with cast.database.writing() as session:
        for who in (studio, other):
            lines.add(
                session,
                supplier_id=firm.id,
                service_id=service.id,
                studio_id=who,
                person_id=None,
                first_monday=MONDAY,
                last_monday=MONDAY,
                atoms=40,
                now=cast.now,
            )
    actions.erase(cast.database, cast.actor(ada), PASSWORD, cast.now)
    with cast.database.reading() as session:
        assert [each.studio_id for each in lines.list_line(session, service.id)] == [other]
