"""The Atom feed of a search for placements (RFC 4287): whatever fits now, the latest offer first. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from marketplace.placements.search import Found
from marketplace.placements.views import length_text, title, wage_text
from marketplace.places.rules import format_distance

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
MOST = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # of places that came with a list, which says no day


def feed(words: str, query_string: str, found: Sequence[Found], site_url: str) -> bytes:
    newest = sorted(found, key=lambda each: each.offer.placement.offered_at or _EPOCH, reverse=True)[:MOST]
    address = f"{site_url}/placements/feed.atom" + (f"?{query_string}" if query_string else "")
    root = Element("feed", {"xmlns": _NAMESPACE})
    _text(root, "id", uuid.uuid5(uuid.NAMESPACE_URL, address).urn)
    _text(root, "title", f"Selvedge placements: {words}")
    _text(root, "updated", _time(newest[0].offer.placement.offered_at if newest else None))
    SubElement(root, "link", {"rel": "self", "href": address})
    page = f"{site_url}/placements" + (f"?{query_string}" if query_string else "")
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _text(SubElement(root, "author"), "name", "Selvedge")
    for each in newest:
        _entry(root, each, site_url)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Element, found: Found, site_url: str) -> None:
    offer, placement = found.offer, found.offer.placement
    where = offer.locality + (f", {format_distance(found.metres)}" if found.metres is not None else "")
    entry = SubElement(root, "entry")
    url = f"{site_url}/placements/{placement.public_id}"
    _text(entry, "id", uuid.uuid5(uuid.NAMESPACE_URL, url).urn)
    _text(entry, "title", f"{title(placement)}: {offer.supplier_name}, {where}")
    _text(entry, "updated", _time(placement.offered_at))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": url})
    starts = placement.starts_on
    said = f"{wage_text(placement.wage)}, {length_text(placement)} from {starts.day} {starts:%b %Y}"
    _text(entry, "content", said)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("", text)


def _time(instant: datetime | None) -> str:
    return (instant or _EPOCH).isoformat(timespec="seconds").replace("+00:00", "Z")
