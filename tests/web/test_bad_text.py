"""Rows 34, 36 and 37 of the list of bad inputs: names, broken text and markup, through HTTP.

Out until they exist: moderators being told of look-alike names (35), uploads (38 to 43), text in JSON bodies (36),
markup in mails beyond the account's own, PDF and CSV exports (37; mails are plain text).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, fromstring

import pytest
from markupsafe import Markup
from page_client import PageClient, both_engines, read_page, words_of
from web_site import Site

from marketplace.text import clean_name

BAD_NAMES = {
    "right-to-left override": "Atelier \u202egnp.exe",
    "isolate": "Atelier \u2066x\u2069",
    "left-to-right mark": "Atelier\u200e",
    "200 marks": "Z" + "\u0321" * 200 + "algo",
    "nine marks": "q" + "\u0301" * 9,
    "bell": "Atelier\a",
    "escape": "\x1b[31mAtelier",
    "NUL": "Ate\x00lier",
    "C1 control": "Atelier\x9b",
    "next line": "Atelier\x85x",
    "line feed": "Atelier\nRosa",
    "line separator": "Atelier\u2028Rosa",
    "paragraph separator": "\u2029Atelier",
    "zero width space": "Ate\u200blier",
    "byte order mark": "\ufeffAtelier",
    "tag characters": "Atelier\U000e0041",
    "300 characters": "x" * 300,
    "201 characters": "王" * 201,
    "100,000 characters": "x" * 100_000,
    "only spaces": "   ",
    "only no-break spaces": "\u00a0\u2003\u3000",
    "only joiners": "\u200d\u200c",
    "only marks": "\u0301\u0301",
    "only a filler": "\u3164\u2800",
}
# As typed, as kept, and words that find it.
GOOD_NAMES = (
    ("  Łódź   Szwalnia ", "Łódź Szwalnia", ("lodz", "ŁÓDŹ", "szwalnia")),
    ("王", "王", ("王",)),
    ("محل الخياطة", "محل الخياطة", ("الخياطة",)),
    ("Zoe\u0308s Naaiatelier", "Zoës Naaiatelier", ("zoes", "ZOËS", "Zoe\u0308s")),
    ("Fil\u00a0d’Or", "Fil d’Or", ("fil d'or", "FIL")),
    ("İstanbul Dikiş", "İstanbul Dikiş", ("istanbul", "İSTANBUL", "dikis")),
    ("👩‍🔧 Näherei 🧵", "👩‍🔧 Näherei 🧵", ("naherei",)),
    ("می‌خواهم", "می‌خواهم", ()),
    ("q", "q", ()),
    ("x" * 200, "x" * 200, ()),
    ("q" + "\u0301" * 8, "q" + "\u0301" * 8, ()),
)


@pytest.mark.parametrize("what", BAD_NAMES)
def test_row_34_names_that_are_refused_by_the_rule(what: str) -> None:
    """Row 34: each is refused by the one function that every name passes."""
    with pytest.raises(ValueError):
        clean_name(BAD_NAMES[what])


def test_row_34_names_in_forms(site: Site) -> None:
    """Row 34: in every form that takes a name, 422 with the field named and nothing saved."""
    owner, designer = site.owner(), site.designer()
    forms = (
        (owner, "/listing/profile", "/listing/profile", "name"),
        (designer, "/account/studio", "/account/studio", "name"),
        (designer, "/account", "/account/profile", "name"),
        (designer, "/listing/new", "/listing/new", "name"),
        (site.stranger(), "/sign-up", "/sign-up", "name"),
    )
    for client, page, action, field in forms:
        filled = client.filled(page, action)
        for what, text in BAD_NAMES.items():
            with site.unchanged((action, what)):
                answer = client.client.post(action, data=filled | {field: text})
                assert answer.status_code == 422, (action, what, answer.status_code)
                assert f'id="f-{field}-error"' in answer.text, (action, what)
        client.check(answer, action)


def test_row_34_other_text(site: Site) -> None:
    """Row 34: text that may be blank and text of several lines: controls and direction marks are refused too."""
    owner = site.owner()
    service = f"/listing/services/{site.supplier().services[0].public_id}"
    forms = (
        ("/listing/profile", "/listing/profile", ("street", "locality", "region", "postal_code", "description")),
        (service, service, ("note",)),
        ("/listing/certificates", "/listing/certificates", ("number", "scope", "holder", "issuer")),
        ("/listing/machines", "/listing/machines", ("note",)),
        ("/weeks", "/weeks/closures", ("reason",)),
        ("/listing/placements", "/listing/placements", ("note",)),
    )
    for page, action, fields in forms:
        filled = owner.filled(page, action)
        for field in fields:
            for what in (
                "right-to-left override",
                "200 marks",
                "NUL",
                "escape",
                "tag characters",
                "100,000 characters",
            ):
                with site.unchanged((action, field, what)):
                    answer = owner.client.post(action, data=filled | {field: BAD_NAMES[what]})
                    assert answer.status_code == 422, (action, field, what, answer.status_code)
                    assert f'id="f-{field}-error"' in answer.text, (action, field, what)
            owner.check(answer, action)
    lines = "One\r\n\r\nTwo\rThree\u2028Four  five "
    owner.post("/listing/profile", owner.filled("/listing/profile") | {"description": lines}, 303)
    assert site.supplier().profile.description == "One\n\nTwo\nThree\nFour five"


@both_engines
def test_row_34_names_that_are_kept(site: Site) -> None:
    """Row 34: kept in NFC, shown inside <bdi>, found with and without accents."""
    owner, client = site.owner(), site.stranger()
    filled = owner.filled("/listing/profile")
    for typed, kept, words in GOOD_NAMES:
        owner.post("/listing/profile", filled | {"name": typed}, 303)
        supplier = site.supplier()
        assert supplier.profile.name == kept == unicodedata.normalize("NFC", kept)
        page = client.page(f"/suppliers/{supplier.slug}")
        assert kept in {words_of(bdi) for bdi in page.iter("bdi")}, kept
        for word in words:
            found = client.get(f"/api/v1/search?q={quote(word)}").get_json()["hits"]
            assert supplier.public_id in {hit["id"] for hit in found}, (kept, word)
    search = client.page("/search")
    assert site.supplier().profile.name in {words_of(bdi) for bdi in search.iter("bdi")}


@both_engines
def test_row_36_nul_and_broken_bytes_in_addresses(site: Site) -> None:
    """Row 36: 4xx on both engines, wherever they stand in the address."""
    owner = site.owner()
    broken = ("%00", "a%00b", "%ED%A0%80", "%ff", "%c0%80", "%F4%90%80%80", "%", "%zz")
    routes = ("/suppliers/{}", "/api/v1/suppliers/{}", "/api/v1/suppliers/{}/capacity", "/listing/services/{}")
    routes += ("/reset/{}", "/confirm/{}", "/{}", "/listing/services/{}/remove")
    for route in routes:
        for text in broken:
            owner.get(route.format(text), 404)
    for text in broken:
        for path, names in (
            ("/search", ("q", "near", "kind", "by", "lat", "unit", "sort", "page", "quantity")),
            ("/api/v1/search", ("q", "near", "skill", "verified", "nonsense")),
            ("/placements", ("near", "skill", "page", "radius_km")),
            ("/api/v1/placements", ("near", "start_from")),
            ("/api/v1/places", ("q", "suggest")),
            ("/map/labels", ("south",)),
            ("/weeks", ("resource",)),
            ("/sign-up", ("role", "next")),
        ):
            for name in names:
                answer = owner.client.get(f"{path}?{name}={text}")
                assert answer.status_code in (200, 404, 422), (path, name, text, answer.status_code)
    for raw in ("q=\xff\xfe", "\xff=1", "q=\xed\xa0\x80"):
        for path in ("/search", "/api/v1/search", "/placements", "/sign-in", "/weeks", "/", "/healthz"):
            owner.check(owner.client.get(path, environ_overrides={"QUERY_STRING": raw}), path)
            assert owner.client.get(path, environ_overrides={"QUERY_STRING": raw}).status_code == 400, (path, raw)


@both_engines
def test_row_36_nul_and_broken_bytes_in_forms(site: Site) -> None:
    """Row 36: the same in the bodies of forms, in both encodings; nothing that is not Unicode is kept."""
    owner = site.owner()
    service = f"/listing/services/{site.supplier().services[0].public_id}"
    token = owner.token()
    for action, field in (
        ("/listing/profile", "name"),
        ("/listing/profile", "kind"),
        ("/listing/profile", "place_id"),
        (service, "process"),
        (service, "skill"),
        ("/listing/machines", "machine"),
        ("/listing/certificates", "scheme"),
        ("/weeks/usual", "offered"),
        ("/weeks/usual", "resource"),
        ("/listing/certificates/0/remove", "key"),
        ("/account/studio", "choice"),
        ("/sign-in", "email"),
        ("/sign-in", "password"),
        ("/sign-up", "role"),
        ("/reset", "email"),
    ):
        for text in ("%00", "%ED%A0%80", "%ff%fe"):
            body = f"csrf_token={token}&{field}={text}"
            with site.unchanged((action, field, text)):
                answer = owner.open(action, "POST", data=body, content_type="application/x-www-form-urlencoded")
                assert answer.status_code in (404, 422), (action, field, text, answer.status_code)
        parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() for name in ("csrf_token", field)]
        body_bytes = (
            b"--b\r\n" + parts[0] + token.encode() + b"\r\n--b\r\n" + parts[1] + b"\xff\x00\xed\xa0\x80\r\n--b--"
        )
        with site.unchanged((action, field, "multipart")):
            answer = owner.open(action, "POST", data=body_bytes, content_type="multipart/form-data; boundary=b")
            assert answer.status_code in (404, 422), (action, field, answer.status_code)


# zq9 becomes zq9 and a letter of the field, so that each field's text is known again wherever it is shown.
CANARIES = (
    '<script>zq9()</script>"><img src=x onerror=zq9()>',
    "'><svg/onload=zq9()></title></textarea></script><h1>zq9",
    "{{7*7}}{% raw %}${zq9}<!--zq9 --!><zq9 onclick=zq9()>",
    'javascript:zq9()//" onmouseover="zq9()" style="zq9',
    "&lt;img src=x onerror=zq9()&gt;\\u003cscript>zq9()]]>&#60;b>",
)
_VALUES = {"value", "href", "title", "content", "aria-label", "label"}


def sow(site: Site, canary: str) -> tuple[dict[str, str], dict[str, PageClient]]:
    """Put the text into every field that takes text; returns field -> text, and who sees what."""
    fields = (
        "name street locality region postal_code description website note number scope holder issuer "
        "machine reason placement studio person"
    ).split()
    texts = {field: canary.replace("zq9", f"zq9{chr(ord('a') + n)}") for n, field in enumerate(fields)}
    texts["website"] = "https://example.com/" + texts["website"].replace(" ", "")
    owner, designer = site.owner(), site.designer()
    service = f"/listing/services/{site.supplier().services[0].public_id}"

    def send(client: PageClient, page: str, action: str, **changed: str) -> None:
        client.client.post(action, data=client.filled(page, action) | changed)

    profile = {name: texts[name] for name in fields[:7]}
    send(owner, "/listing/profile", "/listing/profile", **profile, pin_confirmed="1")
    send(owner, service, service, note=texts["note"])
    certificate = {name: texts[name] for name in ("number", "scope", "holder", "issuer")}
    send(owner, "/listing/certificates", "/listing/certificates", scheme="gots", **certificate)
    send(owner, "/listing/machines", "/listing/machines", machine="weave:dobby loom", note=texts["machine"])
    monday = "2099-01-05"
    send(owner, "/weeks", "/weeks/closures", **{"from": monday, "to": monday, "reason": texts["reason"]})
    offer = {"process": "sew", "starts_on": "2099-01-05", "wage": "15", "note": texts["placement"]}
    send(owner, "/listing/placements", "/listing/placements", **offer)
    send(designer, "/account/studio", "/account/studio", name=texts["studio"], place="34.05, -118.25")
    send(designer, "/account", "/account/profile", name=texts["person"])
    return texts, {"owner": owner, "designer": designer, "stranger": site.stranger()}


def pages_to_see(site: Site, canary: str) -> Iterator[tuple[str, str]]:
    supplier = site.supplier()
    service = supplier.services[0].public_id
    typed = quote(canary)
    for who in ("stranger", "owner", "designer"):
        yield who, f"/suppliers/{supplier.slug}"
    for path in "profile certificates machines placements new/service new/weeks".split():
        yield "owner", f"/listing/{path}"
    yield from (("owner", p) for p in ("/listing", "/weeks", "/account", "/", f"/listing/services/{service}"))
    yield "owner", f"/listing/services/{service}/remove"
    yield from (("designer", path) for path in ("/account", "/account/studio"))
    for query in (
        "",
        f"?q={typed}",
        f"?near={typed}",
        f"?near={typed}&lat=34.05&lon=-118.25&radius_km=900",
        f"?process={typed}&sort={typed}&unit={typed}&by={typed}&quantity={typed}&colours={typed}&radius_km={typed}",
        f"?{typed}=1",
        "?near=Springfield&q=" + typed,
    ):
        yield "stranger", f"/search{query}"
    for query in (
        "",
        f"?near={typed}",
        f"?near={typed}&lat=34&lon=-118",
        f"?skill={typed}&{typed}=1&start_from={typed}",
    ):
        yield "stranger", f"/placements{query}"
    yield "stranger", f"/{typed}"


def assert_inert(root: Element, where: str) -> set[str]:
    """Nothing typed has become markup. Returns every text a person or a script may read."""
    read: set[str] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            assert "zq9" not in str(element.text), f"{where}: a comment"
            continue
        assert "zq9" not in element.tag, f"{where}: <{element.tag}>"
        assert element.tag not in ("img",), f"{where}: an image appeared"
        for name, value in element.attrib.items():
            assert "zq9" not in str(name), f"{where}: attribute {name}"
            if "zq9" in value:
                assert name in _VALUES, f"{where}: {name}={value}"
                assert name != "href" or value.startswith(("/", "#", "https://example.com/")), f"{where}: {value}"
            read.add(value)
        if element.tag == "script" and element.text and element.get("type", "").endswith("json"):
            read |= set(_texts(json.loads(element.text)))
        read |= {" ".join(text.split()) for text in (element.text, element.tail) if text}
    return read


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


@pytest.mark.parametrize("canary", CANARIES, ids=range(len(CANARIES)))
def test_row_37_markup_in_every_field_on_every_page(site: Site, canary: str) -> None:
    """Row 37: shown as text and nothing else, in HTML, in attributes, in JSON-LD and in the map's JSON."""
    texts, clients = sow(site, canary)
    read: set[str] = set()
    for who, path in pages_to_see(site, canary):
        answer = clients[who].open(path)
        assert answer.status_code in (200, 404, 422), path
        read |= assert_inert(read_page(answer.text), f"{who} {path}")
        assert "49" not in words_of(read_page(answer.text)).split() or "{{" not in canary
    fragment = clients["stranger"].get("/search", headers={"HX-Request": "true"})
    read |= assert_inert(read_page(fragment.text), "fragment")
    for path in ("/api/v1/search", "/api/v1/search.geojson", f"/api/v1/suppliers/{site.supplier().public_id}"):
        answer = clients["stranger"].get(path)
        assert answer.mimetype in ("application/json", "application/geo+json")
        read |= set(_texts(answer.get_json()))
    assert len(list(fromstring(clients["stranger"].get("/sitemap.xml").text))) > 5
    everything = "\n".join(read)
    unseen = {field for field, text in texts.items() if text not in everything}
    assert unseen == set(), "these fields were not shown anywhere, so nothing was proved about them"


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "java\tscript:alert(1)", "JAVASCRIPT://x.y/%0aalert(1)"])
def test_row_37_the_website_is_http(site: Site, scheme: str) -> None:
    """Row 37: and nothing else, whatever it looks like."""
    owner = site.owner()
    more = ("data:text/html,<script>1</script>", "vbscript:x", "//evil.example", "https:evil", "ftp://x.example")
    filled = owner.filled("/listing/profile")
    for text in (scheme, *more, "https://", "http://аpple.example", "https://x.example/\u202ey", "x" * 3000):
        with site.unchanged(text):
            owner.post("/listing/profile", filled | {"website": text}, 422)


def test_row_37_the_test_sees_a_site_without_escaping(site: Site) -> None:
    """A site that does not escape what it shows is caught by the same pages."""
    site.app.jinja_env.autoescape = False
    with pytest.raises(AssertionError):
        test_row_37_markup_in_every_field_on_every_page(site, CANARIES[0])


def test_row_37_the_test_sees_unsafe_json(site: Site) -> None:
    """JSON inside a page with a raw < is caught."""
    site.app.jinja_env.filters["tojson"] = lambda value: Markup(json.dumps(value))
    sow(site, CANARIES[1])
    with pytest.raises(AssertionError):
        site.stranger().get(f"/suppliers/{site.supplier().slug}")
