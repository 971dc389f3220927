"""The pages: save, list, change, stop, delete; what is refused and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from little_street import DAY, JACKETS, MONDAY, SEWING, Street
from werkzeug.test import TestResponse

from marketplace.accounts import password
from marketplace.accounts.access import sign_in
from marketplace.accounts.model import Actor, Device
from marketplace.alerts.model import SavedSearch, State

_PASSWORD = "my grey cat sleeps on selvedge"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture(scope="module", autouse=True)
def _cheap_hashes() -> None:
    password._hasher = password.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password._dummy_hash.cache_clear()


class Browser:
    def __init__(self, app: Flask, street: Street, actor: Actor | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if actor and actor.person:
            email = actor.person.email
            street.sql(
                "UPDATE person SET password_hash = :hash WHERE email = :email",
                hash=password.hash_password(_PASSWORD),
                email=email,
            )
            token = sign_in(street.database, email, _PASSWORD, Device(), MONDAY)
            with self.client.session_transaction() as cookie:
                cookie["_user_id"] = token

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.location)
        return words(answer)

    def post(self, path: str, data: dict[str, str] | None = None, status: int = 303, **more: str) -> str:
        found = _TOKEN.search(self.client.get("/sign-up").text)
        assert found
        answer = self.client.post(path, data={"csrf_token": found[1], **(data or {}), **more})
        assert answer.status_code == status, (path, answer.status_code, words(answer))
        return words(self.client.get(answer.location)) if status == 303 else words(answer)

    def save(self, question: str, **fields: str) -> str:
        return self.post("/alerts/new", {"question": question, "name": "Jackets", "frequency": "daily"} | fields)


def words(answer: TestResponse) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.text.partition("<main")[2] or answer.text, flags=re.S)
    flashes = " ".join(re.findall(r'<div class="notice.*?</div></div>', answer.text, re.S))
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", f"{flashes} {text}").split()))


@pytest.fixture
def ada(app: Flask, street: Street) -> Browser:
    return Browser(app, street, street.person())


def the_one(street: Street) -> SavedSearch:
    from marketplace.alerts import store

    with street.database.reading() as session:
        person_id = session.get_bind().exec_driver_sql("SELECT min(person_id) FROM saved_search").scalar()
        (saved,) = store.list_of(session, person_id)
    return saved


# -- save


def test_from_the_search_to_the_list(app: Flask, street: Street, ada: Browser) -> None:
    street.room("Aghi")
    page = ada.client.get(f"/search?{SEWING}&page=1").text
    link = re.search(r'href="(/alerts/new\?[^"]+)"', page)
    assert link
    form = ada.client.get(unescape(link[1])).text
    assert "Sewing and assembly, 50 pieces, within 10 km of Prato, Italy" in form
    fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form)}
    assert fields["name"] == "Sewing and assembly, 50 pieces, within 10 km of Prato, Italy"
    listed = ada.post("/alerts/new", {k: fields[k] for k in ("question", "name", "distance_unit")}, frequency="weekly")
    assert "is saved. One supplier fits now" in listed
    assert "Weekly, by mail. 1 supplier fits now. No news yet." in listed
    street.room("Bottoni")
    street.run()
    assert "2 suppliers fit now. Last news: Bottoni , 1 Mar 2027" in ada.get("/alerts")


def test_a_stranger_signs_in_and_comes_back(app: Flask, street: Street) -> None:
    stranger = Browser(app, street)
    path = f"/alerts/new?{SEWING}&skill=buttonhole"
    answer = stranger.client.get(path)
    assert answer.status_code == 303
    street.person()
    street.sql("UPDATE person SET password_hash = :hash", hash=password.hash_password(_PASSWORD))
    found = _TOKEN.search(stranger.client.get(answer.location).text)
    assert found
    form = {"csrf_token": found[1], "email": "ada@example.com", "password": _PASSWORD}
    back = stranger.client.post(
        "/sign-in",
        data={
            **form,
            "next": unescape(re.search(r'name="next" value="([^"]*)"', stranger.client.get(answer.location).text)[1]),
        },  # type: ignore[index]
    )
    assert (back.status_code, back.location) == (303, path)
    assert "skills: buttonhole" in stranger.get(path)


def test_an_ambiguous_place_is_chosen_on_the_search_page(ada: Browser) -> None:
    answer = ada.client.get("/alerts/new?near=Vernon%2C+CA&process=sew")
    assert (answer.status_code, answer.location) == (303, "/search?near=Vernon%2C+CA&process=sew")


def test_the_radius_in_miles(street: Street, ada: Browser) -> None:
    assert "Within 25 miles of Prato" in ada.get("/alerts/new?near=Prato&lat=43.88&lon=11.1&radius_mi=25")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("by=2027-02-28", "by"),
        ("skill=x", "skill"),
        ("nonsense=1", "nonsense"),
        ("near=Qqqxyz", "near"),
        ("lat=1", "lon"),
    ],
)
def test_a_search_that_needs_changing_is_not_saved(ada: Browser, street: Street, query: str, named: str) -> None:
    assert f"{named} :" in ada.get(f"/alerts/new?{query}", 422)
    said = ada.post("/alerts/new", {"question": query, "name": "x", "frequency": "daily"}, 422)
    assert f"{named}:" in said
    assert street.value("SELECT count(*) FROM saved_search") == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "The name is missing."),
        ({"name": "x" * 81}, "The name is too long: at most 80 characters."),
        ({"name": "a\nb"}, "The name must be one line."),
        ({"name": "\u202egnp"}, "The name has a mark"),
        ({"name": "\u3164"}, "The name is missing."),
        ({"frequency": ""}, "How often is missing"),
        ({"frequency": "hourly"}, "How often is missing"),
        ({"question": "&".join(f"skill=s{n}" for n in range(400))}, "too long"),
    ],
)
def test_bad_input_is_named(ada: Browser, street: Street, fields: dict[str, str], said: str) -> None:
    form = {"question": SEWING, "name": "Jackets", "frequency": "daily"} | fields
    assert said in ada.post("/alerts/new", form, 422)
    assert street.value("SELECT count(*) FROM saved_search") == 0
    ada.save(SEWING)
    if "question" not in fields:
        path = f"/alerts/{the_one(street).public_id}"
        assert said in ada.post(path, form, 422)
        assert the_one(street).wanted.name == "Jackets"


def test_names_are_inert(street: Street, ada: Browser) -> None:
    name = "<script>alert(1)</script>{{7*7}}"
    ada.save(f"{SEWING}&q={quote('<img src=x onerror=1>')}", name=name)
    saved = the_one(street)
    for path in (
        "/alerts",
        f"/alerts/{saved.public_id}",
        f"/alerts/{saved.public_id}/delete",
        f"/alerts/stop/{saved.stop_token}",
    ):
        text = ada.client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert name in unescape(text)


def test_fifty_are_the_most(street: Street, ada: Browser) -> None:
    for number in range(50):
        ada.save(SEWING, name=str(number))
    assert "You have 50 saved searches, which is the most" in ada.post(
        "/alerts/new", {"question": SEWING, "name": "x", "frequency": "daily"}, 422
    )
    assert street.value("SELECT count(*) FROM saved_search") == 50


# -- the list


def test_an_empty_list_says_how_to_begin(ada: Browser) -> None:
    assert "None yet Search for what you need, then press “Save this search”" in ada.get("/alerts")


def test_mails_need_a_confirmed_address(app: Flask, street: Street) -> None:
    eve = Browser(app, street, street.person("eve@example.com", is_confirmed=False))
    assert "Mails go to confirmed addresses only" not in eve.get("/alerts")  # nothing to tell yet
    assert "Mails go to confirmed addresses only" in eve.save(SEWING)


def test_change_stop_start_delete_and_have_it_back(street: Street, ada: Browser) -> None:
    ada.save(JACKETS)
    path = f"/alerts/{the_one(street).public_id}"
    assert "Ready by" in ada.get(path)
    said = ada.post(path, {"name": "Spring", "frequency": "at_once", "by": "2027-05-01"})
    assert "“Spring” is saved." in said
    assert "ready by 1 May 2027" in said
    assert "At once, by mail." in said
    assert "Stopped: no mails." in ada.post(f"{path}/stop")
    assert the_one(street).state is State.STOPPED
    assert "“Spring” goes on." in ada.post(f"{path}/start")
    assert "Delete “Spring”?" in ada.get(f"{path}/delete")
    assert the_one(street).removed_at is None  # looking deletes nothing
    said = ada.post(f"{path}/delete")
    assert "None yet" in said
    assert "Deleted Gone for good a day after" in said
    for gone in (path, f"{path}/delete"):
        ada.get(gone, 404)
    assert "“Spring” is back." in ada.post(f"{path}/restore")
    ada.get(path)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("", "is not a date"),
        ("2027-02-28", "The day has passed"),
        ("soon", "is not a date"),
        ("2027-03-02", "is before “from”"),
    ],
)
def test_a_day_that_does_not_do(street: Street, ada: Browser, by: str, said: str) -> None:
    ada.save(f"{JACKETS}&from=2027-03-10")
    saved = the_one(street)
    assert said in ada.post(f"/alerts/{saved.public_id}", {"name": "x", "frequency": "daily", "by": by}, 422)
    assert the_one(street) == saved


def test_one_whose_date_has_passed_says_so_and_what_to_do(street: Street, ada: Browser) -> None:
    ada.save(JACKETS)
    path = f"/alerts/{the_one(street).public_id}"
    with time_machine.travel(MONDAY + 150 * DAY, tick=False):
        token = sign_in(street.database, "ada@example.com", _PASSWORD, Device(), MONDAY + 150 * DAY)
        with ada.client.session_transaction() as cookie:
            cookie["_user_id"] = token
        assert "Because its date has passed: change or stop it." in ada.get("/alerts")  # before the worker sees it
        street.run_at(MONDAY + 150 * DAY)
        assert "Because its date has passed: change or stop it." in ada.get("/alerts")
        assert "Give it another day and it goes on." in ada.get(path)
        assert "has passed" in ada.post(f"{path}/start", status=422)
        said = ada.post(path, {"name": "Jackets", "frequency": "daily", "by": "2027-12-01"})
        assert "date has passed" not in said
        assert the_one(street).state is State.ACTIVE


def test_a_term_that_is_gone_is_no_crash(street: Street, ada: Browser) -> None:
    ada.save(f"{SEWING}&skill=buttonhole")
    street.sql("UPDATE saved_search SET question = replace(question, 'buttonhole', 'spinning_gold')")
    saved = the_one(street)
    for path in ("/alerts", f"/alerts/{saved.public_id}"):
        assert "it can't be asked any more (skill: “spinning_gold” is not a skill we know" in ada.get(path)
    ada.get(f"/alerts/stop/{saved.stop_token}")
    ada.get(f"/alerts/{saved.feed_token}/feed.atom")


def test_save_in_place_of_another(street: Street, ada: Browser) -> None:
    ada.save(SEWING, name="Old")
    saved = the_one(street)
    assert "A new one Old" in ada.get("/alerts/new?process=cut")
    ada.save("process=cut", name="New", replaces=saved.public_id)
    assert the_one(street).wanted.name == "New"
    assert the_one(street).feed_token == saved.feed_token


# -- one click


def test_stop_with_one_click_signed_out(app: Flask, street: Street, ada: Browser) -> None:
    ada.save(SEWING)
    saved, anybody = the_one(street), Browser(app, street)
    path = f"/alerts/stop/{saved.stop_token}"
    assert "Stop these mails? Jackets" in anybody.get(path)
    anybody.client.head(path)
    assert the_one(street).state is State.ACTIVE  # a scanner that opens every link stops nothing
    assert "No more mails Jackets" in anybody.post(path, status=200)
    assert the_one(street).state is State.STOPPED
    assert "Start again" in anybody.get(path)
    assert "“Jackets” goes on." in anybody.post(f"{path}/undo")
    assert the_one(street).state is State.ACTIVE


def test_stop_as_mail_programs_do(app: Flask, street: Street, ada: Browser) -> None:
    """RFC 8058, 3.2: a POST with that body and no cookie, no token, no referrer; both encodings of it."""
    ada.save(SEWING)
    path = f"/alerts/stop/{the_one(street).stop_token}"
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        answer = app.test_client(use_cookies=False).post(
            path, data={"List-Unsubscribe": "One-Click"}, content_type=kind
        )
        assert answer.status_code == 200
        assert the_one(street).state is State.STOPPED
        assert app.test_client(use_cookies=False).post(f"{path}/undo").status_code == 403  # only to stop is that easy
        ada.post(f"{path}/undo")


# -- who may


def cells(saved: SavedSearch) -> list[tuple[str, str, dict[str, int]]]:
    """Route and method, with the status for each of: its owner, somebody else, a stranger."""
    path, stop = f"/alerts/{saved.public_id}", f"/alerts/stop/{saved.stop_token}"
    own, any_person, by_link = (200, 404, 303), (200, 200, 303), (200, 200, 200)
    table = [
        ("GET", "/alerts", any_person),
        ("GET", f"/alerts/new?{SEWING}", any_person),
        ("POST", "/alerts/new", (422, 422, 401)),
        ("GET", path, own),
        ("POST", path, (303, 404, 401)),
        ("POST", f"{path}/stop", (303, 404, 401)),
        ("POST", f"{path}/start", (303, 404, 401)),
        ("GET", f"{path}/delete", own),
        ("GET", f"/alerts/{saved.feed_token}/feed.atom", by_link),
        ("GET", stop, by_link),
        ("POST", stop, by_link),
        ("POST", f"{stop}/undo", (303, 303, 303)),
        ("POST", f"{path}/delete", (303, 404, 401)),
        ("POST", f"{path}/restore", (303, 404, 401)),
        ("GET", f"/alerts/{saved.stop_token}/feed.atom", (404, 404, 404)),
        ("GET", f"/alerts/stop/{saved.feed_token}", (404, 404, 404)),
        ("GET", f"/alerts/{saved.feed_token}", (404, 404, 303)),
    ]
    return [
        (method, where, dict(zip(("owner", "other", "stranger"), row, strict=True))) for method, where, row in table
    ]


def test_every_cell(app: Flask, street: Street, ada: Browser) -> None:
    ada.save(SEWING)
    saved = the_one(street)
    people = {
        "other": Browser(app, street, street.person("eve@example.com")),
        "stranger": Browser(app, street),
        "owner": ada,
    }
    form = {"name": "Mine", "frequency": "daily"}
    for who, browser in people.items():
        found = _TOKEN.search(browser.client.get("/sign-up").text)
        assert found
        for method, path, wanted in cells(saved):
            data = {"csrf_token": found[1], **({} if path == "/alerts/new" else form)} if method == "POST" else None
            answer = browser.client.open(path, method=method, data=data)
            assert answer.status_code == wanted[who], (who, method, path, answer.status_code)
            if wanted[who] == 404 and "goes on" not in answer.text:  # the link's own undo says the name
                assert "Jackets" not in answer.text
        if who != "owner":
            assert the_one(street).wanted == saved.wanted
    assert the_one(street).wanted.name == "Mine"


def test_every_route_has_its_cells(app: Flask, street: Street, ada: Browser) -> None:
    ada.save(SEWING)
    adapter = app.url_map.bind("127.0.0.1")
    looked_at = {
        (adapter.match(path.partition("?")[0], method)[0], method) for method, path, _ in cells(the_one(street))
    }
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("alert")
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert looked_at == routes
