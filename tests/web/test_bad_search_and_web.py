"""Rows 44 to 58 of the list of bad inputs: limits, searches, and what browsers and attackers send.

Out until they exist: JSON bodies (44), file routes (45: 25 MB), Meilisearch filters (46), batch, file, export, webhook
and token ids (51), bearer tokens and idempotent writes (53), webhooks and avatars (56), API tokens (59). Headers of
100 KB (58) end at the server, before the application. The timing of sign-in (55) is measured in tests/accounts.
"""

from __future__ import annotations

import ast
import random
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import date
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from page_client import POLICY, Dump, PageClient, both_engines, words_of
from test_pages import fill
from web_site import OTHER, Site

import marketplace
from marketplace.accounts.policy import needs_sign_in
from marketplace.app import create_app
from marketplace.db import Base
from marketplace.demo.people import DEMO_PASSWORD
from marketplace.search.context import _KEY as INDEX
from marketplace.search.query import SearchQuery
from marketplace.web.context import System
from marketplace.web.routes import action_of
from marketplace.web.security import MAXIMUM_BODY, MAXIMUM_FORM_PARTS, safe_next

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
    """Row 45: addresses of 60 KB are answered quickly, and not with more than they are worth."""
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
        started = time.thread_time()
        answer = client.client.get(path)
        assert answer.status_code in (200, 422), path[:60]
        assert len(answer.data) < 300_000, path[:60]
        assert time.thread_time() - started < 2, path[:60]
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


# -- 50: redirects --------------------------------------------------------------------------------------------------

EVIL = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\n//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https://evil.example",
    "https:///evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "@evil.example",
    "evil.example",
    "http://127.0.0.1:8000@evil.example/",
    "/ok\r\nSet-Cookie: a=b",
    "/ok\r\n\r\n<script>",
    "/x\\@evil.example",
    "/é",
    "",
    "/" + "a" * 3000,
)


@pytest.mark.parametrize("target", EVIL)
def test_row_50_next_is_a_path_of_this_site(target: str) -> None:
    """Row 50: else there is no next."""
    assert safe_next(target) is None


def test_row_50_redirects_stay_here(site: Site) -> None:
    """Row 50: after signing in and up, wherever next= wants to go."""
    for target in EVIL:
        client = site.stranger()
        page = client.get(f"/sign-in?{urlencode({'next': target})}").text
        assert 'name="next"' not in page, target
        form = {"email": "designer@example.com", "password": DEMO_PASSWORD, "next": target}
        assert client.post("/sign-in", form, 303).location == "/", target
        assert client.get(f"/sign-in?{urlencode({'next': target})}", 303).location == "/", target
        site.sql("DELETE FROM attempt")
    client = site.stranger()
    form = {"name": "Ada", "email": "ada@example.com", "password": "my grey cat sleeps on selvedge", "role": "designer"}
    for number, target in enumerate(EVIL[:4]):
        answer = client.post("/sign-up", form | {"email": f"a{number}@example.com", "next": target}, 303)
        assert answer.location == "/sign-in?next=/"
    for path in ("//evil.example/listing", "/\\evil.example", "//evil.example/%2e%2e", "/listing?x=//evil.example"):
        path, _, query = path.partition("?")
        environ = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "evil.example"}
        answer = site.stranger().client.get("/", environ_overrides=environ)
        location = answer.location or ""
        assert location == "" or location.startswith("/sign-in?next=/"), (path, location)
    good = site.stranger()
    good.post(
        "/sign-in", form | {"email": "designer@example.com", "password": DEMO_PASSWORD, "next": "/search?q=a"}, 303
    )
    supplier = f"/suppliers/{site.supplier().slug}"
    for referer in (
        "http://[",
        "http://evil.example/search?q=x",
        "javascript:alert(1)",
        "http://localhost//evil",
        "\xff",
    ):
        page = good.page(supplier, headers={"Referer": referer})
        assert "Your search" not in words_of(page), referer
    assert "Your search" in words_of(good.page(supplier, headers={"Referer": "http://localhost/search?q=a"}))


# -- 51: other people's things --------------------------------------------------------------------------------------


