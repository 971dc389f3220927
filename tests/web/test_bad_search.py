"""Rows 44, 45 and 47 to 49 of the list of bad inputs: how much may be sent, and what is searched for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from effort import lines_of
from web_site import Site

from marketplace.search.context import _KEY as INDEX
from marketplace.search.query import SearchQuery
from marketplace.web.security import MAXIMUM_BODY, MAXIMUM_FORM_PARTS

# -- 44, 45: limits -------------------------------------------------------------------------------------------------


def too_much_is_refused(site: Site) -> None:
    owner = site.owner()
    token = owner.token()
    with site.unchanged("1 MB"):
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain"):
            body = f"csrf_token={token}&name=x&description=".encode() + b"x" * MAXIMUM_BODY
            answer = owner.open("/listing/profile", "POST", data=body, content_type=kind)
            assert answer.status_code in (413, 403), kind
            assert kind != "application/x-www-form-urlencoded" or answer.status_code == 413
        form = {"csrf_token": token, **{f"n{number}": "1" for number in range(MAXIMUM_FORM_PARTS + 1)}}
        answer = owner.open("/listing/profile", "POST", data=form, content_type="multipart/form-data")
        assert answer.status_code == 413
        part = {"csrf_token": token, "description": "x" * 600_000}
        answer = owner.open("/listing/profile", "POST", data=part, content_type="multipart/form-data")
        assert answer.status_code == 413


def test_row_45_bodies_have_limits(site: Site) -> None:
    """Row 45: 1 MB in all, 500 kB of a form in memory, 1,000 parts."""
    too_much_is_refused(site)


def test_row_45_the_test_sees_a_site_without_limits(site: Site) -> None:
    site.app.config["MAX_CONTENT_LENGTH"] = site.app.config["MAX_FORM_MEMORY_SIZE"] = None
    with pytest.raises(AssertionError):
        too_much_is_refused(site)


def test_row_44_bodies_of_other_kinds(site: Site) -> None:
    """Row 44: no route takes JSON yet: deep, endless, compressed and broken bodies change nothing."""
    owner = site.owner()
    for body, kind in (
        ("[" * 100_000, "application/json"),
        ('{"a": ' + "9" * 5000 + "}", "application/json"),
        ('{"a": NaN, "a": 1e999}', "application/json"),
        ("\x1f\x8b\x08\x00", "application/gzip"),
        ("a=1", "application/x-www-form-urlencoded; charset=utf-7"),
        ("--b\r\nbroken", "multipart/form-data; boundary=b"),
        ("x", "multipart/form-data"),
        ("x", ""),
        ("x", "nonsense/" + "x" * 5000),
    ):
        with site.unchanged(kind):
            assert owner.open("/listing/profile", "POST", data=body, content_type=kind).status_code == 403, kind
            assert owner.open("/api/v1/search", "POST", data=body, content_type=kind).status_code == 405, kind
            assert owner.open("/api/v1/search", "GET", data=body, content_type=kind).status_code == 200, kind


def test_row_45_long_addresses(still: Site) -> None:
    """Row 45: addresses of 60 KB are answered with little work, and with no more than they are worth."""
    client = still.stranger()
    terms = "&".join(f"{name}=zzqq{n}" for name in ("kind", "skill", "material", "process") for n in range(500))
    for path in (
        "/search?q=" + "x" * 60_000,
        "/search?near=" + "%41" * 20_000,
        "/search?" + "&".join(f"a{n}=" for n in range(8000)),
        "/api/v1/search?" + "&".join(f"a{n}=" for n in range(8000)),
        "/api/v1/search?" + terms,
        "/placements?" + terms.replace("kind=", "skill="),
        "/placements?" + "&".join(f"a{n}=" for n in range(8000)),
        "/api/v1/places?q=" + "1a," * 20_000,
    ):
        answer = client.client.get(path)  # and the templates are compiled
        assert answer.status_code in (200, 422), path[:60]
        assert len(answer.data) < 300_000, path[:60]
        assert lines_of(lambda path=path: client.client.get(path)) < 1_000_000, path[:60]
    for path in ("/suppliers/" + "x" * 60_000, "/" + "a/" * 30_000, "/sign-in?next=/" + "a" * 60_000):
        assert client.client.get(path).status_code in (200, 404)


# -- 47 to 49: searches ---------------------------------------------------------------------------------------------

SEARCH_TEXTS = (
    '"',
    '""',
    "*",
    "a*",
    "^a",
    "NEAR(a b, 2)",
    "a AND b OR NOT c",
    "AND",
    "name:sew",
    "password_hash:x",
    "{name kind}: x",
    "(" * 3000,
    "a" * 10_000,
    "a " * 5000,
    "%",
    "_",
    "\\",
    "%_%_%" * 50,
    "' OR 1=1 --",
    "'; DROP TABLE supplier; --",
    'x" OR private = true OR "',
    "_geoRadius(0, 0, 1)",
    "\u202e",
    "İ" * 100,
    "ﬃ" * 80,
    "a\u0301" * 100,
    "🧵" * 60,
    "\\u0000",
    "${jndi:ldap://x}",
    "../../etc/passwd",
)


def test_row_47_and_48_search_syntax_is_text(still: Site) -> None:
    """Rows 47 and 48: no sign means anything; wildcards match nothing."""
    client = still.stranger()
    everything = client.get("/api/v1/search").get_json()["total"]
    for text in SEARCH_TEXTS:
        for path, name in (("/api/v1/search", "q"), ("/api/v1/search", "near"), ("/api/v1/places", "q")):
            answer = client.open(f"{path}?{urlencode({name: text})}")
            assert answer.status_code in (200, 422), (path, name, text)
        assert client.client.get("/search", query_string=urlencode({"q": text})).status_code in (200, 422), text
        assert (
            client.client.get("/api/v1/places", query_string=urlencode({"q": text, "suggest": "1"})).status_code < 500
        )
    for text in ("s%", "_ew", "%ew", "name:sewing", "sew AND", "description:a"):
        found = client.get(f"/api/v1/search?{urlencode({'q': text + 'qqqqqq'})}").get_json()
        assert found["total"] < everything, text


def random_texts(count: int) -> Iterator[str]:
    """Unicode of every plane, signs of query languages, words, and mixtures of them."""
    chance = random.Random(20261121)
    words = (
        "sewing dye jersey Łódź weave NEAR AND OR NOT name: * \" ' ( ) ^ % _ \\ - + ~ : ; { } [ ] < > & | ! ?".split()
    )
    for _ in range(count):
        pieces = []
        for _ in range(chance.randint(1, 12)):
            kind = chance.random()
            if kind < 0.4:
                pieces.append(chance.choice(words))
            elif kind < 0.7:
                pieces.append("".join(chr(chance.randint(0x20, 0x2FFF)) for _ in range(chance.randint(1, 8))))
            else:
                points = (chance.randint(1, 0x10FFFF) for _ in range(chance.randint(1, 4)))
                pieces.append("".join(chr(p) for p in points if not 0xD800 <= p < 0xE000))
        yield chance.choice(("", " ")).join(pieces)


def test_row_47_ten_thousand_random_searches(still: Site, today: date) -> None:
    """Row 47: the engine answers each one."""
    index = still.app.extensions[INDEX]
    for text in random_texts(10_000):
        answer = index.search(SearchQuery(today=today, text=text))
        assert answer.total >= len(answer.hits)


def test_row_47_five_hundred_random_searches_through_http(still: Site) -> None:
    """Row 47: and so do the pages and the API."""
    client = still.stranger()
    for number, text in enumerate(random_texts(500)):
        path = ("/api/v1/search", "/api/v1/search", "/search", "/api/v1/placements")[number % 4]
        name = ("q", "near")[number // 4 % 2] if "placements" not in path else "near"
        status = client.client.get(path, query_string=urlencode({name: text})).status_code
        assert status in (200, 422), (path, name, text)


def test_row_49_sorts_pages_and_names(still: Site) -> None:
    """Row 49: only what is listed; unknown names are errors, of repeated ones the last counts."""
    client = still.stranger()
    texts = ("password_hash", "name", "id desc", "1", "price; DROP TABLE x", "(SELECT 1)", "DISTANCE", "random()")
    for text in texts:
        client.get(f"/api/v1/search?sort={quote(text)}", 422)
        client.get(f"/search?sort={quote(text)}", 422)
    client.get("/api/v1/search?sort=distance", 422)
    for text in ("0", "-1", "1.5", "1000000000", "9" * 5000, "x", "1e3", "１", "1_0"):
        client.get(f"/api/v1/search?page={quote(text)}", 422)
        client.get(f"/search?page={quote(text)}", 422)
        client.get(f"/placements?page={quote(text)}", 422)
        client.get(f"/api/v1/search?per_page={quote(text)}", 422)
    client.get("/api/v1/search?per_page=1000000", 422)
    assert client.get("/api/v1/search?page=1000000").get_json()["hits"] == []
    past = client.get("/search?page=1000000", 303)  # to the last page there is
    assert past.headers["Location"].endswith("page=1")
    client.get("/placements?page=10000")
    assert len(client.get("/api/v1/search?per_page=1").get_json()["hits"]) == 1
    for path in ("/api/v1/search", "/search", "/api/v1/search.geojson", "/placements", "/api/v1/placements"):
        for name in ("limit", "offset", "order", "fields", "password_hash", "Q", "q[]", "near.x", "__proto__", ""):
            client.get(f"{path}?{quote(name)}=1", 422)
    assert client.get("/api/v1/search?per_page=1&per_page=2").get_json()["per_page"] == 2
    client.get("/api/v1/search?per_page=2&per_page=0", 422)
    one, both = ({"process": names} for names in (["sew"], ["sew", "dye_fabric"]))
    totals = [client.get(f"/api/v1/search?{urlencode(q, doseq=True)}").get_json()["total"] for q in (one, both)]
    assert totals[0] < totals[1]
    client.get(f"/api/v1/search?{'&'.join(['process=sew'] * 31)}", 422)
