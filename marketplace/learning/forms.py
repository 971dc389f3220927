"""Read an entry of a skills log. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from marketplace.errors import Invalid
from marketplace.learning.model import MOST_MINUTES, MOST_PIECES, EntryDraft
from marketplace.search.forms import read_date, read_whole
from marketplace.text import clean_line, clean_name, clean_text
from marketplace.vocabulary import Facet, vocabulary

FIELDS = ("placement", "operation", "skill", "day", "minutes", "pieces", "note")


def read_entry(form: Mapping[str, str], process: str, today: date) -> EntryDraft:
    """`process`: the trade of the placement it was learned at.

    Errors: Invalid with a sentence for each field.
    """
    problems: dict[str, str] = {}

    def read(name: str, parse: Callable[[str], Any], blank: Any = None) -> Any:
        text = form.get(name, "").strip()
        try:
            return parse(text) if text else blank
        except ValueError as error:
            problems[name] = str(error)
            return blank

    operation = read("operation", lambda text: clean_name(clean_line(text, maximum=120)), "")
    if not operation:
        problems.setdefault("operation", "say what you did, such as: set 12 collars")
    day = read("day", read_date, today)
    if day > today:
        problems["day"] = "has not come yet"
    elif (today - day).days > 366:
        problems["day"] = "is more than a year ago: write down what you learn as you learn it"
    minutes = read("minutes", lambda text: read_whole(text, 1, MOST_MINUTES))
    pieces = read("pieces", lambda text: read_whole(text, 1, MOST_PIECES))
    if minutes is None and pieces is None and not {"minutes", "pieces"} & problems.keys():
        problems["minutes"] = "give the minutes, or the pieces"
    entry = EntryDraft(
        operation=operation,
        process=process,
        skill=read("skill", _skill, ""),
        day=day,
        minutes=minutes,
        pieces=pieces,
        note=read("note", lambda text: clean_text(text, maximum=500), ""),
    )
    if problems:
        raise Invalid(problems)
    return entry


def _skill(text: str) -> str:
    term = vocabulary().find(Facet.SKILL, text[:64])
    if term is None:
        raise ValueError(f"“{text[:40]}” is not a skill we know: choose from the list")
    return term.id
