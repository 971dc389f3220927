"""Every page for everybody: it answers as it should, and a machine can read it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from page_client import Dump, PageClient, both_engines, problems_of, words_of
from web_site import OTHER, Site
from werkzeug.routing import Rule

from marketplace.accounts.policy import needs_sign_in
from marketplace.web.routes import action_of

# Whose pages this site has something on. tests/authorisation walks every route of all features, as everybody.
WALKED = frozenset(
    "accounts alert_links alerts capacity capacity_api placements placements_api search search_api site suppliers "
    "suppliers_api feeds".split()
)
PEOPLE = ("stranger", "owner", "colleague", "rival", "designer", "apprentice")
_WITHOUT_TOKEN = {
    "/reset/<token>",
    "/confirm/<token>",
    "/alerts/<token>/feed.atom",
    "/alerts/stop/<token>",
    "/notices/stop/<token>",
    "/calendar/<token>.ics",
}
# What only its owner, its author or a moderator reads: this listing's owner is one of the personas.
_MODERATORS = "/moderation"
_NEEDS_MORE = {"/api/v1/places", "/map/labels", "/api/v1/placements/effect"}
# This little site's listing may offer none: tests/authorisation walks the pages of one placement.
_OF_A_PLACEMENT = ("/placements/<public_id>", "/listing/placements/<public_id>", "/api/v1/placements/<public_id>")


def fill(site: Site, rule: Rule) -> str:
    """The address of a rule, with ids of the sewing room's listing."""
    supplier = site.supplier()
    path = rule.rule
    for before, after in (
        ("/alerts/<public_id>", f"/alerts/{site.value('SELECT public_id FROM saved_search')}"),
        ("/services/<public_id>", f"/services/{supplier.services[0].public_id}"),
        ("/sites/<public_id>", f"/sites/{supplier.sites[0].public_id}"),
        ("<public_id>", supplier.public_id),
        ("<slug>", supplier.slug),
        ("<token>", "x"),
        ("<kind>", "supplier"),
        ("<other_id>", "x"),
        ("<int:number>", "0"),
        ("<session_id>", "1"),
        ("<to>", "paused"),
        ("<any(close, pause, open, fill):verb>", "pause"),
    ):
        path = path.replace(before, after)
    return re.sub("<[^>]+>", "0" * 32, path)  # things that this site has none of


def is_walked(endpoint: str) -> bool:
    return endpoint.partition(".")[0] in WALKED and endpoint.partition(".")[2] not in ("team", "member", "invitation")


def expected(site: Site, rule: Rule, who: str) -> tuple[int, str]:
    """Status, and where a redirect leads."""
    path = fill(site, rule)
    if rule.rule in _NEEDS_MORE:
        return 422, ""
    if rule.rule in _WITHOUT_TOKEN:
        return 404, ""
    action = action_of(site.app, rule.endpoint)
    assert action
    if who == "stranger" and path.startswith("/api/") and needs_sign_in(action):
        return 401, ""
    if who == "stranger":
        return (303, f"/sign-in?next={path}") if needs_sign_in(action) else (200, "")
    if path == "/sign-in":
        return 303, "/"
    if rule.rule.startswith("/alerts/<public_id>"):
        return (200 if who == "designer" else 404), ""
    if path.startswith(_MODERATORS):
        return 404, ""
    if path.startswith("/report/"):
        return (404 if who in ("owner", "colleague") else 200), ""
    if path.startswith(("/listing", "/weeks")):
        if who in ("designer", "apprentice"):
            return (200, "") if path == "/listing/new" else (303, "/listing/new")
        if path == "/listing/new":
            return 303, "/listing"
        if (who == "rival" and "<" in rule.rule) or (who == "colleague" and path == "/listing/new/weeks"):
            return 404, ""
    return 200, ""


