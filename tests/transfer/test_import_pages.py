"""The moderators' page: what a file would do, and the import; on both engines."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from cast import Cast
from csv_rows import BASE, SERVICE, table
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.files.actions import cabinet_of
from marketplace.files.jobs import remove_orphans
from marketplace.transfer import pages
from marketplace.transfer.parked import fetch

IMPORT = "/moderation/import"
ROSA, NINA = BASE, BASE | {"external_id": "a2", "name": "Nina", "lat": "43.9"}
LOST = BASE | {"external_id": "a3", "name": "Lost", "lat": "943"}


@pytest.fixture
def client(cast: Cast) -> FlaskClient:
    return cast.client(cast.person("Mo", is_moderator=True))


def look(client: FlaskClient, text: str | bytes, kind: str = "suppliers", name: str = "list.csv") -> TestResponse:
    data = text.encode() if isinstance(text, str) else text
    return client.post(IMPORT, data={"table": kind, "file": (io.BytesIO(data), name)})


def go(client: FlaskClient, page: TestResponse, kind: str = "suppliers") -> TestResponse:
    found = re.search(rf"{IMPORT}/[0-9a-f]{{32}}", page.text)
    assert found
    return client.post(found[0], data={"table": kind, "filename": "list.csv"}, follow_redirects=True)


def words(page: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.text.partition("<main")[2]).split())


def names(cast: Cast) -> list[str]:
    return [row[0] for row in cast.sql("SELECT name FROM supplier ORDER BY name")]


def test_a_file_is_looked_at_then_imported(client: FlaskClient, cast: Cast) -> None:
    page = look(client, table(ROSA, NINA, LOST))
    assert page.status_code == 200
    assert "3 rows 2 new 0 changed 0 unchanged 1 refused" in words(page)
    assert "4 lat" in words(page)  # the line of the file, and the column
    assert names(cast) == []
    done = go(client, page)
    assert "2 rows are imported: 2 new, 0 changed. 0 unchanged, 1 refused." in done.text
    assert names(cast) == ["Nina", "Rosa"]
    assert cast.client().get("/api/v1/search").get_json()["total"] == 2


def test_the_trail_says_who_imported_and_from_which_line(client: FlaskClient, cast: Cast) -> None:
    go(client, look(client, table(ROSA, NINA)))
    rows = cast.sql("SELECT action, actor_id, reason FROM audit_event WHERE object_kind = 'supplier' ORDER BY id")
    moderator = cast.sql("SELECT id FROM person WHERE is_moderator")[0][0]
    assert [row[1:] for row in rows] == [(moderator, f"imported, line {line} of the file") for line in (2, 3)]


def test_the_next_table_names_suppliers_of_the_first(client: FlaskClient, cast: Cast) -> None:
    refused = look(client, table(SERVICE), "services")
    assert "there is no supplier “a1”" in words(refused)
    assert "No row of it can be imported as it is." in words(refused)
    go(client, look(client, table(ROSA)))
    go(client, look(client, table(SERVICE), "services"), "services")
    assert cast.sql("SELECT process FROM service") == [("sew",)]


def test_the_same_file_again_changes_nothing(client: FlaskClient) -> None:
    page = look(client, table(ROSA))
    go(client, page)
    assert "was imported already, or waited too long" in words(go(client, page))
    again = look(client, table(ROSA))
    assert "Everything in it is listed already." in words(again)
    assert "Import 1" not in words(again)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "list.csv", "choose the file"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "photo.png", ""),
        (b"a,b\n1,2\n", "list.csv", "name"),
        (table(*({**ROSA, "external_id": str(n)} for n in range(2001))), "list.csv", "2,001 rows; at most 2,000"),
        (b"x" * 10_000_001, "list.csv", "at most 10 MB"),
    ],
)
def test_what_is_no_list_is_refused_in_words(client: FlaskClient, data: bytes, name: str, says: str) -> None:
    page = look(client, data, name=name)
    assert page.status_code in (413, 422)
    assert says in words(page)
    assert 'id="f-file-error"' in page.text


def test_what_nobody_imports_is_swept_away(client: FlaskClient, cast: Cast) -> None:
    token = re.search(rf"{IMPORT}/([0-9a-f]{{32}})", look(client, table(ROSA)).text)
    assert token
    cabinet = cabinet_of(cast.app.extensions["selvedge"].settings)
    assert fetch(cabinet, token[1]) is not None
    assert remove_orphans(cast.database, cabinet, datetime.now(UTC) + timedelta(hours=25)) == 1
    assert fetch(cabinet, token[1]) is None
    assert client.post(f"{IMPORT}/{token[1]}", data={"table": "suppliers"}).status_code == 404
    assert fetch(cabinet, "../../selvedge.sqlite3") is None


def test_long_lists_of_problems_are_cut(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_MOST_SHOWN", 3)
    page = look(client, table(*({**LOST, "external_id": str(n)} for n in range(8))))
    assert "And 5 more." in words(page)


def test_nobody_else_gets_in(cast: Cast) -> None:
    assert look(cast.client(cast.person("Olga")), table(ROSA)).status_code == 404
    assert look(cast.client(), table(ROSA)).status_code in (303, 401)
    assert names(cast) == []