@both_engines
def test_row_51_ids_of_others(site: Site) -> None:
    """Row 51: other people's, unknown and impossible ids answer alike, 404, and nothing is changed."""
    site.owner()  # so that there is somebody else's session to end
    rival, mine, theirs = site.rival(), site.supplier(OTHER), site.supplier()
    placement = site.value("SELECT public_id FROM placement")
    strange = [
        theirs.services[0].public_id,
        theirs.public_id,
        mine.public_id,  # of another type
        theirs.sites[0].public_id,
        mine.services[0].public_id.upper(),
        mine.services[0].public_id + "0",
        placement,
        "0" * 32,
        *("0", "-1", "1.5", "1e3", str(2**63), "x", "null", "%00", "9" * 5000, "٣", "*", "%25", "1%20OR%201=1"),
    ]
    if not site.system.database.is_sqlite:
        strange = [theirs.public_id, placement, "0" * 32, str(2**63), "%00", "9" * 5000]  # where engines may differ
    # Each way of being wrong is tried on every fifth route, and on every route somebody else's, an unknown and an
    # impossible one.
    always, now_and_then = [theirs.public_id, "0" * 32, "%00"], 5
    answers, token, before = set(), rival.token(), site.dump()
    for number, rule in enumerate(site.app.url_map.iter_rules()):
        names = rule.arguments
        if not names or not needs_sign_in(action_of(site.app, rule.endpoint) or ""):
            continue
        # To compare all tables takes PostgreSQL longer than to answer: there once, over all of them.
        with site.unchanged(rule.rule) if site.system.database.is_sqlite else nullcontext():
            for method, text in product((rule.methods or set()) - {"OPTIONS", "HEAD"}, strange):
                if text not in always and (number + strange.index(text)) % now_and_then:
                    continue
                if text == placement and rule.rule == "/placements/<public_id>/apply":
                    continue  # everybody may apply for what is offered
                path = re.sub("<[^>]+>", text, rule.rule)
                answer = rival.client.open(path, method=method, data={"csrf_token": token})
                by_token = rule.rule.startswith("/api/")  # whose writes take no cookie
                assert answer.status_code in ((401, 404) if by_token else (404,)), (method, path, answer.status_code)
                is_page = names == {"public_id"} and not by_token
                answers.add(re.sub(r'csrf_token" value="[^"]*"', "", answer.text) if is_page else "")
    assert not before.changed(site.dump())
    # All in the same words, but for addresses that no route can have, and for what only studios do, whatever the id.
    assert len(answers - {""}) <= 3, answers
    for path, form in (
        ("/weeks/usual", {"offered": "1"}),
        ("/weeks/week", {"offered": "1", "monday": "2027-01-04"}),
        ("/weeks/confirm", {}),
        ("/weeks/closures", {"from": "2027-01-04", "to": "2027-01-05"}),
        ("/weeks/closures/remove", {}),
    ):
        for text in (theirs.services[0].public_id, theirs.public_id, "0" * 32, "-1", str(2**63)):
            with site.unchanged((path, text)):
                answer = rival.client.post(path, data={"csrf_token": token, "resource": text, **form})
                assert answer.status_code == 404, (path, text)
                answer = rival.client.post(
                    f"{path}?resource={text}&first=2027-01-04", data={"csrf_token": token, **form}
                )
                assert answer.status_code == 404, (path, text)
    for key in ("", "x", repr(theirs.profile.machines[0])):
        for number in ("0", "1", "99", str(2**63)):
            with site.unchanged(key):
                for name in ("machines", "certificates"):
                    path = f"/listing/{name}/{number}/remove"
                    assert rival.client.post(path, data={"csrf_token": token, "key": key}).status_code == 404


def test_row_51_a_colleague_may_not_close_the_listing(site: Site) -> None:
    """Row 51: staff keep the weeks; only owners pause, close and reopen. Others have no listing to act on."""
    for to in ("paused", "closed", "published", "deleted", "PAUSED", "%00"):
        for client in (site.colleague(), site.apprentice(), site.designer()):
            with site.unchanged(to):
                assert client.post(f"/listing/status/{to}").status_code in (303, 404)
    with site.unchanged("a stranger"):
        site.stranger().post("/listing/status/paused", {}, 401)


# -- 52: fields nobody asked for ------------------------------------------------------------------------------------

