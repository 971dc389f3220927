"""A copy of one's data, and erasing the account; on both engines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cast import Cast

from marketplace.accounts import password
from marketplace.accounts import store as accounts
from marketplace.accounts.model import Person, Role
from marketplace.capacity import actions as capacity
from marketplace.capacity.model import Closure
from marketplace.db import Base
from marketplace.db.ids import new_public_id
from marketplace.notices import store as notices
from marketplace.placements import actions as placements
from marketplace.placements.model import Placement, PlacementStatus
from marketplace.suppliers import actions as firms
from marketplace.suppliers.model import Supplier

PASSWORD = "my grey cat sleeps on selvedge"
CANARY = "Quetzalcoatlus"


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real parameters cost 70 ms each; tests/accounts/test_password.py measures those."""
    monkeypatch.setattr(password, "_hasher", password.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def ada(cast: Cast) -> Person:
    person = cast.person(f"Ada {CANARY}")
    hashed = password.hash_password(PASSWORD)
    cast.sql("UPDATE person SET password_hash = :hash WHERE id = :id", hash=hashed, id=person.id)
    return person


def erase(cast: Cast, person: Person, typed: str = PASSWORD) -> int:
    return cast.client(person).post("/account/data/delete", data={"password": typed}).status_code


def busy(cast: Cast, ada: Person) -> tuple[int, Supplier]:
    """A person with traces everywhere: a studio, a listing, notices, mails, a report, changes in the trail."""
    studio = cast.studio(ada, f"Studio {CANARY}")
    supplier = cast.supplier(ada, f"Sartoria {CANARY}", street=f"Via {CANARY}")
    other = cast.supplier(cast.person("Olga"), "Sartoria Uno")
    works(cast, ada, supplier)
    client = cast.client(ada)
    assert client.post("/account/profile", data={"name": f"A. {CANARY}", "distance_unit": "km"}).status_code == 303
    assert client.post("/account/studio", data={"name": f"Studio {CANARY} 2", "place": ""}).status_code == 303
    report = {"reason": "other", "body": f"I, {CANARY}, was there."}
    assert client.post(f"/report/supplier/{other.public_id}", data=report).status_code == 303
    cast.sql(
        "INSERT INTO mail (recipient, subject, body, created_at, not_before, tries, last_error) "
        "SELECT email, 'x', :body, created_at, created_at, 0, '' FROM person WHERE id = :id",
        body=f"Hello {CANARY}",
        id=ada.id,
    )
    with cast.database.writing() as session:
        notices.tell_person(session, ada.id, "example", f"{CANARY} is told.", "/help", datetime.now(UTC))
    return studio, supplier


def works(cast: Cast, ada: Person, supplier: Supplier) -> None:
    """What the firm says in its own words of a service, of its closed days and of who learns there."""
    database, actor, now, site = cast.database, cast.actor(ada), cast.now, supplier.sites[0]
    service, today = supplier.services[0], cast.now.date()
    draft = replace(service.draft, note=f"Ask for {CANARY}.")
    firms.put_service(database, actor, supplier.public_id, site.public_id, service.public_id, draft, now)
    gone = replace(service.draft, process="cut", note=f"{CANARY} cuts")
    removed = firms.put_service(database, actor, supplier.public_id, site.public_id, None, gone, now)
    firms.remove_service(database, actor, supplier.public_id, removed, now)
    closure = Closure(today, today, f"{CANARY} is away")
    capacity.add_closure(database, actor, supplier.public_id, site.public_id, closure, now)
    cast.sql("UPDATE resource SET name = :name WHERE site_id = :id", name=f"Table of {CANARY}", id=site.id)
    place = Placement(
        new_public_id(), site.id, "sew", (), 1, 0, today, 12, None, PlacementStatus.OPEN, f"Call {CANARY}", None
    )
    place = replace(place, mentor=CANARY, access=f"At {CANARY}'s door")
    placements.offer(database, actor, lambda _sites, _stands: place, now)


def test_the_copy_has_everything_of_theirs_and_no_secret(cast: Cast, ada: Person) -> None:
    busy(cast, ada)
    cast.client(ada).get("/account")
    answer = cast.client(ada).post("/account/data/copy")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    copy = json.loads(answer.data)
    tables = copy["tables"]
    assert tables["person"][0]["email"] == ada.email
    assert tables["studio"][0]["name"] == f"Studio {CANARY} 2"
    assert tables["supplier"][0]["name"] == f"Sartoria {CANARY}"
    assert {"site", "service", "minimum_rule", "notice", "membership", "session"} <= tables.keys()
    assert copy["reports"][0]["text"] == f"I, {CANARY}, was there."
    assert {event["action"] for event in copy["trail"]} >= {"account.own", "report.send"}
    hashes = cast.sql("SELECT password_hash FROM person UNION SELECT token_hash FROM session")
    assert not [row[0] for row in hashes if row[0] in answer.text]
    for other in ("Olga", "olga@example.com", "Sartoria Uno"):
        assert other not in answer.text


def test_of_a_firm_with_another_owner_only_ones_own_part_is_copied(cast: Cast, ada: Person) -> None:
    olga = cast.person("Olga")
    supplier = cast.supplier(olga, "Sartoria Uno")
    cast.joins(ada, supplier.organisation_id, Role.OWNER)
    tables = json.loads(cast.client(ada).post("/account/data/copy").data)["tables"]
    assert "supplier" not in tables
    assert [row["person_id"] for row in tables["membership"]] == [ada.id]


def test_an_owner_who_is_suspended_does_not_count_as_another(cast: Cast, ada: Person) -> None:
    olga = cast.person("Olga")
    supplier = cast.supplier(olga, "Sartoria Uno")
    cast.joins(ada, supplier.organisation_id, Role.OWNER)
    with cast.database.writing() as session:
        accounts.set_suspended(session, olga.id, cast.now)
    answer = cast.client(ada).post("/account/data/delete", data={"password": PASSWORD})
    assert answer.status_code == 409
    assert "make somebody else its owner first" in answer.text
    with cast.database.writing() as session:
        accounts.set_suspended(session, olga.id, None)
    assert erase(cast, ada) == 303


def test_erasing_leaves_numbers_and_no_name_anywhere(cast: Cast, ada: Person) -> None:
    studio, supplier = busy(cast, ada)
    client = cast.client(ada)
    assert erase(cast, ada) == 303
    assert client.get("/account").status_code == 303  # signed out, everywhere
    assert cast.sql("SELECT count(*) FROM person WHERE id = :id", id=ada.id) == [(0,)]
    for table in sorted(Base.metadata.tables):
        assert CANARY.lower() not in str(cast.sql(f'SELECT * FROM "{table}"')).lower(), table
    trail = cast.sql("SELECT action FROM audit_event WHERE actor_id = :id", id=ada.id)
    assert {("account.own",), ("report.send",), ("account.erase",)} <= set(trail)  # the number stays
    assert cast.sql("SELECT name FROM studio WHERE organisation_id = :id", id=studio) == [(f"Studio {studio}",)]
    assert cast.sql("SELECT status FROM supplier WHERE id = :id", id=supplier.id) == [("closed",)]
    assert cast.sql("SELECT reporter_id, body FROM report") == [(None, "")]
    assert cast.client().get(f"/suppliers/{supplier.slug}").status_code == 404
    assert cast.client().get("/api/v1/search").get_json()["total"] == 1


def test_the_file_itself_holds_nothing_of_them(cast: Cast, ada: Person, database_url: str) -> None:
    """SQLite overwrites what it frees; PostgreSQL does with the next vacuum."""
    busy(cast, ada)
    assert erase(cast, ada) == 303
    if not cast.database.is_sqlite:
        return
    path = database_url.removeprefix("sqlite:///")
    with cast.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    with open(path, "rb") as file:
        body = file.read().lower()
    assert CANARY.lower().encode() not in body
    assert ada.email.encode() not in body
    assert b"sartoria uno" in body  # the others are there: the file is read


def test_a_wrong_password_deletes_nothing(cast: Cast, ada: Person) -> None:
    assert erase(cast, ada, "wrong") == 422
    assert cast.sql("SELECT count(*) FROM person") == [(1,)]
    assert cast.client().post("/account/data/delete", data={"password": PASSWORD}).status_code == 401


def test_what_has_to_be_settled_first(cast: Cast, ada: Person) -> None:
    supplier = cast.supplier(ada, "Sartoria Due")
    bea = cast.person("Bea")
    cast.joins(bea, supplier.organisation_id)
    assert erase(cast, ada) == 409  # others work there
    cast.sql("UPDATE membership SET role = 'owner' WHERE person_id = :id", id=bea.id)
    assert erase(cast, ada) == 303  # the firm stays with its other owner
    assert cast.sql("SELECT status, name FROM supplier") == [("published", "Sartoria Due")]


def test_who_counts_on_somebody_keeps_the_account(cast: Cast, ada: Person) -> None:
    supplier = cast.supplier(ada)
    cast.sql(
        "INSERT INTO reservation (public_id, resource_id, service_id, supplier_id, studio_id, made_by, state, outcome, "
        "created_at) SELECT 'r', resource.id, service.id, :id, supplier.organisation_id, 'studio', 'firm', '', "
        "supplier.created_at FROM resource, service, supplier LIMIT 1",
        id=supplier.id,
    )
    answer = cast.client(ada).post("/account/data/delete", data={"password": PASSWORD})
    assert (answer.status_code, "finish or cancel them first" in answer.text) == (409, True)
    assert cast.sql("SELECT name FROM supplier") == [("Sartoria Aghi",)]


def test_a_moderator_is_not_erased(cast: Cast, ada: Person) -> None:
    cast.sql("UPDATE person SET is_moderator = :yes", yes=True)
    assert erase(cast, ada) == 409
