"""Rows 50 to 53 of the list of bad inputs: redirects, other people's things, and forms nobody asked for."""

from __future__ import annotations

import re
from contextlib import nullcontext
from itertools import product
from urllib.parse import urlencode

import pytest
from page_client import Dump, PageClient, both_engines, words_of
from test_pages import fill
from web_site import OTHER, Site

from marketplace.accounts.policy import needs_sign_in
from marketplace.db import Base
from marketplace.demo.people import DEMO_PASSWORD
from marketplace.web.routes import action_of
from marketplace.web.security import safe_next

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
    people, other = (site.owner(), site.person("moderator@example.com")), site.rival().token()
    tried = 0
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            path = fill(site, rule)
            # Where files are taken it is asked first who sends, and then for the token.
            owner = people[rule.rule.startswith("/moderation/")]
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
