"""The pages of briefs: written, changed by two, filed, repeated; what is refused and to whom. On both engines."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from cast import Cast
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.accounts.model import Person
from marketplace.briefs import store
from marketplace.briefs.model import Brief, BriefState
from marketplace.settings import Settings

SOON = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
WHOLE = {
    "title": "Chore jacket",
    "product": "jackets",
    "processes": ["cut", "sew"],
    "size-0": "S",
    "size-1": "M",
    "colour-0": "navy",
    "pieces-0-0": "20",
    "pieces-0-1": "30",
    "composition": "cotton twill",
    "gsm": "320",
    "width_cm": "150",
    "cloth_from": "studio",
    "by": SOON,
    "place": "Prato, Italy",
    "target": "42.5",
    "currency": "EUR",
}
PDF = b"%PDF-1.7\n" + b"x" * 500


@pytest.fixture
def visitor(cast: Cast, ada: Person) -> FlaskClient:
    return cast.client(ada)


def words(answer: TestResponse) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<body")[2]).split()))


def the_one(cast: Cast) -> Brief:
    (public_id,) = cast.sql("SELECT public_id FROM brief ORDER BY id DESC LIMIT 1")[0]
    with cast.database.reading() as session:
        return store.get(session, public_id)


def post(visitor: FlaskClient, path: str, status: int = 303, **fields: object) -> str:
    answer = visitor.post(path, data=fields)
    assert answer.status_code == status, (answer.status_code, words(answer))
    return words(visitor.get(answer.location)) if status == 303 else words(answer)


def make(cast: Cast, visitor: FlaskClient, **fields: object) -> str:
    """Returns the new brief's address."""
    post(visitor, "/account/briefs/new", **WHOLE | fields)
    return f"/account/briefs/{the_one(cast).public_id}"


def send(visitor: FlaskClient, path: str, *files: tuple[str, bytes]) -> TestResponse:
    data = {"file": [(io.BytesIO(content), name) for name, content in files]}
    return visitor.post(f"{path}/files", data=data, content_type="multipart/form-data")


# Written


def test_from_nothing_to_ready(cast: Cast, visitor: FlaskClient) -> None:
    assert "No brief yet" in words(visitor.get("/account/briefs"))
    page = post(visitor, "/account/briefs/new", title="Chore jacket")
    assert "A workshop would still ask 10 things" in page
    assert "What a workshop would ask next 0 of 10 answered" in page
    path = f"/account/briefs/{the_one(cast).public_id}"
    links = re.findall(rf'href="{path}/edit#f-(\w+)"', visitor.get(path).text)
    form = visitor.get(f"{path}/edit").text
    assert links
    assert [name for name in links if f'id="f-{name}"' not in form] == []  # each question leads to its field
    post(visitor, f"{path}/edit", version="1", **WHOLE)
    assert send(visitor, path, ("tech pack.pdf", PDF)).status_code == 303
    page = words(visitor.get(path))
    assert "Ready to price" in page
    assert "50 pieces in 2 sizes" in page
    assert "€42.50 a piece" in page
    assert "Ready to price" in words(visitor.get("/account/briefs"))


def test_what_the_form_says_is_what_is_kept(cast: Cast, visitor: FlaskClient) -> None:
    path = make(cast, visitor)
    form = visitor.get(f"{path}/edit").text
    fields = {n: unescape(v) for n, v in re.findall(r'<input[^>]* name="([\w-]+)"[^>]*? value="([^"]*)"', form)}
    fields |= {n: unescape(v).strip() for n, v in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)<', form)}
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    fields["processes"] = re.findall(r'name="processes" value="(\w+)" checked', form)  # type: ignore[assignment]
    assert "Nothing was changed" in post(visitor, f"{path}/edit", **fields)
    assert the_one(cast).version == 1


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_lost(cast: Cast, visitor: FlaskClient) -> None:
    wrong = {
        "title": "",
        "product": "hovercraft",
        "processes": ["cut", "fly"],
        "pieces-0-0": "many",
        "size-0": "M",
        "size-1": "M",
        "quantity": "-3",
        "unit": "mile",
        "gsm": "9999",
        "width_cm": "x",
        "cloth_from": "aunt",
        "piece_g": "1.5",
        "start": "soon",
        "by": "2020-01-01",
        "place": "Qqqxyz",
        "target": "0",
        "currency": "EUR",
        "notes": "<script>alert(1)</script>" + "x" * 5000,
    }
    answer = visitor.post("/account/briefs/new", data=WHOLE | wrong)
    assert answer.status_code == 422
    page = words(answer)
    for text in (
        "is missing", "choose the product", "choose the steps", "“many” is not a number", "stands in the table twice",
        "must be metre or kg", "between 1 and 5,000", "must be studio or supplier", "between 1 and 100,000",
        "“soon” is not a date", "has passed", "“Qqqxyz” was not found", "amount of money in EUR, above 0", "too long",
    ):  # fmt: skip
        assert text in page, text
    assert "<script>alert" not in answer.text
    for typed in ("many", "9999", "soon", "Qqqxyz"):
        assert f'value="{typed}"' in answer.text
    assert cast.sql("SELECT count(*) FROM brief") == [(0,)]


