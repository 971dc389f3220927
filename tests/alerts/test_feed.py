"""The Atom feed: valid by RFC 4287, the same for who asks again, and silent about its owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from little_street import DAY, HOUR, MONDAY, SEWING, Street

from marketplace.alerts import actions
from marketplace.alerts.model import SavedSearch

ATOM = "{http://www.w3.org/2005/Atom}"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # RFC 3339, and Atom's capitals
_ONE = ("id", "title", "updated")


def problems_of(text: str, url: str) -> list[str]:
    """What RFC 4287 has against a feed; section numbers are its."""
    try:
        root = fromstring(text)
    except ParseError as error:
        return [f"no XML: {error}"]
    if root.tag != f"{ATOM}feed":
        return ["4.1.1: the root is no atom:feed"]
    return [
        *_container(root, "feed"),
        *(p for n, entry in enumerate(root.findall(f"{ATOM}entry")) for p in _container(entry, f"entry {n}")),
        *_of_feed(root, url),
    ]


def _container(element: Element, name: str) -> Iterator[str]:
    for child in _ONE:
        found = element.findall(f"{ATOM}{child}")
        if len(found) != 1:
            yield f"4.1: {name} has {len(found)} {child}"
        elif child != "title" and not (found[0].text or "").strip():
            yield f"{name} has an empty {child}"
    for child in element:
        if not child.tag.startswith(ATOM):
            yield f"{name} has a foreign {child.tag}"
    for child in ("updated", "published"):
        for found in element.findall(f"{ATOM}{child}"):
            if not _TIME.fullmatch(found.text or ""):
                yield f"3.3: {found.text} is no date"
    identity = element.findtext(f"{ATOM}id", "")
    if not re.match(r"[a-z][a-z0-9+.-]*:\S+$", identity):
        yield f"4.2.6: {identity} is no IRI"
    if identity.startswith("urn:uuid:") and not re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", identity
    ):
        yield f"RFC 4122: {identity}"
    alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
    kinds = [(link.get("type"), link.get("hreflang")) for link in alternates]
    if len(kinds) != len(set(kinds)):
        yield f"4.1.1: {name} has two alternates of one type"
    if not alternates and name != "feed" and element.find(f"{ATOM}content") is None:
        yield f"4.1.2: {name} has neither content nor an alternate"
    if any(not re.match(r"https?://\S+$", link.get("href", "")) for link in element.findall(f"{ATOM}link")):
        yield f"4.2.7: {name} has a link that leads nowhere"


def _of_feed(root: Element, url: str) -> Iterator[str]:
    entries = root.findall(f"{ATOM}entry")
    if not root.findtext(f"{ATOM}author/{ATOM}name") and any(e.find(f"{ATOM}author") is None for e in entries):
        yield "4.1.1: no author"
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if own != [url]:
        yield f"4.1.1: self is {own}"
    ids = [element.findtext(f"{ATOM}id") for element in (root, *entries)]
    if len(ids) != len(set(ids)):
        yield "4.1.1: an id stands twice"
    times = [element.findtext(f"{ATOM}updated", "") for element in entries]
    if times != sorted(times, reverse=True):
        yield "not newest first"
    if times and root.findtext(f"{ATOM}updated", "") < times[0]:
        yield "4.2.15: the feed is older than an entry"


def address(saved: SavedSearch) -> str:
    return f"/alerts/{saved.feed_token}/feed.atom"


def read(client: FlaskClient, saved: SavedSearch) -> Element:
    answer = client.get(address(saved))
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert problems_of(answer.text, f"http://127.0.0.1:8000{address(saved)}") == []
    return fromstring(answer.text)


def titles(root: Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title", "") for entry in root.findall(f"{ATOM}entry")]


def test_a_feed_and_what_is_added(street: Street, client: FlaskClient) -> None:
    saved = street.save(street.person(), SEWING)
    empty = read(client, saved)
    assert empty.findtext(f"{ATOM}title") == "Selvedge: Sewing and assembly, 50 pieces, within 10 km of Prato, Italy"
    assert empty.findtext(f"{ATOM}updated") == "2027-03-01T09:00:00Z"
    assert titles(empty) == []
    street.room("Aghi")
    street.run_at(MONDAY + HOUR)
    street.room("Bottoni & “Figli”")
    street.run_at(MONDAY + 2 * HOUR)
    root = read(client, saved)
    assert titles(root) == ["Bottoni & “Figli”, Prato, 222 m", "Aghi, Prato, 0 m"]
    assert root.findtext(f"{ATOM}updated") == "2027-03-01T11:00:00Z"
    entry = root.findall(f"{ATOM}entry")[1]
    assert entry.findtext(f"{ATOM}updated") == "2027-03-01T10:00:00Z"
    assert "From 20 pieces per order: your 50 pieces fit" in entry.findtext(f"{ATOM}content", "")
    assert read(client, saved).findall(f"{ATOM}entry")[1].findtext(f"{ATOM}id") == entry.findtext(f"{ATOM}id")
    assert root.findtext(f"{ATOM}id") == empty.findtext(f"{ATOM}id")


def test_the_newest_fifty(street: Street, client: FlaskClient) -> None:
    saved = street.save(street.person(), "")
    for number in range(53):
        street.room(f"Room {number:02d}")
        street.run()
    shown = titles(read(client, saved))
    assert [title[:7] for title in shown] == [f"Room {number:02d}" for number in range(52, 2, -1)]


def test_who_asks_again_is_told_only_what_is_new(street: Street, client: FlaskClient) -> None:
    saved = street.save(street.person(), SEWING)
    street.room("Aghi")
    street.run()
    first = client.get(address(saved))
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = client.get(address(saved), headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    street.room("Bottoni")
    street.run(HOUR)
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        assert client.get(address(saved), headers=headers).status_code == 200


def test_it_says_nothing_of_its_owner(street: Street, app: Flask) -> None:
    """Also to its owner's own browser: whoever gets the text may pass it on."""
    saved = street.save(street.person("ada.secret@example.com"), SEWING, name="Secret collection")
    street.room("Aghi")
    street.run()
    answer = app.test_client().get(address(saved))
    for secret in ("ada.", "Ada", "Secret", saved.stop_token, saved.public_id):
        assert secret.replace("-", "") not in answer.text.replace("-", "")
    assert "Set-Cookie" not in answer.headers


