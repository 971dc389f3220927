"""One's own account: password, devices, profile, studio."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from marketplace.accounts import actions, store
from marketplace.accounts.model import Actor, OrganisationKind, Role
from marketplace.db import Database
from marketplace.errors import Unavailable

_PAGES = ["/account", "/account/studio", "/account/tokens", "/account/people"]
_POSTS = [
    "/sign-out",
    "/sign-out-everywhere",
    "/account/profile",
    "/account/password",
    "/account/confirm",
    "/account/studio",
    "/account/sessions/1/end",
    "/account/tokens",
    "/account/tokens/x/revoke",
    "/account/people/x/invite",
    "/account/people/x/invitations/x/end",
    "/account/people/x/x",
    "/invitations/x",
]
_ALL_POSTS = ["/sign-up", "/sign-in", "/reset", "/reset/x", "/confirm/x", *_POSTS]


@pytest.fixture
def ada(people: Any) -> Any:
    people.add("ada@example.com")
    return people.signed_in("ada@example.com")


def test_strangers_are_asked_to_sign_in(people: Any) -> None:
    for path in _PAGES:
        answer = people.browser().get(path)
        assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}")


def test_strangers_change_nothing(people: Any) -> None:
    before = people.row_counts()
    for path in _POSTS:
        assert people.browser().post(path, {"name": "Eve", "password": people.other_password}).status_code == 401
    assert people.row_counts() == before


def test_forms_from_elsewhere_are_refused(people: Any, ada: Any) -> None:
    before = people.row_counts()
    other = people.browser().csrf("/sign-in")
    form = {"email": "ada@example.com", "password": people.other_password, "name": "Eve", "role": "designer"}
    for path in _ALL_POSTS:
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": other}):
            answer = ada.client.post(path, data=form | token)
            assert answer.status_code == 403, path
            assert "came from somewhere else" in answer.text
        assert ada.client.post(path, json=form).status_code == 403
        assert ada.client.post(path, data="{}", content_type="text/plain").status_code == 403
    assert people.row_counts() == before
    assert ada.who() == "ada@example.com"


def test_every_route_that_changes_something_is_in_the_list_above(people: Any) -> None:
    posts = {
        re.sub("<[a-z_]+>", "x", rule.rule.replace("<session_id>", "1"))
        for rule in people.app.url_map.iter_rules()
        if rule.endpoint.startswith("accounts.") and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert posts == set(_ALL_POSTS)


def test_a_new_password_ends_the_other_sessions(people: Any, ada: Any) -> None:
    thief = people.signed_in("ada@example.com")
    old = ada.cookie()
    form = {"current": people.password, "password": people.other_password}
    assert ada.post("/account/password", form, page="/account").location == "/account"
    assert (ada.who(), thief.who()) == ("ada@example.com", "nobody")
    thief.client.set_cookie("selvedge", old)
    assert thief.who() == "nobody", "this device has a new session too"
    assert people.browser().sign_in("ada@example.com").status_code == 422
    assert people.browser().sign_in("ada@example.com", people.other_password).status_code == 303
    assert "password was changed" in people.mails()[-1].subject


@pytest.mark.parametrize(
    ("present", "wanted", "field"),
    [
        ("wrong", "two bobbins under the window", "current"),
        ("my grey cat sleeps on selvedge", "short", "password"),
        ("my grey cat sleeps on selvedge", "ada@example.com Ada", "password"),
    ],
)
def test_a_wrong_new_password(people: Any, ada: Any, present: str, wanted: str, field: str) -> None:
    answer = ada.post("/account/password", {"current": present, "password": wanted}, page="/account")
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert people.browser().sign_in("ada@example.com").status_code == 303


def test_the_present_password_is_not_guessed_with_a_stolen_session(people: Any, ada: Any) -> None:
    form = {"current": "wrong", "password": people.other_password}
    tries = [ada.post("/account/password", form, page="/account").status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_devices(people: Any, ada: Any) -> None:
    phone = people.browser("198.51.100.7")
    agent = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    form = {"email": "ada@example.com", "password": people.password, "csrf_token": phone.csrf("/sign-in")}
    phone.client.post("/sign-in", data=form, headers={"User-Agent": agent}, environ_base={"REMOTE_ADDR": phone.address})
    page = ada.get("/account").text
    assert "Firefox on Android" in page
    assert "198.51.100.7" in page
    (path,) = re.findall(r'action="(/account/sessions/\d+/end)"', page)
    assert ada.post(path, page="/account").location == "/account"
    assert (ada.who(), phone.who()) == ("ada@example.com", "nobody")
    assert ada.post(path, page="/account").status_code == 404


def test_a_hostile_device(people: Any) -> None:
    people.add("ada@example.com")
    browser = people.browser()
    form = {"email": "ada@example.com", "password": people.password, "csrf_token": browser.csrf("/sign-in")}
    agent = "<script>alert(1)</script> Firefox/\x00\x1b" + "x" * 5000
    answer = browser.client.post("/sign-in", data=form, environ_base={"HTTP_USER_AGENT": agent})
    assert answer.status_code == 303
    assert "<script>alert" not in browser.get("/account").text


def test_other_peoples_devices_are_not_there(people: Any, ada: Any) -> None:
    people.add("eve@example.com")
    eve = people.signed_in("eve@example.com")
    with people.system.database.reading() as session:
        person = store.find_person_by_email(session, "ada@example.com")
        (device,) = store.list_devices(session, person.id, datetime.now(UTC))
    wrong = [device.id, 0, -1, "1.5", "1e3", "x", 2**63, "9" * 5000, "٣", "1_0", "%00"]
    answers = {eve.post(f"/account/sessions/{number}/end", page="/account").status_code for number in wrong}
    assert answers == {404}
    assert ada.who() == "ada@example.com"


def test_profile(people: Any, ada: Any) -> None:
    form = {
        "name": " Ada  Łukasz ",
        "distance_unit": "mi",
        "is_apprentice": "1",
        "is_moderator": "1",
        "email": "eve@example.com",
    }
    assert ada.post("/account/profile", form, page="/account").status_code == 303
    with people.system.database.reading() as session:
        person = store.find_person_by_email(session, "ada@example.com")
    assert (person.name, person.is_apprentice, person.is_moderator) == ("Ada Łukasz", True, False)
    assert 'value="mi" checked' in ada.get("/account").text
    answer = ada.post("/account/profile", {"name": "a\u202eb"}, page="/account")
    assert answer.status_code == 422
    assert 'id="f-name-error"' in answer.text


def test_a_studio_is_made_and_changed(people: Any, ada: Any) -> None:
    assert "Say where your studio is" in ada.get("/account").text
    for name, typed, label in (
        ("Warp", "Lyon", "Lyon, Auvergne-Rhône-Alpes, France"),
        ("Weft", "", None),
        ("Weft", "paris", "Paris, Île-de-France, France"),
    ):
        answer = ada.post("/account/studio", {"name": name, "place": typed}, page="/account/studio")
        assert answer.location == "/account"
        page = ada.get("/account").text
        assert name in page
        assert label is None or label in page
        assert ("not on the map yet" in page) is (label is None)
    assert people.row_counts()["studio"] == people.row_counts()["organisation"] == 1


def test_an_ambiguous_town_is_offered_as_a_list(people: Any, ada: Any) -> None:
    form = {"name": "Warp", "place": "Springfield"}
    asked = ada.post("/account/studio", form, page="/account/studio")
    assert asked.status_code == 422
    choices = re.findall(r'name="choice" value="([^"]+)"', asked.text)
    assert len(choices) > 3
    assert people.row_counts()["studio"] == 0
    answer = ada.post("/account/studio", form | {"choice": choices[2]}, page="/account/studio")
    assert answer.status_code == 303
    assert choices[2] in ada.get("/account").text
    stale = ada.post("/account/studio", {"name": "Warp", "place": "Lyon", "choice": choices[2]}, page="/account")
    assert stale.status_code == 303
    assert "Lyon, Auv" in ada.get("/account").text


def test_an_unknown_town(people: Any, ada: Any) -> None:
    answer = ada.post("/account/studio", {"name": "Warp", "place": "xyzzyq"}, page="/account/studio")
    assert answer.status_code == 422
    assert 'id="f-place-error"' in answer.text
    assert people.row_counts()["studio"] == 0


def test_a_studio_is_its_members_only(people: Any, ada: Any) -> None:
    ada.post("/account/studio", {"name": "Warp", "place": "Lyon"}, page="/account/studio")
    people.add("eve@example.com")
    eve = people.signed_in("eve@example.com")
    assert "Warp" not in eve.get("/account/studio").text
    eve.post("/account/studio", {"name": "Eve’s", "place": ""}, page="/account/studio")
    assert people.row_counts()["studio"] == 2
    assert "Warp" in ada.get("/account").text
    people.sql("DELETE FROM membership WHERE person_id = (SELECT id FROM person WHERE email = 'ada@example.com')")
    assert "Warp" not in ada.get("/account").text
    ada.post("/account/studio", {"name": "Mine", "place": ""}, page="/account/studio")
    assert people.row_counts()["studio"] == 3, "the old one is not hers to change"


def test_a_right_that_went_while_the_form_was_open(people: Any) -> None:
    person = people.add("ada@example.com")
    database, now = people.system.database, datetime.now(UTC)
    with database.writing() as session:
        studio = actions.add_studio(session, person.id, "Warp", "", None, now)
        memberships = store.list_memberships(session, person.id)
    stale = Actor(person, memberships)
    people.sql("DELETE FROM membership")
    actions.put_studio(database, stale, "Changed", "", None, now)
    with database.reading() as session:
        found = store.find_studio(session, studio)
    assert found is not None
    assert found.name == "Warp"


def test_who_has_members(people: Any) -> None:
    person = people.add("ada@example.com")
    now = datetime.now(UTC)
    with people.system.database.writing() as session:
        owned = actions.add_organisation(session, OrganisationKind.SUPPLIER, person.id, now)
        free = store.add_organisation(session, OrganisationKind.SUPPLIER, "free", now)
        assert store.organisation_has_members(session, owned)
        assert not store.organisation_has_members(session, free)
        assert store.organisations_with_members(session) == {owned}
        (membership,) = store.list_memberships(session, person.id)
    assert (membership.kind, membership.role) == (OrganisationKind.SUPPLIER, Role.OWNER)


def test_the_database_away_is_said_and_nobody_is_signed_in(people: Any, ada: Any, monkeypatch: Any) -> None:
    def away(self: Database) -> None:
        raise Unavailable("The database is away.")

    monkeypatch.setattr(Database, "reading", away)
    monkeypatch.setattr(Database, "writing", away)
    answer = ada.get("/account")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Sign in" in answer.text