def test_a_name_that_several_places_have(cast: Cast, visitor: FlaskClient) -> None:
    answer = visitor.post("/account/briefs/new", data=WHOLE | {"place": "Springfield"})
    assert answer.status_code == 422
    choices = re.findall(r'name="place_id" value="([^"]+)"', answer.text)
    assert len(choices) > 1
    post(visitor, "/account/briefs/new", **WHOLE | {"place": "Springfield", "place_id": unescape(choices[1])})
    assert the_one(cast).content.place == unescape(choices[1])
    assert the_one(cast).content.point is not None


def test_days_in_the_wrong_order(visitor: FlaskClient) -> None:
    assert "is before the day on which work may begin" in post(
        visitor, "/account/briefs/new", 422, **WHOLE | {"start": "2190-01-01"}
    )


# The table


def test_the_table_grows_shrinks_and_is_pasted_into_without_saving(cast: Cast, visitor: FlaskClient) -> None:
    answer = visitor.post("/account/briefs/new", data=WHOLE | {"do": "add-size"})
    assert answer.status_code == 200
    assert 'name="size-2"' in answer.text
    assert 'value="Chore jacket"' in answer.text
    assert 'value="sew" checked' in answer.text
    answer = visitor.post("/account/briefs/new", data=WHOLE | {"do": "drop-size-0"})
    assert 'name="size-1"' not in answer.text
    assert 'name="pieces-0-0" value="30"' in answer.text
    answer = visitor.post(
        "/account/briefs/new", data=WHOLE | {"do": "paste", "paste": "\tXS\tXL\nred\t1\t2\nblue\t3\t4"}
    )
    assert answer.status_code == 200
    assert 'value="blue"' in answer.text
    assert re.search(r"data-total>\s*10\s*<", answer.text)
    assert "at least two rows" in post(visitor, "/account/briefs/new", 422, **WHOLE | {"do": "paste", "paste": "red"})
    assert "is empty" in post(visitor, "/account/briefs/new", 422, **WHOLE | {"do": "paste"})
    assert cast.sql("SELECT count(*) FROM brief") == [(0,)]


def test_pasted_and_saved_in_one_go(cast: Cast, visitor: FlaskClient) -> None:
    make(cast, visitor, paste="\tXS\tXL\nred\t1\t2")
    assert the_one(cast).content.pieces == 3


# Two at once


def test_the_later_of_two_sees_both_and_loses_nothing(
    cast: Cast, ada: Person, bea: Person, visitor: FlaskClient
) -> None:
    path = make(cast, visitor)
    post(cast.client(bea), f"{path}/edit", version="1", **WHOLE | {"gsm": "280", "title": "Bea’s jacket"})
    mine = WHOLE | {"width_cm": "160", "title": "Ada’s jacket"}
    answer = visitor.post(f"{path}/edit", data=mine | {"version": "1"})
    assert answer.status_code == 409
    page = words(answer)
    assert "Somebody else saved this brief while you wrote" in page
    assert "Version 2, Bea : Title: Chore jacket, now Bea’s jacket; Cloth weight: 320 g/m², now 280 g/m²" in page
    for typed in ('value="Ada’s jacket"', 'value="160"', 'value="280"', 'name="version" value="2"'):
        assert typed in unescape(answer.text)
    assert the_one(cast).version == 2
    post(visitor, f"{path}/edit", version="2", **mine | {"gsm": "280"})
    content = the_one(cast).content
    assert (content.title, content.cloth.gsm, content.cloth.width_cm) == ("Ada’s jacket", 280, 160)


