"""The shortlist: saved, noted, removed, had back; by its studio only. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cast import Cast
from flask.testing import FlaskClient

from marketplace.accounts.model import Person, Scope
from marketplace.briefs import shortlist
from marketplace.briefs.jobs import forget_removed
from marketplace.errors import Invalid, NotFound
from marketplace.suppliers.model import Supplier

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Program = Callable[..., FlaskClient]


@pytest.fixture
def aghi(cast: Cast) -> Supplier:
    return cast.supplier(cast.person("Wes"))


def listed(cast: Cast, person: Person) -> list[tuple[str, str, bool]]:
    with cast.database.reading() as session:
        kept = shortlist.list_kept(session, cast.actor(person))
    return [(one.supplier.profile.name, one.item.note, one.item.removed_at is None) for one in kept]


def put(cast: Cast, person: Person, supplier: Supplier, note: str | None = None) -> bool:
    return shortlist.put(cast.database, cast.actor(person), supplier.public_id, note, NOW)[1]


def test_a_studio_keeps_a_supplier_with_a_note(
    cast: Cast, ada: Person, bea: Person, eve: Person, aghi: Supplier
) -> None:
    assert put(cast, ada, aghi)
    assert not put(cast, bea, aghi, "Quick, ask for Rosa")
    assert not put(cast, ada, aghi)  # pressed again: the note stays
    assert listed(cast, ada) == listed(cast, bea) == [("Sartoria Aghi", "Quick, ask for Rosa", True)]
    assert listed(cast, eve) == []


def test_removed_and_had_back_for_a_day(cast: Cast, ada: Person, aghi: Supplier) -> None:
    put(cast, ada, aghi, "Quick")
    shortlist.remove(cast.database, cast.actor(ada), aghi.public_id, NOW)
    assert listed(cast, ada) == [("Sartoria Aghi", "Quick", False)]
    with pytest.raises(NotFound):
        shortlist.remove(cast.database, cast.actor(ada), aghi.public_id, NOW)
    assert put(cast, ada, aghi)
    assert listed(cast, ada) == [("Sartoria Aghi", "Quick", True)]
    shortlist.remove(cast.database, cast.actor(ada), aghi.public_id, NOW)
    forget_removed(cast.database, NOW + timedelta(hours=23))
    assert listed(cast, ada)
    forget_removed(cast.database, NOW + timedelta(hours=25))
    assert listed(cast, ada) == []
    actions = [row[0] for row in cast.sql("SELECT action FROM audit_event WHERE object_kind = 'supplier' ORDER BY id")]
    assert actions == ["shortlist.add", "shortlist.remove", "shortlist.add", "shortlist.remove"]


def test_a_listing_that_is_not_published(cast: Cast, ada: Person, eve: Person, aghi: Supplier) -> None:
    put(cast, ada, aghi)
    cast.sql("UPDATE supplier SET status = 'paused'")
    with pytest.raises(NotFound):
        put(cast, eve, aghi)
    put(cast, ada, aghi, "Paused until May")  # who knows it keeps it
    with cast.database.reading() as session:
        (kept,) = shortlist.list_kept(session, cast.actor(ada))
    assert not kept.is_published
    page = cast.client(ada).get("/account/shortlist").text
    assert "Takes no new work at present" in page
    assert f"/suppliers/{aghi.slug}" not in page


def test_a_list_has_an_end(cast: Cast, ada: Person, aghi: Supplier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortlist, "MAXIMUM_SHORTLIST", 1)
    put(cast, ada, aghi)
    with pytest.raises(Invalid, match="at most 1 suppliers"):
        put(cast, ada, cast.supplier(None, "Bottoni"))


def test_the_button_in_the_search_and_on_the_page(cast: Cast, ada: Person, aghi: Supplier) -> None:
    browser = cast.client(ada)
    path = f"/account/shortlist/{aghi.public_id}"
    for page in ("/search?process=sew&quantity=50", f"/suppliers/{aghi.slug}"):
        assert f'action="{path}"' in browser.get(page).text
        assert path not in cast.client().get(page).text  # nobody is signed in
    answer = browser.post(path, data={"next": "/search?process=sew#hit-1"})
    assert (answer.status_code, answer.location) == (303, "/search?process=sew#hit-1")
    for page in ("/search?process=sew&quantity=50", f"/suppliers/{aghi.slug}"):
        text = browser.get(page).text
        assert "On your shortlist" in text
        assert path not in text
    fragment = browser.post(path, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert fragment.text.strip().startswith("<a class=")


def test_a_workshop_has_no_button(cast: Cast, aghi: Supplier) -> None:
    owner = cast.person("Ugo")
    other = cast.supplier(owner, "Bottoni")
    browser = cast.client(owner)
    assert "/account/shortlist/" not in browser.get(f"/suppliers/{aghi.slug}").text
    assert browser.post(f"/account/shortlist/{other.public_id}").status_code == 404


def test_who_has_no_studio_makes_one_and_comes_back(cast: Cast, aghi: Supplier) -> None:
    browser = cast.client(cast.person("New"))
    path = f"/suppliers/{aghi.slug}"
    assert "Shortlist" in browser.get(path).text
    answer = browser.post(f"/account/shortlist/{aghi.public_id}", data={"next": path}, follow_redirects=True)
    assert "Name your studio" in answer.text
    assert f'name="next" value="{path}"' in answer.text
    answer = browser.post("/account/briefs/studio", data={"name": "Atelier New", "place": "Prato, Italy", "next": path})
    assert (answer.status_code, answer.location) == (303, path)
    assert browser.post(f"/account/shortlist/{aghi.public_id}").status_code == 303
    assert "Sartoria Aghi" in browser.get("/account/shortlist").text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(cast: Cast, ada: Person, aghi: Supplier, target: str) -> None:
    answer = cast.client(ada).post(f"/account/shortlist/{aghi.public_id}", data={"next": target})
    assert answer.location == "/account/shortlist"


def test_notes_and_removal_on_the_page(cast: Cast, ada: Person, aghi: Supplier) -> None:
    browser = cast.client(ada)
    assert "Nobody yet" in browser.get("/account/shortlist").text
    path = f"/account/shortlist/{aghi.public_id}"
    browser.post(path)
    browser.post(path, data={"note": "<b>Quick</b>\nRosa"})
    page = browser.get("/account/shortlist").text
    assert "&lt;b&gt;Quick&lt;/b&gt;" in page
    refused = browser.post(path, data={"note": "x" * 1001})
    assert refused.status_code == 422
    assert "too long" in refused.text
    assert "x" * 1001 in refused.text  # what was typed is not lost
    assert "Have it back" in browser.post(f"{path}/remove", follow_redirects=True).text
    assert "is on your shortlist" in browser.post(path, follow_redirects=True).text


def test_programs(cast: Cast, ada: Person, eve: Person, aghi: Supplier, program: Program) -> None:
    client, path = program(ada), f"/api/v1/shortlist/{aghi.public_id}"
    assert client.get(path).status_code == 404
    made = client.put(path, json={"note": "Quick"})
    assert made.status_code == 201
    assert made.json is not None
    assert (made.json["supplier_id"], made.json["note"]) == (aghi.public_id, "Quick")
    assert client.put(path, json={}).status_code == 200
    assert client.get(path).json["note"] == "Quick"  # type: ignore[index]
    assert [one["name"] for one in client.get("/api/v1/shortlist").json["suppliers"]] == ["Sartoria Aghi"]  # type: ignore[index]
    assert program(eve).get("/api/v1/shortlist").json == {"suppliers": []}
    assert client.put(path, json={"note": 7}).status_code == 422
    assert client.put(path, json={"stars": 5}).status_code == 422
    assert client.delete(path).status_code == 200
    assert client.delete(path).status_code == 404
    assert client.get("/api/v1/shortlist").json == {"suppliers": []}
    assert program(ada, Scope.READ).put(path, json={}).status_code == 403
    assert program(cast.person("Nobody")).get("/api/v1/shortlist").status_code == 404
    assert cast.client(ada).put(path, json={}).status_code == 401  # a cookie is no token
