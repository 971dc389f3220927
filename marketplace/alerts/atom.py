"""The Atom feed of a saved search (RFC 4287). Pure.

It says nothing of who saved the search, nor what they called it: whoever has the address may pass it on.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from marketplace.alerts.model import News, SavedSearch
from marketplace.alerts.views import where_text

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
# What a name may hold and XML 1.0 may not: a reader refuses the whole feed for one of them.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def updated_at(saved: SavedSearch, news: Sequence[News]) -> datetime:
    """When the feed last said something new. `news`: newest first."""
    return max([saved.asked_at, *(item.found_at for item in news[:1]), *([saved.ended_at] if saved.ended_at else [])])


def feed(saved: SavedSearch, words: str, ended: str | None, news: Sequence[News], site_url: str) -> bytes:
    """The feed with an entry for each of the news, newest first. `ended`: why no more will come, where it has."""
    root = Element("feed", {"xmlns": _NAMESPACE})
    _text(root, "id", _urn(saved.public_id, "feed"))
    _text(root, "title", f"Selvedge: {words}")
    _text(root, "updated", _time(updated_at(saved, news)))
    SubElement(root, "link", {"rel": "self", "href": f"{site_url}/alerts/{saved.feed_token}/feed.atom"})
    SubElement(
        root, "link", {"rel": "alternate", "type": "text/html", "href": f"{site_url}/search?{saved.wanted.question}"}
    )
    _text(SubElement(root, "author"), "name", "Selvedge")
    if saved.ended_at:
        entry = SubElement(root, "entry")
        _text(entry, "id", _urn(saved.public_id, saved.ended_at.isoformat()))
        _text(entry, "title", "This search has ended")
        _text(entry, "updated", _time(saved.ended_at))
        _text(entry, "content", f"No more will come{': ' + ended if ended else ''}.")
    for item in news:
        _entry(root, item, saved.wanted.distance_unit, site_url)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: Element, news: News, distance_unit: str, site_url: str) -> None:
    find = news.find
    entry = SubElement(root, "entry")
    _text(entry, "id", _urn(news.public_id, "news"))
    _text(entry, "title", f"{find.name}, {where_text(find, distance_unit)}")
    _text(entry, "published", _time(news.found_at))
    _text(entry, "updated", _time(news.found_at))
    _page(entry, f"{site_url}/suppliers/{find.slug}")
    _text(entry, "content", "\n".join(find.why))


def _urn(public_id: str, what: str) -> str:
    """An id that outlives a move of the site to another address, and from which nobody finds the public one."""
    return uuid.uuid5(uuid.UUID(public_id), what).urn


def _page(parent: Element, url: str) -> None:
    SubElement(parent, "link", {"rel": "alternate", "type": "text/html", "href": url})


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("", text)


def _time(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
