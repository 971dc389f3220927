"""Briefs and their files for programs: the rules of the pages, strict bodies, one effect for each key."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from cast import Cast
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.model import Person, Scope
from marketplace.briefs.body import FIELDS
from marketplace.site.openapi_briefs import brief_paths

Program = Callable[..., FlaskClient]
PDF = b"%PDF-1.7\n" + b"x" * 500
WHOLE: dict[str, Any] = {
    "title": "Chore jacket",
    "product": "jackets_blazers",
    "lines": [{"size": "S", "colour": "navy", "pieces": 20}, {"size": "M", "colour": "navy", "pieces": 30}],
    "quantity": 80.0,
    "unit": "metre",
    "colours": 2,
    "processes": ["sew", "cut"],
    "composition": "cotton twill",
    "gsm": 320,
    "width_cm": 150,
    "cloth_from": "studio",
    "piece_g": 820,
    "start": "2190-01-04",
    "by": "2190-03-31",
    "target_minor": 4250,
    "currency": "EUR",
    "place": "Our studio",
    "lat": 43.88,
    "lon": 11.1,
    "pattern_revision": "A",
    "what_changed": "Collar",
    "lots": "L 4711",
    "notes": "Buttons come from us.\nThanks.",
}


@pytest.fixture
def client(ada: Person, program: Program) -> FlaskClient:
    return program(ada)


def body(answer: TestResponse, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


def make(client: FlaskClient, **fields: Any) -> Any:
    return body(client.post("/api/v1/briefs", json=WHOLE | fields), 201)


def problems(answer: TestResponse) -> dict[str, str]:
    return {one["pointer"]: one["detail"] for one in body(answer, 422)["errors"]}


def test_written_and_read_back(client: FlaskClient) -> None:
    made = make(client)
    assert made["content"] == WHOLE | {"processes": ["cut", "sew"], "quantity": 80, "earlier": None}
    assert (made["version"], made["state"], made["repeats"], made["files"]) == (1, "open", None, [])
    assert [one["field"] for one in made["missing"]] == ["files"]
    assert body(client.get(f"/api/v1/briefs/{made['id']}")) == made
    listed = body(client.get("/api/v1/briefs"))
    assert (listed["total"], listed["briefs"]) == (1, [made])


def test_a_title_is_enough(client: FlaskClient) -> None:
    made = body(client.post("/api/v1/briefs", json={"title": "Jacket", "notes": None}), 201)
    assert not made["is_ready"]
    assert made["content"]["lines"] == []


def test_what_is_sent_back_makes_no_version(client: FlaskClient) -> None:
    made = make(client)
    sent = {name: value for name, value in made["content"].items() if name != "earlier"}
    assert body(client.put(f"/api/v1/briefs/{made['id']}", json=sent | {"version": 1}))["version"] == 1


def test_saved_again_with_the_version_it_was_made_from(client: FlaskClient) -> None:
    path = f"/api/v1/briefs/{make(client)['id']}"
    changed = body(client.put(path, json={"title": "Work jacket", "version": 1}))
    assert (changed["version"], changed["content"]["gsm"]) == (2, None)  # what is left out is no longer stated
    late = client.put(path, json=WHOLE | {"version": 1})
    assert "its version is 2 now" in body(late, 409)["detail"]
    assert body(client.put(path, json=WHOLE | {"version": 2}))["version"] == 3
    assert "version" in problems(client.put(path, json=WHOLE))
    assert "version" in problems(client.put(path, json=WHOLE | {"version": True}))
    versions = body(client.get(f"{path}/versions"))["versions"]
    assert [one["version"] for one in versions] == [3, 2, 1]
    assert versions[1]["changes"][0] == "Title: Chore jacket, now Work jacket"
    assert versions[2]["person"] == "Ada"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"version": 1}, "version"),
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"product": "hovercraft"}, "product"),
        ({"lines": {}}, "lines"),
        ({"lines": [7]}, "lines/0"),
        ({"lines": [{"size": "S"}]}, "lines/0"),
        ({"lines": [{"pieces": 0}]}, "lines/0"),
        ({"lines": [{"pieces": True}]}, "lines/0"),
        ({"lines": [{"pieces": 1.5}]}, "lines/0"),
        ({"lines": [{"pieces": "20"}]}, "lines/0"),
        ({"lines": [{"pieces": 10**6}]}, "lines/0"),
        ({"lines": [{"pieces": 1, "color": "navy"}]}, "lines/0"),
        ({"lines": [{"pieces": 1, "size": 38}]}, "lines/0"),
        ({"lines": [{"pieces": 1, "size": "S"}, {"pieces": 1, "size": "s"}]}, "lines/1"),
        ({"lines": [{"pieces": 1, "size": "S"}, {"pieces": 1}]}, "lines"),
        ({"lines": [{"pieces": 1, "size": str(n)} for n in range(31)]}, "lines"),
        ({"lines": [{"pieces": 1}] * 601}, "lines"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1e300}, "quantity"),
        ({"quantity": "80"}, "quantity"),
        ({"quantity": 0.5}, "quantity"),
        ({"unit": "mile"}, "unit"),
        ({"colours": 0}, "colours"),
        ({"processes": "sew"}, "processes"),
        ({"processes": ["fly"]}, "processes"),
        ({"processes": ["sew"] * 101}, "processes"),
        ({"gsm": "320"}, "gsm"),
        ({"gsm": 10**17}, "gsm"),
        ({"gsm": False}, "gsm"),
        ({"cloth_from": "aunt"}, "cloth_from"),
        ({"by": "31.03.2190"}, "by"),
        ({"by": "2020-01-01"}, "by"),
        ({"start": "2190-12-01"}, "by"),
        ({"target_minor": 0}, "target"),
        ({"target_minor": 12.5}, "target_minor"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": None}, "currency"),
        ({"lat": 91}, "lat"),
        ({"lon": None}, "lat"),
        ({"lat": "43"}, "lat"),
        ({"place": None}, "place"),
        ({"lat": None, "lon": None, "place": "Qqqxyz"}, "place"),
        ({"lat": None, "lon": None, "place": "Springfield"}, "place_id"),
        ({"notes": "x" * 5001}, "notes"),
    ],
)
def test_wrong_bodies_name_the_field(cast: Cast, client: FlaskClient, change: dict[str, Any], field: str) -> None:
    assert field in problems(client.post("/api/v1/briefs", json=WHOLE | change))
    assert cast.sql("SELECT count(*) FROM brief") == [(0,)]


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"title": NaN}', b'{"title": "a", "title": "b"}', b"\xff", b"7"])
def test_what_is_no_json_object(client: FlaskClient, raw: bytes) -> None:
    assert client.post("/api/v1/briefs", data=raw, content_type="application/json").status_code == 400


def test_a_place_is_looked_up(client: FlaskClient) -> None:
    made = make(client, place="Prato, Italy", lat=None, lon=None)
    assert made["content"]["place"].startswith("Prato")
    assert round(made["content"]["lat"], 1) == 43.9


def test_one_effect_for_each_key(cast: Cast, client: FlaskClient) -> None:
    key = {"Idempotency-Key": "jacket-1"}
    first = body(client.post("/api/v1/briefs", json=WHOLE, headers=key), 201)
    assert body(client.post("/api/v1/briefs", json=WHOLE, headers=key), 201) == first
    assert client.post("/api/v1/briefs", json=WHOLE | {"title": "x"}, headers=key).status_code == 422
    assert cast.sql("SELECT count(*) FROM brief") == [(1,)]


def test_a_repeat_run(client: FlaskClient) -> None:
    made = make(client)
    path = f"/api/v1/briefs/{made['id']}/copy"
    again = body(client.post(path, json={"pattern_revision": "B", "what_changed": "Collar 1 cm narrower"}), 201)
    said = again["content"]
    assert again["repeats"] == made["id"]
    assert (said["title"], said["pattern_revision"], said["lots"]) == ("Chore jacket, run 2", "B", "L 4711")
    assert (said["start"], said["by"], said["what_changed"]) == (None, None, "Collar 1 cm narrower")
    assert body(client.post(path), 201)["content"]["what_changed"] == ""
    assert "by" in problems(client.post(path, json={"by": "2190-01-01"}))
    assert "title" in problems(client.post(path, json={"title": 7}))


def test_archived_and_restored(client: FlaskClient) -> None:
    path = f"/api/v1/briefs/{make(client)['id']}"
    assert body(client.post(f"{path}/archive"))["state"] == "archived"
    assert body(client.get("/api/v1/briefs"))["briefs"] == []
    assert body(client.get("/api/v1/briefs?state=archived"))["total"] == 1
    assert client.put(path, json=WHOLE | {"version": 1, "title": "x"}).status_code == 409
    assert body(client.post(f"{path}/restore"))["state"] == "open"


@pytest.mark.parametrize("query", ["state=lost", "page=0", "per_page=101", "page=x", "per_page=٣", "stat=open"])
def test_wrong_parameters(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/briefs?{query}").status_code == 422


def test_pages_of_briefs(client: FlaskClient) -> None:
    for title in ("One", "Two", "Three"):
        make(client, title=title)
    second = body(client.get("/api/v1/briefs?page=2&per_page=2"))
    assert (second["total"], [one["content"]["title"] for one in second["briefs"]]) == (3, ["One"])


def send(
    client: FlaskClient, path: str, content: bytes = PDF, name: str = "tech pack.pdf", **more: Any
) -> TestResponse:
    return client.post(
        f"{path}/files", data={"file": (io.BytesIO(content), name), **more}, content_type="multipart/form-data"
    )


def test_files(client: FlaskClient) -> None:
    path = f"/api/v1/briefs/{make(client)['id']}"
    file = body(send(client, path), 201)
    assert (file["name"], file["size"], file["media_type"]) == ("tech pack.pdf", len(PDF), "application/pdf")
    assert body(send(client, path), 201) == file  # sent again it is the same
    brief = body(client.get(path))
    assert (brief["files"], brief["is_ready"], brief["version"]) == ([file], True, 2)
    one = f"{path}/files/{file['id']}"
    got = client.get(one)
    assert got.data == PDF
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert body(client.delete(one))["files"] == []
    assert client.get(one).status_code == 404
    assert body(client.post(f"{one}/restore")) == file
    assert client.get(one).status_code == 200


def test_files_that_are_refused(client: FlaskClient) -> None:
    path = f"/api/v1/briefs/{make(client)['id']}"
    assert "file" in problems(send(client, path, b"MZ"))
    assert "file" in problems(send(client, path, b""))
    assert "note" in problems(send(client, path, note="x"))
    assert "file" in problems(client.post(f"{path}/files", json={}))
    assert "file" in problems(send(client, path, b"%PDF-" + b"x" * 25_000_000))
    assert send(client, path, b"%PDF-" + b"x" * 27_000_000).status_code == 413
    assert body(client.get(path))["version"] == 1


def test_others_find_nothing(client: FlaskClient, eve: Person, program: Program) -> None:
    path = f"/api/v1/briefs/{make(client)['id']}"
    file = body(send(client, path), 201)
    stranger = program(eve)
    for part in ("", "/versions", f"/files/{file['id']}"):
        assert stranger.get(path + part).status_code == 404
    assert stranger.put(path, json=WHOLE | {"version": 2}).status_code == 404
    assert stranger.delete(f"{path}/files/{file['id']}").status_code == 404
    for part in ("/copy", "/archive", "/restore", f"/files/{file['id']}/restore"):
        assert stranger.post(path + part).status_code == 404
    assert send(stranger, path).status_code == 404


def test_a_token_needs_the_scope(cast: Cast, ada: Person, client: FlaskClient, program: Program) -> None:
    path = f"/api/v1/briefs/{make(client)['id']}"
    reader, stranger = program(ada, Scope.READ), cast.app.test_client()
    assert reader.get(path).status_code == 200
    assert program(ada, Scope.WRITE_CAPACITY).get(path).status_code == 403
    for answer in (reader.post("/api/v1/briefs", json=WHOLE), send(reader, path), reader.post(f"{path}/archive")):
        assert answer.status_code == 403
    for answer in (stranger.get(path), stranger.post("/api/v1/briefs", json=WHOLE), send(stranger, path)):
        assert answer.status_code == 401
    assert cast.client(ada).post("/api/v1/briefs", json=WHOLE).status_code == 401  # a cookie is no token
    assert send(cast.client(ada), path).status_code == 401
    assert program(cast.person("Nobody")).get("/api/v1/briefs").status_code == 404


def test_the_description_knows_every_field() -> None:
    post = brief_paths()["/api/v1/briefs"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(post["properties"]) == FIELDS == set(WHOLE)