def walk(site: Site, who: str) -> None:
    client: PageClient = getattr(site, who)()
    for rule in site.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and is_walked(rule.endpoint) and not rule.rule.startswith(_OF_A_PLACEMENT):
            path = fill(site, rule)
            with site.unchanged(f"{who} {path}"):
                answer = client.open(path)
                head = client.open(path, "HEAD")
            assert (answer.status_code, answer.location or "") == expected(site, rule, who), f"{who} {path}"
            assert (head.status_code, head.data) == (answer.status_code, b""), f"{who} HEAD {path}"


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page(site: Site, who: str) -> None:
    """Rows 53 and 58: looking changes nothing; HEAD answers like GET."""
    walk(site, who)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_every_page_on_postgresql(site: Site) -> None:
    walk(site, "owner")
    walk(site, "stranger")


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=sewing&near=Los+Angeles&radius_km=50&quantity=50&process=sew&by=2030-01-31&verified=1&colours=2",
        "/search?q=xyzzyxyzzy",
        "/search?near=Springfield",
        "/search?near=Springfield&radius_mi=30&quantity=3",
        "/search?process=sew&process=cut&kind=sewing_room&sort=price&per_page=1&page=2",
        "/search?near=Silver+Lake%2C+Los+Angeles&radius_km=0.1&process=sew&quantity=1",
        "/placements?near=Los+Angeles&radius_mi=3000&skill=sew&paid=1",
        "/placements?near=Springfield",
        "/placements?skill=sew&start_from=2199-01-01",
    ],
)
def test_searches(still: Site, path: str) -> None:
    """The searches people make, as a page and as the part of it that is swapped in place."""
    client = still.stranger()
    client.get(path)
    if path.startswith("/search"):
        client.get(path, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    "query",
    [
        "radius_km=x&near=Prato",
        "radius_mi=x&near=Prato",
        "near=xyzzyq",
        "lat=91&lon=0",
        "from=x",
        "skill=x&process=y",
        "unknown name=1&<b>=2&=3",
        "page=x",
        "by=x",
    ],
)
def test_searches_that_need_changing(still: Site, query: str) -> None:
    """Each error names its field or stands by itself: no link leads to a field that is not there."""
    client = still.stranger()
    for path in ("/search", "/placements"):
        page = client.page(f"{path}?{query}", 422)
        assert [e for e in page.iter() if e.get("role") == "alert"], path


def test_forms_that_need_changing(site: Site) -> None:
    """Each form sent empty, and sent with nonsense in every field, is shown again with its errors."""
    owner, designer = site.owner(), site.designer()
    service = f"/listing/services/{site.supplier().services[0].public_id}"
    saved_search = f"/alerts/{site.value('SELECT public_id FROM saved_search')}"
    forms = [
        (owner, "/listing/profile", "/listing/profile"),
        (owner, service, service),
        (owner, "/listing/services/new", "/listing/services/new"),
        (owner, "/listing/certificates", "/listing/certificates"),
        (owner, "/listing/machines", "/listing/machines"),
        (owner, "/listing/placements", "/listing/placements"),
        (owner, "/listing/new/service", "/listing/new/service"),
        (owner, "/listing/new/weeks", "/listing/new/weeks"),
        (owner, "/weeks", "/weeks/closures"),
        (owner, "/account", "/account/profile"),
        (owner, "/account", "/account/password"),
        (designer, "/account/studio", "/account/studio"),
        (designer, "/alerts/new?process=sew", "/alerts/new"),
        (designer, saved_search, saved_search),
        (designer, "/listing/new", "/listing/new"),
        (site.stranger(), "/sign-up", "/sign-up"),
        (site.stranger(), "/sign-in", "/sign-in"),
        (site.stranger(), "/reset", "/reset"),
    ]
    for client, page, action in forms:
        names = set(client.filled(page, action)) - {"csrf_token", "resource", "monday"}
        names |= {"skill", "material", "product", "language"} if "services" in page or "profile" in page else set()
        with site.unchanged(action):
            client.post(action, {}, 422)
            client.post(action, dict.fromkeys(names, "\u202e<b>"), 422)


def test_forms_saved_as_they_stand_change_nothing(site: Site) -> None:
    """Whoever opens a form and saves it has said nothing new."""
    without: dict[str, set[str] | None] = {
        "session": None,
        "attempt": None,
        "change": None,
        "supplier": {"updated_at"},
        **{name: {"id"} for name in ("minimum_rule", "machine", "certificate")},
    }
    for client, external_id in ((site.owner(), None), (site.rival(), OTHER)):
        supplier = site.supplier(external_id) if external_id else site.supplier()
        paths = ["/listing/profile", *(f"/listing/services/{s.public_id}" for s in supplier.services)]
        for path in paths:
            before = Dump.of(site.system.database, without)
            client.post(path, client.filled(path), 303)
            assert not before.changed(Dump.of(site.system.database, without)), path


def test_everything_can_be_reached_by_links(still: Site) -> None:
    """From the front page, an owner finds every page that is not a step of something else."""
    client = still.owner()
    seen: set[str] = set()
    todo, adapter = ["/"], still.app.url_map.bind("127.0.0.1:8000")
    while todo:
        path = todo.pop()
        page = client.page(path)
        for element in page.iter("a"):
            address = urlsplit(element.get("href", ""))
            if address.netloc or not address.path.startswith("/") or address.path.startswith("/static/"):
                continue
            endpoint = adapter.match(address.path)[0]
            if endpoint not in seen and not endpoint.endswith("_api.search_geojson") and is_walked(endpoint):
                seen.add(endpoint)
                todo.append(address.geturl())
        seen.discard("suppliers.guide")
        todo = [path for path in todo if not path.startswith("/listing/new")]
    pages = {
        rule.endpoint
        for rule in still.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/api/", "/map/"))
    }
    steps = {"suppliers.guide", "suppliers.guide_service", "suppliers.guide_weeks"}
    before_signing_in = {"accounts.sign_in", "accounts.sign_up", "accounts.reset", "accounts.reset_new"}
    by_mail = {"accounts.confirm", "alert_links.ask_to_stop"}
    for_programs = {"feeds.health", "feeds.robots", "feeds.sitemap", "feeds.openapi"}
    # From the account page of somebody who has no studio, and from a saved search: this owner has neither.
    of_a_placement = {"placements.placement", "placements.edit", "placements.weigh"}
    later = of_a_placement | {"accounts.studio", "alerts.edit", "alerts.ask_to_remove", "alert_links.feed"}
    pages = set(filter(is_walked, pages))
    assert pages - seen - steps - before_signing_in - by_mail - for_programs - later == set()


