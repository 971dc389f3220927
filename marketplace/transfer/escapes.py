"""How values stand in cells, both ways. Pure.

Lists are separated by |, the parts of an item by ;. A backslash before | ; or itself makes it ordinary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from marketplace.transfer.csv_text import MAXIMUM_BREAKS

_GUARDED = re.compile(r"'+[=+\-@\t\r#]")
_ORDINAL = re.compile(r"(?P<name>(?:[^\\]|\\\\)*)\\(?P<ordinal>[0-9]{1,3})")
_LINE_SEPARATOR = "\u2028"


def unguard(text: str) -> str:
    """Take off the apostrophe that text.guard put there."""
    return text[1:] if _GUARDED.match(text) else text


def split_list(text: str, separator: str = "|") -> list[str]:
    """Split at separators that no backslash makes ordinary; the items keep their backslashes."""
    items: list[str] = []
    start = at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("\\", "|", ";"):
            at += 2
            continue
        if text[at] == separator:
            items.append(text[start:at])
            start = at + 1
        at += 1
    items.append(text[start:])
    return [item.strip() for item in items if item.strip()]


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace(";", "\\;")


def unescape(text: str) -> str:
    return re.sub(r"\\([\\|;])", r"\1", text)


def join_list(items: Iterable[str]) -> str:
    """Join items that are escaped already."""
    return "|".join(items)


def write_site(name: str, ordinal: int) -> str:
    """A site's name in a cell; the second site of one name is 'Floor\\2'."""
    escaped = name.replace("\\", "\\\\")
    return f"{escaped}\\{ordinal}" if ordinal > 1 else escaped


def read_site(text: str) -> tuple[str, int]:
    """(name, ordinal) of a site as write_site wrote it."""
    match = _ORDINAL.fullmatch(text)
    name, ordinal = (match["name"], int(match["ordinal"])) if match else (text, 1)
    return name.replace("\\\\", "\\"), ordinal


def write_text(text: str) -> str:
    """A text of several lines: from the twentieth break on they are U+2028, see MAXIMUM_BREAKS."""
    head = text.split("\n", MAXIMUM_BREAKS)
    return "\n".join([*head[:-1], head[-1].replace("\n", _LINE_SEPARATOR)])


def write_inline(text: str) -> str:
    """A text inside a list: it has no line break at all."""
    return text.replace("\n", _LINE_SEPARATOR)


def read_text(text: str) -> str:
    return text.replace(_LINE_SEPARATOR, "\n")