_TOUCHED: dict[str, set[str] | None] = {
    "session": None,
    "attempt": None,
    "change": None,
    "mail": None,
    "mail_token": None,
    "audit_event": None,
    "supplier": {"updated_at"},
    "resource": {"confirmed_at"},
    "placement": {"id", "public_id", "offered_at"},
    "saved_search": {"version"},
    **{name: {"id"} for name in ("minimum_rule", "machine", "certificate")},
}
_DANGEROUS = {
    "status": "published",
    "verification": "visited",
    "verified": "1",
    "verified_at": "2026-01-01",
    "role": "owner",
    "precision": "confirmed",
    "created_at": "2000-01-01T00:00:00+00:00",
    "confirmed_at": "2000-01-01T00:00:00+00:00",
    "email": "eve@example.com",
    "timezone": "Asia/Tokyo",
    "sites-0-services-0-status": "paused",
    "supplier[status]": "published",
}


@both_engines
def test_row_52_fields_that_were_not_asked_for(site: Site) -> None:
    """Row 52: every column of every table sent with every form writes nothing that the form alone would not write."""
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    extra = dict.fromkeys(sorted(columns), "1") | _DANGEROUS
    owner, designer, apprentice = site.owner(), site.designer(), site.apprentice()
    service = f"/listing/services/{site.supplier().services[0].public_id}"
    saved_search = f"/alerts/{site.value('SELECT public_id FROM saved_search')}"
    forms: list[tuple[PageClient, str, str, dict[str, str]]] = [
        (owner, "/listing/profile", "/listing/profile", {}),
        (owner, service, service, {}),
        (owner, "/listing/certificates", "/listing/certificates", {"scheme": "gots"}),
        (owner, "/listing/machines", "/listing/machines", {"machine": "weave:dobby loom"}),
        (
            owner,
            "/listing/placements",
            "/listing/placements",
            {"process": "sew", "starts_on": "2099-01-05", "wage": "9"},
        ),
        (owner, "/weeks", "/weeks/usual", {"offered": "12"}),
        (owner, "/weeks", "/weeks/closures", {"from": "2099-01-05", "to": "2099-01-06", "reason": "x"}),
        (owner, "/weeks", "/weeks/confirm", {}),
        (designer, "/account/studio", "/account/studio", {}),
        (designer, saved_search, saved_search, {}),
        (designer, "/account", "/account/profile", {}),
        (apprentice, "/account", "/account/profile", {"name": "Tomás"}),
    ]
    for client, page, action, given in forms:
        # Every field the form has, so that what is sent besides is really not of the form.
        form = next(f for f in client.page(page).iter("form") if f.get("action") == action)
        own = {field.get("name") for field in form.iter() if isinstance(field.tag, str)}
        filled = client.filled(page, action) | given
        client.post(action, filled, 303)
        before = Dump.of(site.system.database, _TOUCHED)
        client.post(action, filled | {name: text for name, text in extra.items() if name not in own}, 303)
        after = Dump.of(site.system.database, _TOUCHED)
        for name, rows in before.tables.items():
            assert set(rows) == set(after.tables[name]), (action, name)
    with site.unchanged("a listing of somebody else's organisation"):
        designer.post("/listing/profile", designer.filled("/listing/new") | extra, 303)


def test_row_52_signing_up_makes_nobody_special(site: Site) -> None:
    """Row 52: a new account is no moderator, is not confirmed and belongs to nothing."""
    form = {"name": "Ada", "email": "ada@example.com", "password": "my grey cat sleeps on selvedge", "role": "supplier"}
    extra = {"is_moderator": "1", "is_apprentice": "1", "organisation_id": "1", "id": "1", "public_id": "x"}
    site.stranger().post("/sign-up", form | extra | {"confirmed_at": "2000-01-01", "password_hash": "x"}, 303)
    where = "FROM person WHERE email = 'ada@example.com'"
    assert site.value(f"SELECT count(*) {where} AND confirmed_at IS NULL AND public_id <> 'x'") == 1
    assert not site.value(f"SELECT is_moderator {where}")
    assert not site.value(f"SELECT is_apprentice {where}")
    assert site.value(f"SELECT count(*) FROM membership WHERE person_id = (SELECT id {where})") == 0


# -- 53: forms from elsewhere ---------------------------------------------------------------------------------------


# Mail programs press this one (RFC 8058), without a cookie that a forged form could abuse: the secret is the address.
_BY_SECRET = {"notice_links.stop", "alert_links.stop"}