@both_engines
def test_a_listing_that_is_not_published(site: Site) -> None:
    """Its owner sees it; for others it does not exist, in the same words as one that never did."""
    owner = site.owner()
    owner.post("/listing/status/paused", {}, 303)
    supplier = site.supplier()
    owner.get(f"/suppliers/{supplier.slug}")
    rival = site.rival()
    for path in (f"/api/v1/suppliers/{supplier.public_id}", f"/api/v1/suppliers/{supplier.public_id}/capacity"):
        mine, nobodys = (
            rival.get(p, 404).get_json() | {"request_id": ""}
            for p in (path, path.replace(supplier.public_id, "0" * 32))
        )
        assert mine == nobodys
    page = rival.page(f"/suppliers/{supplier.slug}", 404)
    assert supplier.profile.name not in words_of(page)
    assert supplier.public_id not in rival.get("/api/v1/search").text
    assert supplier.slug not in rival.get("/sitemap.xml").text


_GOOD = (
    '<!doctype html><html lang="en"><head><title>T</title></head><body><main id="main"><h1>Hello</h1>'
    '<form method="post" action="/sign-in"><input type="hidden" name="csrf_token" value="x">'
    '<label for="a">A</label><input id="a" name="a"></form><a href="/search">Find</a>'
    '<script type="application/json" id="d">{"a": 1}</script></main></body></html>'
)


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("<h1>Hello</h1>", "", "0 h1"),
        ("<h1>Hello</h1>", "<h1>Hello</h1><h1>Again</h1>", "2 h1"),
        ("<h1>Hello</h1>", "<h1> </h1>", "an empty h1"),
        ("<title>T</title>", "<title> </title>", "no title"),
        (' lang="en"', "", "no lang"),
        ('<label for="a">A</label>', "", "no label"),
        ('id="d"', 'id="a"', "stands 2 times"),
        ('id="d"', 'id="a b"', "has a space"),
        ('{"a": 1}', '{"a": "</script ><b>"}', ""),
        ('{"a": 1}', '{"a": "<b>"}', "unescaped <"),
        ("<h1>", "<script>alert(1)</script><h1>", "inline or foreign"),
        ("<h1>", '<script src="https://evil.example/x.js"></script><h1>', "inline or foreign"),
        ("<h1>", '<p style="color: red">x</p><h1>', "attribute style"),
        ("<h1>", '<p onclick="x()">x</p><h1>', "attribute onclick"),
        ("<h1>", '<img src="/static/favicon.svg"><h1>', "img without alt"),
        ("<h1>", '<img src="/static/no.svg" alt="x"><h1>', "no such file"),
        ("<h1>", '<a href="javascript:alert(1)">x</a><h1>', "scheme javascript"),
        ("<h1>", '<a href=" java\nscript:alert(1)">x</a><h1>', "with the scheme"),
        ("<h1>", '<a href="/help"></a><h1>', "without words"),
        ("<h1>", '<iframe src="/help"></iframe><h1>', "a <iframe>"),
        ("<h1>", '<a href="#nowhere">x</a><h1>', "no such id"),
        ("<h1>", "<b><i></b></i><h1>", "markup"),
        ('href="/search"', 'href="/nowhere"', "answers 404"),
        ('action="/sign-in"', 'action="/help"', "does not take POST"),
        ('name="csrf_token" value="x"', 'name="csrf_token" value=""', "without a token"),
        ('name="csrf_token"', 'name="other"', "without a token"),
        ('id="a"', 'id="a" aria-describedby="gone"', "which is not there"),
    ],
)
def test_the_checker_sees_faults(still: Site, good: str, bad: str, said: str) -> None:
    """Each check fails on a page with that fault, and only then."""
    assert problems_of(_GOOD, still.app) == []
    assert good in _GOOD
    found: list[Any] = problems_of(_GOOD.replace(good, bad, 1), still.app)
    assert [problem for problem in found if said in problem], found