@pytest.mark.parametrize("version", ["", "0", "2", "x", "9" * 30])
def test_a_form_with_no_such_version(cast: Cast, visitor: FlaskClient, version: str) -> None:
    path = make(cast, visitor)
    answer = visitor.post(f"{path}/edit", data=WHOLE | {"version": version, "title": "Other"})
    assert answer.status_code == 422
    assert the_one(cast).version == 1


# Versions, archive, repeats


def test_versions_tell_what_changed(cast: Cast, visitor: FlaskClient) -> None:
    path = make(cast, visitor)
    post(visitor, f"{path}/edit", version="1", **WHOLE | {"gsm": "280"})
    listed = words(visitor.get(f"{path}/versions"))
    assert "Version 2" in listed
    assert "Cloth weight: 320 g/m², now 280 g/m²" in listed
    first = words(visitor.get(f"{path}/versions/1"))
    assert "320 g/m²" in first
    assert "It is at version 2 now." in first
    assert "at version" not in words(visitor.get(f"{path}/versions/2"))
    for number in ("0", "3", "x", "-1", "1_0", "9" * 400, "١"):
        assert visitor.get(f"{path}/versions/{number}").status_code == 404


def test_into_the_archive_and_out(cast: Cast, visitor: FlaskClient) -> None:
    path = make(cast, visitor)
    assert "Archived" in post(visitor, f"{path}/archive")
    assert the_one(cast).state is BriefState.ARCHIVED
    assert "1 brief in the archive" in words(visitor.get("/account/briefs"))
    assert "Chore jacket" in words(visitor.get("/account/briefs?state=archived"))
    assert visitor.get(f"{path}/edit").status_code == 409
    assert "back among your briefs" in post(visitor, f"{path}/restore")
    assert "Nothing in the archive" in words(visitor.get("/account/briefs?state=archived"))


def test_a_run_is_repeated(cast: Cast, visitor: FlaskClient) -> None:
    path = make(cast, visitor, pattern_revision="A", lots="L 4711")
    send(visitor, path, ("tech pack.pdf", PDF))
    form = visitor.get(f"{path}/copy").text
    assert 'value="Chore jacket, run 2"' in form
    assert "its 1 file" in words(visitor.get(f"{path}/copy"))
    assert post(visitor, f"{path}/copy", 422, title="")
    change = {
        "title": "Chore jacket, autumn",
        "pattern_revision": "B",
        "what_changed": "Collar narrower",
        "lots": "L 4711",
    }
    assert "Give it its days" in post(visitor, f"{path}/copy", **change)
    again = the_one(cast)
    assert again.content.by is None
    assert [file.name for file in again.files] == ["tech pack.pdf"]
    page = words(visitor.get(f"/account/briefs/{again.public_id}"))
    assert "What is different this time Collar narrower" in page
    assert "Repeats Chore jacket ." in page
    assert "Runs that repeat it Chore jacket, autumn" in words(visitor.get(path))


def test_makers_are_looked_for_with_all_the_brief_says(cast: Cast, visitor: FlaskClient) -> None:
    cast.supplier(None)
    found = re.search(r'href="(/search\?[^"]+)"', visitor.get(make(cast, visitor)).text)
    assert found
    page = words(visitor.get(unescape(found[1])))
    assert "quantity=50" in unescape(found[1])
    assert "needs another look" not in page
    assert "Sartoria Aghi" in page or "jacket" in page.lower()


