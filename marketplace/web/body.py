"""Read the JSON object that a client sends. Python's own decoder takes much that means nothing: NaN, a name given
twice, half of a character, or 100,000 brackets, at which it falls over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from flask import request

from marketplace.errors import Invalid, SelvedgeError

MOST_DEPTH = 32
_MOST_DIGITS = 18  # whole numbers of any field stay far from 2**63
# An open text reaches to the end: a second try at each quote inside it would take hours on a bad megabyte.
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_object(known: Iterable[str]) -> dict[str, Any]:
    """The request's JSON object, with known names only; empty where nothing was sent.

    Errors: SelvedgeError (400) for what is no JSON object; Invalid for names that nobody knows.
    """
    raw = request.get_data()
    if not raw.strip():
        return {}
    if not request.is_json:
        raise SelvedgeError("Send the body as JSON, with the header Content-Type: application/json.")
    body = parse_object(raw)
    if unknown := sorted(set(body) - set(known)):
        raise Invalid({name[:60]: "is not a field of this request" for name in unknown})
    return body


def parse_object(raw: bytes) -> dict[str, Any]:
    """Errors: SelvedgeError (400) that says what is wrong."""
    try:
        text = raw.decode("utf-8")
        _check_depth(text)
        body = json.loads(text, parse_constant=_refuse, parse_int=_whole, object_pairs_hook=_unique)
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are among them
        raise SelvedgeError(f"The body is not JSON that can be read: {error}.") from None
    if not isinstance(body, dict):
        raise SelvedgeError("The body must be a JSON object: {...}.")
    if _SURROGATE.search(json.dumps(body, ensure_ascii=False)):
        raise SelvedgeError("The body holds half of a character (a lone surrogate).")
    return body


def _check_depth(text: str) -> None:
    depth = 0
    for char in re.findall(r"[\[\]{}]", _TEXT.sub('""', text)):
        depth += 1 if char in "[{" else -1
        if depth > MOST_DEPTH:
            raise ValueError(f"it is nested deeper than {MOST_DEPTH}")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number in JSON")


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same name twice")
    return found
