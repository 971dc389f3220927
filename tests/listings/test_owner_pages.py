"""The owner's pages: from nothing to a published listing, and every change after it, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import actions as accounts
from marketplace.accounts.password import hash_password
from marketplace.db import Database
from marketplace.suppliers import store
from marketplace.suppliers.model import Status, Supplier
from marketplace.units import Week

PASSWORD = "a sentence to sign in with"
PLACE = {
    "street": "Via Uno 1",
    "locality": "Prato",
    "country": "IT",
    "lat": "43.88",
    "lon": "11.10",
    "pin_confirmed": "1",
}
SERVICE = {"process": "sew", "unit": "piece", "rule-0-quantity": "20", "rule-0-scope": "style", "lead_days": "10"}


@pytest.fixture
def owner(app: Flask, database: Database) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # tests/web walks every form with its token
    hashed = hash_password(PASSWORD)
    with database.writing() as session:
        now = datetime.now(UTC)
        accounts.create_person(session, email="o@example.com", name="O", password_hash=hashed, now=now)
    client = app.test_client()
    assert client.post("/sign-in", data={"email": "o@example.com", "password": PASSWORD}).status_code == 303
    return client


@pytest.fixture
def listed(owner: FlaskClient) -> FlaskClient:
    """Through the three steps of the guide."""
    assert post(owner, "/listing/new", name="Sartoria Uno", kind="sewing_room", **PLACE) == "/listing/new/service"
    assert post(owner, "/listing/new/service", **SERVICE) == "/listing/new/weeks"
    assert post(owner, "/listing/new/weeks", usual="40") == "/listing"
    return owner


def post(client: FlaskClient, path: str, **fields: str) -> str:
    """Send a form that is right; where it leads."""
    answer = client.post(path, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def supplier(database: Database) -> Supplier:
    with database.reading() as session:
        (found,) = store.list_by_ids(session, store.list_ids(session))
    return found


def found(client: FlaskClient, **query: str) -> list[dict[str, object]]:
    hits: list[dict[str, object]] = client.get("/api/v1/search", query_string=query).get_json()["hits"]
    return hits


def test_the_guide_publishes_a_listing_that_the_next_search_finds(owner: FlaskClient, database: Database) -> None:
    post(owner, "/listing/new", name="Sartoria Uno", kind="sewing_room", **PLACE)
    assert found(owner, q="sartoria") == []  # nobody sees it before it is published
    post(owner, "/listing/new/service", **SERVICE)
    post(owner, "/listing/new/weeks", usual="40")
    (hit,) = found(owner, q="sartoria", quantity="20", process="sew")
    (service,) = hit["services"]  # type: ignore[misc]
    assert (service["verdict"], service["lead_days"]) == ("yes", 10)
    assert supplier(database).sites[0].draft.timezone == "Europe/Rome"
    assert owner.get("/suppliers/sartoria-uno").status_code == 200


def test_a_form_with_mistakes_names_each_and_saves_nothing(owner: FlaskClient, database: Database) -> None:
    answer = owner.post("/listing/new", data={"name": " ", "kind": "castle", "country": "IT", "lat": "91", "lon": "x"})
    assert answer.status_code == 422
    for text in ("is missing", "choose from the list", "between -90 and 90"):
        assert text in answer.text
    with database.reading() as session:
        assert store.list_ids(session) == []


def test_an_ambiguous_town_is_asked_about(owner: FlaskClient, database: Database) -> None:
    fields = {"name": "Atelier", "kind": "atelier", "locality": "Springfield", "country": "US"}
    answer = owner.post("/listing/new", data=fields)
    assert answer.status_code == 422
    assert "which one" in answer.text
    assert "Illinois" in answer.text


@pytest.mark.parametrize(
    ("change", "status"), [("paused", Status.PAUSED), ("closed", Status.CLOSED), ("published", Status.PUBLISHED)]
)
def test_pause_close_reopen(listed: FlaskClient, database: Database, change: str, status: Status) -> None:
    post(listed, f"/listing/status/{change}")
    assert supplier(database).status is status
    assert bool(found(listed, q="sartoria")) == (status is Status.PUBLISHED)
    assert listed.get("/listing").status_code == 200


def test_pausing_one_service(listed: FlaskClient, database: Database) -> None:
    service = supplier(database).services[0]
    post(listed, f"/listing/services/{service.public_id}/status/paused")
    assert found(listed, process="sew") == []
    post(listed, f"/listing/services/{service.public_id}/status/published")
    assert len(found(listed, process="sew")) == 1


def test_a_second_site_is_found_by_its_own_distance(listed: FlaskClient, database: Database) -> None:
    days = {"working_days": ["0", "1", "2", "3", "5"]}
    answer = listed.post("/listing/sites/new", data={**PLACE, "site_name": "Dye works", "lat": "44.2", **days})
    assert answer.status_code == 303
    second = supplier(database).sites[1]
    assert second.draft.working_days == {0, 1, 2, 3, 5}
    post(listed, "/listing/services/new", **{**SERVICE, "process": "press", "site": second.public_id})
    near = {"lat": "44.2", "lon": "11.1", "radius_km": "5"}
    (hit,) = found(listed, **near)
    assert (hit["site"], hit["distance_km"]) == ("Dye works", 0.0)
    assert [service["process"] for service in hit["services"]] == ["press"]  # type: ignore[attr-defined]
    assert listed.post(f"/listing/sites/{second.public_id}", data=PLACE).status_code == 422  # no working day


def test_a_week_in_one_request_and_closed_days(listed: FlaskClient, database: Database) -> None:
    monday = Week.containing(datetime.now(UTC).date()).plus(2).monday
    service = supplier(database).services[0].public_id
    post(listed, "/weeks/week", resource=service, monday=monday.isoformat(), offered="7")
    weeks = {w["week_start"]: w for w in _weeks(listed, database)}
    assert (weeks[monday.isoformat()]["open"], weeks[monday.isoformat()]["stated"]) == (7, True)
    post(listed, "/weeks/week", resource=service, monday=monday.isoformat(), offered="")
    closed = {"from": monday.isoformat(), "to": (monday + timedelta(days=1)).isoformat(), "reason": "Fair"}
    post(listed, "/weeks/closures", resource=service, **closed)
    assert {w["week_start"]: w["open"] for w in _weeks(listed, database)}[monday.isoformat()] == 24
    post(listed, "/weeks/closures", resource=service, **closed)  # the same again is no second closure
    longer = closed | {"to": (monday + timedelta(days=3)).isoformat()}
    again = listed.post("/weeks/closures", data={"resource": service, **longer})
    first, last = (f"{day.day} {day:%b %Y}" for day in (monday, monday + timedelta(days=1)))
    assert (again.status_code, f"Overlaps the closure {first} to {last}." in again.text) == (422, True)
    post(listed, f"/weeks/closures/remove?resource={service}&first={monday.isoformat()}")
    assert {w["week_start"]: w["open"] for w in _weeks(listed, database)}[monday.isoformat()] == 40


@pytest.mark.parametrize("offered", ["-1", "1.5", "1e3", "many", "10000001", "１２"])
def test_a_wrong_amount_keeps_what_was_typed_and_changes_nothing(
    listed: FlaskClient, database: Database, offered: str
) -> None:
    before = _weeks(listed, database)
    monday = before[1]["week_start"]
    service = supplier(database).services[0].public_id
    answer = listed.post("/weeks/week", data={"resource": service, "monday": monday, "offered": offered})
    assert answer.status_code == 422
    assert _weeks(listed, database) == before


def test_certificates_and_machines(listed: FlaskClient, database: Database) -> None:
    dates = {"valid_from": "2026-01-01", "valid_to": "2099-01-01"}
    post(listed, "/listing/certificates", scheme="gots", number="CU 1", scope="site", **dates)
    post(listed, "/listing/machines", machine="sew:lockstitch", count="4")
    profile = supplier(database).profile
    assert (profile.certificates[0].number, profile.machines[0].count) == ("CU 1", 4)
    assert len(found(listed, certification="gots")) == 1
    stale = listed.post("/listing/certificates/0/remove", data={"key": "something else"})
    assert stale.status_code == 404
    post(listed, "/listing/certificates/0/remove", key=repr(profile.certificates[0]))
    assert found(listed, certification="gots") == []


def test_offering_and_closing_a_placement(listed: FlaskClient) -> None:
    start = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    offer = {"process": "sew", "seats": "2", "months": "12", "starts_on": start}
    unpaid = listed.post("/listing/placements", data=offer)
    assert (unpaid.status_code, "a place to learn is paid" in unpaid.text) == (422, True)
    post(listed, "/listing/placements", **offer, wage="14.50", wage_currency="EUR", wage_per="hour")
    (hit,) = listed.get("/api/v1/placements?skill=sewing&paid=1").get_json()["hits"]
    assert hit["wage"] == {"minor": 1450, "currency": "EUR", "per": "hour"}
    post(listed, f"/listing/placements/{hit['id']}/close")
    assert listed.get("/api/v1/placements").get_json()["total"] == 0


def test_a_service_keeps_its_process_and_unit(listed: FlaskClient, database: Database) -> None:
    service = supplier(database).services[0]
    path = f"/listing/services/{service.public_id}"
    assert listed.post(path, data={**SERVICE, "process": "press"}).status_code == 422
    post(listed, path, **{**SERVICE, "rule-0-quantity": "30", "surcharge_percent": "15", "note": "DXF only"})
    draft = supplier(database).services[0].draft
    assert (draft.rules[0].quantity.atoms, draft.rules[0].surcharge_percent, draft.note) == (30, 15, "DXF only")
    post(listed, f"{path}/remove")
    assert supplier(database).services == ()


def _weeks(client: FlaskClient, database: Database) -> list[dict[str, object]]:
    answer = client.get(f"/api/v1/suppliers/{supplier(database).public_id}/capacity?weeks=8").get_json()
    weeks: list[dict[str, object]] = answer["services"][0]["weeks"]
    return weeks