def forged_forms_are_refused(site: Site) -> int:
    """Send every form without its token; returns how many routes that were."""
    owner, other = site.owner(), site.rival().token()
    tried = 0
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            path = fill(site, rule)
            if rule.endpoint in _BY_SECRET:
                assert owner.client.open(path, method=method).status_code == 404, path
                continue
            if rule.rule.startswith("/api/"):  # by bearer token alone: a cookie opens nothing
                # Who needs no token for it changes nothing by it.
                refusals = (401,) if needs_sign_in(action_of(site.app, rule.endpoint) or "") else (200, 400, 404, 422)
                with site.unchanged((method, path)):
                    answer = owner.client.open(path, method=method, json={"name": "Eve"})
                    assert answer.status_code in refusals, (method, path)
                continue
            form = {"name": "Eve", "offered": "1", "email": "eve@example.com", "key": "x", "usual": "1"}
            with site.unchanged((method, path)):
                for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": other}):
                    answer = owner.client.open(path, method=method, data=form | token)
                    assert answer.status_code == 403, (method, path, token)
                owner.check(answer, path)
                assert owner.client.open(path, method=method, json=form).status_code == 403, path
                for kind in ("text/plain", "application/json", "multipart/form-data"):
                    answer = owner.client.open(path, method=method, data="{}", content_type=kind)
                    assert answer.status_code == 403, (path, kind)
            tried += 1
    return tried


def test_row_53_every_form_needs_its_token(site: Site) -> None:
    """Row 53: without one, with an empty one, a wrong one and another session's: 403 and nothing changed."""
    assert site.app.config.get("WTF_CSRF_ENABLED", True)
    assert forged_forms_are_refused(site) >= 25


