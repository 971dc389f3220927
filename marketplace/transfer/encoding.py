"""From bytes to text without guessing silently. Pure."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from marketplace.transfer.model import FileRefused

_HIGH = re.compile(rb"[\x80-\xff]+")
_NEARLY_UTF8 = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
# What Western European text is made of in Windows-1252; anything else is more likely another encoding.
_LETTERS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒŠŽàáâãäåæçèéêëìíîïñòóôõöøùúûüßœšž")
_SIGNS = frozenset("‘’“”–—…€°º²³«»¡¿·®™©½\u00a0")
_APOSTROPHES = frozenset("’")


def decode(data: bytes) -> tuple[str, str]:
    """Decode a table: UTF-8, UTF-16 with its mark, or what clearly is Windows-1252.

    Returns the text and, where the encoding was assumed, its name for a warning.
    Errors: FileRefused naming the first line that does not fit.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _strictly(data, "utf-32", "UTF-32"), ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(data, "utf-16", "UTF-16"), ""
    sample = data[:2000]
    if len(sample) >= 8 and sample.count(0) * 3 > len(sample):
        raise FileRefused("The file looks like UTF-16 without its mark: save it as “CSV UTF-8”.")
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = _line_at(data, error.start)
    if _is_western(data):
        return data.decode("cp1252"), "Windows-1252"
    raise FileRefused("is not UTF-8: save the file as “CSV UTF-8” and import it again.", line)


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise FileRefused(f"is not {name}, as the start of the file says: save it as “CSV UTF-8”.", line) from None


def _line_at(data: bytes, position: int) -> int:
    before = data[:position]
    return before.count(b"\n") + before.replace(b"\r\n", b"\n").count(b"\r") + 1


def _is_western(data: bytes) -> bool:
    """Whether every high byte makes sense as Windows-1252, and none as UTF-8."""
    runs = _HIGH.findall(data)
    if any(_is_utf8(run) or _NEARLY_UTF8.search(run) for run in runs):
        return False  # a mixture, or broken UTF-8: no single encoding is right
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    high = [(at, char) for at, char in enumerate(text) if char > "\x7f"]
    letters = 0
    for at, char in high:
        beside = text[at - 1 : at] + text[at + 1 : at + 2]
        if char in _LETTERS:
            letters += 1
            if not any(other.isascii() and other.isalpha() for other in beside):
                return False  # 'ÏÐÈ': letters of another script
        elif char not in _SIGNS or (all(c.isalpha() for c in beside) and char not in _APOSTROPHES and len(beside) == 2):
            return False
    if not letters and len(high) < 2:
        return False
    return from_bytes(data, cp_isolation=["cp1252"], explain=False).best() is not None


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
