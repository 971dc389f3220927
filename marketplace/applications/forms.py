"""Read what apprentices and firms write about an application. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marketplace.applications.model import LONGEST_STATEMENT, LONGEST_WORDS, Draft
from marketplace.errors import Invalid
from marketplace.search.forms import read_date
from marketplace.text import clean_line, clean_text

FIELDS = ("statement", "experience", "available_from", "availability")


def read_draft(form: Mapping[str, str]) -> Draft:
    """A draft may be unfinished. Errors: Invalid for what can't be kept."""
    problems: dict[str, str] = {}

    def read(name: str, parse: Callable[[str], Any]) -> Any:
        text = form.get(name, "").strip()
        try:
            return parse(text) if text else None
        except ValueError as error:
            problems[name] = str(error)
            return None

    draft = Draft(
        statement=read("statement", lambda text: clean_text(text, maximum=LONGEST_STATEMENT)) or "",
        experience=read("experience", lambda text: clean_text(text, maximum=LONGEST_STATEMENT)) or "",
        available_from=read("available_from", read_date),
        availability=read("availability", lambda text: clean_line(text, maximum=200)) or "",
    )
    if problems:
        raise Invalid(problems)
    return draft


def read_words(text: str, field: str, missing: str) -> str:
    """What a firm says with a step. `missing`: the sentence when nothing is said and something must be."""
    try:
        words = clean_text(text, maximum=LONGEST_WORDS)
    except ValueError as error:
        raise Invalid({field: str(error)}) from None
    if not words and missing:
        raise Invalid({field: missing})
    return " ".join(words.split())