def test_many_briefs_stand_on_several_pages(cast: Cast, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PER_PAGE", 2)
    monkeypatch.setitem(store.list_for_studio.__kwdefaults__, "most", 2)  # type: ignore[arg-type]
    for title in ("One", "Two", "Three"):
        make(cast, visitor, title=title)
    assert re.findall(r"<bdi>(\w+)</bdi></a></h2>", visitor.get("/account/briefs").text) == ["Three", "Two"]
    assert re.findall(r"<bdi>(\w+)</bdi></a></h2>", visitor.get("/account/briefs?page=2").text) == ["One"]
    for page in ("99", "0", "x", "-1", "9" * 30):
        assert visitor.get(f"/account/briefs?page={page}").status_code == 200


# Files


def test_files_are_added_got_removed_and_put_back(cast: Cast, visitor: FlaskClient) -> None:
    path = make(cast, visitor)
    answer = send(visitor, path, ("../tech pack.pdf", PDF), ("photo.png", b"\x89PNG\r\n\x1a\n...."))
    assert answer.status_code == 303
    first, second = the_one(cast).files
    got = visitor.get(f"{path}/files/{first.public_id}")
    assert got.data == PDF
    assert got.headers["Content-Disposition"] == 'attachment; filename="tech pack.pdf"'
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    page = post(visitor, f"{path}/files/{first.public_id}/remove")
    assert "Put back tech pack.pdf" in page
    assert visitor.get(f"{path}/files/{first.public_id}").status_code == 404
    assert visitor.get(f"{path}/files/{second.public_id}").status_code == 200
    post(visitor, f"{path}/files/{first.public_id}/restore")
    assert visitor.get(f"{path}/files/{first.public_id}").status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.svg", b"<svg/>", "not taken"),
        ("a.pdf", b"MZ", "something else inside"),
        ("a.pdf", b"", "is empty"),
    ],
)
def test_files_that_are_refused(cast: Cast, visitor: FlaskClient, name: str, content: bytes, why: str) -> None:
    path = make(cast, visitor)
    answer = send(visitor, path, (name, content))
    assert answer.status_code == 422
    assert why in words(answer)
    assert the_one(cast).version == 1
    assert "choose a file" in words(visitor.post(f"{path}/files", data={}))


def test_a_file_may_be_larger_than_a_form(cast: Cast, visitor: FlaskClient, settings: Settings) -> None:
    path = make(cast, visitor)
    assert send(visitor, path, ("a.pdf", b"%PDF-" + b"x" * 3_000_000)).status_code == 303
    most = settings.file_mb * 1_000_000
    assert send(visitor, path, ("b.pdf", b"%PDF-" + b"x" * most)).status_code == 422
    assert send(visitor, path, ("c.pdf", b"%PDF-" + b"x" * (most + 2_000_000))).status_code == 413
    assert visitor.post("/account/briefs/new", data=WHOLE | {"notes": "x" * 3_000_000}).status_code == 413


def test_nothing_is_read_of_a_large_body_without_the_forms_token(cast: Cast, visitor: FlaskClient) -> None:
    path = make(cast, visitor)
    cast.app.config["WTF_CSRF_ENABLED"] = True
    assert send(visitor, path, ("a.pdf", PDF)).status_code in (400, 403)
    assert send(cast.app.test_client(), path, ("a.pdf", PDF)).status_code == 401
    assert the_one(cast).version == 1


# Others


def test_others_find_nothing(cast: Cast, visitor: FlaskClient, eve: Person) -> None:
    path = make(cast, visitor)
    send(visitor, path, ("a.pdf", PDF))
    (file,) = the_one(cast).files
    stranger = cast.client(eve)
    for part in ("", "/edit", "/copy", "/versions", "/versions/1", f"/files/{file.public_id}"):
        assert stranger.get(path + part).status_code == 404
        assert cast.client().get(path + part).status_code == 303  # to the sign-in
    for part in ("/archive", "/restore", "/edit", "/copy", f"/files/{file.public_id}/remove"):
        assert stranger.post(path + part, data=WHOLE | {"version": "1"}).status_code == 404
        assert cast.client().post(path + part).status_code == 401
    assert send(stranger, path, ("a.pdf", PDF)).status_code == 404
    assert the_one(cast).version == 2


def test_a_studio_is_one_step_away(cast: Cast) -> None:
    visitor = cast.client(cast.person("New"))
    assert "Name your studio" in words(visitor.get("/account/briefs"))
    assert visitor.get("/account/briefs/new").location == "/account/briefs?next=/account/briefs/new"
    assert visitor.post("/account/briefs/studio", data={"name": ""}).status_code == 422
    assert "no such place" in post(visitor, "/account/briefs/studio", 422, name="Atelier New", place="Qqqxyz")
    page = visitor.post("/account/briefs/studio", data={"name": "Atelier New", "place": "Springfield"}).text
    choices = re.findall(r'name="choice" value="([^"]+)"', page)
    assert len(choices) > 1
    form = post(visitor, "/account/briefs/studio", name="Atelier New", place="Springfield", choice=unescape(choices[0]))
    assert "Write a brief" in form
    assert f'value="{choices[0]}"' in visitor.get("/account/briefs/new").text  # goods go there