def test_when_it_ends_a_reader_is_told(street: Street, client: FlaskClient) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        saved = street.save(street.person(), f"{SEWING}&by=2027-03-05")
        street.room("Aghi")
        street.run_at(MONDAY)
        clock.move_to(MONDAY + 5 * DAY)
        street.run_at(MONDAY + 5 * DAY)
        root = read(client, saved)
        assert titles(root)[0] == "This search has ended"
        assert "its date has passed" in root.findtext(f"{ATOM}entry/{ATOM}content", "")
        assert read(client, saved).findtext(f"{ATOM}entry/{ATOM}id") == root.findtext(f"{ATOM}entry/{ATOM}id")


def test_a_stopped_one_stays_as_it_was_and_a_deleted_one_is_gone(street: Street, client: FlaskClient) -> None:
    actor = street.person()
    saved = street.save(actor, SEWING)
    street.room("Aghi")
    street.run()
    actions.stop(street.database, actor, saved.public_id, street.now)
    assert titles(read(client, saved)) == ["Aghi, Prato, 0 m"]
    actions.remove(street.database, actor, saved.public_id, street.now)
    assert client.get(address(saved)).status_code == 404


def test_a_suspended_person_has_none(street: Street, client: FlaskClient) -> None:
    saved = street.save(street.person(), SEWING)
    street.sql("UPDATE person SET suspended_at = created_at")
    assert client.get(address(saved)).status_code == 404


def test_one_that_makes_no_sense_any_more_keeps_its_name_to_itself(street: Street, client: FlaskClient) -> None:
    saved = street.save(street.person(), f"{SEWING}&skill=buttonhole", name="Secret collection")
    street.sql("UPDATE saved_search SET question = replace(question, 'buttonhole', 'spinning_gold')")
    street.run()
    root = read(client, saved)
    assert root.findtext(f"{ATOM}title") == "Selvedge: a search that makes no sense any more"
    assert "spinning_gold" in root.findtext(f"{ATOM}entry/{ATOM}content", "")


def test_names_that_xml_does_not_know(street: Street, client: FlaskClient) -> None:
    saved = street.save(street.person(), "")
    street.room("A]]><b>&\ufffe\uffff 王 🧵 \u200d")
    street.run()
    assert titles(read(client, saved)) == ["A]]><b>& 王 🧵 \u200d, Prato"]


_GOOD = """<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:uuid:3c535a66-dfca-4d41-b7ad-5fc5497a745b</id><title>T</title>
<updated>2027-03-01T09:00:00Z</updated><link rel="self" href="http://a.example/f"/><author><name>S</name></author>
<entry><id>urn:x:1</id><title>E</title><updated>2027-03-01T09:00:00Z</updated><content>c</content></entry></feed>"""


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("</feed>", ""),
        ("2005/Atom", "2006/Atom"),
        ("<title>T</title>", ""),
        ("<title>E</title>", "<title>E</title><title>F</title>"),
        ("urn:x:1", ""),
        ("urn:x:1", "urn:uuid:3c535a66-dfca-4d41-b7ad-5fc5497a745b"),
        ("5fc5497a745b", "5fc5497a745"),
        ("09:00:00Z", "09:00:00"),
        ("<content>c</content>", ""),
        ("<author><name>S</name></author>", ""),
        ('rel="self"', 'rel="related"'),
        ("a.example/f", "b.example/f"),
        ("2027-03-01T09:00:00Z</updated><content>", "2027-03-01T09:00:01Z</updated><content>"),
        ("<content>c</content>", "<content>c</content><extra xmlns='urn:y'/>"),
        ("<content>c</content>", '<link href="/x"/>'),
        ("<content>c</content>", '<link href="http://a.example/1"/><link href="http://a.example/2"/>'),
    ],
)
def test_the_checker_sees_faults(good: str, bad: str) -> None:
    assert problems_of(_GOOD, "http://a.example/f") == []
    assert good in _GOOD
    assert problems_of(_GOOD.replace(good, bad, 1), "http://a.example/f")