def test_row_53_the_walk_sees_a_site_without_tokens(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    with pytest.raises(AssertionError):
        forged_forms_are_refused(site)


def test_the_comparison_of_tables_sees_a_change(site: Site) -> None:
    """One letter in one row is enough, and so is one row more or less."""
    for statement in (
        "UPDATE service SET note = note || 'x' WHERE id = 1",
        "DELETE FROM machine WHERE id = (SELECT min(id) FROM machine)",
        "INSERT INTO membership SELECT person_id, 1, 'staff', since FROM membership WHERE organisation_id = 2",
    ):
        with pytest.raises(AssertionError), site.unchanged():
            site.sql(statement)


# -- 54, 55: sessions and accounts ----------------------------------------------------------------------------------


def test_row_54_sessions_end_and_are_never_planted(site: Site) -> None:
    """Row 54: a new cookie at each change of rights; an old one is dead on the next request."""
    client = site.stranger()
    client.get("/sign-in")
    planted = client.client.get_cookie("selvedge")
    assert planted is not None
    client.sign_in("designer@example.com", DEMO_PASSWORD)
    first = client.client.get_cookie("selvedge")
    assert first is not None
    assert first.value != planted.value
    assert (first.http_only, first.same_site, first.path) == (True, "Lax", "/")
    thief = site.stranger()
    thief.client.set_cookie("selvedge", planted.value)
    thief.get("/account", 303)
    thief.client.set_cookie("selvedge", first.value)
    thief.get("/account")
    client.post("/sign-out", {}, 303)
    for end in ("/account", "/account/studio"):
        thief.get(end, 303)
    with site.unchanged("a dead cookie"):
        assert thief.post("/account/profile", {"name": "Eve"}).status_code in (401, 403)
    one, two = site.designer(), site.designer()
    one.post("/account/password", {"current": DEMO_PASSWORD, "password": "two bobbins under the window"}, 303)
    two.get("/account", 303)
    one.get("/account")
    site.sql("UPDATE person SET suspended_at = created_at WHERE email = 'designer@example.com'")
    one.get("/account", 303)
    for value in ("", "x", ".eJw", first.value[:-1], first.value[::-1], "a" * 4000, "%00"):
        thief.client.set_cookie("selvedge", value)
        thief.get("/account", 303)


def test_row_54_rights_that_went_are_gone(site: Site) -> None:
    """Row 54: whoever leaves a firm changes nothing there on the next request."""
    colleague = site.colleague()
    colleague.get("/weeks")
    site.sql("DELETE FROM membership WHERE role = 'staff'")
    with site.unchanged("left"):
        colleague.post("/weeks/usual", {"offered": "1"}, 404)
        colleague.get("/weeks", 303)


def test_row_54_cookies_over_https(system: System, site: Site) -> None:
    """Row 54: Secure and pinned to the host; the site says so for a year; odd referrers are no errors."""
    secure = create_app(
        System(
            settings=system.settings.model_copy(update={"public_url": "https://selvedge.example"}),
            database=system.database,
            gazetteer=system.gazetteer,
            places=system.places,
        )
    )
    client = secure.test_client()
    answer = client.get("/sign-in", base_url="https://selvedge.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-selvedge=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found
    for referer in (
        "",
        "http://[",
        "https://evil.example/",
        "http://selvedge.example/",
        "https://selvedge.example:99999x/",
    ):
        form = {"csrf_token": found[1], "email": "designer@example.com", "password": DEMO_PASSWORD}
        answer = client.post("/sign-in", data=form, base_url="https://selvedge.example", headers={"Referer": referer})
        assert answer.status_code == 403, referer


def test_row_55_nobody_learns_who_has_an_account(site: Site) -> None:
    """Row 55: known and unknown addresses get the same answer, word for word, moderators included."""
    answers: dict[str, set[str]] = {}
    for email in ("designer@example.com", "moderator@example.com", "nobody@example.com"):
        for path, form in (
            ("/sign-in", {"email": email, "password": "not the password"}),
            ("/reset", {"email": email}),
            ("/sign-up", {"name": "A", "email": email, "password": "my grey cat sleeps on it", "role": "apprentice"}),
        ):
            answer = site.stranger().post(path, form)
            text = re.sub(r'csrf_token" value="[^"]*"', "", answer.text).replace(email, "")
            answers.setdefault(path, set()).add(f"{answer.status_code} {answer.location} {text}")
    assert {path: len(texts) for path, texts in answers.items()} == dict.fromkeys(answers, 1)


# -- 57: regular expressions ----------------------------------------------------------------------------------------

_ATTACKS = tuple(
    unit * (2000 // len(unit)) + end
    for unit in ("a", " ", "1", "a.", "a@", "1,", "é", "- ", "\t\n", "x-", "%", "(", ".", "1 ° N ", "__")
    for end in ("", "!", "\x00")
)


_CUT = {"typed_point.py": 80}  # characters of a text that the code reads, where that is less
_USES = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")


def patterns() -> Iterator[tuple[str, re.Pattern[str], set[str]]]:
    """Every regular expression that is written down in the package: where, and what it is used for."""
    for path in sorted(Path(marketplace.__path__[0]).rglob("*.py")):
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        names = {node.value: ast.unparse(node.targets[0]) for node in ast.walk(tree) if isinstance(node, ast.Assign)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not re.fullmatch(r"re\.[a-z]+", ast.unparse(node.func)):
                continue
            text = node.args[0] if node.args else None
            if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                continue
            flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) else re.NOFLAG
            use = ast.unparse(node.func).removeprefix("re.")
            name = names.get(node, "?")
            uses = {u for u in _USES if f"{name}.{u}" in source} if use == "compile" else {use}
            yield f"{path.name}:{node.lineno}", re.compile(text.value, flags), uses or set(_USES)


def slowest_ms(pattern: re.Pattern[str], uses: set[str], texts: Iterable[str] = _ATTACKS, cut: int = 2000) -> float:
    slowest = 0.0
    for use in uses:
        call = (lambda text: pattern.sub("", text)) if use == "sub" else getattr(pattern, use)
        for text in texts:
            started = time.thread_time()
            found = call(text[:cut])
            if use == "finditer":
                list(found)
            slowest = max(slowest, (time.thread_time() - started) * 1000)
    return slowest


def test_row_57_no_regular_expression_is_slow() -> None:
    """Row 57: each under 50 ms on texts made to be slow."""
    measured = {
        where: slowest_ms(pattern, uses, cut=_CUT.get(where.partition(":")[0], 2000))
        for where, pattern, uses in patterns()
    }
    assert len(measured) > 10
    assert {where: ms for where, ms in measured.items() if ms > 50} == {}


def test_row_57_the_measure_sees_a_slow_one() -> None:
    assert slowest_ms(re.compile(r"^(\w+\s?)*$"), {"match"}, ("a" * 22 + "!",)) > 50


# -- 58: headers ----------------------------------------------------------------------------------------------------


def test_row_58_headers(site: Site) -> None:
    """Row 58: no header a client makes up changes the answer, splits it or is repeated in it."""
    client = site.stranger()
    for host in ("evil.example", "[", "a b", "", "evil.example:99999999", "localhost\\@evil.example", "é"):
        for path in (
            "/",
            "/sign-in",
            "/listing",
            f"/suppliers/{site.supplier().slug}",
            "/api/v1/search",
            "/nowhere",
            "//x",
        ):
            answer = client.client.get("/", environ_overrides={"PATH_INFO": path, "HTTP_HOST": host})
            assert answer.status_code in (200, 303, 400, 404), (host, path)
            assert "evil.example" not in answer.text + str(answer.headers), (host, path)
    for headers in (
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Prefix": "/evil"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-URL": "/account"},
        {"X-Rewrite-URL": "/account"},
        {"Range": "bytes=0-1"},
        {"Accept": "application/xml"},
        {"Accept-Language": "x" * 5000},
        {"If-None-Match": "*"},
        {"If-Modified-Since": "nonsense"},
        {"User-Agent": "<script>" * 1000},
        {"Cookie": "selvedge=\xff; =; a"},
        {"Content-Length": "-1"},
        {"Transfer-Encoding": "nonsense"},
        {"HX-Request": "true\x00"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic \xff"},
    ):
        answer = client.open("/search", headers=headers)
        assert answer.status_code == 200, headers
        assert "evil" not in answer.text, headers
    for path in ("/%0d%0aSet-Cookie:%20a=b", "/suppliers/%0d%0aX:y", "/sign-in?next=/%0d%0aSet-Cookie:%20a=b"):
        answer = client.open(path)
        assert "a=b" not in answer.headers.get("Set-Cookie", ""), path
        assert "X" not in answer.headers


def test_row_58_an_address_is_not_made_up(site: Site) -> None:
    """Row 58: without a trusted proxy, X-Forwarded-For does not reset the limit on guesses."""
    client = site.stranger()
    statuses = []
    for number in range(12):
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        form = {"email": "designer@example.com", "password": "a wrong password, for sure"}
        statuses.append(client.post("/sign-in", form, headers=headers).status_code)
    assert statuses == [422] * 10 + [429] * 2


def test_row_58_methods(site: Site) -> None:
    """Row 58: other methods are 405 with Allow; nothing overrides a method."""
    client = site.owner()
    taken: dict[str, set[str]] = {}
    for rule in site.app.url_map.iter_rules():
        path = fill(site, rule)  # which another rule may take too, by another method
        taken[path] = set(site.app.url_map.bind("localhost").allowed_methods(path)) | (rule.methods or set())
    with site.unchanged("methods"):
        for path, methods in taken.items():
            for method in {"PUT", "PATCH", "DELETE", "TRACE", "FOO", "GET", "POST"} - methods:
                answer = client.client.open(path, method=method)
                assert answer.status_code == 405, (method, path)
                assert methods <= {name.strip() for name in answer.headers["Allow"].split(",")}, (method, path)
        service = site.supplier().services[0].public_id
        for override in (
            {"X-HTTP-Method-Override": "POST"},
            {"X-Method-Override": "DELETE"},
            {"X-HTTP-Method": "POST"},
        ):
            client.get(f"/listing/services/{service}/remove?_method=POST", headers=override)
        client.get(f"/listing/services/{service}/remove", method="HEAD")
        client.get(f"/listing/services/{service}/remove", method="OPTIONS")


def test_row_58_static_files(site: Site) -> None:
    """Static files are served from their folder only, with a type that no browser guesses about."""
    client = site.stranger().client
    for path in ("favicon.svg", "js/app.js", "css/base.css"):
        answer = client.get(f"/static/{path}")
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml", "js/../../README.md", "%00", ""):
        answer = client.get(f"/static/{path}")
        assert answer.status_code == 404, path
        assert answer.headers["Content-Security-Policy"] == POLICY


def test_errors_for_programs_and_for_people(still: Site) -> None:
    """RFC 9457 for /api/, a page for everybody else, each without a trace of how it is made."""
    client = still.stranger()
    for path, status in (("/api/v1/nowhere", 404), ("/api/v1/suppliers/x", 404), ("/api/v1/search?lat=x&by=y", 422)):
        problem = client.get(path, status).get_json()
        assert {"type", "title", "status", "detail"} <= set(problem)
        assert status != 422 or {e["pointer"] for e in problem["errors"]} == {"lat", "lon", "by"}
    client.get("/api/v1/search", 405, method="DELETE")
    for path, status in (("/nowhere", 404), ("/suppliers/x", 404), ("/search?lat=x", 422)):
        page = words_of(client.page(path, status))
        assert not re.search(r"Traceback|sqlalchemy|werkzeug|\.py\b", page), path
    assert unicodedata.is_normalized("NFC", client.get("/").text)
