"""Text that people type: what is kept, and what is refused with a reason. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

MAXIMUM_NAME = 200
MAXIMUM_TEXT = 5000
MAXIMUM_URL = 2048
_MARKS_PER_LETTER = 8
# Marks that turn the reading direction: a name could show as another one.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Joiners that scripts and emoji need.
_ALLOWED_FORMAT = frozenset("\u200c\u200d")
# Letters and signs that show nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
# Plain addresses only: a mail library may read quoted, encoded or grouped forms as another address.
_EMAIL = re.compile(r"[a-z0-9._%+'-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.IGNORECASE)

# What a spreadsheet runs as a formula, and # in front, which would make the row a comment.
_RISKY = re.compile(r"'*[=+\-@\t\r#]")
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")


def guard(text: str) -> str:
    """A cell of CSV: an apostrophe before what a spreadsheet would run; negative numbers are harmless."""
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def clean_line(text: str, *, maximum: int = MAXIMUM_NAME) -> str:
    """One line of text: NFC, white space folded, trimmed.

    Errors: ValueError for control characters, direction marks, stacked accents or too many characters.
    """
    return _clean(text, maximum, multiline=False)


def clean_text(text: str, *, maximum: int = MAXIMUM_TEXT) -> str:
    """Text of several lines; line ends become \\n.

    Errors: as clean_line.
    """
    return _clean(_LINE_ENDS.sub("\n", text), maximum, multiline=True)


def clean_name(text: str) -> str:
    """A name: one line, 1 to 200 characters, of which one at least can be seen.

    Errors: ValueError.
    """
    name = clean_line(text)
    if not any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANK for char in name):
        raise ValueError("is missing")
    return name


def clean_url(text: str) -> str:
    """An http(s) address, or the empty string. A bare domain gets https://.

    Errors: ValueError.
    """
    url = clean_line(text, maximum=MAXIMUM_URL)
    if not url:
        return ""
    if re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}(/\S*)?", url):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        # user@host is how one address is made to look like another.
        host = "" if "@" in parts.netloc else parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in host or not url.isprintable() or " " in url:
        raise ValueError("must be a web address such as https://example.com")
    if not host.isascii():
        raise ValueError("write the domain in plain letters (its xn-- form), so that it can't be mistaken for another")
    return url


def clean_email(text: str) -> str:
    """One e-mail address, in lower case.

    Errors: ValueError.
    """
    email = clean_line(text, maximum=254).lower()
    if not _EMAIL.fullmatch(email):
        raise ValueError("must be one e-mail address such as name@example.com")
    return email


def _clean(text: str, maximum: int, *, multiline: bool) -> str:
    if len(text) > maximum * 4:
        raise ValueError(f"is too long: at most {maximum:,} characters")
    text = unicodedata.normalize("NFC", text.strip(" \t\u00a0"))
    letters = marks = 0
    kept: list[str] = []
    for char in text:
        category = unicodedata.category(char)
        if category == "Zs" or (char in "\n\t" and (multiline or char == "\t")):
            char = char if char == "\n" else " "
        elif char in _BIDI:
            raise ValueError("has a mark that turns the reading direction; remove it")
        elif category == "Cs":
            raise ValueError("has a broken character; type it again")
        elif category in ("Cc", "Zl", "Zp") or (category == "Cf" and char not in _ALLOWED_FORMAT):
            raise ValueError("must be one line" if char in "\n\r\u2028\u2029" else "has a control character; remove it")
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_PER_LETTER:
                raise ValueError("has too many accents on one letter")
        else:
            letters += 1
            marks = 0
        kept.append(char)
    if letters > maximum:
        raise ValueError(f"is too long: at most {maximum:,} characters")
    cleaned = "".join(kept)
    if multiline:
        return "\n".join(re.sub(" +", " ", line).strip() for line in cleaned.split("\n")).strip()
    return re.sub(" +", " ", cleaned).strip()


@cache
def timezones() -> frozenset[str]:
    """The IANA names of time zones. Listing them reads some hundred files: 20 ms."""
    return frozenset(available_timezones()) | {"UTC"}
