"""Suggestions from what the running system knows: the index, the gazetteer, the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketplace.search.context import index
from marketplace.search.document import SiteDocument
from marketplace.search.forms import Reader
from marketplace.search.query import SearchQuery
from marketplace.search.suggest import (
    MOST_OF_A_GROUP,
    MOST_SUPPLIERS_READ,
    Group,
    Groups,
    is_long_enough,
    suggestions,
)
from marketplace.search.words import MAXIMUM_TEXT, cut_query
from marketplace.text import clean_line
from marketplace.web.context import places, today


def read_suggest(given: Mapping[str, Sequence[str]], known: Sequence[str] = ("q", "group")) -> tuple[str, list[Group]]:
    """The text and the groups wanted, all of them where none is named.

    Errors: Invalid.
    """
    reader = Reader(given, known)
    reader.refuse_unknown()
    text = reader.one("q", lambda typed: clean_line(typed, maximum=MAXIMUM_TEXT)) or ""
    wanted = [group for group in Group if group.value in reader.texts("group")]
    for name in reader.texts("group"):
        if name not in list(Group):
            reader.problems["group"] = f"“{name[:40]}” is not a group: use {', '.join(Group)}"
    reader.finish()
    return text, wanted or list(Group)


def suggest_for(text: str, wanted: Sequence[Group]) -> Groups:
    """What the text may become. Never an online request: a keystroke asks nobody outside."""
    if not is_long_enough(text):
        return {}
    suppliers: list[SiteDocument] = []
    if Group.SUPPLIERS in wanted and cut_query(text):
        live = index()
        site_ids = live.site_ids(SearchQuery(today=today(), text=text))
        suppliers = live.documents(site_ids[:MOST_SUPPLIERS_READ])
    found = places().suggest(text, limit=MOST_OF_A_GROUP) if Group.PLACES in wanted else []
    return suggestions(text, wanted, suppliers, found)
